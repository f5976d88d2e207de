"""How loud a sound is, for meters, and whether a voice is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block

FLOOR = -60.0
"""Decibels below full scale that a meter shows as nothing."""

OPENS = -38.0
CLOSES = -46.0
"""Decibels: a voice is heard from OPENS on, and until it falls below CLOSES."""
HANG_OVER = 20
"""Blocks (400 ms) for which a voice still counts as heard, so that no word's end is cut."""

_FALL = 0.86
"""A meter keeps this share of its height from block to block: 300 ms to a tenth."""


def decibels(block: Block) -> float:
    """The mean power below full scale; FLOOR at least."""
    if not len(block):
        return FLOOR
    power = float(np.mean(np.square(block, dtype=np.float32)))
    return max(FLOOR, 10 * np.log10(power / 32768**2)) if power else FLOOR


def height(block: Block) -> float:
    """From 0 (FLOOR or less) to 1 (full scale), even in decibels, as ears have it."""
    return 1 - decibels(block) / FLOOR


class Meter:
    """Rises at once and falls slowly."""

    def __init__(self) -> None:
        self.level = 0.0

    def take(self, block: Block) -> None:
        """Look at the next block."""
        self.level = max(height(block), self.level * _FALL)

    def rest(self) -> None:
        """Nothing is heard any more."""
        self.level = 0.0


class Voice:
    """Tells whether a voice is heard: it takes more to begin than to go on."""

    def __init__(self) -> None:
        self._left = 0

    def hears(self, block: Block) -> bool:
        """Look at the next block."""
        loud = decibels(block)
        if loud >= OPENS or (self._left and loud >= CLOSES):
            self._left = HANG_OVER
        elif self._left:
            self._left -= 1
        return self._left > 0
