"""The frames of a call on their way: each is numbered, and kept until a socket has it.

A frame that did not leave goes out when the link is back, as long as its call is on. Since a call
that rings or connects is bounded in time, none is sent that means nothing any more. What ends a
call outlives it for as long as the other side may still believe in it.
"""

from wschat_tui.protocol.requests import CallEnd, CallOffer, Request
from wschat_tui.state.calls.call import Call, Farewell
from wschat_tui.state.calls.call_media import change
from wschat_tui.state.effects import Transmit
from wschat_tui.state.turn import Turn

FAREWELL_FOR = 45_000
"""Milliseconds after which the other side has ended a call by itself."""

MAX_FAREWELLS = 16


def send(turn: Turn, call: Call, request: Request) -> Call:
    """Send a frame of a call, or keep it until there is a link."""
    frame = Transmit(_op_id(call, request), request)
    if turn.state.link.phase == "online":
        turn.emit(frame)
    return change(turn, call, sent=call.sent + 1, pending=(*call.pending, frame))


def say_goodbye(turn: Turn, call: Call, reason: str, at: int) -> None:
    """Tell the other side that a call is over."""
    request = CallEnd(target_id=call.peer, reason=reason)
    frame = Transmit(_op_id(call, request), request)
    if turn.state.link.phase == "online":
        turn.emit(frame)
    _keep(turn, (*turn.state.farewells, Farewell(frame, call.peer, at)))


def written(turn: Turn, op_id: str) -> None:
    """A socket has a frame."""
    _keep(turn, tuple(one for one in turn.state.farewells if one.frame.op_id != op_id))
    call = turn.state.call
    if call is not None and any(one.op_id == op_id for one in call.pending):
        change(turn, call, pending=tuple(one for one in call.pending if one.op_id != op_id))


def unsent(turn: Turn, op_id: str) -> None:
    """A frame did not leave. A first offer that did not leave rings nowhere."""
    call = turn.state.call
    if call is None or call.phase != "out_ringing":
        return
    for frame in call.pending:
        if frame.op_id == op_id and isinstance(frame.request, CallOffer):
            change(turn, call, told=False)


def link_up(turn: Turn, at: int) -> None:
    """What waits goes out, oldest first."""
    forget(turn, at)
    for farewell in turn.state.farewells:
        turn.emit(farewell.frame)
    call = turn.state.call
    if call is not None:
        for frame in call.pending:
            turn.emit(frame)
        offered = any(isinstance(one.request, CallOffer) for one in call.pending)
        change(turn, call, told=call.told or offered, signalling_lost=False, negotiation_at=at)


def link_down(turn: Turn) -> None:
    """Nothing can be said; media go on."""
    call = turn.state.call
    if call is not None:
        change(turn, call, signalling_lost=True)


def forget(turn: Turn, at: int) -> None:
    """Drop what would tell the other side what it knows by now, or end another call with it."""
    kept = tuple(one for one in turn.state.farewells if 0 <= at - one.at < FAREWELL_FOR)
    _keep(turn, kept)


def withdraw(turn: Turn, peer: str) -> None:
    """A new call with a user begins: the end of an old one would end it."""
    _keep(turn, tuple(one for one in turn.state.farewells if one.peer != peer))


def kind_of(turn: Turn, op_id: str) -> str:
    """What kind of frame an op_id names, of the call that is on or the last; empty for others."""
    for call in (turn.state.call, turn.state.call_over):
        if call is not None and op_id.startswith(f"{call.id}.call."):
            return op_id.removeprefix(f"{call.id}.").rpartition(".")[0]
    return ""


def _op_id(call: Call, request: Request) -> str:
    return f"{call.id}.{request.frame_type}.{call.sent}"


def _keep(turn: Turn, farewells: tuple[Farewell, ...]) -> None:
    turn.set(farewells=farewells[-MAX_FAREWELLS:])
