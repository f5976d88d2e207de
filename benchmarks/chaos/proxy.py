"""A proxy between clients and a server that does to their traffic what networks do, by seed.

It passes HTTP requests one a connection, and after an upgrade WebSocket frames one by one. Messages
are dropped, doubled, delayed and put in another order; connections are cut in the middle of a
frame, reset, or left half open.
"""

from __future__ import annotations

import asyncio
import contextlib
from random import Random
from typing import Literal, Self

from benchmarks.chaos.heads import Head, read_head
from benchmarks.chaos.ledger import Ledger
from benchmarks.chaos.passage import Passage, sever
from benchmarks.chaos.weather import CALM, Weather

HISTORY = "/v1/chat"

FOUND = b"HTTP/1.1 200 "

NO_HISTORY = b"""\
HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
Connection: close\r\n\r\n{}"""


class Proxy:
    """Listens on a loopback port; `upstream` is the server's, None while there is none."""

    def __init__(self, seed: int, *, history: bool = True) -> None:
        self.weather: Weather = CALM
        self.upstream: int | None = None
        self.history = history
        """Else the server is one that keeps none: who asks for it is answered with 404."""
        self.manner: Literal["open", "flapping"] = "open"
        """flapping: every WebSocket is accepted and then closed at once."""
        self.ledger = Ledger()
        self.port = 0
        self._seed = seed
        self._opened = 0
        self._passages: set[Passage] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._attend, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def silence(self, user: str) -> None:
        """Leave every connection of this user half open."""
        for passage in self._passages:
            if passage.user == user:
                passage.silent = True

    def cut(self, user: str) -> int:
        """Reset every connection of this user; gives how many there were."""
        theirs = [passage for passage in self._passages if passage.user == user]
        for passage in theirs:
            passage.reset()
        return len(theirs)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = await read_head(reader)
            if head is not None:
                await self._serve(head, reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            """One side has gone, as it may."""
        finally:
            self._tasks.discard(task)
            await _gone(writer)

    async def _serve(
        self, head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if head.path.startswith(HISTORY) and not self.history:
            writer.write(NO_HISTORY)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            return
        if self.upstream is None:
            return
        self._opened += 1
        chance = Random(f"{self._seed}/{self._opened}")
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            if head.upgrades:
                near, far = (reader, writer), (far_reader, far_writer)
                await self._upgrade(head, near, far, chance)
            else:
                await self._ask(head, (reader, writer), (far_reader, far_writer), chance)
        finally:
            await _gone(far_writer)

    async def _ask(self, head: Head, near: Ends, far: Ends, chance: Random) -> None:
        """One request and its answer. What severs connections may happen to the answer."""
        body = await near[0].readexactly(head.length)
        far[1].write(head.alone + body)
        await far[1].drain()
        answer = await far[0].read(-1)
        fault = self.weather.fault(chance)
        self.ledger.note(
            f"{head.user} asked {head.path} {answer[:12]!r} {len(answer)} {fault or ''}"
        )
        if fault == "delay":
            await asyncio.sleep(chance.uniform(0, self.weather.longest))
        elif fault in {"truncate", "reset", "half_open"}:
            self.ledger.faults[f"{fault} http"] += 1
            near[1].write(answer[: len(answer) // 2] if fault == "truncate" else b"")
            sever(near[1], reset=fault != "truncate")
            return
        near[1].write(answer)
        await near[1].drain()
        if head.path.startswith(HISTORY) and answer.startswith(FOUND):
            self.ledger.looked(head.user)
        near[1].close()
        await near[1].wait_closed()

    async def _upgrade(self, head: Head, near: Ends, far: Ends, chance: Random) -> None:
        far[1].write(head.plain)
        answer = await read_head(far[0])
        if answer is None:
            return
        self.ledger.connects[head.user] += 1
        near[1].write(answer.raw)
        await near[1].drain()
        self.ledger.note(f"{head.user} connected")
        if self.manner == "flapping":
            near[1].close()
            await near[1].wait_closed()
            return
        passage = Passage(head.user, near, far, chance, self)
        self._passages.add(passage)
        try:
            await passage.run()
        finally:
            self.ledger.note(f"{head.user} disconnected")
            self._passages.discard(passage)


async def _gone(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
"""One side of a connection."""
