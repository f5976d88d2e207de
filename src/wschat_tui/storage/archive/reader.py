"""A history read from its first message to its last, whoever has it open meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rpds import HashTrieMap

from wschat_tui.state.history.query import Revision
from wschat_tui.state.model import Person, Room, State
from wschat_tui.state.text import clean, name
from wschat_tui.storage.archive.file import connect_to_read
from wschat_tui.storage.archive.rows import COLUMNS, message_of
from wschat_tui.storage.archive.sound import number, text
from wschat_tui.storage.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from wschat_tui.state.model import Message

_MESSAGES = ", ".join(f"m.{one}" for one in COLUMNS.split(", "))


class HistoryReader:
    """One history, as it was when reading began."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def state(self) -> State:
        """Who and where: this user, the rooms and the people, without messages."""
        run = self._connection.execute
        me = run("select me from place").fetchone()
        rooms = {scope: Room(scope, clean(title)) for scope, title in map(_texts, run(_ROOMS))}
        people = {
            id: Person(id, name(called), role=name(role))
            for id, called, role in map(_texts, run(_PEOPLE))
        }
        return State(
            me=text(me[0]) if me else "", rooms=HashTrieMap(rooms), people=HashTrieMap(people)
        )

    def messages(self, scope: str = "") -> Iterator[Message]:
        """The messages of a room, or of all, oldest first."""
        found = self._connection.execute(
            f"select r.scope, {_MESSAGES} from message m join room r on r.number = m.room"  # noqa: S608
            " where m.kind = 0 and (?1 = '' or r.scope = ?1) order by m.row",
            (scope,),
        )
        for row in found:
            yield message_of(text(row[0]), row[1:])

    def is_empty(self, scope: str = "") -> bool:
        """Whether no message is kept of a room, or of any."""
        return next(self.messages(scope), None) is None

    def earlier(self, message_id: str) -> tuple[Revision, ...]:
        """What a message said before each of its edits, the oldest first."""
        return revisions(self._connection, message_id)


def revisions(connection: sqlite3.Connection, message_id: str) -> tuple[Revision, ...]:
    """What a message said before each of its edits, the oldest first; none where unknown."""
    found = connection.execute(
        "select body, until from earlier where message = ? order by number", (message_id,)
    ).fetchall()
    return tuple(Revision(clean(text(body)), number(until)) for body, until in found)


def _texts(row: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(text, row))


_ROOMS = "select scope, title from room"
_PEOPLE = "select id, name, role from person"


class HistoryUnread(Exception):
    """The history cannot be read; `trouble` says why, for the person."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


@contextmanager
def reading(file: Path) -> Iterator[HistoryReader]:
    """Open a history to read it. Raises HistoryUnread, then or later."""
    if not file.exists():
        raise HistoryUnread(Trouble("Nothing is kept of this account on this disk.", ""))
    try:
        connection = connect_to_read(file)
        try:
            connection.execute("begin")
            yield HistoryReader(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        what = f"The history could not be read ({error}); it is as it was."
        raise HistoryUnread(
            Trouble(what, "Open it with wschat, which mends what it can.")
        ) from None
