"""The real program on a terminal of its own, for as many messages as a day brings."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks import worlds
from benchmarks.chaos.proxy import Proxy
from benchmarks.chaos.world import PATIENCE, Server
from benchmarks.terminal import Program, rss_mib

LOBBY, TEAM = "network:lobby", "network:team"
RATE = 600.0
"""Messages a second that come at most: a server drops who lets 256 wait."""

FLIGHT = 50
"""Messages that are sent before their acks are waited for."""

RETRY = "\x12"
"""The key that connects now, Ctrl+R."""

WARM = 0.1
"""The share of the messages after which drift is measured.

Before that memory grows because what is first needed is imported, and the windows of the rooms and
the caches of rows and pages fill up to their bounds: that is spent once, however long a day lasts.
"""

LAST = 2 / 3
"""The share of the messages after which memory must stand still."""


@dataclass
class Endurance:
    """What a soak found."""

    messages: int = 0
    disconnects: int = 0
    """Meant by the plan."""
    cuts: int = 0
    """Connections that lived and were cut."""
    connects: int = 0
    typed: int = 0
    rss: list[float] = field(default_factory=list)
    """MiB, after each disconnect."""
    missing: int = 0
    """Of the server's messages, on the program's disk."""
    unsent: int = 0
    """Of what was typed, at the server."""
    seconds: float = 0.0

    @property
    def drift(self) -> float:
        """MiB between the first measurement with full windows and the highest after it."""
        return self._growth(max(1, int(len(self.rss) * WARM)))

    @property
    def whole(self) -> float:
        """MiB between the very first measurement and the highest after it."""
        return self._growth(0)

    @property
    def creep(self) -> float:
        """MiB that were added in the last third of the day."""
        return self._growth(int(len(self.rss) * LAST))

    def _growth(self, begin: int) -> float:
        after = self.rss[begin:]
        return max(after) - after[0]


class Soak:
    """Somebody talks, somebody's program listens and answers, and their connection is cut."""

    def __init__(self, folder: Path, proxy: Proxy, messages: int, disconnects: int) -> None:
        self._folder = folder
        self._proxy = proxy
        self._found = Endurance(messages, disconnects)
        self._over = False

    async def live(self) -> Endurance:
        """Run it, and look what is on the disks."""
        clock = asyncio.get_running_loop()
        began = clock.time()
        server = Server(self._folder / "server.db", self._proxy)
        await server.start()
        url = f"ws://127.0.0.1:{self._proxy.port}/v1/ws"
        command = worlds.wschat("--home", str(self._folder / "home"), "--server", url)
        with Program(command, {"WSCHAT_TOKEN": "dev:alice"}) as program:
            await asyncio.to_thread(program.until, "online", PATIENCE)
            drain = asyncio.create_task(self._drain(program), name="terminal")
            await self._talk(program)
            await self._connected(program, self._found.disconnects + 1)
            await self._settled()
            self._over = True
            await drain
        await server.stop()
        self._found.connects = self._proxy.ledger.connects["alice"]
        self._found.missing = len(self._stored() - self._kept())
        self._found.seconds = clock.time() - began
        return self._found

    async def _drain(self, program: Program) -> None:
        while not self._over:
            await asyncio.to_thread(program.drain, 0.3)

    async def _talk(self, program: Program) -> None:
        found = self._found
        each = found.messages // found.disconnects
        direct = f"ws://127.0.0.1:{self._proxy.upstream}/v1/ws"
        headers = {"Authorization": "Bearer dev:bob"}
        async with connect(direct, additional_headers=headers, proxy=None) as bob:
            for number in range(found.disconnects):
                await self._connected(program, number + 1)
                await self._cut()
                await _say(bob, range(number * each, (number + 1) * each))
                program.type(f"still here {number}\r")
                found.typed += 1
                found.rss.append(rss_mib(program.pid))

    async def _cut(self) -> None:
        """Cut the program's connection: one that lives."""
        async with asyncio.timeout(PATIENCE):
            while not self._proxy.cut("alice"):  # noqa: ASYNC110  The proxy announces nothing.
                await asyncio.sleep(0.01)
        self._found.cuts += 1

    async def _connected(self, program: Program, times: int) -> None:
        """Wait until the program is back: a connection that is not there cannot be cut.

        So many cuts in so little time make its waits long, and its user impatient.
        """
        async with asyncio.timeout(PATIENCE):
            while self._proxy.ledger.connects["alice"] < times:
                program.type(RETRY)
                await asyncio.sleep(0.2)

    async def _settled(self) -> None:
        """Wait until the program has everything on its disk, and the server what was typed."""
        async with asyncio.timeout(PATIENCE):
            while self._typed() < self._found.typed or self._stored() - self._kept():  # noqa: ASYNC110
                await asyncio.sleep(0.5)

    def _stored(self) -> set[str]:
        rows = _rows(self._folder / "server.db", "SELECT id FROM messages")
        return {str(row[0]) for row in rows}

    def _typed(self) -> int:
        said = "SELECT count(DISTINCT body) FROM messages WHERE body LIKE 'still here %'"
        return int(_rows(self._folder / "server.db", said)[0][0])

    def _kept(self) -> set[str]:
        (file,) = (self._folder / "home").rglob("history/*.db")
        return {str(row[0]) for row in _rows(file, "SELECT id FROM message")}


async def _say(bob: ClientConnection, numbers: range) -> None:
    clock = asyncio.get_running_loop()
    for begin in range(numbers.start, numbers.stop, FLIGHT):
        due = clock.time() + FLIGHT / RATE
        flight = range(begin, min(begin + FLIGHT, numbers.stop))
        for number in flight:
            scope = TEAM if number % 10 >= 7 else LOBBY
            data = {"scope": scope, "body": f"message {number} of a long day"}
            await bob.send(json.dumps({"type": "chat.send", "op_id": str(number), "data": data}))
        waiting = {str(number) for number in flight}
        while waiting:
            waiting.discard(str(json.loads(await bob.recv()).get("op_id")))
        await asyncio.sleep(max(0.0, due - clock.time()))


def _rows(file: Path, question: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()
