"""One open socket, from first frame to last: read, write at a pace, ping, renew the token."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed
from websockets.protocol import OPEN

from wschat_tui.link.diagnosis import of_close
from wschat_tui.link.failure import Closed
from wschat_tui.link.heartbeat import Heartbeat
from wschat_tui.link.news import Frames, Unsent, Written
from wschat_tui.link.pacer import Outgoing, Pacer, outgoing
from wschat_tui.link.renewal import Renewal, within
from wschat_tui.protocol.codec import Received, decode_events, encode
from wschat_tui.protocol.events import ErrorReply, PresencePong
from wschat_tui.protocol.requests import AuthRefresh, PresencePing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from websockets.asyncio.client import ClientConnection

    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.link.connection import Ear
    from wschat_tui.link.news import News
    from wschat_tui.link.options import Options

RATE_LIMITED = "ERR_RATE_LIMIT"

_DEAD = Closed(1011, by_us=True)
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
            now,
            self._timers.heartbeat,
            self._timers.dead_after,
            self._timers.silence_step,
        )
        self._wanted = asyncio.Event()
        self._written = asyncio.Event()
        self._came = asyncio.Event()
        self._arrived: list[Received] = []
        self._unanswered: dict[str, int] = {}
        self._renewal = Renewal(doorway.supply, self._push_own, self._timers.refresh_timeout)
        self._dead = False
        self._probing: asyncio.Task[None] | None = None
        self._group = asyncio.TaskGroup()

    def push(self, frame: Outgoing) -> None:
        """Queue a frame; it leaves when the pace allows."""
        self._pacer.push(frame)
        self._written.clear()
        self._wanted.set()

    def slow_down(self, seconds: float) -> None:
        """Write nothing for so long."""
        self._pacer.slow_down(self._door.clock(), seconds)

    def probe(self) -> None:
        """The server has to be heard soon, or the link is dead: the sum of the timers is too long.

        For when something happened to the machine or its network.
        """
        if self._probing is None or self._probing.done():
            self._probing = self._group.create_task(self._probe(), name="link probe")

    @property
    def waiting(self) -> int:
        """How many frames wait for their turn."""
        return len(self._pacer)

    async def drained(self) -> None:
        """Wait until everything that was pushed is written."""
        if self._pacer:
            await self._written.wait()

    @property
    def heaviest(self) -> str | None:
        """The largest frame written and not answered: what a close for size (1009) is about."""
        return max(self._unanswered, key=lambda op: self._unanswered[op], default=None)

    async def run(self) -> Closed:
        """Converse until the socket closes, and say how it closed. What was read is delivered."""
        async with self._group as group:
            group.create_task(self._renewal.run(), name="link token renewal")
            tasks = [
                group.create_task(self._write(), name="link writer"),
                group.create_task(self._hand_over(), name="link deliverer"),
                group.create_task(self._beat(), name="link heartbeat"),
            ]
            closed = await self._read()
            for task in (*tasks, self._probing):
                if task is not None:
                    task.cancel()
            self._renewal.end()
        return _DEAD if self._dead else of_close(closed)

    def leave(self) -> None:
        """Deliver what was read, and tell what was never written. Push nothing after this."""
        self._flush()
        unsent = tuple(frame.op_id for frame in self._pacer.drain() if not frame.own)
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
            if self._renewal.is_answered_by(item):
                self._group.create_task(self._renewal.take(item), name="link token")
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
                if due is None:
                    self._written.set()
                await within(due, self._wanted)

    def _note(self, frame: Outgoing) -> None:
        self._heartbeat.written(frame.op_id, self._door.clock())
        if frame.own:
            return
        self._unanswered[frame.op_id] = frame.size
        if len(self._unanswered) > _REMEMBERED:
            del self._unanswered[next(iter(self._unanswered))]
        self._door.deliver(Written(frame.op_id))

    async def _beat(self) -> None:
        clock, longest = self._door.clock, self._timers.silence_step
        while True:
            beat = self._heartbeat.beat(clock(), self._ear.heard_at)
            for news in beat.news:
                self._door.deliver(news)
            if beat.dead:
                self._give_up()
                return
            if beat.ping:
                self._heartbeat.pinged(self._push_own(PresencePing()))
            planned = clock() + beat.wait
            await asyncio.sleep(beat.wait)
            # After a stop of this process the silence is not the server's.
            if (late := clock() - planned) > longest:
                self._ear.forgive(late)

    async def _probe(self) -> None:
        """Any byte will do; where none comes, whoever was there is gone."""
        heard = self._ear.chunks
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(self._timers.probe_timeout):
                await (await self._socket.ping())
        if self._ear.chunks == heard and self._socket.state is OPEN:
            self._give_up()

    def _give_up(self) -> None:
        # The library's own ping waits for ever behind what a dead link does not take.
        self._dead = True
        self._socket.transport.abort()

    def _push_own(self, request: AuthRefresh | PresencePing) -> str:
        op_id = self._door.new_id()
        text = encode(request, op_id, self._door.options.dialect)
        self.push(outgoing(op_id, request, text, own=True))
        return op_id


def _lines(frame: bytes) -> Iterator[bytes]:
    """The lines one by one: a frame of nothing but newlines makes no list of millions."""
    start = 0
    while (end := frame.find(b"\n", start)) >= 0:
        yield frame[start:end]
        start = end + 1
    yield frame[start:]
