"""The sound of a film: blocks with the moment each is due at."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from wschat_tui.media.blocks import RATE, SAMPLES

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block

STALE = 0.2
"""Seconds after which sound that nobody took is lost, so that it stays with its picture."""

SLACK = 0.06
"""Seconds that a block may be taken early, once sound flows: devices' clocks are not ours."""


class FilmSound:
    """Put by the film's thread, taken by a track's loop."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, Block]] = deque()
        self._rest = np.zeros(0, np.int16)
        self._flows = False
        self.any = False
        """There was some."""

    @property
    def waits(self) -> bool:
        """Some is to be taken, and not stale."""
        return bool(self._waiting) and self._waiting[-1][0] > time.monotonic() - STALE

    def put(self, due: float, samples: Block) -> None:
        """Samples of any number, the first of them due at this moment."""
        self.any = True
        due -= len(self._rest) / RATE
        whole = np.concatenate((self._rest, samples))
        last = len(whole) - SAMPLES
        for at in range(0, last + 1, SAMPLES):
            self._waiting.append((due + at / RATE, whole[at : at + SAMPLES]))
        self._rest = whole[len(whole) // SAMPLES * SAMPLES :]

    def take(self) -> Block | None:
        """The next 20 ms if it is time for them."""
        now = time.monotonic()
        while self._waiting and self._waiting[0][0] < now - STALE:
            self._waiting.popleft()
        soon = now + (SLACK if self._flows else 0)
        self._flows = bool(self._waiting) and self._waiting[0][0] <= soon
        return self._waiting.popleft()[1] if self._flows else None
