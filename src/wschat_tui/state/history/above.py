"""What the disk has above the window: pages that go there, and how much of it is unread."""

from wschat_tui.state import attention
from wschat_tui.state.history import past
from wschat_tui.state.history.archive_inputs import PageRead
from wschat_tui.state.history.keeping import oldest_kept
from wschat_tui.state.history.weaving import laid
from wschat_tui.state.model import Room
from wschat_tui.state.turn import Turn


def read(turn: Turn, room: Room, told: PageRead) -> None:
    """A page goes above what is loaded, and tells what counts as unread above itself.

    One that comes late or twice has another anchor than the oldest that is loaded: it is dropped.
    """
    scope = room.scope
    oldest = oldest_kept(turn.messages(scope))
    turn.change_room(scope, reading=False)
    if told.way == "newest" and oldest:
        turn.change_room(scope, above=room.above or bool(told.messages))
        turn.recount_above(scope)
    elif told.anchor != oldest and told.way != "newest":
        turn.recount_above(scope)
    else:
        _put(turn, room, told)
        _count(turn, room, told)


def _put(turn: Turn, room: Room, told: PageRead) -> None:
    lines = turn.messages(room.scope)
    at = max(turn.spot(room.scope, told.anchor), 0)
    new = [turn.as_known(one) for one in told.messages if turn.place_of(one.id) is None]
    lines = [*laid(new, lines[:at], timely=True), *lines[at:]]
    turn.lay(room.scope, lines, kept=True)
    turn.change_room(room.scope, above=told.above)


def _count(turn: Turn, room: Room, told: PageRead) -> None:
    """A count from a read mark that has moved on is not this room's any more."""
    scope = room.scope
    if told.messages and told.last_read != room.last_read:
        turn.recount_above(scope)
    turn.change_room(
        scope, unread_above=told.unread, mentions_above=told.mentions, parted_above=told.parted
    )
    turn.recount(scope)
    shown = scope == turn.state.focus and not past.is_shown(turn, scope)
    if told.messages and shown and (room.unread or room.divider):
        attention.divide(turn, scope)
