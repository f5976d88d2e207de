"""One connection kept alive: opened, read, written, and opened again after a wait that grows."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit

from wschat_tui.link import policy
from wschat_tui.link.address import Address, is_loopback, parse
from wschat_tui.link.connection import Channel, open_channel
from wschat_tui.link.conversation import Conversation, Doorway
from wschat_tui.link.failure import Closed, Failure, NotOpened
from wschat_tui.link.news import Connecting, LoginNeeded, Lost, News, Opened, Stopped
from wschat_tui.link.pacer import outgoing
from wschat_tui.link.wake import SENSES, Moment, Senses, Wake, watch
from wschat_tui.protocol.codec import MAX_FRAME_OUT, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.asyncio.client import ClientConnection

    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.link.options import Options
    from wschat_tui.link.wake import Reason
    from wschat_tui.protocol.requests import Request

_LOG = logging.getLogger("wschat_tui.link")
_TOO_BIG = 1009

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class NotQueued:
    """The link did not take a request; the server never sees it."""

    op_id: str
    sentence: str
    too_large: bool
    """It never fits; else there is no connection at the moment."""


class Link:
    """Keeps one connection to one server. All news goes to `deliver`, in order, from the loop.

    new_id: fresh op_ids, for pings and token renewals.
    wall: milliseconds since the Unix epoch. clock: monotonic seconds. jitter: a number in [0, 1].
    senses: what tells that the machine slept or moved.
    """

    def __init__(
        self,
        options: Options,
        supply: TokenSupply,
        deliver: Callable[[News], None],
        *,
        new_id: Callable[[], str],
        wall: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        senses: Senses = SENSES,
    ) -> None:
        self._options = options
        self._timers = options.timers
        self._supply = supply
        self._deliver = deliver
        self._doorway = Doorway(options, supply, deliver, new_id, clock)
        self._where = _where(options.url)
        self._wall = wall
        self._clock = clock
        self._jitter = jitter
        self._senses = senses
        self._peer = _before(options.url)
        self._opening: asyncio.Timeout | None = None
        self._impatient = False
        self._wake = Wake(self._moment(), self._timers.look_every)
        self._attempt = 0
        self._renewed = False
        self._talk: Conversation | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._retry = asyncio.Event()

    def send(self, op_id: str, request: Request, *, urgent: bool | None = None) -> NotQueued | None:
        """Queue a request. `Written` or `Unsent` follows, unless it is refused at once.

        Typing and read marks that still wait are replaced by a newer one of their scope, silently.
        urgent: it goes before others; by default calls and chat that waits for an ack do.
        """
        text = encode(request, op_id, self._options.dialect)
        frame = outgoing(op_id, request, text, urgent=urgent)
        if frame.size > MAX_FRAME_OUT:
            size = f"{frame.size / 1024:,.0f} KiB, and {MAX_FRAME_OUT // 1024} KiB is the most"
            return NotQueued(
                op_id, f"This is too large to send ({size}); it is kept: shorten it.", True
            )
        if self._talk is None:
            sentence = (
                "There is no connection at the moment; what you wrote is kept: send it again then."
            )
            return NotQueued(op_id, sentence, False)
        self._talk.push(frame)
        return None

    def slow_down(self, seconds: float) -> None:
        """Send nothing for so long. `ERR_RATE_LIMIT` does this by itself, for 2 s."""
        if self._talk is not None:
            self._talk.slow_down(seconds)

    @property
    def connection(self) -> object:
        """The connection that is open, as something to compare; None while there is none."""
        return self._talk

    @property
    def waiting(self) -> int:
        """How many frames wait for their turn."""
        return 0 if self._talk is None else self._talk.waiting

    async def drained(self, seconds: float) -> None:
        """Wait until what was sent is written, so long at most; without a connection not at all."""
        if self._talk is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._talk.drained()

    def retry_now(self) -> None:
        """End the wait for the next try, also after `Stopped` and `LoginNeeded`."""
        self._retry.set()

    def nudge(self, reason: Reason) -> None:
        """Something happened that makes the connection doubtful, or the next try worth while.

        A connection has to answer soon; a wait ends, but one that the server asked for.
        """
        _LOG.info("the machine or its network %s", reason)
        if self._talk is not None:
            self._talk.probe()
        elif self._opening is not None and reason != "stalled":
            self._opening.reschedule(asyncio.get_running_loop().time())
            self._opening = None
        elif self._impatient:
            self._attempt = 0
            self._retry.set()

    def close(self) -> None:
        """Close the socket (1000) and let `run` return. For good."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()

    async def run(self) -> None:
        """Connect, and connect again, until `close` or cancellation; both close with 1000."""
        async with asyncio.TaskGroup() as group:
            if not self._closing:
                self._task = group.create_task(self._keep_up(), name="link")
                looking = watch(self._wake, self._moment, self.nudge)
                looks = group.create_task(looking, name="link wake")
                self._task.add_done_callback(lambda _: looks.cancel())

    async def _keep_up(self) -> None:
        while True:
            self._attempt += 1
            self._deliver(Connecting(self._attempt))
            token = self._supply.access
            channel = await self._open(token)
            if isinstance(channel, Channel):
                closed, poison = await self._converse(channel)
                await self._settle(closed, token, poison)
            else:
                await self._settle(channel, token)

    async def _open(self, token: str | None) -> Channel | Failure:
        if not self._supply.sound:
            return NotOpened("bad_token")
        while True:
            try:
                async with asyncio.timeout(None) as self._opening:
                    wall = self._wall() / 1000
                    return await open_channel(self._options, token, self._clock, wall)
            except TimeoutError:
                """The network is another one: this way is tried no longer, but one from there."""
            finally:
                self._opening = None

    def _moment(self) -> Moment:
        senses, peer = self._senses, self._peer
        wall = self._wall() / 1000
        return Moment(self._clock(), senses.boot(), wall, senses.addresses(peer), peer)

    async def _converse(self, channel: Channel) -> tuple[Closed, str | None]:
        talk = Conversation(channel.socket, channel.ear, self._doorway)
        began = self._clock()
        try:
            self._talk = talk
            self._peer = _peer_of(channel.socket)
            # What happened until now has nothing to say about a socket that is new.
            self._wake.look(self._moment())
            self._deliver(Opened(self._options.url, channel.proxy))
            closed = await talk.run()
        finally:
            self._talk = None
            talk.leave()
            await _farewell(channel.socket)
        if self._clock() - began >= self._timers.stable_after:
            self._attempt, self._renewed = 0, False
        poison = talk.heaviest if closed.code == _TOO_BIG and not closed.by_us else None
        return closed, poison

    async def _settle(self, failure: Failure, token: str | None, poison: str | None = None) -> None:
        verdict = policy.verdict(failure, self._where)
        match verdict.action:
            case "retry":
                await self._wait(verdict, poison)
            case "refresh":
                await self._refresh(verdict, token)
            case "stop":
                self._deliver(Stopped(verdict.sentence, verdict.kind, verdict.code))
                await self._until_asked()
            case _:
                assert_never(verdict.action)

    async def _refresh(self, verdict: policy.Verdict, token: str | None) -> None:
        """Renew the token once; a server that refuses the new one as well wants a login."""
        in_vain = self._renewed and not self._supply.ended
        outcome = "login" if in_vain else await self._supply.renew(token)
        match outcome:
            case "renewed":
                self._renewed = True
                self._deliver(Lost(verdict.sentence, verdict.code, 0.0, self._attempt))
            case "later":
                await self._wait(verdict, None)
            case "login":
                self._deliver(LoginNeeded(policy.login_sentence(self._where)))
                await self._until_asked()
            case _:
                assert_never(outcome)

    async def _wait(self, verdict: policy.Verdict, poison: str | None) -> None:
        timers = self._timers
        failures = max(self._attempt, 1)
        pause = policy.delay(
            failures, self._jitter(), timers.first_delay, timers.delay_factor, timers.longest_delay
        )
        pause = max(pause, verdict.wait)
        self._retry.clear()
        self._deliver(Lost(verdict.sentence, verdict.code, pause, failures, poison))
        self._impatient = not verdict.wait
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._retry.wait()
        self._impatient = False

    async def _until_asked(self) -> None:
        self._retry.clear()
        await self._retry.wait()
        self._attempt, self._renewed = 0, False


async def _farewell(socket: ClientConnection) -> None:
    """Say 1000 where there is still somebody to say it to."""
    try:
        await socket.close()
    except asyncio.CancelledError:
        socket.transport.abort()
        raise


def _before(url: str) -> str:
    """Whom the socket will go to, as far as that can be told before the name is looked up."""
    return LOOPBACK if is_loopback(urlsplit(url).hostname or "") else ""


def _peer_of(socket: ClientConnection) -> str:
    """Whom the socket goes to: the server, or the proxy before it."""
    peer = socket.transport.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else ""


def _where(url: str) -> str:
    address = parse(url)
    return address.where if isinstance(address, Address) else "The server"
