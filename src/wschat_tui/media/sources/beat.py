"""A beat that keeps its pace: lateness of one turn is not carried into the next."""

from __future__ import annotations

import asyncio
import time

PATIENCE = 0.2
"""Seconds behind from which on a beat starts anew instead of catching up."""


class Beat:
    """Turns that come every `seconds`, counted from the first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next: float | None = None

    async def turn(self) -> None:
        """Wait for the next turn."""
        now = time.monotonic()
        if self._next is None or now - self._next > PATIENCE:
            self._next = now
        if self._next > now:
            await asyncio.sleep(self._next - now)
        self._next += self._seconds
