"""What a sender reads for the whole length of a call, whatever source is behind it.

aiortc's sender ends for good with the track it reads, and hands the times of its frames on as they
are. So it never sees a source: it reads one of these, whose sources come and go.
"""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.video.frame import PictureType

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.frame import Frame
    from av.packet import Packet

VIDEO_CLOCK = 90000
"""Ticks a second of pictures (RFC 7741)."""


class Outgoing(MediaStreamTrack):
    """A track that never ends by itself."""

    def __init__(self, kind: str, seen: Callable[[Frame], None]) -> None:
        """seen: is called with every frame that is about to be sent."""
        super().__init__()
        self.kind = kind
        self._seen = seen
        self._source: MediaStreamTrack | None = None
        self._changed = asyncio.Event()
        self._reading: asyncio.Task[Frame | Packet[Any]] | None = None
        self._shift: float | None = None
        self._end = 0.0
        self._began = time.monotonic()

    def feed(self, source: MediaStreamTrack | None) -> None:
        """Send what this gives from now on; None: nothing."""
        if source is self._source:
            return
        self._source = source
        self._shift = None
        self._changed.set()
        if self._reading is not None:
            self._reading.cancel()

    async def recv(self) -> Frame:
        """The next frame, in a time that runs on over all sources."""
        while True:
            if self.readyState != "live":
                raise MediaStreamError
            source = self._source
            if source is None:
                self._changed.clear()
                await self._changed.wait()
                continue
            frame = await self._read(source)
            if frame is not None:
                self._stamp(frame)
                self._seen(frame)
                return frame

    async def _read(self, source: MediaStreamTrack) -> Frame | None:
        """A frame of this source; None: it ended, or another took its place."""
        reading = asyncio.get_running_loop().create_task(source.recv(), name=f"read {self.kind}")
        self._reading = reading
        try:
            frame = await reading
            return frame if isinstance(frame, av.AudioFrame | av.VideoFrame) else None
        except asyncio.CancelledError:
            if source is self._source or not reading.cancelled():
                raise
        except Exception:  # noqa: BLE001  a source that fails must not end the sender
            if source is self._source:
                self.feed(None)
        finally:
            self._reading = None
        return None

    def _stamp(self, frame: Frame) -> None:
        """Shift the time of a source onto the time of the call."""
        timed = frame.pts is not None and frame.time_base is not None
        given = float((frame.pts or 0) * (frame.time_base or 0))
        if self._shift is None or not timed:
            self._shift = max(time.monotonic() - self._began, self._end) - given
        at = max(given + self._shift, self._end)
        if isinstance(frame, av.AudioFrame):
            rate = frame.sample_rate
            self._end = at + frame.samples / rate
        else:
            rate = VIDEO_CLOCK
            self._end = at + 1 / VIDEO_CLOCK
            if isinstance(frame, av.VideoFrame):
                # Raw sources mark each frame as a key frame, and the encoder obeys.
                frame.pict_type = PictureType.NONE
        frame.pts = round(at * rate)
        frame.time_base = Fraction(1, rate)
