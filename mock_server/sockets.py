"""One WebSocket connection: a bounded queue out, one writer, an end for who reads too slowly."""

import asyncio
from collections.abc import Callable

from aiohttp import WSCloseCode, WSMsgType, web

from mock_server.switchboard import Parcel

QUEUE = 256
"""Envelopes that may wait for a client; one more and it is disconnected, as deployed servers do."""

LINGER = 2.0
"""Seconds that a client has to take the close frame before the connection is cut."""


class Socket:
    """The far end of a connection, over the network."""

    def __init__(
        self,
        response: web.WebSocketResponse,
        transport: asyncio.Transport,
        *,
        batch: bool,
        max_frame: int,
    ) -> None:
        self._max_frame = max_frame
        self._response = response
        self._transport = transport
        self._batch = batch
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        self._ending = asyncio.Event()
        self._ended = asyncio.Event()

    def deliver(self, parcel: Parcel) -> None:
        """Queue an event; a client that leaves the queue full is disconnected."""
        if self._ending.is_set():
            return
        try:
            self._queue.put_nowait(parcel.line)
        except asyncio.QueueFull:
            self._ending.set()

    async def end(self) -> None:
        """Close with an empty close frame, as deployed servers do when they stop."""
        self._ending.set()
        await self._ended.wait()

    async def drop(self, code: int | None) -> None:
        """Close with this code, or, without one, cut the connection without a word."""
        if code is None:
            self._transport.abort()
        else:
            await self._response.close(code=code)
        await self._ended.wait()

    async def attend(self, hear: Callable[[str | bytes], None], name: str) -> None:
        """Read until the connection ends, writing meanwhile."""
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(self._write(), name=f"write to {name}")
            ending = tasks.create_task(self._end(writing), name=f"end of {name}")
            try:
                await self._read(hear)
            finally:
                self._ended.set()
                writing.cancel()
                ending.cancel()

    async def _read(self, hear: Callable[[str | bytes], None]) -> None:
        while True:
            message = await self._response.receive()
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            if _size(message.data) > self._max_frame:
                await self._response.close(code=WSCloseCode.MESSAGE_TOO_BIG)
                return
            if not self._ending.is_set():
                hear(message.data)

    async def _write(self) -> None:
        try:
            while True:
                lines = [await self._queue.get()]
                while self._batch and not self._queue.empty():
                    lines.append(self._queue.get_nowait())
                await self._response.send_str("\n".join(lines))
        except ConnectionError:
            self._transport.abort()

    async def _end(self, writing: asyncio.Task[None]) -> None:
        await self._ending.wait()
        writing.cancel()
        try:
            async with asyncio.timeout(LINGER):
                await self._response.send_frame(b"", WSMsgType.CLOSE)
                await self._ended.wait()
        except (TimeoutError, ConnectionError):
            self._transport.abort()


def _size(frame: str | bytes) -> int:
    return len(frame.encode() if isinstance(frame, str) else frame)
