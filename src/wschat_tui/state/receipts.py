"""How far rooms are read, as the server tells it: by the others, and by me on another device."""

from wschat_tui.protocol.events import ChatReadUpdate
from wschat_tui.state import early, operations
from wschat_tui.state.turn import Turn


def told(turn: Turn, event: ChatReadUpdate) -> None:
    """Somebody has read up to a message; from another device of mine it counts as seen.

    The message says which room it is; where it has not come yet, the mark waits for it.
    """
    message = turn.find(event.message_id) if turn.place_of(event.message_id) else None
    operations.heard(turn, event)
    if message is None:
        early.amend(turn, event)
    elif not message.named:
        return
    elif event.user_id == turn.state.me:
        read_to(turn, message.scope, message.id)
    else:
        receipts = turn.room_for(message.scope).receipts
        if _is_below(turn, message.scope, message.id, receipts.get(event.user_id) or ""):
            turn.change_room(message.scope, receipts=receipts.insert(event.user_id, message.id))


def read_to(turn: Turn, scope: str, message_id: str) -> bool:
    """I have read a room up to a message. False where that is nothing new."""
    room = turn.room_for(scope)
    if room.held or not _is_below(turn, scope, message_id, room.last_read):
        return False
    turn.change_room(scope, last_read=message_id)
    turn.recount(scope)
    return True


def _is_below(turn: Turn, scope: str, message_id: str, other: str) -> bool:
    """A message stands below another; one that is not loaded stands above all."""
    return turn.spot(scope, message_id) > turn.spot(scope, other)
