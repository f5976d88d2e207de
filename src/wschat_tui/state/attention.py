"""What the user saw, and what they want to see again: counted here, and told to the server once."""

from wschat_tui.protocol.requests import ChatRead
from wschat_tui.state import operations, receipts
from wschat_tui.state.history.keeping import lasts
from wschat_tui.state.inputs import Seen, UnreadAsked
from wschat_tui.state.model import Operation, Room
from wschat_tui.state.reading import wire_scope
from wschat_tui.state.select import is_catching_up
from wschat_tui.state.tally import unread
from wschat_tui.state.turn import Turn


def seen(turn: Turn, asked: Seen) -> None:
    """The user saw a room up to a message: count anew, and tell the server where that is news.

    A message of mine that is on its way has no name that the server knows, and an event never has:
    the mark is set, and told, at the nearest above that has one. Where more is unread above what is
    loaded, a stretch in the middle leaves the mark where it is; only the end passes over all of it.
    Where some between are being asked for, they come above what was seen, and were not seen.
    """
    room = turn.room(asked.scope)
    if room is None:
        return
    if asked.by_hand:
        turn.change_room(room.scope, held=False)
    if turn.spot(room.scope, asked.message_id) < 0:
        _seen_above(turn, room, asked)
        return
    lines = turn.messages(room.scope)[: turn.spot(room.scope, asked.message_id) + 1]
    if not asked.by_hand and (_is_parted(turn, room, asked) or _goes_on(turn, room, asked)):
        return
    before = turn.spot(room.scope, room.last_read) + 1
    mark = next((one.id for one in reversed(lines) if lasts(one)), "")
    had_news = bool(unread(lines, room.last_read, turn.state.me)) or room.unread_above > 0
    named = next((one.id for one in reversed(lines[before:]) if one.named), "")
    if receipts.read_to(turn, room.scope, mark) and had_news and named:
        _tell(turn, room, asked, named)


def _is_parted(turn: Turn, room: Room, asked: Seen) -> bool:
    """What may be missing between the mark and what was seen is on its way."""
    if not is_catching_up(turn.state, room):
        return False
    read, at = turn.spot(room.scope, room.last_read), turn.spot(room.scope, asked.message_id)
    edges = (turn.spot(room.scope, one) for one in (room.hole, room.asked) if one)
    return any(read <= edge < at for edge in edges)


def _goes_on(turn: Turn, room: Room, asked: Seen) -> bool:
    """What is unread above the window has not been passed over, and there is more to read below.

    Who reads on from the mark in a stretch of the past, down into the window, passes over all.
    """
    past = turn.state.past
    shown = past.messages if past is not None and past.scope == room.scope else ()
    if not room.unread_above or {room.last_read, asked.message_id} <= {one.id for one in shown}:
        return False
    below = turn.messages(room.scope)[turn.spot(room.scope, asked.message_id) + 1 :]
    return bool(unread(below, "", turn.state.me))


def _seen_above(turn: Turn, room: Room, asked: Seen) -> None:
    """The user reads on in what is shown of the past, from the message that they read last."""
    past = turn.state.past
    shown = past.messages if past is not None and past.scope == room.scope else ()
    spots = {one.id: at for at, one in enumerate(shown)}
    begins = past is not None and not past.above and not room.last_read
    before = -1 if begins else spots.get(room.last_read, len(spots))
    at = spots.get(asked.message_id, -1)
    if room.held or at <= before or not shown[at].named:
        return
    if (
        not asked.by_hand
        and is_catching_up(turn.state, room)
        and before < spots.get(room.asked, -1) < at
    ):
        return
    turn.change_room(room.scope, last_read=shown[at].id)
    turn.recount_above(room.scope)
    if unread(shown[: at + 1], room.last_read, turn.state.me):
        _tell(turn, room, asked, shown[at].id)


def _tell(turn: Turn, room: Room, asked: Seen, named: str) -> None:
    request = ChatRead(message_id=named, room=wire_scope(room.scope, turn.state.me))
    operations.ask(turn, Operation(asked.op_id, "read", request, acked=False, scope=room.scope))


def unread_from(turn: Turn, asked: UnreadAsked) -> None:
    """Count a room as unread from a message on, until the user comes back to it."""
    message = turn.find(asked.message_id)
    if message is None:
        return
    scope = message.scope
    at, lines = turn.spot(scope, message.id), turn.messages(scope)
    if at < 0:
        past = turn.state.past
        lines = past.messages if past is not None else ()
        at = next((at for at, one in enumerate(lines) if one.id == message.id), 0)
    before = next((one.id for one in reversed(lines[:at]) if lasts(one)), "")
    turn.change_room(scope, last_read=before, divider=message.id, held=True)
    turn.recount(scope)
    turn.recount_above(scope)


def divide(turn: Turn, scope: str) -> None:
    """Let new messages begin with the first that is unread."""
    first = first_unread(turn, turn.room_for(scope))
    if first:
        turn.change_room(scope, divider=first)


def first_unread(turn: Turn, room: Room) -> str:
    """The first that counts below the last message read; empty where all is read."""
    news = unread(turn.messages(room.scope), room.last_read, turn.state.me)
    return news[0].id if news else ""
