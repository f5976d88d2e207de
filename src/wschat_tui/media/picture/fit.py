"""A frame of any size made as small as a terminal, with its shape kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    Planes = NDArray[np.uint8]
    """Red, green and blue, of shape (3, height, width)."""

LARGE = 4096 * 2304
"""Pixels of a frame beyond which it is thinned rather than averaged, so that no size costs long."""


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

    def dots(self, frame: av.VideoFrame, columns: int, dots: int) -> Planes:
        """Colours of so many dots, black around the frame.

        Raises what PyAV raises for frames that cannot be converted.
        """
        box = box_of(frame.width, frame.height, columns, dots)
        ground = np.zeros((3, dots, columns), np.uint8)
        view = ground[:, box.top : box.top + box.height, box.left : box.left + box.width]
        self._scale(frame, view)
        return ground

    def _scale(self, frame: av.VideoFrame, view: Planes) -> None:
        _, height, width = view.shape
        large = frame.width * frame.height > LARGE
        # In planes, since the library halves the colours' resolution where it writes RGB triples.
        small = self._reformatter.reformat(
            frame,
            width,
            height,
            "gbrp",
            interpolation=Interpolation.POINT if large else Interpolation.AREA,
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        for place, plane in zip((1, 2, 0), small.planes, strict=True):
            lines = np.frombuffer(memoryview(plane), np.uint8).reshape(
                plane.height, plane.line_size
            )
            view[place] = lines[:, :width]
