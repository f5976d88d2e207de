"""The history while it is open: the connection, and what is remembered of its tables."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.sound import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rpds import HashTrieMap


PORTION = 250
"""Messages that the index takes in at a time, before it is known how long that takes here."""


class Store:
    """One connection and whose history it is; belongs to the thread that opened it."""

    def __init__(
        self, connection: sqlite3.Connection, now: Callable[[], int], descriptor: int = -1
    ) -> None:
        """now: milliseconds since the Unix epoch. descriptor: the file, where it may be written."""
        self.connection = connection
        self.now = now
        self.descriptor = descriptor
        self.me = ""
        self.scrubbed = False
        """Something was scrubbed: the log beside the file, and its pages, may still hold it."""
        self.waiting = 0
        """About how many messages wait for the index."""
        self.portion = PORTION
        """Messages that the index takes in at a time."""
        self._rooms: dict[str, int] = {}
        self.receipts: dict[str, HashTrieMap[str, str]] = {}
        """The marks of each room as they were last told, to write only what differs."""

    def take_back(self) -> None:
        """Undo the transaction that failed, where SQLite did not; what was remembered is void."""
        self._rooms.clear()
        self.receipts.clear()
        with contextlib.suppress(sqlite3.Error):
            if self.connection.in_transaction:
                self.connection.execute("rollback")
            self.learn()

    def close(self) -> None:
        """Let the file go. Closing a descriptor lets go of SQLite's locks, so that comes last."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()
        if self.descriptor >= 0:
            os.close(self.descriptor)

    def scrub(self) -> None:
        """Something is scrubbed in this transaction; a run that ends before it is done goes on."""
        self.scrubbed = True
        self.connection.execute("insert or ignore into chore values ('sweep')")

    def learn(self) -> None:
        """Read who this user is."""
        found = self.connection.execute("select me from place").fetchone()
        self.me = (text(found[0]) if found is not None else "") or self.me

    def room(self, scope: str) -> int | None:
        """The number of a room that something was kept of."""
        number = self._rooms.get(scope)
        if number is not None:
            return number
        found = self.connection.execute(
            "select number from room where scope = ?", (scope,)
        ).fetchone()
        if found is not None:
            self._rooms[scope] = found[0]
            return int(found[0])
        return None

    def room_for(self, scope: str) -> int:
        """The number of a room; a new one is not listed until it is told so."""
        number = self.room(scope)
        if number is None:
            self.connection.execute("insert into room (scope) values (?)", (scope,))
            number = self.room(scope)
        if number is None:
            msg = "a room that was kept is not there"
            raise LookupError(msg)
        return number

    def row_of(self, message_id: str) -> int | None:
        """Where a message stands; None where it is not kept."""
        found = self.connection.execute(
            "select row from message where id = ?", (message_id,)
        ).fetchone()
        return None if found is None else int(found[0])
