"""Whose a history is: written into the file, as its name tells it to nobody but the program."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.state.text import name
from wschat_tui.storage.archive.sound import text

if TYPE_CHECKING:
    from wschat_tui.storage.archive.store import Store

_TABLE = """create table whose (
    only integer primary key check (only = 1),
    profile text not null, server text not null, user text not null
)"""


@dataclass(frozen=True, slots=True)
class Whose:
    """An account, as it was when the history was opened last; empty where nobody knows."""

    profile: str = ""
    server: str = ""
    user: str = ""


NOBODY = Whose()


def create(connection: sqlite3.Connection) -> None:
    """Make the table."""
    connection.execute(_TABLE)


def remember(store: Store, whose: Whose) -> None:
    """Write it down. Raises sqlite3.Error."""
    if read(store.connection) != whose:
        store.connection.execute(
            "insert or replace into whose values (1, ?, ?, ?)",
            (whose.profile, whose.server, whose.user),
        )


def read(connection: sqlite3.Connection) -> Whose:
    """What the file says, in letters that may be shown. Raises sqlite3.Error."""
    try:
        found = connection.execute("select profile, server, user from whose").fetchone()
    except sqlite3.OperationalError:
        # A file of an earlier version.
        found = None
    whose = Whose(*map(_shown, found)) if found else NOBODY
    if whose.user:
        return whose
    me = connection.execute("select me from place").fetchone()
    return Whose(whose.profile, whose.server, _shown(me[0]) if me else "")


def _shown(value: object) -> str:
    return name(text(value)) if text(value) else ""
