"""What the archive tells when it is opened: where the last run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.history.archive_inputs import ArchiveOpened, RoomKept
from wschat_tui.storage.archive import outbox, pages, rooms
from wschat_tui.storage.archive.asides import fate
from wschat_tui.storage.archive.sound import text

if TYPE_CHECKING:
    from pathlib import Path

    from wschat_tui.state.history.archive_effects import RoomRecord
    from wschat_tui.storage.archive.salvage import Salvaged
    from wschat_tui.storage.archive.store import Store

NEWEST = 30
"""Messages that each room brings."""

FOCUSED = 200
"""Messages that the room brings that was open."""


def opened(store: Store, *, writable: bool, word: str = "") -> ArchiveOpened:
    """All rooms that are listed, people, drafts and what is on its way.

    word: what became of the file that this one stands in for.
    """
    found = store.connection.execute("select focus from place").fetchone()
    focus = text(found[0]) if found is not None else ""
    return ArchiveOpened(
        store.now(),
        _rooms(store, focus),
        rooms.people(store),
        outbox.outbox(store),
        outbox.operations(store),
        focus,
        writable,
        word,
    )


def mended(aside: Path, salvaged: Salvaged) -> str:
    """What became of a broken history, for the person. aside: where it is now."""
    kept = f"the file is kept as {fate(aside)}."
    if not salvaged.messages and not salvaged.typed:
        return (
            f"The history was broken. Nothing of it could be read, and a new one is begun; {kept}"
        )
    count = f"{salvaged.messages:,} {'message' if salvaged.messages == 1 else 'messages'}"
    typed = _TYPED if salvaged.typed else _SOME_TYPED
    return f"The history was broken. {count} could be read, {typed}{_missing(salvaged)}; {kept}"


_TYPED = "with drafts and what waits to be sent"
_SOME_TYPED = "but of drafts and of what waits to be sent some may be lost"


def _missing(salvaged: Salvaged) -> str:
    if salvaged.missing is None:
        return "; older messages may be missing where a row says so"
    if not salvaged.missing:
        return ""
    return f"; {salvaged.missing:,} could not, and a row says where"


def _rooms(store: Store, focus: str) -> tuple[RoomKept, ...]:
    drafts = rooms.drafts(store)
    rows = store.connection.execute(
        f"select {rooms.COLUMNS} from room where listed order by scope"  # noqa: S608
    ).fetchall()
    kept = []
    for row in rows:
        record = rooms.record_of(store, row)
        limit = FOCUSED if record.scope == focus else NEWEST
        kept.append(_room(store, row[0], record, limit, tuple(drafts.get(record.scope, ()))))
    return tuple(kept)


def _room(
    store: Store, room: int, record: RoomRecord, limit: int, drafts: tuple[tuple[str, str], ...]
) -> RoomKept:
    found = pages.older(store, room, record.scope, pages.TOP, limit + 1)
    above = len(found.rows) > limit
    rows, messages = found.rows[-limit:], found.messages[-limit:]
    first = rows[0] if rows else pages.TOP
    unread, mentions, parted = pages.unread_above(store, room, first)
    return RoomKept(record, tuple(messages), above, unread, mentions, drafts, parted)
