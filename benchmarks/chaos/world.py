"""The processes of a run: one server that comes back on its file, and clients that do on theirs."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

from benchmarks.chaos.outcome import Deed
from benchmarks.chaos.process import Running
from benchmarks.chaos.proxy import Proxy

PATIENCE = 60.0
"""Seconds after which something that must come is given up."""


class Server:
    """The mock server on one database, behind a proxy."""

    def __init__(self, file: Path, proxy: Proxy) -> None:
        self._file = file
        self._proxy = proxy
        self._process: Running | None = None
        self.kills = 0

    async def start(self) -> None:
        """Start it, and lead the proxy there."""
        self._process = Running(
            "mock_server.__main__",
            *("--port", "0", "--rate", "0", "--no-bots", "--exit-with-stdin"),
            *("--db", str(self._file)),
        )
        await self._process.listen()
        async with asyncio.timeout(PATIENCE):
            ready = (await self._process.lines.readline()).decode()
        self._proxy.upstream = int(ready.rpartition(":")[2].partition("/")[0])

    async def kill(self) -> None:
        """End it as a power cut does."""
        self._proxy.upstream = None
        if self._process is not None:
            self._process.signal(signal.SIGKILL)
            await self._process.ended()
            self._process = None
            self.kills += 1
            self._proxy.ledger.note("server killed")

    async def stop(self) -> None:
        """End it properly."""
        self._proxy.upstream = None
        if self._process is not None:
            self._process.signal(signal.SIGTERM)
            await self._process.ended()


class Client:
    """A user's client: killed and started again on the same folder."""

    def __init__(self, user: str, home: Path, url: str, *flags: str) -> None:
        self.user = user
        self.home = home
        self._flags = ("--server", url, "--user", user, "--home", str(home), *flags)
        self._process: Running | None = None
        self._listener: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self.kept: dict[str, str] = {}
        """What was typed and is on the disk: its name → its op_id."""
        self.deeds: list[Deed] = []
        """What all do besides, by its number."""
        self.words: list[str] = []
        self.phase = ""
        self.told: dict[str, Any] | None = None
        self.ready = False
        self.kills = 0

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it, and wait until what it kept is shown."""
        self.ready, self.phase = False, ""
        self._process = Running("benchmarks.chaos.client", *self._flags, home=self.home)
        await self._process.listen()
        loop = asyncio.get_running_loop()
        self._listener = loop.create_task(self._listen(self._process), name=f"hear {self.user}")
        await self.until(lambda: self.ready)

    async def kill(self) -> None:
        """End it with SIGKILL. What it had reported by then is read first."""
        assert self._process is not None
        assert self._listener is not None
        self._process.signal(signal.SIGKILL)
        self.kills += 1
        await self._process.ended()
        await self._listener

    async def stop(self) -> None:
        """End it as a user does."""
        assert self._process is not None
        assert self._listener is not None
        self._process.hush()
        async with asyncio.timeout(PATIENCE):
            await self._process.ended()
            await self._listener

    def do(self, **order: Any) -> None:
        """Have the user do something."""
        assert self._process is not None
        self._process.write(json.dumps(order).encode() + b"\n")

    async def tell(self) -> dict[str, Any]:
        """What it shows now."""
        self.told = None
        self.do(do="tell")
        await self.until(lambda: self.told is not None)
        assert self.told is not None
        return self.told

    async def until(self, true: Any, patience: float = PATIENCE) -> None:
        """Wait until its reports make this true; a process that has ended makes nothing true."""
        assert self._listener is not None
        async with asyncio.timeout(patience):
            while not true():
                if self._listener.done():
                    raise EOFError(f"the client of {self.user} ended: {self.words[-3:]}")
                self._moved.clear()
                await self._moved.wait()

    async def _listen(self, process: Running) -> None:
        async for line in process.lines:
            self._hear(json.loads(line))
        self._moved.set()

    def _hear(self, facts: dict[str, Any]) -> None:
        match facts:
            case {"kept": name, "op": op_id}:
                self.kept[name] = op_id
            case {"deed": number, **more}:
                for name, value in more.items():
                    setattr(self.deeds[number], name, value)
            case {"done": number}:
                self.deeds[number].kept = True
            case {"phase": phase}:
                self.phase = phase
            case {"ready": _}:
                self.ready = True
            case {"told": told}:
                self.told = told
            case {"word": word}:
                self.words.append(word)
        self._moved.set()
