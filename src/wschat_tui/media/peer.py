"""One call's media, from `OpenMedia` to `CloseMedia`: its connection, and what is tied to it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Literal, assert_never

import av

from wschat_tui.media import received
from wschat_tui.media.connection import Connection
from wschat_tui.media.intake import Intake
from wschat_tui.media.negotiation import NoPath
from wschat_tui.media.received import Unusable
from wschat_tui.media.servers import lack, relays
from wschat_tui.media.sinks.recording import Recording, open_recording
from wschat_tui.media.statistics import Measure, Passed
from wschat_tui.media.tasks import Tasks
from wschat_tui.state.calls.call import CallStats
from wschat_tui.state.calls.call_effects import (
    OpenMedia,
    Record,
    Reoffer,
    SetMicrophone,
    Show,
    TakeCandidate,
    TakeDescription,
)

if TYPE_CHECKING:
    from aiortc.mediastreams import MediaStreamTrack
    from av.frame import Frame

    from wschat_tui.media.gear import Gear
    from wschat_tui.media.telling import Ending, Telling
    from wschat_tui.protocol.objects import IceCandidate

_log = logging.getLogger(__name__)

PULSE = 1.0
"""Seconds from one measurement to the next."""

Order = OpenMedia | TakeDescription | TakeCandidate | Reoffer | Show | SetMicrophone | Record
"""What concerns one call and does not end it."""

_THEIRS = "The other side's description of the call cannot be used."
_OURS = "The call broke off by a fault of this program."


class Peer:
    """Carries out one order after the other. Hears its connection (`connection.Hears`)."""

    def __init__(self, gear: Gear, telling: Telling) -> None:
        self._gear = gear
        self._telling = telling
        self._orders: asyncio.Queue[Order] = asyncio.Queue()
        self._tasks = Tasks(self.faulted)
        self._closing = Tasks(self.faulted)
        self._passed = Passed()
        self._measure = Measure()
        self._base = CallStats()
        self._stats = CallStats()
        self._connection: Connection | None = None
        self._equipping: asyncio.Task[None] | None = None
        self._recording: Recording | None = None
        self._flowed = False
        self._intake = Intake(
            gear,
            self._passed,
            flows=self._flows,
            picture=telling.picture,
            record=lambda frame: self._keep("theirs", frame),
        )

    def start(self) -> None:
        """Begin to carry out orders."""
        self._tasks.start(self._work(), "call")
        self._tasks.start(self._pulse(), "measure")

    def take(self, order: Order) -> None:
        """Carry this out when its turn comes."""
        self._orders.put_nowait(order)

    def release(self) -> None:
        """Let go of the devices at once, so that another call may have them."""
        self._telling.over = True
        if self._connection is not None:
            self._connection.retire()

    def refit(self) -> None:
        """Send what the gear has now."""
        if self._connection is not None and not self._telling.over:
            self._connection.sound.feed(self._gear.sound)
            self._connection.picture.feed(self._gear.picture)
            self._telling.notice(self._gear.notice)

    async def fitted(self) -> None:
        """Wait for a device that is just being opened, so that somebody can close it."""
        if self._equipping is not None:
            await asyncio.wait({self._equipping})

    async def close(self) -> None:
        """End all of it."""
        self.release()
        await self.fitted()
        await self._tasks.cancel()
        if self._connection is not None:
            await self._connection.close()
        await self._closing.settle()
        await self._stop_recording()

    # ---- orders

    async def _work(self) -> None:
        while not self._telling.over:
            order = await self._orders.get()
            try:
                await self._carry_out(order)
            except Unusable as fault:
                self.failed("unsupported", str(fault))
            except NoPath as fault:
                self.failed("failed", str(fault))
            except Exception as fault:  # noqa: BLE001  whatever a stranger's words do to the library
                _log.debug("An order failed", exc_info=fault)
                if isinstance(order, TakeDescription) or (
                    isinstance(order, OpenMedia) and order.offer
                ):
                    self.failed("unsupported", _THEIRS)
                else:
                    self.failed("error", _OURS)

    async def _carry_out(self, order: Order) -> None:
        match order:
            case OpenMedia():
                await self._open(order)
            case TakeDescription():
                await self._take(order)
            case TakeCandidate():
                if self._connection is not None:
                    self._connection.take_candidate(order.candidate)
            case Reoffer():
                await self._reoffer(anew=order.anew)
            case Show():
                await self._show(order)
            case SetMicrophone():
                self._gear.mute(on=not order.on)
            case Record():
                await self._record(order)
            case _:
                assert_never(order)

    async def _open(self, order: OpenMedia) -> None:
        setup = self._gear.setup
        if setup.relay_only and not relays(setup):
            raise NoPath(lack(setup))
        connection = self._connection = Connection(setup, self)
        if order.offer:
            await connection.answer(order.offer, picture=bool(order.shows))
        else:
            await connection.offer(picture=bool(order.shows) or order.kind != "audio")
        self._gear.mute(on=not order.microphone)
        self._equipping = self._tasks.start(self._equip(order), "open devices")

    async def _equip(self, order: OpenMedia) -> None:
        self._gear.hear()
        await self._gear.listen()
        self.refit()
        if not self._telling.over:
            await self._gear.show(order.shows, order.what)
            self.refit()

    async def _take(self, order: TakeDescription) -> None:
        connection = self._connection
        if connection is None:
            return
        if order.kind == "answer":
            await connection.take_answer(order.sdp)
        elif received.path(order.sdp) == received.path(connection.theirs):
            await connection.answer(order.sdp)
        else:
            connection = await self._replace()
            await connection.answer(order.sdp, picture=self._gear.picture is not None)
            self.refit()
        self._intake.look(may_come=connection.takes_picture)

    async def _reoffer(self, *, anew: bool) -> None:
        if self._connection is None:
            return
        if not anew:
            await self._connection.offer_again()
            return
        like = self._connection.theirs
        fresh = await self._replace()
        await fresh.offer_anew(like, picture=self._gear.picture is not None)
        self.refit()

    async def _replace(self) -> Connection:
        """Another connection in place of this one, whose path is lost or left."""
        old, fresh = self._connection, Connection(self._gear.setup, self)
        self._connection = fresh
        self._base, self._measure = self._stats, Measure()
        if old is not None:
            old.retire()
            self._closing.start(old.close(), "close old connection")
        return fresh

    async def _show(self, order: Show) -> None:
        if self._connection is None:
            return
        # Both sides agree on it while the source opens.
        self._connection.show(on=bool(order.shows))
        await self.fitted()
        self._equipping = self._tasks.start(self._exchange(order), "open source")

    async def _exchange(self, order: Show) -> None:
        await self._gear.show(order.shows, order.what)
        self.refit()

    async def _record(self, order: Record) -> None:
        if self._recording is not None:
            await self._stop_recording()
        if order.path:
            opened = await open_recording(order.path)
            if isinstance(opened, str):
                self._telling.recording("", opened)
            else:
                self._recording = opened
                self._telling.recording(order.path)

    async def _stop_recording(self) -> None:
        recording, self._recording = self._recording, None
        if recording is not None:
            await recording.close()
            self._telling.recording("", recording.notice)

    # ---- what the connection tells

    def described(self, kind: Literal["offer", "answer"], sdp: str) -> None:
        """A description is to be sent."""
        self._telling.described(kind, sdp)

    def candidate(self, candidate: IceCandidate | None) -> None:
        """A candidate is to be sent."""
        self._telling.candidate(candidate)

    def connected(self, found: tuple[str, ...]) -> None:
        """There is a path."""
        self._telling.connected()
        if found:
            self._telling.verified(found)

    def came(self, track: MediaStreamTrack) -> None:
        """Read it to its end, seen or not."""
        self._tasks.start(self._intake.read(track), f"read their {track.kind}")

    def left(self, kind: str, frame: Frame) -> None:
        """Count what goes out."""
        if kind == "audio":
            self._passed.sounds_out += 1
        else:
            self._passed.pictures_out += 1
        if isinstance(frame, av.AudioFrame | av.VideoFrame):
            self._keep("mine", frame)

    def negotiation_needed(self) -> None:
        """What is sent has changed since it was described."""
        self._telling.negotiation_needed()

    def failed(self, reason: Ending, sentence: str) -> None:
        """It is over."""
        self._telling.ended(reason, sentence)

    def uses(self, thing: object) -> bool:
        """This is the connection of the call."""
        return self._connection is not None and self._connection.pc is thing

    def doubt(self, fault: BaseException) -> None:
        """Something of the connection broke where nobody waited for it: one that is on goes on."""
        if not self._is_connected:
            self.faulted(fault)

    def faulted(self, fault: BaseException) -> None:
        """Something broke within."""
        _log.debug("A call broke", exc_info=fault)
        if isinstance(fault, NoPath):
            self.failed("failed", str(fault))
        elif self._is_described and not self._is_connected:
            self.failed("unsupported", _THEIRS)
        else:
            self.failed("error", _OURS)

    # ---- what goes on

    @property
    def _is_connected(self) -> bool:
        return self._connection is not None and self._connection.is_connected

    @property
    def _is_described(self) -> bool:
        """The other side's words are in play."""
        return self._connection is not None and bool(self._connection.theirs)

    def _flows(self) -> None:
        self._flowed = True
        self._telling.flowing()

    def _keep(self, side: Literal["mine", "theirs"], frame: av.AudioFrame | av.VideoFrame) -> None:
        recording = self._recording
        if recording is None:
            return
        if isinstance(frame, av.AudioFrame):
            recording.sound(side, frame)
        else:
            recording.picture(side, frame)

    async def _pulse(self) -> None:
        while not self._telling.over:
            await asyncio.sleep(PULSE)
            connection = self._connection
            if connection is None:
                continue
            self._intake.look(may_come=connection.takes_picture)
            self._telling.notice(self._gear.notice)
            if self._recording is not None and self._recording.notice:
                await self._stop_recording()
            if connection.is_connected:
                await self._measured(connection)

    async def _measured(self, connection: Connection) -> None:
        speaker, picture = self._gear.speaker, self._gear.picture
        gaps = speaker.gaps if speaker is not None else 0
        stats = await self._measure.take(connection.pc, self._passed, gaps, self._base)
        if connection is not self._connection:
            return
        if not self._flowed and stats.received_packets > self._stats.received_packets > 0:
            # Somebody who sends nothing still reports on what comes.
            self._flows()
        self._stats = stats
        if picture is not None and stats.loss_there is not None:
            picture.link(stats.loss_there)
        self._telling.measured(stats)
