"""What comes from the other side, read without a pause: what is not read piles up in memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import av
from aiortc.mediastreams import MediaStreamError

from wschat_tui.media.gaps import Gaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc.mediastreams import MediaStreamTrack

    from wschat_tui.media.gear import Gear
    from wschat_tui.media.statistics import Passed

SILENCE = 2.0
"""Seconds without a picture after which the other side sends none."""


class Intake:
    """Hands on what the tracks of one call give."""

    def __init__(
        self,
        gear: Gear,
        passed: Passed,
        *,
        flows: Callable[[], None],
        picture: Callable[[bool], None],
        record: Callable[[av.AudioFrame | av.VideoFrame], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """flows: called after a silence. picture: called when pictures begin, and end.

        clock: monotonic seconds.
        """
        self._clock = clock
        self._gear = gear
        self._passed = passed
        self._flows = flows
        self._picture = picture
        self._record = record
        self._heard = 0.0
        self._seen: float | None = None

    async def read(self, track: MediaStreamTrack) -> None:
        """Until the track ends."""
        gaps = Gaps()
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self._note()
            if isinstance(frame, av.AudioFrame):
                self._sound(frame, gaps)
            elif isinstance(frame, av.VideoFrame):
                self._take(frame)

    def look(self, *, may_come: bool) -> None:
        """Notice that pictures no longer come; called once in a while."""
        if self._seen is not None and (self._is_late(self._seen) or not may_come):
            self._seen = None
            self._gear.theirs.put(None)
            self._picture(False)

    def _is_late(self, seen: float) -> bool:
        """Pictures stay away while sound comes; where all stays away, the line is silent."""
        now = self._clock()
        listens = self._passed.sounds_in == 0 or now - self._heard < SILENCE
        return listens and now - seen > SILENCE

    def _note(self) -> None:
        now = self._clock()
        if now - self._heard > SILENCE:
            self._flows()
        self._heard = now

    def _sound(self, frame: av.AudioFrame, gaps: Gaps) -> None:
        self._passed.sounds_in += 1
        for piece in gaps.closed(frame):
            self._record(piece)
            if self._gear.speaker is not None:
                self._gear.speaker.take(piece)

    def _take(self, frame: av.VideoFrame) -> None:
        self._passed.pictures_in += 1
        self._passed.width, self._passed.height = frame.width, frame.height
        begins = self._seen is None
        self._seen = self._clock()
        self._gear.theirs.put(frame)
        self._record(frame)
        if begins:
            self._picture(True)
