"""One WebSocket through the proxy: two streams of frames, and what happens to them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import deque
from random import Random
from typing import TYPE_CHECKING

from benchmarks.chaos.frames import PING, Frame, cut
from benchmarks.chaos.ledger import BEATS
from benchmarks.chaos.weather import SEVERING

if TYPE_CHECKING:
    from benchmarks.chaos.ledger import Told, Way
    from benchmarks.chaos.proxy import Ends, Proxy

HELD = 0.2
"""Seconds that a message waits for the one that is to overtake it."""

_READ = 1 << 16


class Passage:
    """A connection of one user, until either side ends it or the weather does."""

    def __init__(self, user: str, near: Ends, far: Ends, chance: Random, proxy: Proxy) -> None:
        self.user = user
        self.silent = False
        """Nothing passes any more, and nobody is told."""
        self._near, self._far = near, far
        self._chance = chance
        self._proxy = proxy
        self._beats = 0
        self._unproven: deque[tuple[int, Told]] = deque()

    async def run(self) -> None:
        """Pass frames both ways."""
        up = self._pass("up", self._near[0], self._far[1])
        down = self._pass("down", self._far[0], self._near[1])
        await asyncio.gather(up, down)

    def reset(self) -> None:
        """End it to both sides as a router does that forgot it."""
        sever(self._near[1], reset=True)
        sever(self._far[1], reset=True)

    async def _pass(
        self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        buffer = bytearray()
        held: Frame | None = None
        with contextlib.suppress(OSError):
            while (data := await _read(reader, HELD if held else None)) != b"":
                if data is None:
                    held = await self._release(held, writer)
                    continue
                buffer += data
                for frame in cut(buffer):
                    held = await self._treat(way, frame, held, writer)
            await self._release(held, writer)
        await self._end(way, writer)

    async def _end(self, way: Way, writer: asyncio.StreamWriter) -> None:
        """One side is gone; the other is told, unless the link between them is dead."""
        if self.silent and way == "down":
            return
        for each in (writer, self._near[1], self._far[1]) if self.silent else (writer,):
            each.close()
            with contextlib.suppress(OSError):
                await each.wait_closed()

    async def _treat(
        self, way: Way, frame: Frame, held: Frame | None, writer: asyncio.StreamWriter
    ) -> Frame | None:
        """Pass a frame as the weather allows; gives the frame that waits to be overtaken."""
        ledger, weather = self._proxy.ledger, self._proxy.weather
        fault = weather.fault(self._chance)
        if fault in {"drop", "duplicate", "reorder"} and not frame.whole:
            fault = None
        ledger.passed(way, self.user, frame, "silence" if self.silent else fault)
        self._prove(way, frame, fault)
        match fault:
            case "drop":
                ledger.dropped(way, self.user, frame)
                return held
            case "reorder" if held is None:
                ledger.reordered(way, self.user, frame)
                return frame
            case "duplicate":
                ledger.duplicated(way, frame)
                await self._write(frame.data * 2, writer)
            case "delay":
                ledger.faults[f"delay {way}"] += 1
                await asyncio.sleep(self._chance.uniform(0, weather.longest))
                await self._write(frame.data, writer)
            case "truncate" | "half_open" | "reset":
                ledger.faults[f"{fault} {way}"] += 1
                await self._break(fault, frame, writer)
            case _:
                await self._write(frame.data, writer)
        return await self._release(held, writer)

    def _prove(self, way: Way, frame: Frame, fault: str | None) -> None:
        """Note what the client is told, and that it lived on after it was told what."""
        if way == "down" and fault not in {"drop", *SEVERING} and not self.silent:
            told = self._proxy.ledger.tells(self.user, frame)
            self._unproven.extend((self._beats, one) for one in told)
        elif way == "up" and frame.kind == PING:
            self._beats += 1
            while self._unproven and self._beats - self._unproven[0][0] >= BEATS:
                self._unproven.popleft()[1].proven = True

    async def _break(self, fault: str, frame: Frame, writer: asyncio.StreamWriter) -> None:
        if fault == "half_open":
            self.silent = True
        elif fault == "reset":
            self.reset()
        else:
            await self._write(frame.data[: len(frame.data) // 2], writer)
            sever(self._near[1], reset=False)
            sever(self._far[1], reset=False)

    async def _release(self, held: Frame | None, writer: asyncio.StreamWriter) -> None:
        if held is not None:
            await self._write(held.data, writer)

    async def _write(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        if not self.silent and not writer.is_closing():
            writer.write(data)
            await writer.drain()


async def _read(reader: asyncio.StreamReader, seconds: float | None) -> bytes | None:
    """What comes next; None where nothing comes in time."""
    try:
        async with asyncio.timeout(seconds):
            return await reader.read(_READ)
    except TimeoutError:
        return None


def sever(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    """Close a side at once; with a reset, without the goodbye of TCP."""
    if reset:
        plain = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
