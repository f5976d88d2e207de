"""A frame of any size made as small as a terminal, with its shape kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

LARGE = 4096 * 2304
"""Pixels of a frame beyond which it is thinned rather than averaged, so that no size costs long."""

LEAST_SOURCE = 2
"""Pixels of a side below which the fast filter has nothing to stand on."""


class Box(NamedTuple):
    """Where a frame lies among dots, in dots; a cell is one wide and two high."""

    left: int
    top: int
    width: int
    height: int


def box_of(width: int, height: int, columns: int, dots: int) -> Box:
    """The largest box of the frame's shape in the middle of `columns` x `dots`; never empty."""
    if width * dots > height * columns:
        wide, high = columns, max(1, round(columns * height / width))
    else:
        wide, high = max(1, round(dots * width / height)), dots
    return Box((columns - wide) // 2, (dots - high) // 2, wide, high)


class Scaler:
    """Scales frames; what swscale prepares for one size is kept for the next frame.

    For one thread at a time.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def dots(self, frame: av.VideoFrame, columns: int, dots: int) -> NDArray[np.uint8]:
        """Colours of shape (dots, columns, 3), black around the frame.

        Raises what PyAV raises for frames that cannot be converted.
        """
        box = box_of(frame.width, frame.height, columns, dots)
        picture = self.scaled(frame, box.width, box.height)
        if picture.shape[:2] == (dots, columns):
            return picture
        ground = np.zeros((dots, columns, 3), np.uint8)
        ground[box.top : box.top + box.height, box.left : box.left + box.width] = picture
        return ground

    def scaled(self, frame: av.VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
        """Colours of shape (height, width, 3)."""
        large = frame.width * frame.height > LARGE
        small = self._reformatter.reformat(
            frame,
            width,
            height,
            "rgb24",
            interpolation=Interpolation.POINT if large else Interpolation.AREA,
            dst_color_range=ColorRange.JPEG,
        )
        return small.to_ndarray().astype(np.uint8, copy=False)
