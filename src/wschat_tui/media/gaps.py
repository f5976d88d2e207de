"""Sound without holes: what is missing between two frames is made of what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

FADED = 3
"""Missing frames in a row that repeat the last one, each more softly; silence follows."""

LONGEST = 10
"""Missing frames that are filled; a longer pause is a pause, and not made up for."""


class Gaps:
    """Gives each frame of a remote sound after what is missing before it."""

    def __init__(self) -> None:
        self._last: av.AudioFrame | None = None
        self._expected: int | None = None
        self.filled = 0
        """Frames that were missing, in all."""

    def closed(self, frame: av.AudioFrame) -> Iterator[av.AudioFrame]:
        """What to play; nothing for a frame that comes after its place was filled."""
        missing = self._missing(frame)
        if missing < 0:
            return
        if self._last is not None and 0 < missing <= LONGEST:
            for number in range(missing):
                yield _faded(self._last, number)
            self.filled += missing
        self._last = frame
        self._expected = None if frame.pts is None else frame.pts + frame.samples
        yield frame

    def _missing(self, frame: av.AudioFrame) -> int:
        """Whole frames between the last one and this; negative: it is late."""
        if frame.pts is None or self._expected is None or not frame.samples:
            return 0
        behind = (frame.pts - self._expected) / frame.samples
        return 0 if behind < -LONGEST else round(behind)


def _faded(frame: av.AudioFrame, number: int) -> av.AudioFrame:
    loudness = max(0.0, 1 - (number + 1) / (FADED + 1))
    sound = (frame.to_ndarray() * loudness).astype(np.int16)
    made = av.AudioFrame.from_ndarray(sound, format=frame.format.name, layout=frame.layout.name)
    made.sample_rate = frame.sample_rate
    return made
