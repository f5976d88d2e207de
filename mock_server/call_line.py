"""One call of somebody who is played: its signals in order, its limits, and its end."""

from __future__ import annotations

import asyncio
import importlib
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, assert_never

from wschat_tui.protocol.events import IncomingAnswer, IncomingEnd, IncomingIce, IncomingOffer
from wschat_tui.protocol.objects import IceCandidate, SessionDescription
from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallIce, CallOffer, ChatSend
from wschat_tui.protocol.scopes import direct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from mock_server.call_peer import Peer
    from mock_server.scenario import Telephone
    from wschat_tui.protocol.objects import CallType
    from wschat_tui.protocol.requests import Request

QUEUE = 128
"""Signals that may wait; what is more is dropped."""

CONNECTING = 20.0
"""Seconds in which media has to find a way."""

RETRY = 0.5
"""Seconds until an offer that met one of theirs is made again."""

MISSING = (
    "I cannot take calls: the server runs without what they need."
    " Install it with: pip install 'wschat-tui[calls]'"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What the scenario has somebody do with their telephone."""

    what: Literal["call", "show", "hide", "hang up"]
    kind: CallType = "audio"


@dataclass(frozen=True, slots=True)
class Connected:
    """The connection changed its state; in aiortc's words."""

    peer: Peer
    state: str


@dataclass(frozen=True, slots=True)
class Presence:
    """The other side connected to the server, or left it altogether."""

    there: bool


Limit = Literal["ring", "patience", "connecting", "retry", "lost", "longest", "away"]
"""What happens when its time has come."""

Signal = IncomingOffer | IncomingAnswer | IncomingIce | IncomingEnd | Order | Connected | Presence

REASONS: Mapping[Limit, str] = MappingProxyType(
    {
        "patience": "no_answer",
        "connecting": "failed",
        "lost": "lost",
        "longest": "hangup",
        "away": "lost",
    }
)
"""Why a call ends whose limit is reached; the other limits end nothing."""


class _Over(Exception):
    """The call has ended; its text is the reason to give, or empty where none is to be given."""


class Line:
    """A call with one user. It is its task's alone; others leave signals."""

    def __init__(
        self,
        telephone: Telephone,
        user: str,
        ask: Callable[[Request], None],
        *,
        loopback: bool,
    ) -> None:
        self._telephone = telephone
        self._user = user
        self._ask = ask
        self._loopback = loopback
        self._kind: CallType = "audio"
        self._signals: asyncio.Queue[Signal] = asyncio.Queue(QUEUE)
        self._limits: dict[Limit, float] = {}
        self._media: ModuleType | None = None
        self._peer: Peer | None = None
        self._waiting: IncomingOffer | None = None
        self._early: list[IncomingIce] = []

    def take(self, signal: Signal) -> None:
        """Leave a signal. It does not wait."""
        with suppress(asyncio.QueueFull):
            self._signals.put_nowait(signal)

    async def run(self) -> None:
        """The whole call."""
        self._limit("longest", self._telephone.longest)
        try:
            while True:
                await self._step(await self._next())
        except _Over as over:
            if reason := str(over):
                self._ask(CallEnd(target_id=self._user, reason=reason))
        finally:
            await self._close()

    async def _next(self) -> Signal | Limit:
        """The next signal, or the limit that is reached before one comes."""
        limit, at = min(self._limits.items(), key=lambda item: item[1])
        if at > asyncio.get_running_loop().time():
            try:
                async with asyncio.timeout_at(at):
                    return await self._signals.get()
            except TimeoutError:
                """However many signals wait, a limit is one."""
        del self._limits[limit]
        return limit

    def _limit(self, limit: Limit, seconds: float | None) -> None:
        """Set a limit from now on, or lift it."""
        self._limits.pop(limit, None)
        if seconds is not None:
            self._limits[limit] = asyncio.get_running_loop().time() + seconds

    async def _step(self, signal: Signal | Limit) -> None:
        match signal:
            case IncomingOffer():
                await self._offered(signal)
            case IncomingAnswer():
                await self._answered(signal)
            case IncomingIce():
                self._found(signal)
            case IncomingEnd():
                raise _Over
            case Order():
                await self._obey(signal)
            case Connected():
                self._connected(signal)
            case Presence():
                self._limit("away", None if signal.there else self._telephone.away)
            case "ring" | "patience" | "connecting" | "retry" | "lost" | "longest" | "away":
                await self._reached(signal)
            case _:
                assert_never(signal)

    async def _reached(self, limit: Limit) -> None:
        if reason := REASONS.get(limit):
            raise _Over(reason)
        if limit == "ring" and self._waiting is not None:
            await self._answer(self._waiting)
        elif limit == "retry" and self._peer is not None and not self._peer.offering:
            await self._peer.offer()

    async def _offered(self, offer: IncomingOffer) -> None:
        if self._peer is None:
            self._waiting = offer
            self._limit("ring", self._telephone.rings)
            return
        if self._peer.offering and self._telephone.who < self._user:
            return
        if self._peer.offering:
            self._limit("retry", RETRY)
        await self._answer(offer)

    async def _answer(self, offer: IncomingOffer) -> None:
        """Answer a first offer, one that renegotiates, or one of a peer that started anew."""
        if self._telephone.sends == "nothing":
            raise _Over("declined")
        self._waiting = None
        media = await self._load()
        theirs = media.fingerprint(offer.sdp.sdp)
        if not theirs:
            raise _Over("unsupported")
        peer = self._peer
        if peer is None or not peer.continues(theirs):
            peer = await self._renew(media)
            self._limit("connecting", CONNECTING)
        try:
            await peer.answer(offer.sdp.sdp)
        except media.FAULTS:
            raise _Over("unsupported") from None
        for early in self._early:
            peer.add(early.candidate)
        self._early.clear()

    async def _answered(self, answer: IncomingAnswer) -> None:
        if self._peer is None or self._media is None:
            return
        if "patience" in self._limits:
            self._limit("patience", None)
            self._limit("connecting", CONNECTING)
        try:
            await self._peer.settle(answer.sdp.sdp)
        except self._media.FAULTS:
            raise _Over("unsupported") from None

    def _found(self, ice: IncomingIce) -> None:
        if self._peer is not None:
            self._peer.add(ice.candidate)
        elif len(self._early) < QUEUE:
            self._early.append(ice)

    async def _obey(self, order: Order) -> None:
        match order.what:
            case "call":
                await self._call(order.kind)
            case "hang up":
                raise _Over("hangup" if self._peer is not None else "declined")
            case "show" | "hide":
                await self._show(shown=order.what == "show")
            case _:
                assert_never(order.what)

    async def _call(self, kind: CallType) -> None:
        if self._peer is not None:
            return
        self._kind = kind
        peer = await self._renew(await self._load())
        self._limit("patience", self._telephone.patience)
        for media in ("audio",) if kind == "audio" else ("audio", "video"):
            peer.give(media)
        await peer.offer()

    async def _show(self, *, shown: bool) -> None:
        if self._peer is None:
            return
        if shown:
            self._kind = "video"
            self._peer.show()
        else:
            self._peer.hide()
        if not self._peer.offering:
            await self._peer.offer()

    def _connected(self, change: Connected) -> None:
        """A connection that ends may be followed by a new one."""
        if change.peer is not self._peer:
            return
        if change.state == "connected":
            self._limit("connecting", None)
            self._limit("lost", None)
        elif change.state in {"failed", "closed"}:
            self._limit("lost", CONNECTING)

    async def _renew(self, media: ModuleType) -> Peer:
        """Begin with a new connection, in place of one that there may be."""
        if self._peer is not None:
            await self._peer.close()
        peer: Peer = media.Peer(self._telephone, self._say, self._tell, loopback=self._loopback)
        self._peer = peer
        self._limit("patience", None)
        return peer

    def _tell(self, peer: Peer, state: str) -> None:
        self.take(Connected(peer, state))

    def _say(self, said: SessionDescription | IceCandidate | None) -> None:
        """Send a description or a candidate; None ends the candidates."""
        if not isinstance(said, SessionDescription):
            self._ask(CallIce(target_id=self._user, candidate=said))
        elif said.type == "answer":
            self._ask(CallAnswer(target_id=self._user, sdp=said))
        else:
            self._ask(CallOffer(target_id=self._user, call_type=self._kind, sdp=said))

    async def _load(self) -> ModuleType:
        """The part that needs aiortc. Where that is missing, the call ends with a word of why."""
        if self._media is None:
            try:
                self._media = await asyncio.to_thread(
                    importlib.import_module, "mock_server.call_peer"
                )
            except ImportError:
                scope = direct(self._telephone.who, self._user)
                self._ask(ChatSend(scope=scope, body=MISSING))
                raise _Over("unsupported") from None
        return self._media

    async def _close(self) -> None:
        if self._peer is not None:
            await self._peer.close()
