"""What a broken history still yields, for the new one that stands in for it."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from wschat_tui.storage.archive import schema
from wschat_tui.storage.archive.file import connect_to_read
from wschat_tui.storage.search import index as search_index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = {
    "outgoing": "number",
    "operation": "op_id",
    "draft": "scope",
    "place": "only",
    "room": "number",
    "receipt": "room",
    "person": "id",
    "message": "row desc",
    "earlier": "message",
}
"""Tables in the order in which they matter, each with the order in which it is read."""

_LOG = logging.getLogger(__name__)


def salvage(broken: Path, connection: sqlite3.Connection) -> None:
    """Copy what can be read of a broken file, each table up to the first page that cannot be.

    It is on the disk itself then; what was copied before is not copied twice.

    Raises sqlite3.Error where it cannot be written.
    """
    try:
        source = connect_to_read(broken)
    except sqlite3.Error:
        return
    try:
        # The tables that are copied are the same in all versions.
        if 0 < _version_of(source) <= schema.VERSION:
            connection.execute("pragma synchronous = full")
            connection.execute("begin immediate")
            for table, order in TABLES.items():
                _copy(source, connection, table, order)
            # Older messages may be missing now, so the server is asked for them again.
            connection.execute("update room set complete = 0")
            search_index.enter_all(connection)
            connection.execute("commit")
    finally:
        source.close()


def _version_of(source: sqlite3.Connection) -> int:
    try:
        return schema.version_of(source)
    except sqlite3.Error:
        return 0


def _copy(
    source: sqlite3.Connection, connection: sqlite3.Connection, table: str, order: str
) -> None:
    width = len(connection.execute(f"pragma table_info({table})").fetchall())
    connection.executemany(
        f"insert or ignore into {table} values ({', '.join('?' * width)})",  # noqa: S608  ours
        _readable(source, table, order),
    )


def _readable(source: sqlite3.Connection, table: str, order: str) -> Iterator[tuple[object, ...]]:
    try:
        yield from source.execute(f"select * from {table} order by {order}")  # noqa: S608  ours
    except sqlite3.Error as error:
        _LOG.warning("the broken history's table %s is not whole: %s", table, type(error).__name__)
