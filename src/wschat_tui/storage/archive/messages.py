"""Messages written down: new ones many at once, changed ones with what they were before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from wschat_tui.storage.archive import pages
from wschat_tui.storage.archive.rows import FIELDS, values_of
from wschat_tui.storage.archive.seats import Seats, time_at
from wschat_tui.storage.search import index as search_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wschat_tui.state.model import Message
    from wschat_tui.storage.archive.store import Store

MAX_EARLIER = 100
"""Earlier bodies kept of a message; beyond that the oldest goes."""

_NAMES = ("row", "room", *FIELDS)
_INSERT = f"insert into message ({', '.join(_NAMES)}) values ({', '.join('?' * len(_NAMES))})"  # noqa: S608
_UPDATE = f"update message set {', '.join(f'{name} = ?' for name in _NAMES)} where row = ?"  # noqa: S608


class Known(NamedTuple):
    """What the table has of a message that is told again."""

    revision: int
    row: int
    room: int
    at: int | None
    body: str
    gone: bool
    """It was deleted or redacted."""


def keep(store: Store, messages: Sequence[Message]) -> None:
    """Store messages, new or changed; what a redaction or deletion took is scrubbed."""
    known = _known(store, messages)
    writing = _Writing(store)
    for message in messages:
        was = known.get(message.id)
        if was is None:
            writing.add(message)
        else:
            writing.flush()
            now = _reconciled(store, message) if message.revision <= was.revision else message
            _change(store, writing.seats, was, now)
    writing.flush()


def drop(store: Store, ids: Iterable[str]) -> None:
    """Take messages out, with their earlier bodies and their words in the index."""
    found = store.connection.execute(
        "select id, row from message where id in (select value from json_each(?))",
        (json.dumps(list(ids)),),
    ).fetchall()
    if not found:
        return
    _scrub(store, dict(found))
    for one in found:
        _unhook(store, *one)
    store.connection.executemany("delete from message where row = ?", [one[1:] for one in found])


def _unhook(store: Store, message_id: str, row: int) -> None:
    """What points at a message that goes points at the one above it, as it does in memory."""
    found = store.connection.execute(
        "select room, (select id from message as above where above.room = message.room"
        " and above.row < ?1 order by above.row desc limit 1) from message where row = ?1",
        (row,),
    ).fetchone()
    room, above = found[0], found[1] or ""
    run = store.connection.execute
    run(
        "update room set last_read = ? where number = ? and last_read = ?",
        (above, room, message_id),
    )
    run("update room set hole = ? where number = ? and hole = ?", (above, room, message_id))
    run(
        "update receipt set message = ? where room = ? and message = ?",
        (above, room, message_id),
    )


def order(store: Store, ids: Sequence[str]) -> None:
    """Give messages of one room and millisecond the places that they have, in this order."""
    found = dict(
        store.connection.execute(
            "select id, row from message where id in (select value from json_each(?))",
            (json.dumps(ids),),
        ).fetchall()
    )
    groups: dict[int, list[int]] = {}
    for one in ids:
        if one in found:
            groups.setdefault(time_at(found[one]), []).append(found[one])
    for rows in groups.values():
        if rows != sorted(rows):
            _permute(store, rows, sorted(rows))


def move(store: Store, moves: Sequence[tuple[int, int]]) -> None:
    """Messages stand elsewhere, from → to; what counts from their places counts from the new."""
    store.connection.executemany(
        "update room set read_row = ?2 where read_row = ?1"
        " and number = (select room from message where row = ?1)",
        moves,
    )


def _enter(store: Store, rows: Sequence[int]) -> None:
    search_index.enter(store.connection, rows)
    store.waiting += len(rows)


def _permute(store: Store, rows: Sequence[int], places: Sequence[int]) -> None:
    """By way of places below all others, so that no two messages meet in one."""
    moves = [pair for pair in zip(rows, places, strict=True) if pair[0] != pair[1]]
    search_index.leave(store.connection, [row for row, _ in moves])
    aside = [(row, -1 - number) for number, (row, _) in enumerate(moves)]
    back = [(-1 - number, place) for number, (_, place) in enumerate(moves)]
    for step in (aside, back):
        move(store, step)
        store.connection.executemany("update message set row = ?2 where row = ?1", step)
    _enter(store, [place for _, place in moves])


def _known(store: Store, messages: Sequence[Message]) -> dict[str, Known]:
    ids = json.dumps([message.id for message in messages])
    found = store.connection.execute(
        "select id, cast(revision as integer), row, room, at, cast(body as text),"
        " deleted or redacted from message"
        " where id in (select value from json_each(?))",
        (ids,),
    )
    return {one[0]: Known(*one[1:]) for one in found}


def _reconciled(store: Store, told: Message) -> Message:
    """A message that a server told again while it was not loaded, with what is known of it here.

    As in memory (`state/messages.py`), an older word does not undo what was changed since, and
    what a server's history leaves out is not gone.
    """
    known = pages.message(store, told.id)
    if known is None:
        return told
    stale = known.deleted or (known.redacted, known.edited) > (told.redacted, told.edited)
    if stale and not told.deleted:
        return replace(known, revision=told.revision)
    return replace(
        told,
        at=told.at if told.at is not None else known.at,
        reactions=() if told.deleted else told.reactions or known.reactions,
        op_id=told.op_id or known.op_id,
        delivery=known.delivery if known.op_id else told.delivery,
    )


def _change(store: Store, seats: Seats, was: Known, message: Message) -> None:
    room = store.room_for(message.scope)
    row = was.row
    if message.at is not None and message.at != was.at:
        row = seats.take(message.at)
    gone = message.deleted or message.redacted
    anew = row != was.row or message.body != was.body
    if gone and (anew or not was.gone):
        _scrub(store, {message.id: was.row})
    elif anew:
        search_index.leave(store.connection, [was.row])
    if message.body != was.body and not gone:
        _keep_earlier(store, message.id, was.body)
    if row != was.row:
        move(store, [(was.row, row)])
    store.connection.execute(_UPDATE, (row, room, *values_of(message, store.me), was.row))
    if anew and message.body:
        _enter(store, [row])


def _scrub(store: Store, gone: Mapping[str, int]) -> None:
    """Nothing of what messages said stays: no words in the index, no earlier bodies, no edits.

    gone: their ids, and where they stand.
    """
    search_index.forget(store.connection, gone.values())
    for statement in (
        "delete from earlier where message = ?",
        "delete from operation where message = ? and kind = 'chat.edit'",
    ):
        store.connection.executemany(statement, [(one,) for one in gone])
    store.scrub()


def _keep_earlier(store: Store, message_id: str, body: str) -> None:
    run = store.connection.execute
    top = run(
        "select coalesce(max(number), 0) from earlier where message = ?", (message_id,)
    ).fetchone()[0]
    run("insert into earlier values (?, ?, ?, ?)", (message_id, top + 1, body, store.now()))
    run(
        "delete from earlier where message = ? and number <= ?",
        (message_id, top + 1 - MAX_EARLIER),
    )


class _Writing:
    """New messages on their way into the table, written many at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: list[tuple[int, int, tuple[object, ...]]] = []
        self.seats = Seats(store.connection, self.flush)

    def add(self, message: Message) -> None:
        room = self._store.room_for(message.scope)
        at = message.at if message.at is not None else self._latest(room)
        row = self.seats.take(at)
        self._rows.append((row, room, values_of(message, self._store.me)))

    def flush(self) -> None:
        if self._rows:
            rows, self._rows = self._rows, []
            self._store.connection.executemany(
                _INSERT, ((row, room, *values) for row, room, values in rows)
            )
            _enter(self._store, [row for row, _, _ in rows])

    def _latest(self, room: int) -> int:
        """As late as the newest of its room: what has no time was heard after that."""
        self.flush()
        found = self._store.connection.execute(
            "select max(row) from message where room = ?", (room,)
        ).fetchone()
        return time_at(found[0] or 0)
