"""Paints at most once a frame, however often the state changes, and never when nothing did."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FRAME = 1 / 30
"""Seconds between two paints while changes keep coming."""


class Painter:
    """Runs `paint` on the event loop: at once after a pause, later within a burst.

    There is no timer while nothing changes, so that an idle client costs nothing.
    """

    def __init__(self, paint: Callable[[], None], frame: float = FRAME) -> None:
        self._paint = paint
        self._frame = frame
        self._due: asyncio.Handle | None = None
        self._next = 0.0
        self._stopped = False

    def mark(self) -> None:
        """Something changed: paint soon. Many marks make one paint."""
        if self._due is not None or self._stopped:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now >= self._next:
            self._due = loop.call_soon(self._run)
        else:
            self._due = loop.call_at(self._next, self._run)

    def stop(self) -> None:
        """Paint no more, whatever is marked."""
        self._stopped = True
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _run(self) -> None:
        self._due = None
        self._next = asyncio.get_running_loop().time() + self._frame
        self._paint()
