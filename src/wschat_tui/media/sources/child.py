"""A command in a pseudo-terminal: without our secrets, and with no process of it left behind."""

from __future__ import annotations

import errno
import os
import selectors
import signal
import subprocess
import sys
from contextlib import suppress

from wschat_tui.media.sources.missing import Missing

KEPT = ("HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TZ", "USER", "XDG_RUNTIME_DIR")
"""Variables that a command is given, beside LC_*; anything else may be a secret."""

GRACE = 0.5
"""Seconds that a command has to end when its terminal is taken away."""

_LEAD = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal its own; in a process of its own, for a fork of one with threads may hang."""

_SHELL = "/bin/sh"
_PIECE = 16 * 1024
"""Bytes that are read at once."""


class Child:
    """Runs `sh -c line`. Raises Missing where there are no pseudo-terminals, or no more of them."""

    def __init__(self, line: str, columns: int, rows: int) -> None:
        if sys.platform == "win32":
            raise Missing(
                "A command can be shown on Linux, macOS and BSD alone: a card is sent. Share a"
                " file, or the screen."
            )
        try:
            self._master, slave = os.openpty()
        except OSError as fault:
            raise Missing(_no_terminal(fault)) from fault
        try:
            _resize(slave, columns, rows)
            # The user typed it to be run; nothing that came over the wire ever gets here.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", "-c", _LEAD, _SHELL, "-c", line],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=environment(),
                start_new_session=True,
            )
        except OSError as fault:
            os.close(self._master)
            raise Missing(_no_terminal(fault)) from fault
        finally:
            os.close(slave)
        os.set_blocking(self._master, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._master, selectors.EVENT_READ)

    def read(self, seconds: float) -> bytes | None:
        """What it wrote, after `seconds` at most; None: it has ended and all of it was read."""
        if not self._selector.select(seconds):
            return b""
        try:
            return os.read(self._master, _PIECE) or None
        except BlockingIOError:
            return b""
        except OSError as fault:
            # This is how Linux tells that nobody holds the other end any more.
            if fault.errno == errno.EIO:
                return None
            raise

    def answer(self, data: bytes) -> None:
        """Write what a terminal answers when it is asked about itself; lost if nobody reads."""
        with suppress(OSError):
            os.write(self._master, data)

    def code(self) -> int:
        """How it ended, waited for a little; below 0: the signal that ended it."""
        try:
            return self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._end()
            return self._process.returncode

    def close(self) -> None:
        """End it and all that it started, and close its terminal."""
        self._signal(signal.SIGHUP)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
        self._end()
        self._selector.close()
        os.close(self._master)

    def _end(self) -> None:
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def environment() -> dict[str, str]:
    """What a command that others see may know."""
    kept = {
        name: value for name, value in os.environ.items() if name in KEPT or name.startswith("LC_")
    }
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def _resize(terminal: int, columns: int, rows: int) -> None:
    import termios

    termios.tcsetwinsize(terminal, (rows, columns))


def _no_terminal(fault: OSError) -> str:
    why = fault.strerror or "it did not say why"
    return f"The command could not be started ({why}): a card is sent. Share a file, or the screen."
