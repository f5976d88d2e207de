"""Messages that a broken history did not yield: how many, and a row in each room that says so."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from wschat_tui.state.history.gaps import id_of
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import messages
from wschat_tui.storage.archive.seats import time_at
from wschat_tui.storage.archive.sound import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.storage.archive.store import Store

# An index of its own, on other pages than the messages; it knows each by its room and row.
_COUNT = (
    "select count(*) from message indexed by message_room where room = ? and row > ? and row < ?"
)
_ABOVE = (
    "select row, id from message where room = ? and row <= ? and kind = 0 order by row desc limit 1"
)


def counted(
    source: sqlite3.Connection, store: Store, holes: Sequence[tuple[int, int]]
) -> int | None:
    """How many messages are in the holes; None where the index cannot tell."""
    try:
        return sum(
            int(source.execute(_COUNT, (room, *hole)).fetchone()[0])
            for room, _ in _rooms(store)
            for hole in holes
        )
    except sqlite3.Error:
        return None


def mark(source: sqlite3.Connection, store: Store, holes: Sequence[tuple[int, int]]) -> None:
    """Say in each room below which message some may be missing."""
    gaps = []
    for room, scope in _rooms(store):
        for hole in holes:
            above = store.connection.execute(_ABOVE, (room, hole[0])).fetchone()
            if above is not None and _has_lost(source, room, hole):
                gaps.append(_gap(text(above[1]), scope, time_at(above[0])))
    messages.keep(store, gaps)


def _rooms(store: Store) -> list[tuple[int, str]]:
    found = store.connection.execute("select number, scope from room").fetchall()
    return [(number, text(scope)) for number, scope in found]


def _has_lost(source: sqlite3.Connection, room: int, hole: tuple[int, int]) -> bool:
    """Whether a room had messages in a hole; where nobody can tell, it may have."""
    try:
        return bool(source.execute(_COUNT, (room, *hole)).fetchone()[0])
    except sqlite3.Error:
        return True


def _gap(hole: str, scope: str, at: int) -> Message:
    return Message(id_of(hole), scope, "", SafeText(""), at, kind="gap")
