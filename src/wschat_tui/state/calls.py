"""Calls that come in: without media they are shown, and declined as unsupported."""

from dataclasses import replace

from wschat_tui.protocol.events import IncomingOffer
from wschat_tui.protocol.requests import CallEnd
from wschat_tui.protocol.scopes import direct
from wschat_tui.state.effects import Notify
from wschat_tui.state.messages import room_for
from wschat_tui.state.model import Message
from wschat_tui.state.select import name_of
from wschat_tui.state.text import clean
from wschat_tui.state.turn import Turn

RING_PAUSE = 5_000
"""Milliseconds in which one user's further offers are declined without a word (S25)."""


def offered(turn: Turn, event: IncomingOffer, at: int, op_id: str) -> None:
    """Somebody calls: decline, leave a row in the direct chat, and say so once."""
    turn.transmit(op_id, CallEnd(target_id=event.from_user, reason="unsupported"))
    if not turn.state.me:
        return
    scope = direct(turn.state.me, event.from_user)
    room = room_for(turn, scope)
    if any(_is_recent_call(one, event.from_user, at) for one in turn.messages(scope)[-3:]):
        return
    caller = name_of(turn.state, event.from_user)
    turn.put(replace(room, unread=room.unread + 1, members=room.members.insert(event.from_user)))
    body = clean(f"{event.call_type} call, declined: this version takes no calls")
    turn.append(Message(op_id, scope, event.from_user, body, at, kind="call"))
    sentence = (
        f"{caller} called ({event.call_type}). It was declined: this version takes no calls yet."
    )
    turn.emit(Notify(sentence, "warning", scope, bell=True))


def _is_recent_call(message: Message, caller: str, at: int) -> bool:
    recent = message.at is not None and at - message.at < RING_PAUSE
    return message.kind == "call" and message.author == caller and recent
