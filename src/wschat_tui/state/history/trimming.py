"""What becomes of a room whose window is cut at the top: nothing of what it counts is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.state.tally import is_parted, unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.state.model import Message, Room, State

_FETCHABLE = ("more", "complete", "loading")


def trimmed(state: State, room: Room, gone: Sequence[Message]) -> Room:
    """A room without its oldest messages: where the disk has them, it has older ones now.

    Elsewhere the server's history is asked for them.
    """
    news = unread(gone, room.last_read, state.me)
    read = any(one.id == room.last_read for one in gone)
    above, called = (0, 0) if read else (room.unread_above, room.mentions_above)
    room = replace(
        room,
        unread_above=above + len(news),
        mentions_above=called + sum(one.mentions_me for one in news),
        parted_above=is_parted(gone, room.last_read) or (room.parted_above and not read),
    )
    if state.archive == "ready":
        return replace(room, above=True)
    if room.history in _FETCHABLE:
        return replace(room, history="more", cursor="")
    return room


def trimmed_thread(state: State, scope: str, gone: Sequence[Message]) -> tuple[Message, ...]:
    """What the open thread loses of the window stays in it."""
    root = state.thread
    if not root or scope != state.focus:
        return state.thread_past
    known = {one.id for one in state.thread_past}
    more = [one for one in gone if root in (one.id, one.parent_id) and one.id not in known]
    return (*state.thread_past, *more)
