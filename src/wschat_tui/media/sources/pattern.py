"""A test pattern: colour bars, a square that moves, and a clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import av
import numpy as np

from wschat_tui.media.sources.glyphs import Atlas
from wschat_tui.media.sources.shape import FORMAT

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator

    from numpy.typing import NDArray

SIZE = (640, 360)
RATE = 30.0
BARS = (
    (235, 235, 235),
    (235, 235, 16),
    (16, 235, 235),
    (16, 235, 16),
    (235, 16, 235),
    (235, 16, 16),
    (16, 16, 235),
)
"""Red, green and blue of each bar, from the left; all of them are as high as three quarters."""

_BAND = SIZE[1] * 3 // 4
_SQUARE = 60
_SPEED = 120
"""Pixels a second."""
_WHITE = 235


def pattern(stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
    """Pictures at RATE until told to stop."""
    planes, atlas = _still(), Atlas(48)
    began = time.monotonic()
    number = 0
    while not stop.wait(max(0.0, began + number / RATE - time.monotonic())):
        number += 1
        yield _at(planes, atlas, number / RATE)


def _still() -> NDArray[np.uint8]:
    """What does not move, as the three planes below each other."""
    width, height = SIZE
    image = np.zeros((height, width, 3), np.uint8)
    for number, colour in enumerate(BARS):
        image[:_BAND, width * number // len(BARS) :] = colour
    frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=FORMAT)
    return np.asarray(frame.to_ndarray(), np.uint8)


def _at(still: NDArray[np.uint8], atlas: Atlas, seconds: float) -> av.VideoFrame:
    planes = still.copy()
    left = int(seconds * _SPEED) % (SIZE[0] - _SQUARE)
    top = _BAND + (SIZE[1] - _BAND - _SQUARE) // 2
    planes[top : top + _SQUARE, left : left + _SQUARE] = _WHITE
    words = f"{int(seconds) // 60:02d}:{seconds % 60:04.1f}"
    clock = np.concatenate([atlas.mask(letter) for letter in words], axis=1)
    height, width = clock.shape
    bright = np.where(clock > 127, np.uint8(_WHITE), np.uint8(16))
    planes[top : top + height, SIZE[0] - width - 16 : SIZE[0] - 16] = bright
    return av.VideoFrame.from_ndarray(planes, format=FORMAT)
