"""Sound of several sides laid onto one line of time, and mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wschat_tui.media.blocks import RATE

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block

SNAP = 0.015
"""Seconds that sound may be off where the sound before it ended, and still follow it at once."""


class Mix:
    """Samples counted from the beginning of a recording."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}
        self._sum = np.zeros(0, np.float32)
        self._start = 0

    def add(self, side: str, at: float, samples: Block) -> None:
        """Samples that belong at this second."""
        named = round(at * RATE)
        begin = self._next.get(side, named)
        if abs(begin - named) > SNAP * RATE:
            begin = named
        self._next[side] = begin + len(samples)
        # What belongs where all was taken from already is lost.
        late = max(0, self._start - begin)
        self._lay(begin + late, samples[late:])

    def take(self, until: float) -> Block:
        """What was not taken yet, up to this second; silence where nobody was heard."""
        size = max(0, round(until * RATE) - self._start)
        self._reach(size)
        out, self._sum = self._sum[:size], self._sum[size:]
        self._start += size
        return np.clip(out, -32768, 32767).astype(np.int16)

    def _lay(self, begin: int, samples: Block) -> None:
        at = begin - self._start
        self._reach(at + len(samples))
        self._sum[at : at + len(samples)] += samples

    def _reach(self, size: int) -> None:
        missing = size - len(self._sum)
        if missing > 0:
            self._sum = np.concatenate((self._sum, np.zeros(missing, np.float32)))
