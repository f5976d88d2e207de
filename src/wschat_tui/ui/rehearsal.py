"""Microphone and picture before a call: opened as wanted, one wish after the other, then closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import MediaView
    from wschat_tui.state.calls.call import Shown

PATIENCE = 2.0
"""Seconds for which closing is waited for; a device that hangs keeps nobody from calling."""


class Rehearsal:
    """Never two openings at once: a newer wish waits for the one under way, and replaces others."""

    def __init__(self, media: MediaView, tell: Callable[[str], None]) -> None:
        """`tell` hears what is missing; nothing where all is there."""
        self._media = media
        self._tell = tell
        self._wanted: tuple[bool, Shown] = (False, "")
        self._done: tuple[bool, Shown] = (False, "")
        self._resting = asyncio.Event()
        self._resting.set()

    def want(self, shows: Shown) -> None:
        """Have the microphone open, and a picture of this. `run` makes it so."""
        self._wanted = (True, shows)

    async def run(self) -> None:
        """Do what is wanted, until nothing else is. A second run leaves it to the first."""
        if not self._resting.is_set():
            return
        self._resting.clear()
        try:
            while self._done != self._wanted:
                self._done = on, shows = self._wanted
                missing = await self._media.preview(on, shows)
                if on and self._done == self._wanted:
                    self._tell(missing)
        finally:
            self._resting.set()

    async def close(self) -> None:
        """Close what is open, so that the call finds the devices free."""
        self._wanted = (False, "")
        try:
            async with asyncio.timeout(PATIENCE):
                await self._resting.wait()
                await self.run()
        except TimeoutError:
            """The call opens them itself, or says what it sends in their place."""
