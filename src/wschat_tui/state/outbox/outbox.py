"""Rows of the outbox: found, marked, kept, dropped, and what each is shown as."""

from dataclasses import replace
from typing import Any, Literal

from wschat_tui.state import identity
from wschat_tui.state.history.archive_effects import DropOutgoing, KeepOutgoing
from wschat_tui.state.model import Message, Outgoing
from wschat_tui.state.outbox import echoes, placing
from wschat_tui.state.text import SafeText
from wschat_tui.state.turn import Turn

MAX_NAMELESS = 64
"""Messages acked without an id that are kept for their echo to name them."""

Phase = Literal["queued", "handed", "inflight", "unconfirmed", "failed", "discarded"]


def row_of(turn: Turn, op_id: str) -> Outgoing | None:
    """The outbox row of an op_id."""
    return next((row for row in turn.state.outbox if row.op_id == op_id), None)


def shown(turn: Turn, row: Outgoing) -> Message:
    """A row's message in the timeline: under the id of its echo, or under its op_id."""
    return turn.get(row.message_id or row.op_id)


def add(turn: Turn, row: Outgoing, *, emptied: bool = False) -> None:
    """A message is on its way, behind the others. emptied: its text left the composer."""
    show(turn, row)
    turn.emit(KeepOutgoing(row, emptied))


def show(turn: Turn, row: Outgoing, problem: str = "") -> None:
    """Put a row at the end of the outbox, and its message at the end of its room."""
    turn.room_for(row.scope)
    turn.append(replace(echoes.echo(turn, row, row.typed_at), problem=SafeText(problem)))
    turn.set(outbox=(*turn.state.outbox, row))


def mark(turn: Turn, row: Outgoing, phase: Phase, problem: str = "", **changes: Any) -> None:
    """A row enters a phase, and is shown so."""
    keep(turn, replace(row, phase=phase, **changes))
    turn.change(shown(turn, row), delivery=echoes.SHOWN[phase], problem=SafeText(problem))


def keep(turn: Turn, changed: Outgoing) -> None:
    """Put a changed row in its place, here and on the disk."""
    outbox = turn.state.outbox
    if changed not in outbox:
        turn.set(outbox=tuple(changed if row.op_id == changed.op_id else row for row in outbox))
        turn.emit(KeepOutgoing(changed))


def drop(turn: Turn, row: Outgoing) -> None:
    """A row is on its way no more; what is shown stays."""
    turn.set(outbox=tuple(one for one in turn.state.outbox if one.op_id != row.op_id))
    turn.emit(DropOutgoing(row.op_id))


def delivered(turn: Turn, row: Outgoing, message_id: str, at: int) -> None:
    """Show a message as sent, under the id of its ack, and once. `at`: when the ack came."""
    if row.message_id and message_id in ("", row.message_id):
        return
    row = echoes.unclaim(turn, row)
    for other in turn.state.outbox:
        if message_id and other.message_id == message_id:
            keep(turn, echoes.unclaim(turn, other))
    twin = turn.find(message_id)
    if message_id == row.op_id or (twin is None and not echoes.is_taken(turn, message_id)):
        _settle(turn, row, message_id, at)
    elif twin is not None and twin.named:
        _merge(turn, row, twin)
    else:
        _settle(turn, row, "", at)


def found(turn: Turn, row: Outgoing, message: Message) -> None:
    """The server has a row's message; it may be shown already, as if another had sent it."""
    twin = turn.find(message.id)
    if twin is not None and twin.id != row.op_id:
        _merge(turn, row, twin)
    else:
        echoes.name(turn, shown(turn, row), message)
        placing.place(turn, message.id)
    drop(turn, row)


def _settle(turn: Turn, row: Outgoing, message_id: str, acked_at: int) -> None:
    """Its echo has not come: the id of the ack names it, or, where there is none, the echo will."""
    own, name = shown(turn, row), message_id or row.op_id
    at = _posted_at(turn, row, acked_at) if message_id else own.at
    turn.sink(turn.change(own, id=name, delivery="sent", problem=SafeText(""), at=at))
    if not message_id:
        turn.set(nameless=(*turn.state.nameless[1 - MAX_NAMELESS :], row))


def _posted_at(turn: Turn, row: Outgoing, acked_at: int) -> int:
    """When it was posted, as far as an ack tells: when that came, by the server's clock.

    It may have waited long since it was typed. The disk, where it stands by its time, has it below
    what came before it, whatever the clocks say.
    """
    came = (one.at for one in reversed(turn.messages(row.scope)) if one.settled)
    return max(acked_at + turn.state.skew, next(came, None) or 0)


def _merge(turn: Turn, row: Outgoing, twin: Message) -> None:
    """Its echo came, and was not known as mine: that one stays."""
    identity.learn(turn, twin.author)
    turn.remove(shown(turn, row))
    twin = turn.find(twin.id) or twin
    turn.change(twin, op_id=row.op_id, delivery="sent")
    turn.recount(twin.scope)
