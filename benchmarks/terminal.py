"""A program on a terminal of its own: when it shows something, and what it has cost by then.

CPU seconds come from the scheduler's own account (`/proc/PID/task/*/schedstat`), which other jobs
on the machine hardly touch; wall time is for information.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

COLUMNS, LINES = 120, 40
PATIENCE = 120.0
"""Seconds after which a program that does not show what it should is given up."""

ANSWERS = {b"\x1b[c": b"\x1b[?62;22c", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
"""What terminals answer: their kind, and that they know synchronized output."""

OVERLAP = 256
"""Bytes of what came before that are searched again, for a text that two reads cut apart."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program has used since it was started."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds on a processor, of all its threads that live."""
    rss: float
    """MiB in memory."""
    written: int
    """Bytes that it wrote to the terminal."""


class Program:
    """A running program. Its output is read whenever something is waited for, and else kept."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        world = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        world.pop("PYTHONDONTWRITEBYTECODE", None)
        self.began = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), world)
        self._tail = b""
        self._written = 0
        self._code: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)

    def read(self, seconds: float) -> bytes:
        """What the program writes next, within that time; empty where that is nothing."""
        ready, _, _ = select.select([self._terminal], [], [], max(seconds, 0))
        if not ready:
            return b""
        try:
            data = os.read(self._terminal, 1 << 20)
        except OSError:
            raise EOFError(f"the program ended: {self._tail[-400:]!r}") from None
        self._written += len(data)
        for query, answer in ANSWERS.items():
            if query in data:
                os.write(self._terminal, answer)
        return data

    def until(self, text: str, patience: float = PATIENCE) -> Cost:
        """Read until a text is written; what the program had used by then."""
        wanted, end = text.encode(), time.perf_counter() + patience
        while (now := time.perf_counter()) < end:
            data = self.read(end - now)
            seen, self._tail = self._tail + data, (self._tail + data)[-OVERLAP:]
            if wanted in seen:
                self._tail = seen.rpartition(wanted)[2][-OVERLAP:]
                return self.cost()
        raise TimeoutError(f"{text!r} was not shown in {patience:g} s")

    def drain(self, seconds: float) -> None:
        """Let the program run for a while, as a terminal that reads everything."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            self.read(end - now)

    def type(self, text: str) -> None:
        """Press the keys of a text."""
        os.write(self._terminal, text.encode())

    def cost(self) -> Cost:
        """What the program has used so far."""
        wall = time.perf_counter() - self.began
        return Cost(wall, cpu_seconds(self.pid), rss_mib(self.pid), self._written)

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it, take what it still writes, and answer its exit code."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
            with contextlib.suppress(EOFError):
                while True:
                    self.read(PATIENCE)
            _, status = os.waitpid(self.pid, 0)
            os.close(self._terminal)
            self._code = os.waitstatus_to_exitcode(status)
        return self._code


def cpu_seconds(pid: int) -> float:
    """Seconds that the live threads of a process have spent on a processor."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def rss_mib(pid: int) -> float:
    """MiB of a process that are in memory."""
    return int(_status(pid, "VmRSS")) / 1024


def wakeups(pid: int) -> int:
    """How often threads of a process went to sleep, and so were woken."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        total += int(_status(f"{pid}/task/{thread.name}", "voluntary_ctxt_switches"))
    return total


def _status(process: object, field: str) -> str:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return value.split()[0]
    raise KeyError(field)
