"""A ring of sound between the network, which is uneven, and a device, which is not."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np

from wschat_tui.media.blocks import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

_BYTES = 2 * RATE // 1000
"""Of a millisecond."""

PREFILL = 60
"""Milliseconds that are gathered before the first sound is given."""
REFILL = 40
"""The same after the ring ran dry."""
CAP = 200
"""Milliseconds that are held at most; what is older is dropped down to PREFILL."""
GAP = 60
"""Milliseconds without sound, where sound was due, that count as a gap."""
IDLE = 50
"""Milliseconds that, where they were never needed in the last WATCH, only make sound late."""
WATCH = 2.0
"""Seconds between two looks for such."""
SHY = 30
"""Milliseconds more that are left alone after the ring ran dry, as it may again."""
TRUST = 2
"""Milliseconds less of these with each look that finds it did not."""
SHED = 10
"""Milliseconds that are then left out, blended over half as many: too little to be heard."""
LAPSE = 2.0
"""Seconds without a new block after which no more sound is due: the other side sends none."""


class Ring:
    """Bytes of samples; put by one thread and taken by another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: monotonic seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._held = bytearray()
        self._flows = False
        self._need = PREFILL
        self._dry = 0.0
        self._came = -LAPSE
        self._low = float("inf")
        self._idle = float(IDLE)
        self._watched = clock()
        self.gaps = 0
        """Times in which sound that was due was missing for over GAP."""
        self.dropped = 0
        """Milliseconds that were too late to be heard."""

    @property
    def held(self) -> float:
        """Milliseconds that wait to be heard."""
        return len(self._held) / _BYTES

    def put(self, data: bytes) -> None:
        """Add what is to be heard next."""
        with self._lock:
            self._held += data
            self._came = self._clock()
            if len(self._held) > CAP * _BYTES:
                surplus = len(self._held) - PREFILL * _BYTES
                del self._held[:surplus]
                self.dropped += surplus // _BYTES

    def take(self, size: int) -> bytes:
        """So many bytes: of the oldest sound, and of silence where there is none."""
        with self._lock:
            if not self._flows:
                self._flows = len(self._held) >= self._need * _BYTES
            out = bytes(self._held[:size]) if self._flows else b""
            del self._held[: len(out)]
            if len(out) < size:
                self._miss(size - len(out))
            else:
                self._dry = 0.0
                self._shed()
            return out + bytes(size - len(out))

    def _shed(self) -> None:
        """Leave out a little of what waits, where less would have done; clocks differ, too."""
        self._low = min(self._low, self.held)
        if self._clock() - self._watched < WATCH:
            return
        if self._low > self._idle:
            cut, blend = SHED * _BYTES, SHED // 2 * _BYTES
            early, late = (np.frombuffer(self._held[at : at + blend], np.int16) for at in (0, cut))
            share = np.linspace(0, 1, len(early))
            both = (early * (1 - share) + late * share).astype(np.int16)
            self._held[: cut + blend] = both.tobytes()
        self._idle = max(IDLE, self._idle - TRUST)
        self._watched, self._low = self._clock(), float("inf")

    def _miss(self, size: int) -> None:
        if self._flows:
            self._flows = False
            self._need = REFILL
            self._idle = min(CAP, self._idle + SHY)
            self._low = 0.0
        if self._need == PREFILL or self._clock() - self._came > LAPSE:
            return
        before, self._dry = self._dry, self._dry + size / _BYTES
        if before <= GAP < self._dry:
            self.gaps += 1
