"""The tables of the history, and the way from every earlier version of them.

A message's `row` is where it stands: milliseconds << 20 | tie. So the order of rows is the order
of time, over all rooms, and a page from the past lands where it belongs (`seats.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.storage.archive import whose
from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.search import parts as search_parts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

APPLICATION = 0x77736368
"""Says in the file's header whose it is: "wsch"."""

_FIRST = """
create table place (
    only integer primary key check (only = 1), me text not null, focus text not null
);
create table room (
    number integer primary key,
    scope text not null unique,
    listed integer not null default 0,
    title text not null default '',
    joined integer not null default 0,
    last_read text not null default '',
    read_row integer,  -- where the last message read stands, or stood
    held integer not null default 0,
    complete integer not null default 0,
    hole text not null default ''
);
create table receipt (
    room integer not null, user text not null, message text not null, primary key (room, user)
) without rowid;
create table person (id text primary key, name text not null, role text not null) without rowid;
create table draft (
    scope text not null, thread text not null, text text not null, primary key (scope, thread)
) without rowid;
create table message (
    row integer primary key,
    room integer not null,
    id text not null,
    author text not null,
    at integer,
    body text not null,
    source text,  -- null where it is the body
    kind integer not null,
    revision integer not null,
    edited integer not null,
    deleted integer not null,
    redacted integer not null,
    mentions integer not null,
    sent integer not null,
    news integer,  -- 1 where it counts as unread, 2 where it calls this user, too
    parent text,
    attachments text not null,
    reactions text not null,
    op_id text not null,
    problem text not null
);
create unique index message_id on message (id);
create index message_room on message (room);
create index message_news on message (room, news) where news is not null;
create index message_parent on message (parent) where parent is not null;
create table earlier (
    message text not null,
    number integer not null,
    body text not null,
    until integer not null,  -- when this client heard of the edit
    primary key (message, number)
) without rowid;
create table outgoing (
    number integer primary key autoincrement,
    op_id text not null unique,
    scope text not null,
    kept text not null  -- its other fields, as JSON
);
create table chore (name text primary key) without rowid;
create table operation (
    op_id text primary key,
    kind text not null,  -- what the wire calls the request
    request text not null,
    message text not null,
    kept text not null  -- its other fields, as JSON
) without rowid;
"""


def _first(connection: sqlite3.Connection) -> None:
    for statement in _FIRST.split(";"):
        connection.execute(statement)
    connection.execute(f"pragma application_id = {APPLICATION}")


def _searchable(connection: sqlite3.Connection) -> None:
    search_index.create(connection)
    search_index.enter_all(connection)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first,
    _searchable,
    search_parts.create_due,
    whose.create,
)
"""What makes each version of the one before; a file's `user_version` says how many were made."""

VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 where there are none."""
    return int(connection.execute("pragma user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to `VERSION`, each step whole or not at all.

    Raises sqlite3.Error; the file is then as the last whole step left it.
    """
    for number in range(version_of(connection), VERSION):
        connection.execute("begin immediate")
        try:
            MIGRATIONS[number](connection)
            connection.execute(f"pragma user_version = {number + 1}")
            connection.execute("commit")
        except BaseException:
            connection.execute("rollback")
            raise
