"""What the user saw, and what they want to see again: counted here, and told to the server once."""

from wschat_tui.protocol.requests import ChatRead
from wschat_tui.state import operations, receipts
from wschat_tui.state.inputs import Seen, UnreadAsked
from wschat_tui.state.model import Operation, Room
from wschat_tui.state.reading import wire_scope
from wschat_tui.state.tally import unread
from wschat_tui.state.turn import Turn


def seen(turn: Turn, asked: Seen) -> None:
    """The user saw a room up to a message: count anew, and tell the server where that is news.

    A message of mine that is on its way has no name that the server knows, and an event never has:
    the mark is set, and told, at the nearest above that has one.
    """
    room = turn.room(asked.scope)
    if room is None:
        return
    if asked.by_hand:
        turn.change_room(room.scope, held=False)
    lines = turn.messages(room.scope)[: turn.spot(room.scope, asked.message_id) + 1]
    before = turn.spot(room.scope, room.last_read) + 1
    mark = next((one.id for one in reversed(lines) if one.settled), "")
    had_news = bool(unread(lines, room.last_read, turn.state.me))
    named = next((one.id for one in reversed(lines[before:]) if one.named), "")
    if receipts.read_to(turn, room.scope, mark) and had_news and named:
        request = ChatRead(message_id=named, room=wire_scope(room.scope, turn.state.me))
        operations.ask(turn, Operation(asked.op_id, "read", request, acked=False, scope=room.scope))


def unread_from(turn: Turn, asked: UnreadAsked) -> None:
    """Count a room as unread from a message on, until the user comes back to it."""
    message = turn.find(asked.message_id)
    if message is None:
        return
    lines = turn.messages(message.scope)
    above = lines[: turn.spot(message.scope, message.id)]
    before = next((one.id for one in reversed(above) if one.settled), "")
    turn.change_room(message.scope, last_read=before, divider=message.id, held=True)
    turn.recount(message.scope)


def first_unread(turn: Turn, room: Room) -> str:
    """The first that counts below the last message read; empty where all is read."""
    news = unread(turn.messages(room.scope), room.last_read, turn.state.me)
    return news[0].id if news else ""
