"""What of a call goes where in its recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.media.blocks import RATE, Resampler
from wschat_tui.media.sinks.mix import Mix
from wschat_tui.media.sinks.reel import Reel
from wschat_tui.media.sinks.times import Times

if TYPE_CHECKING:
    import av
    from av.container import OutputContainer

    from wschat_tui.state.calls.call_views import Side

BEHIND = 0.7
"""Seconds that sound may come late and still be mixed in."""

PATIENCE = 2.0
"""Seconds without a picture of theirs after which mine are taken."""


class Desk:
    """Mixes both sides' sound, and takes their picture, or mine where they send none.

    `at`: the second at which something came; `moment`: its own time, where it has one.
    """

    def __init__(self, output: OutputContainer) -> None:
        self._reel = Reel(output)
        self._mix = Mix()
        self._times = Times()
        self._voices: dict[Side, Resampler] = {"theirs": Resampler(), "mine": Resampler()}
        self._heard: dict[Side, int] = {"theirs": 0, "mine": 0}
        self._theirs_at = -PATIENCE

    def sound(self, side: Side, at: float, moment: float | None, frame: av.AudioFrame) -> None:
        """Sound of a side; without a time of its own it follows the sound before."""
        own = self._heard[side] / RATE if moment is None else moment
        samples = self._voices[side].samples(frame)
        self._heard[side] += len(samples)
        self._mix.add(side, self._times.second(f"sound {side}", at, own), samples)

    def picture(self, side: Side, at: float, moment: float | None, frame: av.VideoFrame) -> None:
        """A picture of a side."""
        if side == "theirs":
            self._theirs_at = at
        elif at - self._theirs_at < PATIENCE:
            return
        second = at if moment is None else self._times.second(f"picture {side}", at, moment)
        self._reel.picture(second, frame)

    def advance(self, now: float) -> None:
        """It is this late."""
        self._reel.still(now)
        self._reel.sound(self._mix.take(now - BEHIND))

    def end(self, now: float) -> None:
        """Write all that is left."""
        self._reel.sound(self._mix.take(now))
        self._reel.end()
