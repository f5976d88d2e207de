"""What of a turn must outlive the process: told to the archive once, at the turn's end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.archive_effects import RoomRecord

if TYPE_CHECKING:
    from wschat_tui.state.model import Message, Room

LASTING = frozenset({"chat", "call", "gap"})
"""The kinds of rows that are kept."""


def lasts(message: Message) -> bool:
    """It outlives the process as a message; what is on its way does as a row of the outbox."""
    return message.settled and message.kind in LASTING


def record_of(room: Room) -> RoomRecord:
    """What is kept of a room."""
    return RoomRecord(
        room.scope,
        room.title,
        room.joined,
        room.last_read,
        room.held,
        room.receipts,
        room.history == "complete",
        room.hole,
    )


def differs(before: Room | None, after: Room) -> bool:
    """What is kept of a room has changed."""
    if before is None:
        return True
    if before.receipts is not after.receipts:
        return True
    return _plain(before) != _plain(after)


def _plain(room: Room) -> tuple[object, ...]:
    complete = room.history == "complete"
    return room.title, room.joined, room.last_read, room.held, complete, room.hole
