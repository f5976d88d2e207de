"""Blocks of sound: 20 ms, one channel, 16 bits, 48,000 samples a second (what Opus is given)."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.int16]
"""Samples of one channel; a whole block has SAMPLES of them."""

RATE = 48_000
"""Samples a second."""
SAMPLES = 960
SECONDS = SAMPLES / RATE
BYTES = 2 * SAMPLES

_TIME_BASE = Fraction(1, RATE)


def silence() -> Block:
    """A block that nobody hears."""
    return np.zeros(SAMPLES, np.int16)


def block_of(data: bytes) -> Block:
    """The samples of a device's bytes."""
    return np.frombuffer(data, np.int16)


def louder(block: Block, before: float, after: float) -> Block:
    """The block times a factor that moves from one value to another, so that nothing clicks."""
    if before == after == 1.0:
        return block
    if before == after == 0.0:
        return np.zeros_like(block)
    factor = np.linspace(before, after, len(block), dtype=np.float32)
    return _clipped(np.multiply(block, factor, dtype=np.float32))


def mixed(block: Block, other: Block) -> Block:
    """Both at once; what is too loud for 16 bits is cut off."""
    return _clipped(np.add(block, other, dtype=np.float32))


def frame_of(block: Block, position: int) -> av.AudioFrame:
    """A frame that begins at this sample of its stream."""
    frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = RATE
    frame.pts = position
    frame.time_base = _TIME_BASE
    return frame


class Resampler:
    """Frames of any format, rate and number of channels as samples of ours."""

    def __init__(self) -> None:
        self._shape: tuple[str, str, int] | None = None
        self._inner = av.AudioResampler("s16", "mono", RATE)

    def samples(self, frame: av.AudioFrame) -> Block:
        """What the frame yields; the end of it may come out with the next one."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            self._inner = av.AudioResampler("s16", "mono", RATE)
            self._shape = shape
        parts = [part.to_ndarray().reshape(-1) for part in self._inner.resample(_timeless(frame))]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _timeless(frame: av.AudioFrame) -> av.AudioFrame:
    """The same sound without a time, for a gap in the times makes the resampler refuse.

    A copy: the frame itself may be on its way to an encoder in another thread.
    """
    format_, layout = frame.format.name, frame.layout.name
    copy = av.AudioFrame.from_ndarray(frame.to_ndarray(), format=format_, layout=layout)
    copy.sample_rate = frame.sample_rate
    return copy


def _clipped(samples: NDArray[np.float32]) -> Block:
    return np.clip(samples, -32768, 32767).astype(np.int16)
