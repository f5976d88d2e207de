"""`call.*`: passed on to every connection of the target, unanswered."""

from mock_server.access import quoted
from mock_server.turn import Delivery, Refused, Turn
from wschat_tui.protocol.events import (
    Event,
    IncomingAnswer,
    IncomingEnd,
    IncomingIce,
    IncomingOffer,
)
from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallIce, CallOffer


def offer(turn: Turn, request: CallOffer) -> list[Delivery]:
    """`call.offer`: a call, or a renegotiation of the one there is."""
    caller, callee = turn.user.id, request.target_id
    event = IncomingOffer(from_user=caller, call_type=request.call_type, sdp=request.sdp)
    relayed = _relayed(turn, callee, event)
    turn.calls.offered(caller, callee, request.call_type, turn.now)
    return relayed


def answer(turn: Turn, request: CallAnswer) -> list[Delivery]:
    """`call.answer`: the call is on."""
    relayed = _relayed(
        turn, request.target_id, IncomingAnswer(from_user=turn.user.id, sdp=request.sdp)
    )
    turn.calls.signalled(turn.user.id, request.target_id, "answer", turn.now)
    return relayed


def ice(turn: Turn, request: CallIce) -> list[Delivery]:
    """`call.ice`: a candidate, or the end of them."""
    event = IncomingIce(from_user=turn.user.id, candidate=request.candidate)
    return _relayed(turn, request.target_id, event)


def end(turn: Turn, request: CallEnd) -> list[Delivery]:
    """`call.end`: whatever there was is over."""
    event = IncomingEnd(from_user=turn.user.id, reason=request.reason)
    relayed = _relayed(turn, request.target_id, event)
    turn.calls.signalled(turn.user.id, request.target_id, "end", turn.now)
    return relayed


def _relayed(turn: Turn, target: str, event: Event) -> list[Delivery]:
    """To every connection of the target; nobody's where the target is not connected."""
    if target not in turn.world.users:
        raise Refused(f"There is no user {quoted(target)} to call.")
    if target == turn.user.id:
        raise Refused("You cannot call yourself.")
    return turn.tell(turn.roster.of(target), event)
