"""A disk that the power left: what a program wrote is taken down call by call, and cut anywhere.

`strace` writes down every call of a real run that changes a file. Of that is rebuilt what a disk
may hold after any of them: what was synced, and of all the rest any part, a sector at a time. A
name is synced by its directory and by nothing else.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

SECTOR = 512

# `POWER=1000`: disks that are rebuilt of each run.
DISKS = int(os.environ.get("POWER", "25"))

CALLS = (
    "open,openat,creat,close,dup,dup2,dup3,mmap,write,writev,pwrite64,pwritev,pwritev2,sendfile"
    ",copy_file_range,truncate,ftruncate,fallocate,fsync,fdatasync,sync,syncfs,mkdir,mkdirat,rmdir"
    ",rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat"
)
CALL = re.compile(r"(?P<name>\w+)\((?P<given>.*)\) += (?P<result>-?\d+|0x[0-9a-f]+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@cache
def untraceable():
    """Why no program can be traced here; empty where one can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    command = ["strace", "-f", "--seccomp-bpf", "-o", os.devnull, "true"]
    tried = subprocess.run(command, check=False, capture_output=True, text=True)
    return f"strace may not trace here: {tried.stderr.strip()}" if tried.returncode else ""


@dataclass(eq=False)
class File:
    """Bytes on the disk, and what was done to them and not synced: a new size, or a write."""

    kept: bytearray = field(default_factory=bytearray)
    loose: list[int | tuple[int, bytes]] = field(default_factory=list)
    size: int = 0
    """What programs see."""

    def __post_init__(self):
        self.size = len(self.kept)

    def sync(self):
        for change in self.loose:
            done(self.kept, change)
        self.loose.clear()

    def left(self, chance):
        """What the disk may hold; chance: tells of each sector that was not synced if it is."""
        data = bytearray(self.kept)
        for change in self.loose:
            for piece in sectors(change):
                if chance():
                    done(data, piece)
        return bytes(data)


@dataclass(eq=False)
class Folder:
    """Names on the disk, and changes of names that were not synced; one change may be of two."""

    kept: dict[str, object] = field(default_factory=dict)
    loose: list[dict[str, object]] = field(default_factory=list)

    def sync(self):
        for change in self.loose:
            self.kept.update(change)
        self.loose.clear()

    def left(self, chance):
        names = dict(self.kept)
        for change in self.loose:
            if chance():
                names.update(change)
        return {name: node for name, node in names.items() if node is not None}


def done(data, change):
    if isinstance(change, int):
        del data[change:]
        data.extend(bytes(change - len(data)))
        return
    at, written = change
    data.extend(bytes(max(0, at - len(data))))
    data[at : at + len(written)] = written


def sectors(change):
    if isinstance(change, int):
        yield change
        return
    at, written = change
    start = 0
    while start < len(written):
        end = start + SECTOR - (at + start) % SECTOR
        yield at + start, written[start:end]
        start = end


class Trace:
    """What programs did to the files below a folder, as steps in their order."""

    def __init__(self, root):
        self.root = root
        self.steps = []
        self.open = {}
        self.now = {}
        self.top = self._found(root)

    def _found(self, path):
        """What is there from before is on the disk."""
        if path.is_dir():
            node = Folder({one.name: self._found(one) for one in path.iterdir()})
        else:
            node = File(bytearray(path.read_bytes()))
        self.now[str(path)] = node
        return node

    def run(self, program, *given):
        """Run a program to its end, and take down what it did; a killed one, too."""
        log = self.root.with_name(f"{self.root.name}.trace")
        command = ["strace", "-f", "--seccomp-bpf", "-xx", "-s", "9999999", "-o", str(log)]
        command += ["-e", f"trace={CALLS}", sys.executable, "-c", program, str(self.root), *given]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        said = [one for one in ended.stderr.splitlines() if not one.startswith("strace: ")]
        assert not said, ended.stderr
        self.open.clear()
        begun = {}
        for line in log.read_text(encoding="ascii").splitlines():
            self._line(line, begun)
        return self

    def _line(self, line, begun):
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = call.removesuffix("<unfinished ...>")
            if begun[thread].startswith("write(1,"):  # it is said from here on, not afterwards
                self._said(begun[thread])
            return
        if call.startswith("<... "):
            call = begun.pop(thread) + call.partition(" resumed>")[2]
            if call.startswith("write(1,"):
                return
        found = CALL.match(call)
        if found and not found["result"].startswith("-"):
            result = int(found["result"], 0)
            self._call(found["name"], found["given"], texts(found["given"]), result)

    def _said(self, given):
        self.steps.append(("said", None, texts(given)[0].decode().strip()))

    def _call(self, name, given, strings, result):
        paths = [self._path(one) for one in strings]
        first = given.split(",")[0]
        number = int(first) if first.isdigit() else -1
        match name:
            case "openat":
                self._opened(paths[0], given, result)
            case "close":
                self.open.pop(number, None)
            case "mkdir" if self._ours(paths[0]):
                self._name({paths[0]: Folder()})
            case "rename" if self._ours(paths[0]):
                self._name({paths[1]: self.now[paths[0]], paths[0]: None})
            case "link" if self._ours(paths[0]):
                self._name({paths[1]: self.now[paths[0]]})
            case "unlink" if self._ours(paths[0]):
                self._name({paths[0]: None})
            case "write" if number == 1:
                self._said(given)
            case "mmap":
                self._mapped(given)
            case _ if number in self.open:
                self._changed(name, number, given, strings, result)
            case _:
                assert not any(map(self._ours, paths)), f"{name} is not known here"

    def _changed(self, name, number, given, strings, result):
        node, at, _path = self.open[number]
        match name:
            case "write":
                if at == "end":
                    at = node.size
                else:
                    self.open[number][1] += result
                self._written(node, at, strings[0][:result])
            case "pwrite64":
                at = int(given.rpartition(",")[2])
                self._written(node, at, strings[0][:result])
            case "ftruncate":
                self._sized(node, int(given.rpartition(",")[2]))
            case "fsync" | "fdatasync":
                self.steps.append(("sync", node, None))
            case _:
                raise AssertionError(f"{name} is not known here")

    def _written(self, node, at, data):
        node.size = max(node.size, at + len(data))
        self.steps.append(("change", node, (at, data)))

    def _sized(self, node, size):
        node.size = size
        self.steps.append(("change", node, size))

    def _opened(self, path, given, number):
        self.open.pop(number, None)
        if not self._ours(path):
            return
        if path not in self.now:
            self._name({path: File()})
        elif "O_TRUNC" in given:
            self._sized(self.now[path], 0)
        self.open[number] = [self.now[path], "end" if "O_APPEND" in given else 0, path]

    def _mapped(self, given):
        """The log's index alone is mapped, and is made anew after a loss of power."""
        number = given.split(", ")[4]
        if number.isdigit() and int(number) in self.open and "MAP_SHARED" in given:
            assert self.open[int(number)][2].endswith("-shm")

    def _name(self, names):
        folders = {os.path.dirname(path) for path in names}  # noqa: PTH120
        assert len(folders) == 1
        self.now.update(names)
        for path in [path for path, node in names.items() if node is None]:
            del self.now[path]
        change = {os.path.basename(path): node for path, node in names.items()}  # noqa: PTH119
        self.steps.append(("change", self.now[folders.pop()], change))

    def _path(self, raw):
        return os.path.normpath(raw.decode("utf-8", "replace"))

    def _ours(self, path):
        return path == str(self.root) or path.startswith(f"{self.root}/")

    def disks(self, folder, seed, count=DISKS):
        """Disks that the power left, and what had been said by then; half of them after a word.

        The steps are gone through once, so a trace has one such series.
        """
        rng = random.Random(seed)
        said = [at for at, step in enumerate(self.steps, 1) if step[0] == "said"]
        end = len(self.steps)
        cuts = [0, end, *(rng.choice(said) for _ in range(count // 2))]
        cuts += [rng.randrange(end + 1) for _ in range(count - len(cuts))]
        told, at = [], 0
        for cut in sorted(cuts):
            for step in self.steps[at:cut]:
                self._take(step, told)
            at = cut
            shutil.rmtree(folder, ignore_errors=True)
            share = rng.choice((0.0, 0.0, 1.0, 0.5, 0.9, rng.random()))
            rebuilt(self.top, folder, lambda share=share: rng.random() < share)
            yield list(told)

    def _take(self, step, told):
        kind, node, what = step
        if kind == "said":
            told.append(what)
        elif kind == "sync":
            node.sync()
        else:
            node.loose.append(what)


def texts(given):
    return [bytes.fromhex(one.replace("\\x", "")) for one in TEXT.findall(given)]


def rebuilt(node, path, chance):
    if isinstance(node, File):
        path.write_bytes(node.left(chance))
        path.chmod(0o600)
        return
    path.mkdir(mode=0o700)
    for name, inner in node.left(chance).items():
        rebuilt(inner, path / name, chance)


@pytest.fixture
def room(tmp_path):
    """A folder in memory, where there is one: what is synced is taken down and need not be done."""
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=where, prefix="power-") as name:
        yield Path(name)


@pytest.fixture
def traced(room):
    """Trace programs in a folder that is on the disk, with what the test put there before."""
    if untraceable():
        pytest.skip(untraceable())
    root = room / "disk"
    root.mkdir()
    return root, lambda: Trace(root)


@pytest.fixture
def left(room) -> Path:
    """Where disks are rebuilt, one after the other."""
    return room / "left"
