"""Coloured bars and a tone, for who wants to know whether pictures and sound arrive."""

import asyncio
from fractions import Fraction

import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

RATE = 48_000
BLOCK = RATE // 50
"""Samples in a frame of 20 ms."""
LOUDNESS = 0.25
"""Of the loudest there is."""

LATENESS = 0.2
"""Seconds; within them a busy machine sends in a burst what it owes."""

WIDTH, HEIGHT, PICTURES = 640, 360, 15
"""Pixels, and pictures a second."""

BARS = (
    (235, 235, 235),
    (235, 235, 16),
    (16, 235, 235),
    (16, 235, 16),
    (235, 16, 235),
    (235, 16, 16),
    (16, 16, 235),
    (16, 16, 16),
)
"""Red, green and blue of each bar, from the left."""


class _Paced(MediaStreamTrack):
    """Gives one frame after the other, each when its time has come."""

    def __init__(self) -> None:
        super().__init__()
        self._began: float | None = None
        self._number = 0

    async def _next(self, every: float) -> int:
        """The number of the next frame. A little lateness is made up for; with much, some go."""
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
            return 0
        self._number += 1
        late = now - self._began - self._number * every
        if late > LATENESS:
            self._number += int(late / every)
        await asyncio.sleep(-late)
        return self._number


class Tone(_Paced):
    """A sine."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._turn = 2 * np.pi * hertz / RATE

    async def recv(self) -> AudioFrame:
        first = await self._next(BLOCK / RATE) * BLOCK
        wave = np.sin((np.arange(BLOCK) + first) * self._turn) * LOUDNESS * 32_767
        frame = AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
        return frame


class Bars(_Paced):
    """Eight bars, with a white line that wanders below them."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        columns = np.repeat(np.array(BARS, np.uint8), WIDTH // len(BARS), axis=0)
        self._picture = np.tile(columns, (HEIGHT, 1, 1))
        self._picture[HEIGHT * 7 // 8 :] = 16

    async def recv(self) -> VideoFrame:
        number = await self._next(1 / PICTURES)
        picture = self._picture.copy()
        left = number * 8 % WIDTH
        picture[HEIGHT * 7 // 8 :, left : left + 16] = 235
        frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, PICTURES)
        return frame
