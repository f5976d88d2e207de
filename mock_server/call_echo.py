"""What comes from the other side of a call, sent back after a while."""

import asyncio
from collections import deque

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame
from av.frame import Frame
from av.video.frame import PictureType

MOST = {"audio": 150, "video": 48}
"""Frames that wait to be sent back; of a stream that comes faster, the oldest are left out."""


class Echo(MediaStreamTrack):
    """A delay line. The times within the stream stay as they came, so that its gaps do too."""

    def __init__(self, kind: str, delay: float) -> None:
        self.kind = kind
        super().__init__()
        self._delay = delay
        self._delayed: deque[tuple[float, Frame]] = deque(maxlen=MOST[kind])
        self._came = asyncio.Event()

    async def follow(self, source: MediaStreamTrack) -> None:
        """Take in what another track gives, until it ends."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                frame = await source.recv()
            except MediaStreamError:
                return
            if isinstance(frame, AudioFrame | VideoFrame):
                self._delayed.append((loop.time() + self._delay, frame))
                self._came.set()

    async def recv(self) -> Frame:
        """The next frame, when it is due."""
        while not self._delayed:
            self._came.clear()
            await self._came.wait()
            if self.readyState != "live":
                raise MediaStreamError
        due, frame = self._delayed.popleft()
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        if isinstance(frame, VideoFrame):
            # A decoded key frame says so, and aiortc's VP8 encoder would make one of it again.
            frame.pict_type = PictureType.NONE
        return frame

    def stop(self) -> None:
        super().stop()
        self._came.set()


async def drain(source: MediaStreamTrack) -> None:
    """Read a track that nobody wants: unread frames would pile up without a bound."""
    while True:
        try:
            await source.recv()
        except MediaStreamError:
            return
