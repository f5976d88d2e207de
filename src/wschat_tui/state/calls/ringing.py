"""Calls from the first offer to the answer: placed, ringing here or there, taken or turned away."""

from collections.abc import Mapping
from types import MappingProxyType

from wschat_tui.protocol.events import IncomingOffer
from wschat_tui.protocol.limits import MAX_ID
from wschat_tui.protocol.objects import IceCandidate, SessionDescription
from wschat_tui.protocol.requests import CallEnd
from wschat_tui.state.calls import (
    call_ending,
    call_frames,
    call_media,
    call_rows,
    call_words,
    callers,
    negotiation,
)
from wschat_tui.state.calls.call import Call, CallKind, Shown
from wschat_tui.state.calls.call_inputs import CallAccepted, CallAsked, CallDeclined
from wschat_tui.state.calls.call_marks import CALL, OFFER, mark_of
from wschat_tui.state.calls.descriptions import flaw
from wschat_tui.state.effects import Notify
from wschat_tui.state.resolve import direct_scope
from wschat_tui.state.select import name_of
from wschat_tui.state.text import SafeText
from wschat_tui.state.turn import Turn

USUAL: Mapping[CallKind, Shown] = MappingProxyType(
    {"audio": "", "video": "camera", "screen": "screen"}
)
"""What a call of a kind shows where nothing else is chosen."""

Early = tuple[IceCandidate | None, ...]


def ask(turn: Turn, asked: CallAsked) -> None:
    """The user calls somebody; whoever rings for them already is answered."""
    call = turn.state.call
    if call is not None and call.phase == "in_ringing" and call.peer == asked.user:
        shows = asked.shows or USUAL[asked.kind]
        accept(turn, CallAccepted(asked.op_id, asked.at, shows, asked.what))
        return
    hindrance = _hindrance(turn, asked.user)
    if hindrance:
        turn.emit(Notify(hindrance, "warning"))
    else:
        _place(turn, asked)


def accept(turn: Turn, asked: CallAccepted) -> None:
    """The user takes the call that rings."""
    call = _ringing(turn, asked)
    if call is None or call.offer is None:
        return
    offer, what = call.offer, asked.what
    call = call_media.change(
        turn, call, shows=asked.shows, what=what, shows_what=call_media.shown(what)
    )
    _answer(turn, call, offer, asked.op_id, asked.at)


def decline(turn: Turn, asked: CallDeclined) -> None:
    """The user does not take the call that rings."""
    if _ringing(turn, asked) is not None:
        call_ending.hang_up(turn, asked.at)


def offered(turn: Turn, event: IncomingOffer, at: int, op_id: str) -> None:
    """An offer came: a call, more of the call that is on, or one that is turned away."""
    caller, call = event.from_user, turn.state.call
    if caller == turn.state.me or len(direct_scope(turn.state, caller)) > MAX_ID:
        return
    ours = call is not None and call.peer == caller
    mark = mark_of(event.sdp, CALL)
    if mark and not (ours and call is not None and call.answered_as == mark):
        return  # More of a call that another device of mine is in.
    if (call is None or not call.fingerprint) and callers.is_late(turn, event, at):
        return
    if call is not None and ours:
        _within(turn, call, event, at)
    elif not callers.is_crowded(turn, at):
        _first(turn, event, at, op_id)


def wake(turn: Turn, call: Call, at: int) -> None:
    """Let a call ring, unless it came too soon after the last one of its caller."""
    if not call.quiet or callers.rang_lately(turn, call.peer, at):
        return
    callers.rang(turn, call.peer, at)
    call_media.change(turn, call, quiet=False)
    said = f"{name_of(turn.state, call.peer)} is calling you ({call_words.KINDS[call.kind]})."
    turn.emit(Notify(said, scope=direct_scope(turn.state, call.peer), bell=True))


def _ringing(turn: Turn, asked: CallAccepted | CallDeclined) -> Call | None:
    """The call that rings, unless it is another one than the user saw."""
    call = turn.state.call
    if call is None or call.phase != "in_ringing" or asked.call not in ("", call.id):
        return None
    return call


def _place(turn: Turn, asked: CallAsked) -> None:
    shows = asked.shows or USUAL[asked.kind]
    call = Call(
        id=asked.op_id,
        peer=asked.user,
        outgoing=True,
        kind=asked.kind,
        phase="out_ringing",
        began_at=asked.at,
        phase_at=asked.at,
        shows=shows,
        what=asked.what,
        shows_what=call_media.shown(asked.what),
        told=False,
        negotiation="offering",
        negotiation_at=asked.at,
    )
    call_frames.withdraw(turn, asked.user)
    turn.room_for(direct_scope(turn.state, asked.user))
    call_media.open_media(turn, call)


def _hindrance(turn: Turn, user: str) -> str:
    """Why a call cannot be placed, in a sentence."""
    state, name = turn.state, name_of(turn.state, user)
    if not state.calls_ready:
        why = state.calls_hindrance or "This installation takes no calls."
        return f"{name} was not called. {why}"
    if user == state.me or not user or len(direct_scope(state, user)) > MAX_ID:
        return "There is nobody else to call under that name."
    if state.call is not None:
        return f"You are in a call with {name_of(state, state.call.peer)}: hang up first."
    if state.link.phase != "online":
        return f"You are not connected: {name} was not called."
    return ""


def _first(turn: Turn, event: IncomingOffer, at: int, op_id: str) -> None:
    """Somebody calls with whom no call is on."""
    caller = event.from_user
    soon = callers.rang_lately(turn, caller, at)
    reason, why = _refusal(turn, event)
    if not reason:
        call_frames.withdraw(turn, caller)
        early = callers.strays(turn, caller, at)
        call = _incoming(event, at, op_id, early)
        call_media.put(turn, call)
        wake(turn, call, at)
    elif not soon:
        callers.rang(turn, caller, at)
        turn.transmit(op_id, CallEnd(target_id=caller, reason=reason))
        call_rows.turn_away(turn, op_id, caller, event.call_type, at, why)


def _refusal(turn: Turn, event: IncomingOffer) -> tuple[str, SafeText]:
    """Why an offer does not ring: the reason of the wire, and a clause; empty where it does."""
    if turn.state.call is not None:
        return "busy", SafeText("you were in another call")
    if not turn.state.calls_ready:
        return "unsupported", SafeText("this installation takes no calls")
    broken = flaw(event.sdp.sdp)
    if broken:
        return "unsupported", SafeText(f"its offer cannot be used, {broken}")
    return "", SafeText("")


def _incoming(event: IncomingOffer, at: int, op_id: str, early: Early) -> Call:
    return Call(
        id=op_id,
        peer=event.from_user,
        outgoing=False,
        kind=event.call_type,
        phase="in_ringing",
        began_at=at,
        phase_at=at,
        quiet=True,
        offer=event.sdp,
        early=early,
    )


def _within(turn: Turn, call: Call, event: IncomingOffer, at: int) -> None:
    """An offer of somebody with whom a call rings or is on."""
    if call.phase == "out_ringing" and turn.state.me < call.peer:
        return  # Both offered, and mine stands: they answer it.
    broken = flaw(event.sdp.sdp)
    if broken:
        detail = f"Their offer cannot be used, {broken}"
        call_ending.end(turn, call, "unsupported", at, detail=detail)
    elif call.phase == "in_ringing":
        call_media.change(turn, call, offer=event.sdp, kind=event.call_type)
    elif call.phase == "out_ringing":
        _give_way(turn, call, event, at)
    else:
        negotiation.offered(turn, call, event.sdp, at)


def _give_way(turn: Turn, call: Call, event: IncomingOffer, at: int) -> None:
    """Both offered, and theirs stands: it is answered at once, for the user wanted this call."""
    told = call.told
    call = call_media.close_media(turn, call)
    call = call_media.change(
        turn,
        call,
        outgoing=False,
        kind=event.call_type,
        told=True,
        offered_as="",
        pending=(),
    )
    call = _answer(turn, call, event.sdp, call.id, at)
    if told and call.answering:
        negotiation.hush(turn, call)


def _answer(turn: Turn, call: Call, offer: SessionDescription, mark: str, at: int) -> Call:
    call = call_media.change(
        turn,
        call,
        phase="connecting",
        phase_at=at,
        quiet=False,
        offer=None,
        answering=mark_of(offer, OFFER),
        answered_as=mark,
        negotiation="answering",
        negotiation_at=at,
    )
    return call_media.open_media(turn, call, offer.sdp)
