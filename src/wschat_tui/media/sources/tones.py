"""Sound that is made here: a tone, or silence, at the pace of a microphone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wschat_tui.media.blocks import RATE, SAMPLES, SECONDS, silence
from wschat_tui.media.sources.beat import Beat

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block

PITCH = 440.0
"""Hertz."""
_HEIGHT = 0.2 * 32767


class Silence:
    """Nothing to be heard."""

    notice = ""

    def __init__(self, notice: str = "") -> None:
        self.notice = notice
        self._beat = Beat(SECONDS)

    async def ready(self, seconds: float) -> None:
        """It always is."""

    async def block(self) -> Block:
        """The next 20 ms, when it is time for them."""
        await self._beat.turn()
        return silence()

    def close(self) -> None:
        """Nothing is open."""

    async def gone(self) -> None:
        """Nothing is left."""


class Tone:
    """A steady tone, a fifth of full scale high."""

    notice = ""

    def __init__(self, pitch: float = PITCH) -> None:
        self._beat = Beat(SECONDS)
        self._turn = 2 * np.pi * pitch / RATE
        self._at = 0

    async def ready(self, seconds: float) -> None:
        """It always is."""

    async def block(self) -> Block:
        """The next 20 ms, when it is time for them."""
        await self._beat.turn()
        at = np.arange(self._at, self._at + SAMPLES)
        self._at += SAMPLES
        wave: Block = (np.sin(at * self._turn) * _HEIGHT).astype(np.int16)
        return wave

    def close(self) -> None:
        """Nothing is open."""

    async def gone(self) -> None:
        """Nothing is left."""
