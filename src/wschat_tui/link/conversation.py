"""One open socket, from first frame to last: read, write at a pace, ping, renew the token."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed
from websockets.protocol import OPEN

from wschat_tui.link.heartbeat import Heartbeat
from wschat_tui.link.news import Frames, Unsent, Written
from wschat_tui.link.pacer import Outgoing, Pacer, outgoing
from wschat_tui.protocol.codec import Received, decode_events, encode
from wschat_tui.protocol.events import Ack, ErrorReply, PresencePong
from wschat_tui.protocol.requests import AuthRefresh, PresencePing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from websockets.asyncio.client import ClientConnection

    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.link.connection import Ear
    from wschat_tui.link.news import News
    from wschat_tui.link.options import Options

RATE_LIMITED = "ERR_RATE_LIMIT"

_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Doorway:
    """What every conversation of a link needs from outside."""

    options: Options
    supply: TokenSupply
    deliver: Callable[[News], None]
    new_id: Callable[[], str]
    clock: Callable[[], float] = time.monotonic


class Conversation:
    """Passes frames both ways over one socket until it closes."""

    def __init__(self, socket: ClientConnection, ear: Ear, doorway: Doorway) -> None:
        self._socket = socket
        self._ear = ear
        self._door = doorway
        self._timers = doorway.options.timers
        now = doorway.clock()
        self._pacer = Pacer(now, doorway.options.rate, doorway.options.burst)
        self._heartbeat = Heartbeat(
            now, self._timers.heartbeat, self._timers.quiet_from, self._timers.silence_step
        )
        self._wanted = asyncio.Event()
        self._came = asyncio.Event()
        self._over = asyncio.Event()
        self._arrived: list[Received] = []
        self._unanswered: dict[str, int] = {}
        self._own: set[str] = set()
        self._refreshes: dict[str, tuple[AuthRefresh, asyncio.Future[Any]]] = {}
        self._group = asyncio.TaskGroup()

    def push(self, frame: Outgoing) -> None:
        """Queue a frame; it leaves when the pace allows."""
        self._pacer.push(frame)
        self._wanted.set()

    def slow_down(self, seconds: float) -> None:
        """Write nothing for so long."""
        self._pacer.slow_down(self._door.clock(), seconds)

    @property
    def waiting(self) -> int:
        """How many frames wait for their turn."""
        return len(self._pacer)

    @property
    def heaviest(self) -> str | None:
        """The largest frame written and not answered: what a close for size (1009) is about."""
        theirs = self._unanswered.keys() - self._own
        return max(theirs, key=lambda op: self._unanswered[op], default=None)

    async def run(self) -> ConnectionClosed:
        """Converse until the socket closes, and say how it closed. What was read is delivered."""
        async with self._group as group:
            group.create_task(self._renew(), name="link token renewal")
            tasks = [
                group.create_task(self._write(), name="link writer"),
                group.create_task(self._hand_over(), name="link deliverer"),
                group.create_task(self._beat(), name="link heartbeat"),
            ]
            closed = await self._read()
            for task in tasks:
                task.cancel()
            self._end_renewal()
        return closed

    def leave(self) -> None:
        """Deliver what was read, and tell what was never written. Push nothing after this."""
        self._flush()
        unsent = tuple(frame.op_id for frame in self._pacer.drain() if frame.op_id not in self._own)
        if unsent:
            self._door.deliver(Unsent(unsent))

    async def _read(self) -> ConnectionClosed:
        clock, longest = self._door.clock, self._timers.slice
        try:
            while True:
                frame = await self._socket.recv(decode=False)
                began = clock()
                # recv does not suspend while frames are queued, and a frame can hold hundreds of
                # envelopes: without this, a flood would keep keys and pings waiting.
                for line in _lines(frame):
                    self._take(decode_events(line))
                    if clock() - began > longest:
                        await asyncio.sleep(0)
                        began = clock()
        except ConnectionClosed as closed:
            return closed

    def _take(self, received: list[Received]) -> None:
        for item in received:
            if item.op_id is not None:
                self._unanswered.pop(item.op_id, None)
                if item.op_id in self._refreshes:
                    self._refreshed(item)
                    continue
            self._heed(item)
            self._arrived.append(item)
            self._came.set()

    def _heed(self, item: Received) -> None:
        now = self._door.clock()
        if isinstance(item.payload, PresencePong):
            trip = self._heartbeat.answered(item.op_id, now)
            if trip is not None:
                self._door.deliver(trip)
        elif isinstance(item.payload, ErrorReply) and item.payload.code == RATE_LIMITED:
            self._pacer.slow_down(now, self._timers.rate_pause)

    async def _hand_over(self) -> None:
        """Deliver when the reader rests, so that what arrived together is told together."""
        while True:
            await self._came.wait()
            self._flush()

    def _flush(self) -> None:
        self._came.clear()
        arrived, self._arrived = self._arrived, []
        if arrived:
            self._door.deliver(Frames(tuple(arrived)))

    async def _write(self) -> None:
        while self._socket.state is OPEN:
            self._wanted.clear()
            due = self._pacer.pop(self._door.clock())
            if isinstance(due, Outgoing):
                # The library writes before it first suspends: no answer comes before this is told.
                self._note(due)
                with contextlib.suppress(ConnectionClosed):
                    await self._socket.send(due.text)
            else:
                await _within(due, self._wanted)

    def _note(self, frame: Outgoing) -> None:
        self._heartbeat.written(frame.op_id, self._door.clock())
        self._unanswered[frame.op_id] = frame.size
        if len(self._unanswered) > _REMEMBERED:
            del self._unanswered[next(iter(self._unanswered))]
        if frame.op_id not in self._own:
            self._door.deliver(Written(frame.op_id))

    async def _beat(self) -> None:
        while True:
            beat = self._heartbeat.beat(self._door.clock(), self._ear.heard_at)
            for news in beat.news:
                self._door.deliver(news)
            if beat.ping:
                self._heartbeat.pinged(self._push_own(PresencePing()))
            await asyncio.sleep(beat.wait)

    async def _renew(self) -> None:
        # Not cancelled when the socket closes: a pair that the server gave is stored first.
        while (wait := self._door.supply.due_in()) is not None and not self._over.is_set():
            if wait == 0.0:
                await self._door.supply.refresh(self._ask)
            else:
                await _within(wait, self._over)

    def _end_renewal(self) -> None:
        self._over.set()
        for _request, answer in self._refreshes.values():
            if not answer.done():
                answer.set_result(None)

    async def _ask(self, request: AuthRefresh) -> Any:
        """The data of the ack, or None. A late one is still taken, and none is shown to anybody."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        op_id = self._door.new_id()
        self._refreshes[op_id] = (request, answer)
        self._push_own(request, op_id)
        try:
            async with asyncio.timeout(self._timers.refresh_timeout):
                return await answer
        except TimeoutError:
            return None

    def _refreshed(self, item: Received) -> None:
        request, answer = self._refreshes[item.op_id or ""]
        data = item.payload.data if isinstance(item.payload, Ack) else None
        if answer.done():
            late = self._door.supply.late(request, data)
            self._group.create_task(late, name="link late token")
        else:
            answer.set_result(data)

    def _push_own(self, request: AuthRefresh | PresencePing, op_id: str = "") -> str:
        name = op_id or self._door.new_id()
        self._own.add(name)
        self.push(outgoing(name, request, encode(request, name, self._door.options.dialect)))
        return name


def _lines(frame: bytes) -> Iterator[bytes]:
    """The lines one by one: a frame of nothing but newlines makes no list of millions."""
    start = 0
    while (end := frame.find(b"\n", start)) >= 0:
        yield frame[start:end]
        start = end + 1
    yield frame[start:]


async def _within(seconds: float | None, event: asyncio.Event) -> None:
    """Wait for the event, but not longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
