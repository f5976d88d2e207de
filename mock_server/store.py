"""The world on disk (SQLite). One thread writes, in order; what is told is kept first."""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, assert_never

from mock_server.records import (
    Change,
    Mark,
    Membership,
    Message,
    MessageGone,
    Reaction,
    Revision,
    RevisionsGone,
    Token,
    Upload,
)
from mock_server.world import World

VERSION = 1
"""What `PRAGMA user_version` says of a file that this module can read."""

SCHEMA = """
CREATE TABLE messages (
  id TEXT PRIMARY KEY, seq INTEGER UNIQUE, scope TEXT, user_id TEXT, body TEXT, created_at INTEGER,
  parent_id TEXT, attachments TEXT, redacted INTEGER, edited_at INTEGER, deleted_at INTEGER);
CREATE TABLE revisions (message_id TEXT, body TEXT, until INTEGER);
CREATE INDEX revisions_by_message ON revisions (message_id);
CREATE TABLE reactions (
  message_id TEXT, reaction TEXT, user_id TEXT, PRIMARY KEY (message_id, reaction, user_id));
CREATE TABLE marks (
  scope TEXT, user_id TEXT, message_id TEXT, at INTEGER, PRIMARY KEY (scope, user_id));
CREATE INDEX marks_by_message ON marks (message_id);
CREATE TABLE members (
  network_id TEXT, user_id TEXT, there INTEGER, PRIMARY KEY (network_id, user_id));
CREATE TABLE tokens (digest TEXT PRIMARY KEY, user_id TEXT, kind TEXT, expires_at INTEGER);
CREATE TABLE uploads (
  id TEXT PRIMARY KEY, user_id TEXT, name TEXT, content_type TEXT, content BLOB);
"""

Statement = tuple[str, Sequence[Any]]
Job = tuple[Sequence[Change], Callable[[], None]]


class Store:
    """An open file. Callbacks go to `call_soon`, which brings them to the caller's thread."""

    def __init__(
        self,
        path: Path,
        call_soon: Callable[[Callable[[], None]], object],
        complain: Callable[[str], None],
    ) -> None:
        """Open or make the file. Raises sqlite3.Error or OSError where that cannot be."""
        self._call_soon = call_soon
        self._complain = complain
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._file = _opened(path)
        self._writer = threading.Thread(target=self._write, name="mock-server-store", daemon=True)
        self._writer.start()

    def keep(self, changes: Sequence[Change], then: Callable[[], None]) -> None:
        """Write these after all before them, then call back."""
        self._jobs.put((changes, then))

    def close(self) -> None:
        """Write what is left and close the file. It waits for the disk."""
        self._jobs.put(None)
        self._writer.join()
        self._file.close()

    def load(self, world: World) -> list[Token]:
        """Put what is stored into a first world, and give the tokens. Comes before any `keep`."""
        for row in self._file.execute("SELECT * FROM messages ORDER BY seq"):
            world.post(_message(row))
        for message_id, body, until in self._file.execute(
            "SELECT message_id, body, until FROM revisions ORDER BY rowid"
        ):
            world.revisions.setdefault(message_id, []).append(Revision(message_id, body, until))
        for message_id, reaction, user_id in self._file.execute(
            "SELECT message_id, reaction, user_id FROM reactions ORDER BY rowid"
        ):
            world.react(message_id, reaction, user_id)
        for row in self._file.execute("SELECT scope, user_id, message_id, at FROM marks"):
            world.mark(Mark(*row))
        for network_id, user_id, there in self._file.execute("SELECT * FROM members"):
            if network_id in world.networks and user_id in world.users:
                (world.admit if there else world.expel)(network_id, user_id)
        for row in self._file.execute("SELECT * FROM uploads"):
            world.keep(Upload(*row))
        world.drain()
        return [Token(*row) for row in self._file.execute("SELECT * FROM tokens")]

    def _write(self) -> None:
        open_ = True
        while open_:
            jobs = list(self._waiting())
            open_ = None not in jobs
            there = [job for job in jobs if job is not None]
            self._commit([change for changes, _ in there for change in changes])
            for _, then in there:
                self._call_soon(then)

    def _waiting(self) -> Iterator[Job | None]:
        """The next job, and with it those that came meanwhile: one commit serves them all."""
        yield self._jobs.get()
        while True:
            try:
                yield self._jobs.get_nowait()
            except Empty:
                return

    def _commit(self, changes: Iterable[Change]) -> None:
        try:
            with self._file:
                for change in changes:
                    for sql, values in _statements(change):
                        self._file.execute(sql, values)
        except sqlite3.Error as error:
            self._complain(f"The database could not be written ({error}); going on in memory.")


def _opened(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    file = sqlite3.connect(path, check_same_thread=False)
    try:
        (version,) = file.execute("PRAGMA user_version").fetchone()
        tables = file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version not in {0, VERSION} or (version == 0 and tables):
            raise sqlite3.DatabaseError("it is a database of another program or version")
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=NORMAL")
        if version == 0:
            file.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version={VERSION}; COMMIT;")
    except sqlite3.Error:
        file.close()
        raise
    return file


def _message(row: Sequence[Any]) -> Message:
    values = list(row)
    values[7], values[8] = tuple(json.loads(row[7])), bool(row[8])
    return Message(*values)


def _statements(change: Change) -> list[Statement]:  # noqa: C901, PLR0911  One case a record.
    match change:
        case Message():
            return [(_put("messages", 11), _message_row(change))]
        case MessageGone(id=gone):
            tables = (("messages", "id"), *((name, "message_id") for name in _HANGING))
            return [(_gone(table, key), (gone,)) for table, key in tables]
        case Revision(message_id=message_id, body=body, until=until):
            return [(_put("revisions", 3), (message_id, body, until))]
        case RevisionsGone(message_id=message_id):
            return [("DELETE FROM revisions WHERE message_id=?", (message_id,))]
        case Reaction(message_id=message_id, reaction=reaction, user_id=user_id, there=there):
            sql = _put("reactions", 3) if there else _REACTION_GONE
            return [(sql, (message_id, reaction, user_id))]
        case Mark(scope=scope, user_id=user_id, message_id=message_id, at=at):
            return [(_put("marks", 4), (scope, user_id, message_id, at))]
        case Membership(network_id=network_id, user_id=user_id, there=there):
            return [(_put("members", 3), (network_id, user_id, there))]
        case Token(digest=digest, user_id=user_id, kind=kind, expires_at=expires_at, there=there):
            if not there:
                return [("DELETE FROM tokens WHERE digest=?", (digest,))]
            return [(_put("tokens", 4), (digest, user_id, kind, expires_at))]
        case Upload():
            row = (change.id, change.user_id, change.name, change.content_type, change.content)
            return [(_put("uploads", 5), row)]
        case _:
            assert_never(change)


_HANGING = ("revisions", "reactions", "marks")

_REACTION_GONE = "DELETE FROM reactions WHERE message_id=? AND reaction=? AND user_id=?"


def _put(table: str, columns: int) -> str:
    places = ",".join("?" * columns)
    return f"INSERT OR REPLACE INTO {table} VALUES ({places})"  # noqa: S608  Names from here alone.


def _gone(table: str, key: str) -> str:
    return f"DELETE FROM {table} WHERE {key}=?"  # noqa: S608  Names from here alone.


def _message_row(message: Message) -> Sequence[Any]:
    return (
        message.id,
        message.seq,
        message.scope,
        message.user_id,
        message.body,
        message.created_at,
        message.parent_id,
        json.dumps(message.attachments),
        message.redacted,
        message.edited_at,
        message.deleted_at,
    )
