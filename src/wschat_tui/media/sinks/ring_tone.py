"""The tones of a call: one that comes in, one that goes out, and one to try the speaker with."""

from __future__ import annotations

import asyncio
import threading
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from wschat_tui.media.blocks import RATE, louder
from wschat_tui.media.cards.keeper import Keeper
from wschat_tui.media.sinks.speaker import WORDS

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block
    from wschat_tui.media.cards.keeper import Alive
    from wschat_tui.media.cards.kinds import Card, Cards
    from wschat_tui.media.setup import Setup

Tune = Literal["incoming", "outgoing", "test"]

_SOFT = 0.12 * 32767
_EDGE = 480
"""Samples (10 ms) over which a note begins and ends."""

NOTES: dict[Tune, tuple[tuple[float, float], ...]] = {
    # A rising third, twice, and a pause in which one can answer.
    "incoming": ((659.3, 0.22), (830.6, 0.34), (0, 0.14), (659.3, 0.22), (830.6, 0.34), (0, 1.74)),
    # What a telephone does in most of Europe.
    "outgoing": ((425, 1.0), (0, 4.0)),
    "test": ((523.3, 0.25), (659.3, 0.25), (784.0, 0.35)),
}
"""Hertz, or 0 for a pause, and seconds."""

TESTING = 3.0
"""Seconds that a test waits for its tone to be played."""


class RingTone:
    """Plays one tune at a time on a device of its own; without a device nothing happens."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._playing: _Playing | None = None
        self._old: list[_Playing] = []

    def play(self, tune: Literal["incoming", "outgoing", "off"]) -> None:
        """Play it over and over, in place of the one before; off is silent at once."""
        if self._playing is not None:
            self._playing.close()
            self._old.append(self._playing)
            self._playing = None
        if tune != "off":
            self._playing = _Playing(self._setup, tune, loop=True)

    async def gone(self) -> None:
        """Be silent, and wait until the device is let go of."""
        self.play("off")
        old, self._old = self._old, []
        await asyncio.gather(*(playing.gone() for playing in old))


async def test_tone(setup: Setup) -> str:
    """Play a short tone on the speaker; gives what is missing, or nothing."""
    playing = _Playing(setup, "test", loop=False)
    await playing.ended(TESTING)
    notice = playing.notice
    await playing.gone()
    return notice


class _Playing:
    def __init__(self, setup: Setup, tune: Tune, *, loop: bool) -> None:
        self._sound = samples(tune)
        self._loudness = setup.speaker_volume / 100
        self._loop = loop
        self._at = 0
        self._ended = threading.Event()
        backend = "null" if setup.fake else setup.backend
        self._keeper = Keeper(self._open, setup.speaker, backend, WORDS)

    @property
    def notice(self) -> str:
        return self._keeper.notice

    def close(self) -> None:
        self._keeper.close()

    async def gone(self) -> None:
        await self._keeper.gone()

    async def ended(self, seconds: float) -> None:
        await asyncio.to_thread(self._ended.wait, seconds)

    def _open(self, system: Cards, id: str, alive: Alive) -> Card:
        def give(size: int) -> bytes:
            return self._give(size // 2).tobytes() if alive() else bytes(size)

        return system.play(id, give)

    def _give(self, count: int) -> Block:
        at = np.arange(self._at, self._at + count)
        self._at += count
        if self._loop:
            block = self._sound[at % len(self._sound)]
        else:
            block = np.zeros(count, np.int16)
            block[at < len(self._sound)] = self._sound[at[at < len(self._sound)]]
            # What was handed over last is still to be heard.
            if self._at > len(self._sound) + RATE // 10:
                self._ended.set()
        return louder(block, self._loudness, self._loudness)


@cache
def samples(tune: Tune) -> Block:
    """One round of a tune, softly."""
    return np.concatenate([_note(*note) for note in NOTES[tune]])


def _note(pitch: float, seconds: float) -> Block:
    count = round(seconds * RATE)
    wave = np.sin(2 * np.pi * pitch * np.arange(count) / RATE)
    edge = np.minimum(1, np.arange(count) / _EDGE)
    note: Block = (_SOFT * wave * edge * edge[::-1]).astype(np.int16)
    return note
