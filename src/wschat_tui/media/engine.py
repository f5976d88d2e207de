"""Calls' media behind one door: orders go in, what happens comes back as inputs of the state."""

from __future__ import annotations

import asyncio
import logging
from traceback import walk_tb
from typing import TYPE_CHECKING, assert_never, cast

from aiortc.mediastreams import MediaStreamError

from wschat_tui.media.devices import devices
from wschat_tui.media.gear import Gear, Kind
from wschat_tui.media.loop import MediaLoop
from wschat_tui.media.peer import Peer
from wschat_tui.media.sinks.ring_tone import RingTone, test_tone
from wschat_tui.media.tasks import Tasks
from wschat_tui.media.telling import Telling
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    MediaOrder,
    OpenMedia,
    Record,
    Reoffer,
    Ring,
    SetMicrophone,
    Show,
    TakeCandidate,
    TakeDescription,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any, Literal

    from aiortc.mediastreams import MediaStreamTrack

    from wschat_tui.media.picture.canvas import Picture
    from wschat_tui.media.setup import Setup
    from wschat_tui.state.calls.call import Shown
    from wschat_tui.state.calls.call_inputs import CallInput
    from wschat_tui.state.calls.call_views import Ability, Device, Levels, Side, Talking


_log = logging.getLogger(__name__)


class Engine:
    """Owns a thread in which all connections and devices live; its methods return at once."""

    def __init__(
        self,
        tell: Callable[[CallInput], None],
        setup: Setup,
        now: Callable[[], int],
        op_id: Callable[[], str],
    ) -> None:
        """tell: is called in the thread of media. now: milliseconds since the Unix epoch."""
        self._tell = tell
        self._now = now
        self._op_id = op_id
        self._gear = Gear(setup)
        self._peers: dict[str, Peer] = {}
        self._previews = False
        self._ring: RingTone | None = None
        self._reading: asyncio.Task[None] | None = None
        self._loop = MediaLoop(self._is_busy, self._faulted)
        self._tasks = Tasks(lambda fault: _log.debug("Media", exc_info=fault))

    # ---- the edge

    def run(self, order: MediaOrder) -> None:
        """Begin what is ordered, in order; from any thread."""
        self._loop.post(self._carry_out, order)

    async def close(self) -> None:
        """End every connection, device and thread."""
        if self._loop.runs:
            await self._loop.run(self._end_all, None)
        await self._loop.close()

    # ---- what screens see

    def picture(self, side: Side, columns: int, rows: int, ability: Ability) -> Picture | None:
        """The newest picture fitted into so many cells; the same object while none is newer."""
        return self._gear.view(side, columns, rows, ability)

    def levels(self) -> Levels:
        """How loud it is now."""
        return self._gear.levels()

    async def devices(self) -> tuple[Device, ...]:
        """What there is to choose from, asked of the system anew."""
        return await devices(self._gear.setup)

    def choose(self, kind: Kind, id: str) -> None:
        """Use this device from now on, in the call that is on too."""
        self._loop.post(self._use, kind, id)

    def volume(self, kind: Literal["microphone", "speaker"]) -> int:
        """Percent; 100 leaves the sound as it is."""
        setup = self._gear.setup
        return setup.microphone_volume if kind == "microphone" else setup.speaker_volume

    def set_volume(self, kind: Literal["microphone", "speaker"], percent: int) -> None:
        """From 0 to 200 percent."""
        self._gear.set_volume(kind, min(200, max(0, percent)))

    @property
    def talking(self) -> Talking:
        """When the microphone is sent."""
        return self._gear.setup.talking

    def set_talking(self, mode: Talking) -> None:
        """Choose when the microphone is sent."""
        self._gear.set_talking(mode)

    def push(self, on: bool) -> None:
        """Talk, or stop, where talking takes a key."""
        self._gear.push(on=on)

    async def preview(self, on: bool, shows: str = "", what: str = "") -> str:
        """Open the microphone and a source before a call; gives what is missing, or nothing."""
        return await self._loop.run(lambda: self._preview(on, cast("Shown", shows), what), "")

    async def test_tone(self) -> str:
        """Play a short tone on the speaker; gives what is missing, or nothing."""
        return await self._loop.run(lambda: test_tone(self._gear.setup), "")

    # ---- in the thread

    def _carry_out(self, order: MediaOrder) -> None:
        match order:
            case OpenMedia():
                self._open(order)
            case CloseMedia():
                peer_or_none = self._peers.pop(order.call, None)
                if peer_or_none is not None:
                    peer_or_none.release()
                    self._do(self._end(peer_or_none), "end call")
            case Ring():
                self._sound(order.tone)
            case (
                TakeDescription()
                | TakeCandidate()
                | Reoffer()
                | Show()
                | SetMicrophone()
                | Record()
            ):
                if order.call in self._peers:
                    self._peers[order.call].take(order)
            case _:
                assert_never(order)

    def _open(self, order: OpenMedia) -> None:
        self._previews = False
        self._idle_reading(on=False)
        telling = Telling(order.call, self._tell, self._now, self._op_id)
        peer = self._peers[order.call] = Peer(self._gear, telling)
        peer.start()
        peer.take(order)

    def _sound(self, tone: Literal["incoming", "outgoing", "off"]) -> None:
        if tone != "off":
            self._ring = self._ring or RingTone(self._gear.setup)
            self._ring.play(tone)
        elif self._ring is not None:
            ring, self._ring = self._ring, None
            ring.play("off")
            self._do(ring.gone(), "end ring")

    async def _preview(self, on: bool, shows: Shown, what: str) -> str:
        """A call that is on has the devices already, and keeps them."""
        if self._peers:
            return self._gear.notice
        self._previews = on
        if on:
            await self._gear.listen()
            await self._gear.show(shows, what)
            self._idle_reading(on=self._previews)
            return self._gear.notice
        self._idle_reading(on=False)
        await self._gear.close()
        return ""

    def _idle_reading(self, *, on: bool) -> None:
        """Read the microphone for its meter, while nobody else does."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if on and self._gear.sound is not None:
            self._reading = self._tasks.start(_drain(self._gear.sound), "read own sound")

    async def _end(self, peer: Peer) -> None:
        await peer.fitted()
        closing = [peer.close()]
        if not self._peers and not self._previews:
            # A path may take seconds to close; a microphone does not wait for it.
            closing.append(self._gear.close())
        await asyncio.gather(*closing)

    async def _end_all(self) -> None:
        peers = list(self._peers.values())
        self._peers.clear()
        self._sound("off")
        self._idle_reading(on=False)
        await asyncio.gather(*(peer.close() for peer in peers), return_exceptions=True)
        await self._tasks.settle()
        await self._gear.close()

    def _use(self, kind: Kind, device: str) -> None:
        self._do(self._refit(kind, device), "use device")

    async def _refit(self, kind: Kind, device: str) -> None:
        await self._gear.use(kind, device)
        for peer in self._peers.values():
            peer.refit()

    def _is_busy(self) -> bool:
        return bool(self._peers or len(self._tasks) or self._gear.is_open or self._ring)

    def _do(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Work that no call owns; the thread may rest when it is done."""
        task = self._tasks.start(work, name)
        loop = task.get_loop()
        task.add_done_callback(lambda _: loop.call_soon(self._loop.rest))

    def _faulted(self, message: str, fault: BaseException | None) -> None:
        """Something broke where nobody waited for it: in the library, by a stranger's words."""
        _log.debug("Media: %s", message, exc_info=fault)
        if isinstance(fault, Exception):
            owners = [frame.f_locals.get("self") for frame, _ in walk_tb(fault.__traceback__)]
            for peer in self._peers.values():
                if any(peer.uses(owner) for owner in owners):
                    peer.doubt(fault)


async def _drain(track: MediaStreamTrack) -> None:
    while True:
        try:
            await track.recv()
        except MediaStreamError:
            return
