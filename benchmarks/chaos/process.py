"""Processes that begin with everything imported: forked from one that has loaded what they need.

Each is a process of its own, with a number and a death of its own; only the second that Python
takes to import the program is spent once, and not for each of hundreds of starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

NEEDED = (
    "benchmarks.chaos.client",
    "mock_server.__main__",
    "mock_server.server",
    "wschat_tui.link.rest",
    "wschat_tui.storage.archive.archive",
    "aiohttp",
)

_LIMIT = 1 << 26

_KIND = multiprocessing.get_context("forkserver")
_KIND.set_forkserver_preload([*NEEDED])


class Running:
    """A running process: orders go to its stdin, lines come from its stdout."""

    def __init__(self, module: str, *arguments: str, home: Path | None = None) -> None:
        theirs_in, self._ours_in = _KIND.Pipe(duplex=False)
        self._ours_out, theirs_out = _KIND.Pipe(duplex=False)
        self._process = _KIND.Process(
            target=_begin, args=(module, arguments, theirs_in, theirs_out, str(home or ""))
        )
        self._process.start()
        theirs_in.close()
        theirs_out.close()
        self.lines = asyncio.StreamReader(limit=_LIMIT)
        self._transport: asyncio.ReadTransport | None = None

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    async def listen(self) -> None:
        """Begin to read what it says."""
        # The transport has a descriptor of its own, and closes it.
        pipe = os.fdopen(os.dup(self._ours_out.fileno()), "rb", 0)
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self.lines), pipe
        )

    def write(self, data: bytes) -> None:
        """Say something to it; one that is dead hears nothing."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._ours_in.fileno(), data)

    def hush(self) -> None:
        """Close its stdin."""
        self._ours_in.close()

    def signal(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def ended(self) -> None:
        """Wait until it has ended."""
        await asyncio.to_thread(self._process.join)
        for end in (self._ours_in, self._ours_out):
            if not end.closed:
                end.close()


def _begin(
    module: str, arguments: tuple[str, ...], said: Connection, says: Connection, home: str
) -> None:
    """In the new process: its pipes in their places, then the module's `main`."""
    os.dup2(said.fileno(), 0)
    os.dup2(says.fileno(), 1)
    said.close()
    says.close()
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    for name in [name for name in os.environ if name.startswith("WSCHAT_")]:
        del os.environ[name]
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    if home:
        os.environ["HOME"] = home
    sys.argv = [module, *arguments]
    raise SystemExit(importlib.import_module(module).main())
