"""The speaker: what comes from the other side, made even and heard."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from wschat_tui.media.blocks import BYTES, SECONDS, Resampler, block_of, louder
from wschat_tui.media.levels import Meter
from wschat_tui.media.ring import Ring

if TYPE_CHECKING:
    import av

    from wschat_tui.media.setup import Setup


class Speaker:
    """Takes frames from the network's loop, and gives them to a device's thread at its pace."""

    def __init__(self, setup: Setup) -> None:
        self._ring = Ring()
        self._resampler = Resampler()
        self._meter = Meter()
        self._loudness = setup.speaker_volume / 100
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drain, name="speaker", daemon=True)
        self.volume = setup.speaker_volume
        self.notice = ""
        self._thread.start()

    @property
    def level(self) -> float:
        """How loud what is heard is, from 0 to 1."""
        return self._meter.level

    @property
    def gaps(self) -> int:
        """Times in which sound that was due was missing for over 60 ms."""
        return self._ring.gaps

    def take(self, frame: av.AudioFrame) -> None:
        """Hear this after what was taken before; of any format."""
        self._ring.put(self._resampler.samples(frame).tobytes())

    def close(self) -> None:
        """Be silent and let go of the device."""
        self._stop.set()

    async def gone(self) -> None:
        """Wait until the device is let go of."""
        self.close()
        await asyncio.to_thread(self._thread.join)

    def _drain(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due += SECONDS
            block = block_of(self._ring.take(BYTES))
            before, self._loudness = self._loudness, self.volume / 100
            self._meter.take(louder(block, before, self._loudness))
