"""The newest picture of a source: put by its thread, awaited by the loop; older ones are lost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av


class Newest:
    """One frame at most. Belongs to the loop in which it is made."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._came = asyncio.Event()
        self._held: tuple[int, av.VideoFrame | None] = (0, None)

    @property
    def frame(self) -> av.VideoFrame | None:
        """The newest one; from any thread."""
        return self._held[1]

    def put(self, frame: av.VideoFrame) -> None:
        """In place of the one before; from the source's thread."""
        self._held = (self._held[0] + 1, frame)
        self.wake()

    def wake(self) -> None:
        """Let whoever waits look again; from any thread."""
        # The loop may be closed before the thread of the source has seen that it is to end.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._came.set)

    async def after(self, number: int, patience: float) -> tuple[int, av.VideoFrame | None]:
        """The newest frame and its number: at once if it is later, else within `patience` s."""
        if self._held[0] == number:
            self._came.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._came.wait()
        return self._held
