"""This terminal as the screen draws it, handed to whoever makes pictures of it; loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Run = tuple[str, str, str]
"""Text, foreground and background; colours as #rrggbb, or empty for the terminal's own."""

Row = tuple[Run, ...]
"""Runs from the left edge; what they leave over is blank."""


class TerminalFeed:
    """The newest rows. Put by the screen's thread, read by another; neither ever waits."""

    def __init__(self) -> None:
        self._readers = 0
        self._held: tuple[int, int, tuple[Row, ...]] = (0, 0, ())

    @property
    def wanted(self) -> bool:
        """Somebody makes pictures of the rows now, so that it is worth putting them."""
        return self._readers > 0

    def put(self, columns: int, rows: Sequence[Sequence[Run]]) -> None:
        """All rows as they stand, so many cells wide; up to 8 times a second are of use."""
        number = self._held[0] + 1
        self._held = (number, columns, tuple(tuple(row) for row in rows))

    def newest(self) -> tuple[int, int, tuple[Row, ...]]:
        """A number that rises with every put, the columns and the rows; 0 before the first."""
        return self._held

    def begin(self) -> None:
        """Ask for rows."""
        self._readers += 1

    def end(self) -> None:
        """Ask for no more; what was shown to one is not kept for the next."""
        self._readers -= 1
        if not self._readers:
            self._held = (self._held[0], 0, ())
