"""Calls that come in: without media they are shown, and declined as unsupported."""

from wschat_tui.protocol.events import IncomingOffer
from wschat_tui.protocol.limits import MAX_ID
from wschat_tui.protocol.requests import CallEnd
from wschat_tui.protocol.scopes import direct
from wschat_tui.state import messages
from wschat_tui.state.call_inputs import CallInput, CallsKnown
from wschat_tui.state.effects import Notify
from wschat_tui.state.model import Message
from wschat_tui.state.select import name_of
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

RING_PAUSE = 5_000
"""Milliseconds in which further offers of one user are not heard: a flood is answered once."""

_LOOKED_AT = 64
"""Messages at the end of a direct chat among which the last call of its user is looked for."""


def offered(turn: Turn, event: IncomingOffer, at: int, op_id: str) -> None:
    """Somebody calls: decline, leave a row in the direct chat, and say so; once in a while."""
    caller, me = event.from_user, turn.state.me
    scope = direct(me, caller) if me else f"dm:{caller}"
    lately = turn.messages(scope)[-_LOOKED_AT:]
    if caller == me or len(scope) > MAX_ID or any(_rang(one, caller, at) for one in lately):
        return
    turn.transmit(op_id, CallEnd(target_id=caller, reason="unsupported"))
    body = SafeText(f"{event.call_type} call, declined: this version takes no calls")
    messages.receive(turn, Message(op_id, scope, caller, body, at, kind="call"))
    sentence = (
        f"{name_of(turn.state, caller)} called ({event.call_type}). "
        "It was declined: this version takes no calls yet."
    )
    turn.emit(Notify(sentence, "warning", scope, bell=True))


def fold(turn: Turn, item: CallInput) -> None:
    """What the user asks of calls, and what media tells of them."""
    if isinstance(item, CallsKnown):
        sentence = clean(item.sentence, one_line=True, limit=300)
        turn.set(calls_ready=item.ready, calls_hindrance=sentence)


def _rang(message: Message, caller: str, at: int) -> bool:
    recent = message.at is not None and 0 <= at - message.at < RING_PAUSE
    return message.kind == "call" and message.author == caller and recent
