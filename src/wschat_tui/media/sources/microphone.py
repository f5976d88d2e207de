"""The microphone: blocks from a device's thread to the loop that sends them, none waiting long."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

from wschat_tui.media.blocks import BYTES, SECONDS, block_of, silence
from wschat_tui.media.cards.keeper import Keeper, Words

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block
    from wschat_tui.media.cards.keeper import Alive
    from wschat_tui.media.cards.kinds import Card, Cards
    from wschat_tui.media.setup import Setup

WAITING = 5
"""Blocks (100 ms) that may wait to be sent; then the oldest are lost."""
LATE = 3 * SECONDS
"""Seconds after which silence is sent in place of what the device owes."""

_WORDS = Words(
    none="No microphone ({why}): silence is sent. Plug one in, or start a sound"
    " server such as PipeWire or PulseAudio; it is then used at once.",
    lost="The microphone is gone: silence is sent. Plug it in again, or choose another; it is then"
    " used at once.",
    other="The microphone that was chosen cannot be opened: the system's own is used. Choose"
    " another, or plug it in and choose it again.",
)


class Microphone:
    """Opened, and opened again, in a thread of its own. Belongs to the loop that makes it."""

    def __init__(self, setup: Setup) -> None:
        self._loop = asyncio.get_running_loop()
        self._came = asyncio.Event()
        self._blocks: deque[Block] = deque(maxlen=WAITING)
        self._rest = b""
        self._late = False
        self._keeper = Keeper(self._open, setup.microphone, setup.backend, _WORDS)

    @property
    def notice(self) -> str:
        """What is missing, what is sent in its place, and what to do; empty: nothing is."""
        return self._keeper.notice

    async def ready(self, seconds: float) -> None:
        """Wait, for so long at most, until it is open or known to be missing."""
        await self._keeper.ready(seconds)

    async def block(self) -> Block:
        """The next 20 ms: as the device has them, or silence where it is late with them."""
        self._came.clear()
        if not self._blocks:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SECONDS if self._late else LATE):
                    await self._came.wait()
        was_late, self._late = self._late, not self._blocks
        if self._late:
            return silence()
        # What piled up behind a pause would make all that follows late.
        while was_late and len(self._blocks) > 1:
            self._blocks.popleft()
        return self._blocks.popleft()

    def close(self) -> None:
        """Let go of the device; returns at once."""
        self._keeper.close()

    async def gone(self) -> None:
        """Wait until the device and its thread are gone."""
        await self._keeper.gone()

    def _open(self, system: Cards, id: str, alive: Alive) -> Card:
        def hear(data: bytes) -> None:
            if alive():
                self._take(data)

        self._rest = b""
        return system.hear(id, hear)

    def _take(self, data: bytes) -> None:
        """In the device's thread."""
        data = self._rest + data
        whole = len(data) // BYTES * BYTES
        self._blocks.extend(block_of(data[at : at + BYTES]) for at in range(0, whole, BYTES))
        self._rest = data[whole:]
        # The loop may be closed before the device is.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._came.set)
