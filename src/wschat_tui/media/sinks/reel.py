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
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

    from wschat_tui.media.blocks import Block
    from wschat_tui.media.sources.shape import Size

PATIENCE = 1.0
"""Seconds that the first picture is waited for, and after which one that stays is written again."""

_EMPTY: Size = (640, 360)
"""Of the picture where there is none."""
_TICK = Fraction(1, 1000)
_BITS = 1_500_000
_KEYS = 120
"""Pictures between two that a player can jump to."""
_OPTIONS = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}


class Reel:
    """Belongs to one thread. Seconds are counted from the beginning of the recording."""

    def __init__(self, output: OutputContainer) -> None:
        self._output = output
        self._streams: tuple[AudioStream, VideoStream] | None = None
        self._encoder: VideoCodecContext | None = None
        self._unheard: list[Block] = []
        self._position = 0
        self._last = -1
        self._last_at = 0.0
        self._frame = _black(_EMPTY)

    def picture(self, at: float, frame: av.VideoFrame) -> None:
        """A picture that belongs at this second."""
        self._frame = _copied(frame)
        self._show(at)
        self._last_at = at

    def still(self, now: float) -> None:
        """It is this late: write the last picture again if it has stood for long."""
        if now - self._last_at >= PATIENCE:
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
            self._show(0.0)
        self.sound(np.zeros(SAMPLES, np.int16))
        self._drain()
        if self._streams is not None:
            self._output.mux(self._streams[0].encode(None))

    def _show(self, when: float) -> None:
        self._last = max(round(when / _TICK), self._last + 1)
        self._frame.pts = self._last
        self._frame.time_base = _TICK
        self._write(self._encoder_for(self._frame.width, self._frame.height), self._frame)

    def _encoder_for(self, width: int, height: int) -> VideoCodecContext:
        """VP8 may change its size in the middle, with a new encoder (RFC 6386, section 9.1)."""
        encoder = self._encoder
        if encoder is not None and (encoder.width, encoder.height) == (width, height):
            return encoder
        self._drain()
        if self._streams is None:
            sound = self._output.add_stream("libopus", rate=RATE, layout="mono")
            sound.bit_rate = 64_000
            picture = self._output.add_stream("libvpx", rate=30, options=dict(_OPTIONS))
            self._streams = sound, picture
            encoder = picture.codec_context
        else:
            encoder = av.VideoCodecContext.create("libvpx", "w")
            encoder.options = dict(_OPTIONS)
        encoder.width, encoder.height, encoder.pix_fmt = width, height, FORMAT
        encoder.bit_rate, encoder.time_base, encoder.gop_size = _BITS, _TICK, _KEYS
        self._encoder = encoder
        return encoder

    def _drain(self) -> None:
        if self._encoder is not None:
            self._write(self._encoder, None)

    def _write(self, encoder: VideoCodecContext, frame: av.VideoFrame | None) -> None:
        for packet in encoder.encode(frame):
            if self._streams is not None:
                packet.stream = self._streams[1]
                self._output.mux(packet)


def _black(size: Size) -> av.VideoFrame:
    planes = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
    planes[: size[1]] = 16
    return av.VideoFrame.from_ndarray(planes, format=FORMAT)


def _copied(frame: av.VideoFrame) -> av.VideoFrame:
    """A frame of our own in a size that fits: others stamp theirs anew while it is written."""
    width, height = fitted((frame.width, frame.height), LIMIT)
    planes = np.asarray(frame.reformat(width, height, FORMAT).to_ndarray(), np.uint8)
    return av.VideoFrame.from_ndarray(planes, format=FORMAT)
