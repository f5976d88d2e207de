"""Real processes in a real pseudo-terminal: a server, the program on a screen, people beside it."""

import contextlib
import json
import os
import re
import select
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unicodedata import combining

import pexpect
import pyte
import pytest
from wcwidth import wcwidth
from websockets.sync.client import ClientConnection, connect

PATIENCE = 25.0
"""Seconds to wait for a fact of the screen; a busy machine is slow, a missing fact never comes."""

KEYS = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "end": b"\x1b[F",
    "home": b"\x1b[H",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "alt+t": b"\x1bt",
    "alt+up": b"\x1b[1;3A",
    "alt+down": b"\x1b[1;3B",
    "ctrl+c": b"\x03",
    "ctrl+f": b"\x06",
    "ctrl+k": b"\x0b",
    "ctrl+q": b"\x11",
    "ctrl+r": b"\x12",
}

ANSWERS = {b"\x1b[c": b"\x1b[?62;22c", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
"""What a terminal answers: its kind, and that it knows synchronized output."""

FRAME_BEGINS, FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"
LONGEST_QUERY = 16

Fact = str | Callable[["Screen"], object]


def child_environment(more: Mapping[str, str]) -> dict[str, str]:
    """What children see: the test's own world, a terminal of many colours, compiled modules kept."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **more}


class Emulator(pyte.Screen):
    """A terminal that goes on after a joiner or its like, where the library's drops the rest."""

    def draw(self, data: str) -> None:
        drawn = (one for one in data if one.isascii() or wcwidth(one) or combining(one))
        super().draw("".join(drawn))


class Screen:
    """A program in a pseudo-terminal, and the terminal that shows it."""

    def __init__(self, command: list[str], env: Mapping[str, str], size: tuple[int, int]) -> None:
        columns, lines = size
        self._terminal = Emulator(columns, lines)
        self._stream = pyte.ByteStream(self._terminal)
        self._changed = threading.Condition()
        self._in_a_frame = False
        self._seen: list[str] | None = None
        self._tail = b""
        self.over = False  # Nobody writes to the terminal any more.
        self.raw = bytearray()
        self.hung_up = False
        self.killed = False
        self.env = child_environment(env)
        with warnings.catch_warnings():
            # Forking beside other screens' readers is fine: the child runs a program at once.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._child = pexpect.spawn(
                command[0], command[1:], env=self.env, dimensions=(lines, columns)
            )
        self._child.delaybeforesend = None
        self.pid = self._child.pid
        self._child.ptyproc.delayafterclose = 0
        self._woken, self._wake = os.pipe()
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    # ---- what the terminal does

    def _read(self) -> None:
        while True:
            data = b""
            ready, _, _ = select.select([self._child.child_fd, self._woken], [], [])
            if self._woken not in ready:
                # Where the other side is closed, Linux answers with an error.
                with contextlib.suppress(OSError):
                    data = os.read(self._child.child_fd, 65536)
            with self._changed:
                if data:
                    self._take(data)
                self.over = not data
                self._changed.notify_all()
            if not data:
                return

    def _take(self, data: bytes) -> None:
        self.raw += data
        self._stream.feed(data)
        self._seen = None
        seen = self._tail + data
        self._tail = seen[-LONGEST_QUERY:]
        for query, answer in ANSWERS.items():
            # Only a query that was not complete in the bytes before is new.
            if seen.count(query) > seen[: len(seen) - len(data)].count(query):
                with contextlib.suppress(OSError):
                    os.write(self._child.child_fd, answer)
        begins, ends = seen.rfind(FRAME_BEGINS), seen.rfind(FRAME_ENDS)
        if begins != ends:
            self._in_a_frame = begins > ends

    # ---- what is seen

    @property
    def lines(self) -> list[str]:
        """The rows of the terminal, without blanks at their ends."""
        with self._changed:
            if self._seen is None:
                self._seen = [self._row(number).rstrip() for number in range(self._terminal.lines)]
            return self._seen

    def _row(self, number: int) -> str:
        """A row; what is left of a wide letter that was half overwritten is nothing."""
        row = self._terminal.buffer[number]
        return "".join(row[column].data for column in range(self._terminal.columns))

    @property
    def text(self) -> str:
        """All that is seen, as one text."""
        return "\n".join(self.lines)

    @property
    def drawn(self) -> int:
        """How many bytes were written up to the end of the last complete frame."""
        with self._changed:
            at = self.raw.rfind(FRAME_ENDS)
            return at + len(FRAME_ENDS) if at >= 0 else 0

    @property
    def after(self) -> str:
        """What was written once the terminal was the user's again."""
        return bytes(self.raw).rpartition(b"\x1b[?1049l")[2].decode("utf-8", "replace")

    def line_with(self, text: str) -> str:
        """The first row that holds a text."""
        return next((line for line in self.lines if text in line), "")

    def reads(self, text: str) -> bool:
        """Whether a text is seen: on one line, or wrapped within a box beside other things."""
        lines = self.lines
        if any(text in line for line in lines):
            return True
        words = text.split()
        return any(_read(words, lines[row:]) for row in range(len(lines)))

    def wait_for(self, *facts: Fact, timeout: float = PATIENCE) -> None:
        """Wait until all of these are on a complete frame; texts may be wrapped."""
        end = time.monotonic() + timeout
        with self._changed:
            while not self._holds(facts):
                left = end - time.monotonic()
                if left <= 0 or self.over:
                    why = "the program ended" if self.over else f"not in {timeout:g} s"
                    pytest.fail(f"{why}: {self._missing(facts)!r}\n{self.text}", pytrace=False)
                self._changed.wait(left)

    def wait_gone(self, text: str) -> None:
        """Wait until a text is seen no more."""
        self.wait_for(lambda screen: text not in screen.text)

    def _holds(self, facts: tuple[Fact, ...]) -> bool:
        return not self._in_a_frame and not self._missing(facts)

    def _missing(self, facts: tuple[Fact, ...]) -> list[Fact]:
        return [
            one for one in facts if not (self.reads(one) if isinstance(one, str) else one(self))
        ]

    # ---- what the user does

    def press(self, *names: str) -> None:
        """Press keys by name."""
        for name in names:
            self.write(KEYS.get(name) or name.encode())

    def type(self, text: str) -> None:
        """Type a text."""
        self.write(text.encode())

    def paste(self, text: str) -> None:
        """Paste a text as a terminal does that was asked to mark pastes."""
        assert b"\x1b[?2004h" in self.raw
        self.write(b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")

    def write(self, data: bytes) -> None:
        """Hand bytes to the program."""
        self._child.send(data)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the window; the kernel tells the program."""
        with self._changed:
            self._terminal.resize(lines, columns)
            self._seen = None
            self._child.setwinsize(lines, columns)

    def hang_up(self) -> None:
        """Close the window: the terminal is gone, and the kernel tells the program."""
        self.hung_up = True
        os.write(self._wake, b"!")
        self._reader.join(PATIENCE)
        self._child.ptyproc.fileobj.close()

    # ---- the process

    def kill(self) -> None:
        """End it as a crash of the machine would: nothing is put back, and nothing is said."""
        self.killed = True
        self.signal(signal.SIGKILL)
        assert self.code() == -signal.SIGKILL

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    def code(self) -> int:
        """Wait for the end, and answer the exit code; the negative number of a signal that killed."""
        self._reader.join(PATIENCE)
        if self._reader.is_alive():
            pytest.fail(f"the program goes on\n{self.text}", pytrace=False)
        code = self._child.wait()
        return -self._child.signalstatus if code is None else code

    def close(self) -> None:
        """End what still runs, without asking."""
        if self._reader.is_alive():
            os.kill(self.pid, signal.SIGKILL)
        self._reader.join(PATIENCE)
        self._child.close(force=True)
        os.close(self._woken)
        os.close(self._wake)

    def check_restored(self) -> None:
        """Hold the promise that the terminal is the user's again, with nothing left on."""
        raw = bytes(self.raw)
        for mode in (b"1049", b"1000", b"1003", b"1006", b"2004", b"1004"):
            on, off = raw.rfind(b"\x1b[?" + mode + b"h"), raw.rfind(b"\x1b[?" + mode + b"l")
            assert on <= off, f"mode {mode.decode()} is left on"
        assert raw.rfind(b"\x1b[?25l") <= raw.rfind(b"\x1b[?25h"), "the cursor is left hidden"


def _read(words: list[str], rows: list[str]) -> bool:
    """Whether the words stand in these rows, from the first one on, some on each."""
    for row in rows:
        starts = [found.start() for found in re.finditer(re.escape(words[0]), row)]
        taken = max((_taken(words, row[at:].split()) for at in starts), default=0)
        if not taken:
            return False
        words = words[taken:]
        if not words:
            return True
    return False


def _taken(words: list[str], seen: list[str]) -> int:
    """How many of the words are seen, from the first on; of the last its beginning is enough."""
    count = 0
    for word, there in zip(words, seen, strict=False):
        last = count == len(words) - 1
        if not (word == there or (last and there.startswith(word))):
            break
        count += 1
    return count


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Callable[..., Screen]]:
    """Start `wschat` on a terminal; at the end each has left it as it was, and never in disorder."""
    made: list[Screen] = []

    def start(
        *arguments: str,
        size: tuple[int, int] = (120, 36),
        token: str = "",
        stdin: Path | None = None,
        patch: str = "",
        **env: str,
    ) -> Screen:
        command = [sys.executable, "-m", "wschat_tui", *arguments]
        if patch:
            run = (
                "import runpy; runpy.run_module('wschat_tui', run_name='__main__', alter_sys=True)"
            )
            command = [sys.executable, "-c", f"{patch}\n{run}", *arguments]
        if stdin is not None:
            command = ["sh", "-c", f'exec "$@" < {shlex.quote(str(stdin))}', "sh", *command]
        own = {"WSCHAT_HOME": str(tmp_path / "wschat")} | ({"WSCHAT_TOKEN": token} if token else {})
        made.append(Screen(command, own | env, size))
        return made[-1]

    try:
        yield start
        for one in made:
            if not one.over:
                one.signal(signal.SIGTERM)
                assert one.code() == 0
            assert b"Traceback" not in one.raw
            if not one.hung_up and not one.killed:
                one.check_restored()
    finally:
        for one in made:
            one.close()


def sharing(process: int) -> list[str]:
    """What stands before a command that is to run in the network of another process."""
    return ["nsenter", "-n", "-t", str(process)] if process else []


class Mock:
    """The bundled server in a process of its own, which can die and come back on its port."""

    def __init__(self, file: Path, *more: str, within: int = 0) -> None:
        """within: a process whose network it is to share; 0 for the usual one."""
        self._file = file
        self._within = within
        self._more = more
        self.dialect = more[1] if more else "standard"
        self.port = 0
        self.url = ""
        self.start()

    def start(self) -> None:
        """Start it, on the port it had before if there was one."""
        command = [sys.executable, "-m", "mock_server", "--port", str(self.port), "--no-bots"]
        self._process = subprocess.Popen(
            [
                *sharing(self._within),
                *command,
                "--db",
                str(self._file),
                "--exit-with-stdin",
                *self._more,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child_environment({}),
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().removeprefix("ready ").strip()
        found = re.search(r":(\d+)/", self.url)
        assert found, "the server did not start"
        self.port = int(found[1])

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End by a signal: in good order, or with SIGKILL at once."""
        self._process.send_signal(number)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def ask(self, path: str, body: Any = None, token: str = "dev:root") -> Any:
        """One request to the HTTP side."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(body).encode() if body is not None else None,
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def bodies(self, scope: str, token: str = "dev:root") -> list[str]:
        """What was said in a room, oldest first, as the server tells it."""
        messages = self.ask(f"/v1/chat?limit=100&scope={scope}", token=token)["messages"]
        return [one["body"] for one in sorted(messages, key=lambda one: one["created_at"])]


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[Mock]:
    """A quiet server of the test's own."""
    server = Mock(tmp_path / "server.sqlite")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def mock_in(tmp_path: Path) -> Iterator[Callable[[str], Mock]]:
    """Quiet servers of the test's own that write in the dialect that is asked for."""
    made: list[Mock] = []

    def start(dialect: str, within: int = 0) -> Mock:
        file = tmp_path / f"{dialect}.sqlite"
        made.append(Mock(file, "--dialect", dialect, within=within))
        return made[-1]

    try:
        yield start
    finally:
        for server in made:
            server.stop()


class Verb:
    """`wschat` with a verb that needs no screen: its lines, as they come."""

    def __init__(self, arguments: tuple[str, ...], env: Mapping[str, str], within: int) -> None:
        """within: a process whose network this one is to share; 0 for the usual one."""
        command = [sys.executable, "-m", "wschat_tui", *arguments]
        self.process = subprocess.Popen(
            [*sharing(within), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=child_environment(env),
        )
        self.out: list[dict[str, Any]] = []
        self.err: list[str] = []
        self._came = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=args, daemon=True)
            for args in (
                (self.process.stdout, lambda line: self.out.append(json.loads(line))),
                (self.process.stderr, self.err.append),
            )
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, pipe: Any, take: Callable[[str], None]) -> None:
        for line in pipe:
            with self._came:
                take(line.rstrip("\n"))
                self._came.notify_all()
        with self._came:
            self._came.notify_all()

    def wait_for(self, fits: Callable[["Verb"], object], timeout: float = PATIENCE) -> Any:
        """Wait until something is so, and answer it."""
        end = time.monotonic() + timeout
        with self._came:
            while not (found := fits(self)):
                left = end - time.monotonic()
                if left <= 0 or not any(reader.is_alive() for reader in self._readers):
                    pytest.fail(f"it never came: {self.out} {self.err}", pytrace=False)
                self._came.wait(left)
        return found

    def says(self, text: str, timeout: float = PATIENCE) -> None:
        """Wait for words on stderr."""
        self.wait_for(lambda one: any(text in line for line in one.err), timeout)

    def figures(self, **wanted: Any) -> dict[str, Any]:
        """Wait for a line of figures that has these."""
        return self.wait_for(lambda one: one.newest("stats", **wanted))

    def now(self, **wanted: Any) -> dict[str, Any]:
        """Wait until the newest figures are so."""

        def fits(one: Verb) -> dict[str, Any] | None:
            line = one.newest("stats")
            return line if line is not None and wanted.items() <= line.items() else None

        return self.wait_for(fits)

    def newest(self, event: str, **wanted: Any) -> dict[str, Any] | None:
        """The newest line of this kind that has these values."""
        fitting = [
            line for line in self.out if line["event"] == event and wanted.items() <= line.items()
        ]
        return fitting[-1] if fitting else None

    def code(self, timeout: float = PATIENCE) -> int:
        """Wait for the end; nothing of it may be a fault of ours."""
        code = self.process.wait(timeout)
        for reader in self._readers:
            reader.join(PATIENCE)
        assert not [line for line in self.err if "Traceback" in line or "fault" in line], self.err
        return code

    @property
    def ended(self) -> dict[str, Any]:
        """The last line on stdout: how the call went."""
        assert self.out[-1]["event"] == "ended", self.out
        return self.out[-1]

    def close(self) -> None:
        """End it without asking, if it still runs."""
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(PATIENCE)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def verb(tmp_path: Path) -> Iterator[Callable[..., Verb]]:
    """Run a verb of `wschat` as somebody on a server."""
    made: list[Verb] = []

    def start(name: str, server: Mock, *arguments: str, within: int = 0, **env: str) -> Verb:
        dialect = server.dialect
        own = {"WSCHAT_HOME": str(tmp_path / name), "WSCHAT_TOKEN": f"dev:{name}"}
        where = ("--server", server.url, "--user", name, "--dialect", dialect)
        made.append(Verb((*arguments, *where), own | env, within))
        return made[-1]

    try:
        yield start
    finally:
        for one in made:
            one.close()


class Person:
    """Somebody else on the server, by a client that shares no code with ours."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0

    def do(self, kind: str, **data: Any) -> dict[str, Any]:
        """Ask for something and wait for the ack; its data, which stands inside the ack's own."""
        op_id = self.tell(kind, **data)
        answer = self.heard(lambda one: one.get("op_id") == op_id)
        assert answer["type"] == "ack", answer
        return answer["data"].get("data") or {}

    def tell(self, kind: str, **data: Any) -> str:
        """Send what nobody acks; its op_id."""
        self._count += 1
        op_id = f"{kind}-{self._count}"
        self._socket.send(json.dumps({"type": kind, "op_id": op_id, "data": data}))
        return op_id

    def say(self, scope: str, body: str, **more: Any) -> str:
        """Post a message; its id."""
        return str(self.do("chat.send", scope=scope, body=body, **more)["message_id"])

    def heard(self, fits: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Wait for an envelope that fits."""
        end = time.monotonic() + PATIENCE
        while True:
            for line in str(self._socket.recv(end - time.monotonic())).split("\n"):
                envelope = json.loads(line)
                if fits(envelope):
                    return envelope


@pytest.fixture
def person() -> Iterator[Callable[..., Person]]:
    """Let somebody connect to a server, and join rooms."""
    with contextlib.ExitStack() as stack:

        def come(name: str, server: Mock, *rooms: str) -> Person:
            headers = {"Authorization": f"Bearer dev:{name}"}
            opening = connect(server.url, additional_headers=headers, proxy=None)
            somebody = Person(stack.enter_context(opening))
            for room in rooms:
                somebody.do("room.join", room=room)
            return somebody

        yield come
