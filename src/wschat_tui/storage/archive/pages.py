"""Pages of the history: a room's end, beside or around a message; threads; what is unread."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wschat_tui.state.history.archive_inputs import PageRead, ThreadRead
from wschat_tui.state.history.gaps import START
from wschat_tui.storage.archive.rows import COLUMNS, KINDS, message_of
from wschat_tui.storage.archive.sound import text

if TYPE_CHECKING:
    from wschat_tui.state.history.archive_effects import ReadPage, ReadThread
    from wschat_tui.state.model import Message
    from wschat_tui.storage.archive.store import Store

MAX_PAGE = 2_000
"""Messages of one page at most."""

MAX_THREAD = 1_000
"""Replies of one thread at most: the newest."""

TOP = (1 << 63) - 1
"""Above every row."""


class Stretch(NamedTuple):
    """Messages of a room that stand together, oldest first."""

    rows: list[int]
    messages: list[Message]


def page(store: Store, asked: ReadPage) -> PageRead:
    """The page; empty where the room or the anchor is not kept."""
    room = store.room(asked.scope)
    limit = max(0, min(asked.limit, MAX_PAGE))
    anchor = TOP if asked.way == "newest" else _row(store, asked.anchor)
    if room is None or anchor is None:
        return PageRead(asked.scope, asked.way, asked.anchor, (), above=False, below=False)
    find = {"newest": older, "older": older, "newer": newer, "around": around}[asked.way]
    found = find(store, room, asked.scope, anchor, limit)
    first, last = (found.rows[0], found.rows[-1]) if found.rows else (anchor, anchor)
    unread, mentions, parted = unread_above(store, room, first)
    return PageRead(
        asked.scope,
        asked.way,
        asked.anchor,
        tuple(found.messages),
        above=_any(store, room, "<", first),
        below=_any(store, room, ">", last),
        unread=unread,
        mentions=mentions,
        last_read=last_read(store, room),
        parted=parted,
    )


def thread(store: Store, asked: ReadThread) -> ThreadRead:
    """A thread: its root, where it is kept, and its newest replies."""
    found = store.connection.execute(
        f"select {COLUMNS} from message where id = ?1 union all"  # noqa: S608  a constant
        f" select * from (select {COLUMNS} from message where parent = ?1"
        " order by row desc limit ?2)",
        (asked.root, MAX_THREAD),
    ).fetchall()
    root = [one for one in found if one[0] == asked.root]
    replies = [one for one in found if one[0] != asked.root]
    messages = (message_of(asked.scope, one) for one in (*root, *reversed(replies)))
    return ThreadRead(asked.scope, asked.root, tuple(messages))


def message(store: Store, message_id: str) -> Message | None:
    """One message as it is kept."""
    found = store.connection.execute(
        "select scope from message join room on number = room where id = ?", (message_id,)
    ).fetchone()
    if found is None:
        return None
    row = store.connection.execute(
        f"select {COLUMNS} from message where id = ?",  # noqa: S608  a constant
        (message_id,),
    ).fetchone()
    return message_of(text(found[0]), row)


def older(store: Store, room: int, scope: str, row: int, limit: int) -> Stretch:
    """The newest messages above a row."""
    found = _select(
        store, scope, "room = ? and row < ? order by row desc limit ?", room, row, limit
    )
    return Stretch(found.rows[::-1], found.messages[::-1])


def newer(store: Store, room: int, scope: str, row: int, limit: int) -> Stretch:
    """The oldest messages below a row."""
    return _select(store, scope, "room = ? and row > ? order by row limit ?", room, row, limit)


def unread_above(store: Store, room: int, row: int) -> tuple[int, int, bool]:
    """What counts as unread above a row, how many of it call this user, and are some missing.

    That is told by rows of their own, which are few: they are found by their ids.
    """
    found = store.connection.execute(
        "select read_row from room where number = ?", (room,)
    ).fetchone()
    read = found[0] if found is not None and isinstance(found[0], int) else -1
    plain, called = (
        store.connection.execute(
            "select count(*) from message where room = ? and news = ? and row > ? and row < ?",
            (room, news, read, row),
        ).fetchone()[0]
        for news in (1, 2)
    )
    missing = store.connection.execute(
        "select 1 from message indexed by message_id where id >= 'gap:' and id < 'gap;'"
        " and kind = ? and room = ? and row > ? and row < ? limit 1",
        (KINDS.index("gap"), room, read, row),
    ).fetchone()
    return plain + called, called, missing is not None


def last_read(store: Store, room: int) -> str:
    """The read mark of a room."""
    found = store.connection.execute(
        "select last_read from room where number = ?", (room,)
    ).fetchone()
    return text(found[0]) if found is not None else ""


def around(store: Store, room: int, scope: str, row: int, limit: int) -> Stretch:
    """The messages beside a row, and the one that stands there."""
    above = older(store, room, scope, row, limit // 2)
    below = newer(store, room, scope, row - 1, limit - len(above.rows))
    return Stretch(above.rows + below.rows, above.messages + below.messages)


def _row(store: Store, anchor: str) -> int | None:
    return -TOP if anchor == START else store.row_of(anchor)


def _any(store: Store, room: int, sign: str, row: int) -> bool:
    found = store.connection.execute(
        f"select 1 from message where room = ? and row {sign} ? limit 1",  # noqa: S608  one of two
        (room, row),
    ).fetchone()
    return found is not None


def _select(store: Store, scope: str, where: str, *values: int) -> Stretch:
    found = store.connection.execute(
        f"select {COLUMNS}, row from message where {where}",  # noqa: S608  words of this file
        values,
    ).fetchall()
    return Stretch([one[-1] for one in found], [message_of(scope, one) for one in found])
