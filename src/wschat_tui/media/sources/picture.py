"""The picture that I send: a track of the newest frames of a source, at a pace of its own."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from typing import TYPE_CHECKING

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.video.frame import PictureType

from wschat_tui.media.sources.pace import Pace
from wschat_tui.media.sources.scenes import scene_of
from wschat_tui.media.sources.shape import LIMIT
from wschat_tui.media.sources.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Callable

    import av

    from wschat_tui.media.setup import Setup
    from wschat_tui.media.sources.sound import SideSound
    from wschat_tui.state.calls.call import Shown

CLOCK = 90_000
"""Ticks a second of video times (RFC 7741)."""

STILL = 0.5
"""Seconds after which a picture that does not change is sent again, so that a picture that was
lost, or that the other side asks for anew, is made good."""

OPENING = 2.0
"""Seconds that a call waits for the first picture of a source."""

_TIME_BASE = Fraction(1, CLOCK)
_EPOCH = time.monotonic()
"""All pictures count from here, so that times go on rising where one source follows another."""


class PictureTrack(MediaStreamTrack):
    """Sends what the studio shows, each picture stamped anew.

    None asks to be a key frame: raw sources mark all of theirs so, and the encoder would obey.
    """

    kind = "video"

    def __init__(self, studio: Studio, rate: float) -> None:
        """rate: pictures a second at most."""
        super().__init__()
        self._studio = studio
        self._pace = Pace(rate)
        self._number = 0
        self.tap: Callable[[av.VideoFrame], None] | None = None
        """Called with every frame that is sent, such as by a recording."""

    @property
    def notice(self) -> str:
        """What is missing, what is sent in its place, and what to do; empty: nothing is."""
        return self._studio.notice

    @property
    def latest(self) -> av.VideoFrame | None:
        """What is to be seen now, sent or not; from any thread."""
        return self._studio.newest.frame

    @property
    def sound(self) -> SideSound | None:
        """The sound that goes with the picture, where it has one (see `SoundTrack.beside`)."""
        return self._studio.sound

    @property
    def rate(self) -> float:
        """Pictures a second that are sent at most, at this moment."""
        return self._pace.rate

    def link(self, loss: float) -> None:
        """The other side reports, once a second, what percent of the packets it lost."""
        self._pace.link(loss)

    async def recv(self) -> av.VideoFrame:
        """The next picture. Raises MediaStreamError after `stop`."""
        self._pace.back(time.monotonic())
        frame = None
        while frame is None:
            await self._wait(self._pace.wait(time.monotonic()))
            self._number, frame = await self._studio.newest.after(self._number, STILL)
            await self._wait(0)
        now = time.monotonic()
        self._pace.leave(now)
        frame.pts = int((now - _EPOCH) * CLOCK)
        frame.time_base = _TIME_BASE
        frame.pict_type = PictureType.NONE
        if self.tap is not None:
            self.tap(frame)
        return frame

    async def _wait(self, seconds: float) -> None:
        if seconds > 0 and self.readyState == "live":
            await asyncio.sleep(seconds)
        if self.readyState != "live":
            raise MediaStreamError

    def stop(self) -> None:
        """Close the source; `gone` waits for its devices and its thread."""
        super().stop()
        self._studio.close()

    async def gone(self) -> None:
        """Wait until the source's devices and its thread are let go of."""
        await self._studio.gone()


async def open_picture(shows: Shown, what: str, setup: Setup) -> PictureTrack:
    """The picture that is asked for; a card with initials, and a notice, where it is missing.

    what: the file or the command to show.
    """
    scene = scene_of(shows, what, setup)
    studio = Studio(scene.take, LIMIT, setup.name, scene.sound)
    await studio.ready(OPENING)
    return PictureTrack(studio, scene.rate)
