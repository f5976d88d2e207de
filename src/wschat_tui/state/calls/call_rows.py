"""What a call leaves behind: a row in the direct chat, and a sentence."""

from collections.abc import Mapping
from types import MappingProxyType

from wschat_tui.protocol.objects import CallType
from wschat_tui.state import messages
from wschat_tui.state.calls.call import Call, CallOver
from wschat_tui.state.calls.call_words import (
    DECLINED_ELSEWHERE,
    ELSEWHERE,
    KINDS,
    duration,
    reason_words,
)
from wschat_tui.state.effects import Notify
from wschat_tui.state.model import Level, Message, State
from wschat_tui.state.resolve import direct_scope
from wschat_tui.state.select import name_of
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "": "{name} ended the call",
        "hangup": "{name} hung up",
        "declined": "{name} declined the call",
        "busy": "{name} is in another call",
        "no_answer": "{name} did not answer",
        "cancelled": "{name} cancelled the call",
        "failed": "No connection to {name} came about",
        "lost": "The connection to {name} was lost",
        "replaced": "The call with {name} went on at another device",
        "unsupported": "A call with {name} is not possible",
        "error": "The call with {name} failed",
        ELSEWHERE: "The call of {name} was answered on another device",
        DECLINED_ELSEWHERE: "The call of {name} was declined on another device",
    }
)

_BY_HAND: Mapping[str, str] = MappingProxyType(
    {
        "hangup": "You ended the call with {name}",
        "declined": "You declined the call of {name}",
        "cancelled": "You stopped calling {name}",
    }
)
_ELSEWHERE = (ELSEWHERE, DECLINED_ELSEWHERE)


def was_missed(call: Call, reason: str, *, by_me: bool) -> bool:
    """Somebody called, and gave up, or my patience was at its end."""
    in_vain = reason == "no_answer" if by_me else reason not in _ELSEWHERE
    return call.phase == "in_ringing" and in_vain


def sentence_of(state: State, call: Call, reason: str, *, by_me: bool, detail: str) -> SafeText:
    """How a call ended, for whoever is told."""
    name = name_of(state, call.peer)
    if was_missed(call, reason, by_me=by_me):
        return SafeText(f"Missed {KINDS[call.kind]} from {name}.")
    known = (_BY_HAND.get(reason, "") if by_me else "") or _SENTENCES.get(reason, "")
    if not known:
        return SafeText(f"The call with {name} ended: {reason_words(reason)}.")
    why = f" {detail.rstrip('.')}." if detail else ""
    return clean(f"{known.format(name=name)}.{why}", one_line=True, limit=300)


def leave(turn: Turn, call: Call, over: CallOver, detail: str) -> None:
    """The row of a call that ended, and the sentence where the user did not end it by hand.

    A call that came too soon to ring leaves nothing: its caller has a row of a moment ago.
    """
    missed = was_missed(call, over.reason, by_me=over.by_me)
    if call.quiet:
        return
    _row(turn, call, _body(over, detail, missed=missed), over.ended_at, missed=missed)
    if over.by_me and over.reason in _BY_HAND:
        return
    expected = over.active_at is not None or over.reason in _ELSEWHERE
    level: Level = "information" if expected else "warning"
    turn.emit(Notify(over.sentence, level, direct_scope(turn.state, call.peer)))


def turn_away(turn: Turn, op_id: str, user: str, kind: CallType, at: int, why: SafeText) -> None:
    """The row and the sentence of a call that does not ring here, and `why` as a clause."""
    scope = direct_scope(turn.state, user)
    body = SafeText(f"missed {KINDS[kind]}: {why}")
    messages.receive(turn, Message(op_id, scope, user, body, at, kind="call", mentions_me=True))
    said = f"{name_of(turn.state, user)} called ({KINDS[kind]}). It did not ring: {why}."
    turn.emit(Notify(said, "warning", scope, bell=True))


def _row(turn: Turn, call: Call, body: SafeText, at: int, *, missed: bool) -> None:
    author = turn.state.me if call.outgoing else call.peer
    message = Message(
        id=call.id,
        scope=direct_scope(turn.state, call.peer),
        author=author,
        body=body,
        at=at,
        kind="call",
        mentions_me=missed,
        op_id=call.id if call.outgoing else "",
    )
    messages.receive(turn, message)


def _body(over: CallOver, detail: str, *, missed: bool) -> SafeText:
    what = KINDS[over.kind]
    if missed:
        return SafeText(f"missed {what}")
    ended = reason_words(over.reason)
    if over.active_at is None:
        why = f": {detail}" if detail else ""
        return clean(f"{what}, {ended}{why}", one_line=True, limit=300)
    lasted = duration(over.ended_at - over.active_at)
    plain = over.reason in ("", "hangup")
    return SafeText(f"{what}, {lasted}" if plain else f"{what}, {lasted}, {ended}")
