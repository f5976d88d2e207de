"""A room or a thread as rows to be drawn: what stands where, and under which heading. Pure.

A row that would come out the same as before is the same object as before, so that comparing by
identity finds what changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING

from wschat_tui.state.select import is_catching_up, name_of, peer_of, person_of, thread_of
from wschat_tui.ui.days import Days
from wschat_tui.ui.render import room_name
from wschat_tui.ui.row import EMPTY, Basis, Row, RowKind, Rows
from wschat_tui.ui.row_making import Making

if TYPE_CHECKING:
    from datetime import tzinfo

    from wschat_tui.state.model import Room, State

__all__ = ["EMPTY", "NO_ROOT", "Row", "RowKind", "Rows", "rows_of_room", "rows_of_thread"]

NO_ROOT = "The message that began this thread is not loaded."

_EMPTY = {
    "unknown": "no messages are loaded yet",
    "loading": "loading messages…",
    "absent": "This server keeps no history to ask for: "
    "what was said before the connection is not shown.",
}


def rows_of_room(
    state: State, room: Room, previous: Rows | None = None, *, tz: tzinfo = UTC
) -> Rows:
    """The rows of a room; replies are folded under their root where it is loaded.

    `previous` is what was made of the same room before; what did not change is taken from it.
    """
    days = _days(tz)
    title = _title(state, room)
    newer, waiting = False, _is_awaited(state, room)
    if state.past is not None and state.past.scope == room.scope:
        newer, waiting = True, state.past.awaiting
        room = replace(room, messages=state.past.messages, above=state.past.above)
    history = "more" if room.above else room.history
    today = days.of(state.now)[0]
    changing = (room.divider, history, title, room.refused, room.asked)
    parted = bool(room.hole or room.asked)
    basis = Basis(state.me, today, tz, *changing, newer, waiting, parted)
    before = previous if previous is not None and previous.scope == room.scope else None
    making = Making(state, days, before)
    if before is not None and _holds(state, room, before, basis):
        known = len(before.messages)
        if known == len(room.messages) and before.receipts is room.receipts:
            same = before.unread == room.unread
            return before if same else replace(before, unread=room.unread)
        making.resume(before, room)
        making.add_all(room.messages[known:])
    else:
        making.fold(room)
        if room.messages:
            making.top(history, title)
        making.add_all(room.messages)
    return Rows(
        room.scope,
        tuple(making.rows),
        more=history in {"more", "unknown"},
        newer=newer,
        waiting=waiting,
        parted=parted,
        unread=room.unread,
        divider=room.divider,
        empty=_empty(room),
        me=state.me,
        called=_called(state),
        messages=room.messages,
        basis=basis,
        receipts=room.receipts,
        last_read=room.last_read,
        names=making.names,
        unsettled=making.unsettled,
        pending=making.pending,
    )


def _is_awaited(state: State, room: Room) -> bool:
    """Unread messages are on their way: those that were missed, or those above the window."""
    op_id, sought = state.sought
    above = room.unread_above > 0 and (room.reading or bool(sought and not op_id))
    return above or is_catching_up(state, room)


def rows_of_thread(
    state: State, root_id: str, previous: Rows | None = None, *, tz: tzinfo = UTC
) -> Rows:
    """The rows of a thread: its root, then its replies."""
    days = _days(tz)
    scope = f"thread:{root_id}"
    messages = thread_of(state, root_id)
    basis = Basis(state.me, days.of(state.now)[0], tz)
    before = previous if previous is not None and previous.scope == scope else None
    if before and before.messages == messages and _same_basis(state, before, basis):
        return before
    making = Making(state, days, before, whole=True)
    making.add_all(messages)
    return Rows(
        scope,
        tuple(making.rows),
        empty=NO_ROOT,
        me=state.me,
        called=_called(state),
        messages=messages,
        basis=basis,
        names=making.names,
    )


def _holds(state: State, room: Room, before: Rows, basis: Basis) -> bool:
    """The rows made before still stand, but for their readers, and what is new comes below."""
    known = len(before.messages)
    if not _same_basis(state, before, basis) or room.messages[:known] != before.messages:
        return False
    if before.unsettled and (before.last_read != room.last_read or len(room.messages) > known):
        return False
    return not any(one.parent_id for one in room.messages[known:])


def _same_basis(state: State, before: Rows, basis: Basis) -> bool:
    return before.basis == basis and all(
        name_of(state, author) == name for author, name in before.names.items()
    )


def _title(state: State, room: Room) -> str:
    peer = peer_of(state, room.scope)
    return (
        room_name(state, room.scope) if peer is None else f"your talk with {name_of(state, peer)}"
    )


def _called(state: State) -> frozenset[str]:
    return frozenset({state.me.casefold(), person_of(state, state.me).name.casefold()} - {"", "?"})


def _empty(room: Room) -> str:
    if room.refused:
        return room.refused
    return _EMPTY.get(room.history, EMPTY)


@lru_cache(8)
def _days(tz: tzinfo) -> Days:
    return Days(tz)
