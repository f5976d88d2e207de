"""The sound that I send: one track for a whole call, whatever it is made of at the moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from wschat_tui.media.blocks import SAMPLES, frame_of, louder, mixed
from wschat_tui.media.levels import Meter
from wschat_tui.media.sources.microphone import Microphone
from wschat_tui.media.sources.played import Played
from wschat_tui.media.sources.talk import Talk
from wschat_tui.media.sources.tones import Silence, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    import av

    from wschat_tui.media.blocks import Block
    from wschat_tui.media.setup import Setup
    from wschat_tui.state.calls.call_views import Talking

OPENING = 1.5
"""Seconds that a call waits for its microphone; after them it begins in silence."""


class SoundSource(Protocol):
    """Something that yields a block every 20 ms, on the loop that asks."""

    @property
    def notice(self) -> str:
        """What is missing, what is sent in its place, and what to do; empty: nothing is."""
        ...

    async def ready(self, seconds: float) -> None:
        """Wait, for so long at most, until it is open or known to be missing."""
        ...

    async def block(self) -> Block:
        """The next 20 ms, when it is time for them."""
        ...

    def close(self) -> None:
        """Let go of devices and threads; returns at once."""
        ...

    async def gone(self) -> None:
        """Wait until they are let go of."""
        ...


class SideSound(Protocol):
    """Sound that goes with a picture."""

    def take(self) -> Block | None:
        """The next 20 ms if they are there; on the loop of the track."""
        ...


class SoundTrack(MediaStreamTrack):
    """Sends blocks of its source for as long as it lives: silence while muted, or missing."""

    kind = "audio"

    def __init__(
        self, source: SoundSource, *, volume: int = 100, talking: Talking = "open"
    ) -> None:
        """volume: percent, from 0 to 200."""
        super().__init__()
        self._source = source
        self._old: list[SoundSource] = []
        self._meter = Meter()
        self._talk = Talk(talking)
        self._position = 0
        self._loudness = volume / 100
        self.muted = False
        """Silence is sent, whatever the source yields."""
        self.volume = volume
        self.beside: SideSound | None = None
        """The sound of the picture that is shown, mixed in."""
        self.clear: Callable[[Block], Block] | None = None
        """Takes the speaker's sound out of the microphone's."""
        self.tap: Callable[[av.AudioFrame], None] | None = None
        """Called with every frame that is sent, such as by a recording."""

    @property
    def notice(self) -> str:
        """What is missing, what is sent in its place, and what to do; empty: nothing is."""
        return self._source.notice

    @property
    def level(self) -> float:
        """How loud the source is, from 0 to 1, muted or not."""
        return self._meter.level

    @property
    def speaking(self) -> bool:
        """What the source yields is sent."""
        return not self.muted and self._talk.open

    @property
    def talking(self) -> Talking:
        """When the source is sent."""
        return self._talk.mode

    @talking.setter
    def talking(self, mode: Talking) -> None:
        self._talk.mode = mode

    def hold(self, on: bool) -> None:
        """Talk, or stop, where talking takes a key."""
        self._talk.held = on

    def use(self, source: SoundSource) -> None:
        """Go on with another source, such as another microphone; the old one is closed."""
        self._old.append(self._source)
        self._source.close()
        self._source = source

    async def recv(self) -> av.AudioFrame:
        """The next 20 ms (RFC 7587: 48 kHz). Raises MediaStreamError after `stop`."""
        block = self._shaped(await self._next())
        frame = frame_of(block, self._position)
        self._position += SAMPLES
        if self.tap is not None:
            self.tap(frame)
        return frame

    def stop(self) -> None:
        """Close the source; `gone` waits for its devices and threads."""
        super().stop()
        self._source.close()
        self._meter.rest()

    async def gone(self) -> None:
        """Wait until all that was ever opened is let go of."""
        old, self._old = self._old, []
        await asyncio.gather(*(source.gone() for source in (*old, self._source)))

    async def _next(self) -> Block:
        """A source that was closed under our wait yields silence; the new one goes on."""
        if self.readyState != "live":
            raise MediaStreamError
        block = await self._source.block()
        if self.readyState != "live":
            raise MediaStreamError
        return block

    def _shaped(self, block: Block) -> Block:
        if self.clear is not None:
            block = self.clear(block)
        before, self._loudness = self._loudness, self.volume / 100
        block = louder(block, before, self._loudness)
        self._meter.take(block)
        block = self._talk.pass_on(block)
        beside = self.beside.take() if self.beside is not None else None
        if beside is not None:
            block = mixed(block, beside)
        return np.zeros_like(block) if self.muted else block


async def open_sound(setup: Setup) -> SoundTrack:
    """The sound that the setup asks for; silence, and a notice, where it cannot be had."""
    source = source_of(setup)
    await source.ready(OPENING)
    return SoundTrack(source, volume=setup.microphone_volume, talking=setup.talking)


def source_of(setup: Setup) -> SoundSource:
    """What the setup names as the source of sound, being opened."""
    if setup.sound == "tone" or (setup.fake and not setup.sound):
        return Tone()
    if setup.sound == "silence":
        return Silence()
    return Played(setup.sound, loop=setup.loop_files) if setup.sound else Microphone(setup)
