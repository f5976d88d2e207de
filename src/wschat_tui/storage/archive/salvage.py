"""What a broken history still yields, for the new one that stands in for it."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wschat_tui.storage.archive import schema, seeking
from wschat_tui.storage.archive.fates import why
from wschat_tui.storage.archive.file import connect_to_read
from wschat_tui.storage.archive.holes import counted, mark
from wschat_tui.storage.search import index as search_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wschat_tui.storage.archive.store import Store

TABLES = {
    "outgoing": ("number",),
    "operation": ("op_id",),
    "draft": ("scope", "thread"),
    "place": ("only",),
    "whose": ("only",),
    "room": ("number",),
    "receipt": ("room", "user"),
    "person": ("id",),
    "earlier": ("message", "number"),
}
"""Tables but that of messages, in the order in which they matter, each with what orders it."""

_TYPED = ("outgoing", "operation", "draft")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What could be taken over."""

    messages: int = 0
    missing: int | None = None
    """How many messages could not be read; None where nobody can tell."""
    typed: bool = False
    """All that waited to be sent, and all drafts, are there."""


def salvage(broken: Path, store: Store) -> Salvaged:
    """Copy what can be read of a broken file, and step over what cannot.

    It is on the disk itself then; what was copied before is not copied twice.

    Raises sqlite3.Error where it cannot be written.
    """
    try:
        source = connect_to_read(broken)
    except sqlite3.Error:
        return Salvaged()
    try:
        if not 0 < _version_of(source) <= schema.VERSION:
            return Salvaged()
        store.connection.execute("pragma synchronous = full")
        store.connection.execute("begin immediate")
        salvaged = _take_over(source, store)
        # Older messages may be missing now, so the server is asked for them again.
        store.connection.execute("update room set complete = 0")
        search_index.enter_all(store.connection)
        store.connection.execute("commit")
        return salvaged
    finally:
        source.close()


def _version_of(source: sqlite3.Connection) -> int:
    try:
        return schema.version_of(source)
    except sqlite3.Error:
        return 0


def _take_over(source: sqlite3.Connection, store: Store) -> Salvaged:
    whole = {table for table, keys in TABLES.items() if _copy(source, store, table, keys)}
    if "room" not in whole:
        _name_rooms(source, store)
    holes = _copy_messages(source, store)
    missing = counted(source, store, holes)
    mark(source, store, holes)
    run = store.connection.execute
    # A new room would take the number of one that is lost, and its messages with it.
    homeless = run("delete from message where room not in (select number from room)").rowcount
    (messages,) = run("select count(*) from message where kind = 0").fetchone()
    lost = None if missing is None else missing + homeless
    return Salvaged(messages, lost, whole.issuperset(_TYPED))


class _Rows:
    """The rows of a query, up to the first that cannot be read."""

    def __init__(self, source: sqlite3.Connection, query: str, *values: int) -> None:
        self._source, self._query, self._values = source, query, values
        self._count = 0
        self.whole = True
        self.last: tuple[Any, ...] | None = None

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        try:
            for row in self._source.execute(self._query, self._values):
                yield self._taken(row)
        except sqlite3.Error as error:
            self.whole = False
            _LOG.warning("a part of the history cannot be read: %s", why(error))
            yield from self._held_back()

    def _held_back(self) -> Iterator[tuple[Any, ...]]:
        """Python reads one row ahead: the last before those that cannot be read is asked alone."""
        query = f"{self._query} limit 1 offset {self._count}"
        with contextlib.suppress(sqlite3.Error):
            for row in self._source.execute(query, self._values):
                yield self._taken(row)

    def _taken(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self._count, self.last = self._count + 1, row
        return row


def _columns(store: Store, table: str) -> list[str]:
    return [one[1] for one in store.connection.execute(f"pragma table_info({table})")]


def _copy(source: sqlite3.Connection, store: Store, table: str, keys: tuple[str, ...]) -> bool:
    """Copy a table from both its ends, up to what cannot be read; whether that was all."""
    columns = _columns(store, table)
    select = f"select {', '.join(columns)} from {table} order by "  # noqa: S608  our own names
    upwards = _Rows(source, select + ", ".join(keys))
    _insert(store, table, columns, upwards)
    if not upwards.whole:
        _insert(store, table, columns, _Rows(source, select + ", ".join(f"{k} desc" for k in keys)))
    return upwards.whole


def _insert(store: Store, table: str, columns: list[str], rows: _Rows) -> None:
    places = ", ".join("?" * len(columns))
    store.connection.executemany(
        f"insert or ignore into {table} ({', '.join(columns)}) values ({places})",  # noqa: S608
        rows,
    )


def _name_rooms(source: sqlite3.Connection, store: Store) -> None:
    """The index of a table still knows the names of rooms whose rows cannot be read."""
    known = _Rows(source, "select number, scope, 1 from room order by scope")
    _insert(store, "room", ["number", "scope", "listed"], known)


def _copy_messages(source: sqlite3.Connection, store: Store) -> list[tuple[int, int]]:
    """Copy messages, the newest first, and go on below what cannot be read.

    Answers the holes: the rows above and below which messages were read again.
    """
    columns = _columns(store, "message")
    select = f"select {', '.join(columns)} from message where row <= ? order by row desc"  # noqa: S608
    holes: list[tuple[int, int]] = []
    top = seeking.TOP - 1
    while len(holes) < seeking.HOLES:
        rows = _Rows(source, select, top)
        _insert(store, "message", columns, rows)
        if rows.whole:
            break
        high = min(rows.last[0], top) if rows.last is not None else top + 1
        low = seeking.next_below(source, high)
        holes.append((low, high))
        if low < 0:
            break
        top = low
    return holes
