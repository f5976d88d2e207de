"""The speaker: what comes from the other side, made even and heard."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from wschat_tui.media.blocks import RATE, Resampler, block_of, louder
from wschat_tui.media.cards.keeper import Keeper, Words
from wschat_tui.media.levels import Meter
from wschat_tui.media.ring import Ring

if TYPE_CHECKING:
    from collections.abc import Callable

    import av

    from wschat_tui.media.blocks import Block
    from wschat_tui.media.cards.keeper import Alive
    from wschat_tui.media.cards.kinds import Card, Cards
    from wschat_tui.media.setup import Setup

REMEMBERED = 60 * RATE
"""Samples of what was played that a speaker which is not there keeps, for tests and trials."""

WORDS = Words(
    none="No speaker ({why}): nothing is heard here. Plug one in, or start a"
    " sound server such as PipeWire or PulseAudio; it is then used at once.",
    lost="The speaker is gone: nothing is heard here. Plug it in again, or choose another; it is"
    " then used at once.",
    other="The speaker that was chosen cannot be opened: the system's own is used. Choose"
    " another, or plug it in and choose it again.",
)


class Speaker:
    """Takes frames from the network's loop, and gives them to a device's thread at its pace."""

    def __init__(self, setup: Setup) -> None:
        self._ring = Ring()
        self._resampler = Resampler()
        self._meter = Meter()
        self._loudness = setup.speaker_volume / 100
        self._memory: bytearray | None = bytearray() if setup.fake else None
        self._old: list[Keeper] = []
        self.volume = setup.speaker_volume
        """Percent, from 0 to 200."""
        self.played: Callable[[Block], None] | None = None
        """Called, in the device's thread, with all that is played: what an echo is made of."""
        self._keeper = self._kept(setup)

    @property
    def notice(self) -> str:
        """What is missing, and what to do; empty: nothing is."""
        return self._keeper.notice

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

    def heard(self) -> Block:
        """What was played, where the setup is `fake`: the last minute of it at most."""
        return block_of(bytes(self._memory or b""))

    def use(self, setup: Setup) -> None:
        """Go on with the speaker that this setup names."""
        self._keeper.close()
        self._old.append(self._keeper)
        self._keeper = self._kept(setup)

    async def ready(self, seconds: float) -> None:
        """Wait, for so long at most, until it is open or known to be missing."""
        await self._keeper.ready(seconds)

    def close(self) -> None:
        """Be silent and let go of the device; returns at once."""
        self._keeper.close()
        self._meter.rest()

    async def gone(self) -> None:
        """Wait until every device that was ever opened is let go of."""
        self.close()
        old, self._old = self._old, []
        await asyncio.gather(*(keeper.gone() for keeper in (*old, self._keeper)))

    def _kept(self, setup: Setup) -> Keeper:
        backend = "null" if setup.fake else setup.backend
        return Keeper(self._open, setup.speaker, backend, WORDS)

    def _open(self, system: Cards, id: str, alive: Alive) -> Card:
        def give(size: int) -> bytes:
            return self._give(size) if alive() else bytes(size)

        return system.play(id, give)

    def _give(self, size: int) -> bytes:
        """In the device's thread."""
        before, self._loudness = self._loudness, self.volume / 100
        block = louder(block_of(self._ring.take(size)), before, self._loudness)
        self._meter.take(block)
        if self.played is not None:
            self.played(block)
        data = np.ascontiguousarray(block).tobytes()
        if self._memory is not None:
            self._memory += data
            del self._memory[: -2 * REMEMBERED]
        return data
