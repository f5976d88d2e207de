"""Rooms, read marks, people and drafts in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rpds import HashTrieMap

from wschat_tui.state.history.archive_effects import RoomRecord
from wschat_tui.state.model import Person
from wschat_tui.state.text import clean, name
from wschat_tui.storage.archive.sound import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.state.history.archive_effects import KeepDraft, KeepPlace
    from wschat_tui.storage.archive.store import Store

COLUMNS = "number, scope, title, joined, last_read, held, complete, hole"
"""What `record_of` reads, in its order."""


def keep_room(store: Store, room: RoomRecord) -> None:
    """Store a room. A read mark at a message that is gone counts from where that stood."""
    number = store.room_for(room.scope)
    store.connection.execute(
        "update room set listed = 1, title = ?, joined = ?, last_read = ?, held = ?,"
        " complete = ?, hole = ?, read_row = coalesce("
        "(select row from message where id = ?3 and room = ?7),"
        " case ?3 when '' then null else read_row end) where number = ?7",
        (room.title, room.joined, room.last_read, room.held, room.complete, room.hole, number),
    )
    _keep_receipts(store, number, room)


def drop_room(store: Store, scope: str) -> None:
    """List a room no more."""
    store.connection.execute("update room set listed = 0 where scope = ?", (scope,))


def keep_person(store: Store, person: Person) -> None:
    """Store a user's name and role."""
    store.connection.execute(
        "insert or replace into person values (?, ?, ?)", (person.id, person.name, person.role)
    )


def keep_draft(store: Store, draft: KeepDraft) -> None:
    """Store what stands in a composer, or take it away."""
    key = (draft.scope, draft.thread)
    if draft.text:
        store.connection.execute(
            "insert or replace into draft values (?, ?, ?)", (*key, draft.text)
        )
    else:
        store.connection.execute("delete from draft where scope = ? and thread = ?", key)


def keep_place(store: Store, place: KeepPlace) -> None:
    """Store who I am and which room is open."""
    know_me(store, place.me)
    store.connection.execute(
        "insert or replace into place values (1, ?, ?)", (store.me, place.focus)
    )


def know_me(store: Store, me: str) -> None:
    """Once I am known, what I wrote is no news."""
    if me and me != store.me:
        store.me = me
        store.connection.execute(
            "update message set news = null where news is not null and author = ?", (me,)
        )


def mark_read(store: Store, room: int, user: str, message_id: str, row: int) -> None:
    """A user has read up to a message that is kept, unless they have read further."""
    if user == store.me:
        store.connection.execute(
            "update room set last_read = ?, read_row = ?2"
            " where number = ? and not held and coalesce(read_row, -1) < ?2",
            (message_id, row, room),
        )
        return
    store.connection.execute(
        "insert into receipt values (?, ?, ?) on conflict do update set message = excluded.message"
        " where coalesce((select row from message where id = receipt.message), -1) < ?",
        (room, user, message_id, row),
    )


def record_of(store: Store, row: Sequence[Any]) -> RoomRecord:
    """A room as it was kept."""
    number, scope, title, joined, last_read, held, complete, hole = row
    found = store.connection.execute("select user, message from receipt where room = ?", (number,))
    receipts = HashTrieMap({text(user): text(read) for user, read in found})
    scope, title = text(scope), text(title)
    store.receipts[scope] = receipts
    shown = name(title) if title else clean("")
    return RoomRecord(
        scope,
        shown,
        bool(joined),
        text(last_read),
        bool(held),
        receipts,
        bool(complete),
        text(hole),
    )


def people(store: Store) -> tuple[Person, ...]:
    """All that names and roles were kept of."""
    found = store.connection.execute("select id, name, role from person order by id")
    return tuple(
        Person(text(id_), name(text(said)), role=clean(text(role), one_line=True))
        for id_, said, role in found
    )


def drafts(store: Store) -> dict[str, list[tuple[str, str]]]:
    """What is typed, by scope: thread root, or empty, and text."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = store.connection.execute("select scope, thread, text from draft order by scope, thread")
    for scope, thread, typed in rows:
        found.setdefault(text(scope), []).append((text(thread), text(typed)))
    return found


def _keep_receipts(store: Store, number: int, room: RoomRecord) -> None:
    """Only what differs from what was told before: a room of thousands is written as one mark."""
    before = store.receipts.get(room.scope, HashTrieMap())
    store.receipts[room.scope] = room.receipts
    if before is room.receipts:
        return
    new = [(number, user, read) for user, read in room.receipts.items() if before.get(user) != read]
    gone = [(number, user) for user in before if user not in room.receipts]
    store.connection.executemany("insert or replace into receipt values (?, ?, ?)", new)
    store.connection.executemany("delete from receipt where room = ? and user = ?", gone)
