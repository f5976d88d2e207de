"""Sound and pictures written into a file of their own: Opus and VP8, which every browser plays."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from wschat_tui.media.blocks import RATE, SAMPLES, frame_of
from wschat_tui.media.sources.shape import FORMAT, LIMIT, fitted

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream

    from wschat_tui.media.blocks import Block
    from wschat_tui.media.sources.shape import Size

PATIENCE = 1.0
"""Seconds that the first picture is waited for, and after which one that stays is written again."""

_EMPTY: Size = (640, 360)
"""Of the picture where there is none."""
_TICKS = 1000
_BITS = 1_500_000
_OPTIONS = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}


class Reel:
    """Belongs to one thread. Seconds are counted from the beginning of the recording."""

    def __init__(self, output: OutputContainer) -> None:
        self._output = output
        self._streams: tuple[AudioStream, VideoStream] | None = None
        self._size: Size = _EMPTY
        self._unheard: list[Block] = []
        self._position = 0
        self._last = -1
        self._last_at = 0.0
        self._planes = np.zeros(0, np.uint8)

    def picture(self, at: float, frame: av.VideoFrame) -> None:
        """A picture that belongs at this second."""
        if self._streams is None:
            self._begin(fitted((frame.width, frame.height), LIMIT))
        self._planes = boxed(frame, self._size)
        self._show(at)
        self._last_at = at

    def still(self, now: float) -> None:
        """It is this late: write the last picture again if it has stood for long."""
        if now - self._last_at < PATIENCE:
            return
        if self._streams is None:
            self._begin(_EMPTY)
        self._show(now)
        self._last_at = now

    def sound(self, samples: Block) -> None:
        """Samples that follow those before."""
        self._unheard.append(samples)
        if self._streams is None:
            return
        whole = np.concatenate(self._unheard)
        end = len(whole) // SAMPLES * SAMPLES
        for at in range(0, end, SAMPLES):
            frame = frame_of(whole[at : at + SAMPLES], self._position)
            self._position += SAMPLES
            self._output.mux(self._streams[0].encode(frame))
        self._unheard = [whole[end:]]

    def end(self) -> None:
        """Write what the encoders still hold."""
        if self._streams is None:
            self._begin(_EMPTY)
            self._show(0.0)
        self.sound(np.zeros(SAMPLES, np.int16))
        for stream in self._streams or ():
            self._output.mux(stream.encode(None))

    def _begin(self, size: Size) -> None:
        """The size stands for the whole file, so it is known before anything is written."""
        self._size = size
        sound = self._output.add_stream("libopus", rate=RATE, layout="mono")
        sound.bit_rate = 64_000
        picture = self._output.add_stream("libvpx", rate=30, options=dict(_OPTIONS))
        picture.width, picture.height = size
        picture.pix_fmt = FORMAT
        picture.bit_rate = _BITS
        picture.codec_context.time_base = Fraction(1, _TICKS)
        picture.codec_context.gop_size = 120
        self._streams = sound, picture
        self._planes = black(size)

    def _show(self, when: float) -> None:
        if self._streams is None:
            return
        frame = av.VideoFrame.from_ndarray(
            self._planes.reshape(self._size[1] * 3 // 2, self._size[0]), format=FORMAT
        )
        self._last = max(round(when * _TICKS), self._last + 1)
        frame.pts = self._last
        frame.time_base = Fraction(1, _TICKS)
        self._output.mux(self._streams[1].encode(frame))


def black(size: Size) -> np.ndarray:
    """The planes of a black picture, one after the other."""
    pixels = size[0] * size[1]
    planes = np.full(pixels * 3 // 2, 128, np.uint8)
    planes[:pixels] = 16
    return planes


def boxed(frame: av.VideoFrame, size: Size) -> np.ndarray:
    """The planes of the frame in the middle of a black picture of this size, as large as fits."""
    width, height = fitted((frame.width, frame.height), size)
    planes = np.asarray(frame.reformat(width, height, FORMAT).to_ndarray()).reshape(-1)
    if (width, height) == size:
        return planes
    out = black(size)
    left, top = (size[0] - width) // 4 * 2, (size[1] - height) // 4 * 2
    for inner, outer in zip(_split(planes, width, height), _split(out, *size), strict=True):
        part = size[0] // outer.shape[1]
        x, y = left // part, top // part
        outer[y : y + height // part, x : x + width // part] = inner
    return out


def _split(planes: np.ndarray, width: int, height: int) -> list[np.ndarray]:
    """Brightness, and the two colours of half its size; views, not copies."""
    bright, blue, red = np.split(planes, (width * height, width * height * 5 // 4))
    half = (height // 2, width // 2)
    return [bright.reshape(height, width), blue.reshape(half), red.reshape(half)]
