"""Where a broken table of messages can be read again, below a page that cannot."""

from __future__ import annotations

import sqlite3

TOP = (1 << 63) - 1
"""Above every row."""

HOLES = 1_000
"""Stretches that are stepped over at most; some hundred looks each."""

_PROBE = "select * from message where row <= ? order by row desc limit 1"


def next_below(source: sqlite3.Connection, high: int) -> int:
    """The next row below `high` that can be read; -1 where there is none.

    It looks ever further down until something can be read, then for where that begins. Of a
    readable stretch between two broken ones it may miss what is shorter than these.
    """
    step, bad, good = 1, high, max(high - 1, 0)
    while (found := _at_or_below(source, good)) is None:
        if good == 0:
            return -1
        step *= 2
        bad, good = good, max(high - step, 0)
    while bad - good > 1:
        middle = (good + bad) // 2
        here = _at_or_below(source, middle)
        if here is None:
            bad = middle
        else:
            good, found = middle, here
    return found


def _at_or_below(source: sqlite3.Connection, row: int) -> int | None:
    """The row that stands there or next below; -1 where none is left, None where none can be read.

    All of it is read: its text may lie on pages of its own.
    """
    try:
        found = source.execute(_PROBE, (row,)).fetchone()
    except sqlite3.Error:
        return None
    return -1 if found is None else min(int(found[0]), row)
