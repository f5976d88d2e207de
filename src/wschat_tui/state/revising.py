"""Records with some fields changed: the same object where nothing is other than before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from rpds import HashTrieMap

from wschat_tui.state.model import Counts, Message, Room, State

T = TypeVar("T", State, Room, Message)

_SHARED = (HashTrieMap, dict)
"""What is compared by identity: it is made anew only where it changes."""


def changed(record: T, changes: dict[str, Any]) -> T:
    """The record with these changes; the same object where none differs."""
    return replace(record, **changes) if differs(record, changes) else record


def differs(record: object, changes: dict[str, Any]) -> bool:
    """One of these changes would make the record another."""
    for key, value in changes.items():
        before = getattr(record, key)
        if before is not value and (isinstance(value, _SHARED) or before != value):
            return True
    return False


def added(before: Counts, more: Counts) -> Counts:
    """Both together."""
    return Counts(
        before.received + more.received,
        before.unknown + more.unknown,
        before.malformed + more.malformed,
    )


def repointed(room: Room, gone: str, *, above: str, mark: str, below: str) -> Room:
    """A room in which nothing points to an id that is gone.

    above: what others' read marks point to in its place; empty: they are dropped. mark: what my own
    marks point to. below: what the divider stands above.
    """
    receipts = room.receipts
    for user, read in room.receipts.items():
        if read == gone:
            receipts = receipts.insert(user, above) if above else receipts.remove(user)
    changes = {
        "last_read": mark if room.last_read == gone else room.last_read,
        "hole": mark if room.hole == gone else room.hole,
        "divider": below if room.divider == gone else room.divider,
        "receipts": receipts,
    }
    return changed(room, changes)
