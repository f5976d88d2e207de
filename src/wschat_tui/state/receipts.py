"""How far rooms are read: mine, by the last message read, and what the others told of theirs."""

from dataclasses import replace

from wschat_tui.protocol.events import ChatReadUpdate
from wschat_tui.protocol.requests import ChatRead
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state import operations
from wschat_tui.state.inputs import Seen, UnreadAsked
from wschat_tui.state.model import Message, Operation, Room
from wschat_tui.state.reading import wire_scope
from wschat_tui.state.turn import Turn


def seen(turn: Turn, asked: Seen) -> None:
    """The user saw a room up to a message: count anew, and tell the server once."""
    room, lines = turn.room(asked.scope), turn.messages(asked.scope)
    if room is None or not _is_newer(lines, room.last_read, asked.message_id):
        return
    had_unread = bool(room.unread)
    read = _recount(turn, replace(room, last_read=asked.message_id))
    turn.put(read)
    if had_unread:
        request = ChatRead(message_id=asked.message_id, room=wire_scope(room.scope, turn.state.me))
        operations.ask(turn, Operation(asked.op_id, "read", request, acked=False, scope=room.scope))


def unread_from(turn: Turn, asked: UnreadAsked) -> None:
    """Count a room as unread from a message on, until it is seen again."""
    message = turn.find(asked.message_id)
    room = turn.room(message.scope) if message is not None else None
    if message is None or room is None:
        return
    lines = turn.messages(room.scope)
    at = next(index for index, one in enumerate(lines) if one.id == message.id)
    before = lines[at - 1].id if at else ""
    turn.put(_recount(turn, replace(room, last_read=before, divider=message.id)))


def told(turn: Turn, event: ChatReadUpdate) -> None:
    """Somebody has read up to a message; from another device of mine it counts as seen."""
    scope = canonical(event.room, turn.state.me)
    room = turn.room(scope)
    if room is None:
        return
    lines = turn.messages(scope)
    if event.user_id == turn.state.me:
        if _is_newer(lines, room.last_read, event.message_id):
            turn.put(_recount(turn, replace(room, last_read=event.message_id)))
    elif _is_newer(lines, room.receipts.get(event.user_id) or "", event.message_id):
        turn.put(replace(room, receipts=room.receipts.insert(event.user_id, event.message_id)))


def recount(turn: Turn, scope: str) -> None:
    """Count the unread of a room anew, after messages went or came below the last one read."""
    room = turn.room(scope)
    if room is not None:
        counted = _recount(turn, room)
        if counted != room:
            turn.put(counted)


def first_unread(turn: Turn, room: Room) -> str:
    """The first message of others after the last one read; empty where all is read."""
    unread = _unread(turn, room)
    return unread[0].id if unread and room.unread else ""


def _recount(turn: Turn, room: Room) -> Room:
    unread = _unread(turn, room)
    return replace(room, unread=len(unread), mentions=sum(one.mentions_me for one in unread))


def _unread(turn: Turn, room: Room) -> list[Message]:
    lines = turn.messages(room.scope)
    at = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].id == room.last_read), -1)
    return [one for one in lines[at + 1 :] if _counts(turn, one)]


def _counts(turn: Turn, message: Message) -> bool:
    mine = message.op_id or (turn.state.me and message.author == turn.state.me)
    return message.kind in {"chat", "call"} and not message.deleted and not mine


def _is_newer(lines: list[Message], old: str, new: str) -> bool:
    """`new` stands below `old`; an unknown `old` is above all, an unknown `new` is not believed."""
    for message in reversed(lines):
        if message.id == old:
            return False
        if message.id == new:
            return True
    return False
