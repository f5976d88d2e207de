"""Where a message stands: its time and a tie, as one number that SQLite orders by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

SHIFT = 20
"""Bits for messages of the same millisecond."""

TIES = 1 << SHIFT
LATEST = (1 << 43) - 4_096
"""Milliseconds: in the year 2248. What claims to be later stands there, as SQLite has 63 bits."""

_END = 1 << 63


def first_at(at: int) -> int:
    """The first place of a millisecond."""
    return min(max(at, 0), LATEST) << SHIFT


def time_at(row: int) -> int:
    """The millisecond of a place."""
    return row >> SHIFT


class Seats:
    """Finds free places; of one millisecond, the one after those that are taken.

    Between the last place that was given and the next that is taken all is free, so that messages
    in ascending order need no look at the table.
    """

    def __init__(self, connection: sqlite3.Connection, flush: Callable[[], None]) -> None:
        """flush: writes down what got a place and is not in the table yet."""
        self._connection = connection
        self._flush = flush
        self._last, self._until = 0, 0

    def take(self, at: int) -> int:
        """A free place for a message of that time."""
        row = first_at(at)
        if not self._last < row < self._until:
            row = self._looked_up(row)
        self._last = row
        return row

    def _looked_up(self, row: int) -> int:
        self._flush()
        while (top := self._top_of(row)) == row + TIES - 1:
            row += TIES
        row = row if top is None else top + 1
        found = self._connection.execute(
            "select min(row) from message where row > ?", (row,)
        ).fetchone()
        self._until = _END if found[0] is None else found[0]
        return row

    def _top_of(self, row: int) -> int | None:
        found = self._connection.execute(
            "select max(row) from message where row >= ? and row < ?", (row, row + TIES)
        ).fetchone()
        top: int | None = found[0]
        return top
