"""What was on its way when the program ended: messages and other requests, taken up again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.protocol.requests import PresenceSet
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state.effects import GiveBack, Notify
from wschat_tui.state.history.archive_effects import DropOutgoing, KeepOutgoing
from wschat_tui.state.model import Outgoing
from wschat_tui.state.outbox import checks, delivery, echoes, outbox
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from wschat_tui.state.history.archive_inputs import ArchiveOpened, OutgoingUnkept
    from wschat_tui.state.model import Message, Operation
    from wschat_tui.state.turn import Turn

ENDED = "The program ended before the confirmation"


def opened(turn: Turn, told: ArchiveOpened) -> None:
    """Go on where the last run ended, unless another client of this profile does so already."""
    if not told.writable:
        return
    for scope in {kept.room.scope for kept in told.rooms}:
        _find_nameless(turn, scope)
    for row in told.outbox:
        _take_up(turn, row)
    for operation in told.operations:
        _ask_again(turn, operation)
    delivery.expire(turn, told.at)
    if turn.state.link.phase == "online":
        delivery.link_up(turn, told.at)


def unkept(turn: Turn, told: OutgoingUnkept) -> None:
    """A message that the disk did not take is given back; one that may have left is in doubt."""
    row = outbox.row_of(turn, told.op_id)
    if row is None or row.phase not in ("queued", "handed"):
        return
    word = clean(told.sentence, one_line=True, limit=300)
    if row.phase == "handed" and row.attempt > 1:
        outbox.mark(turn, row, "unconfirmed", checks.worded(turn, word), doubt="ask")
    else:
        turn.remove(outbox.shown(turn, row))
        outbox.drop(turn, row)
        turn.emit(GiveBack(row.scope, row.body, row.parent_id or ""))
    turn.emit(Notify(word, "error", row.scope))
    delivery.pump(turn)


def _take_up(turn: Turn, kept: Outgoing) -> None:
    """What may have been written before the end is in doubt; what was acked is on the disk."""
    row = replace(kept, scope=canonical(kept.scope, turn.state.me))
    problem = ""
    if row.phase == "discarded":
        turn.set(outbox=(*turn.state.outbox, row))
        return
    named = _named(turn, row)
    if _is_there(turn, row, named):
        turn.emit(DropOutgoing(row.op_id))
        return
    if named:
        row = _unclaimed(turn, row, named)
    if row.phase in ("handed", "inflight"):
        row = replace(row, phase="unconfirmed", doubt=row.doubt or "look")
    if row.phase == "unconfirmed":
        problem = checks.worded(turn, ENDED) if row.doubt == "ask" else ENDED
    outbox.show(turn, row, problem)
    if row != kept:
        turn.emit(KeepOutgoing(row))


def _named(turn: Turn, row: Outgoing) -> str:
    """The id by which its ack or its echo is kept; empty where neither came."""
    lines = turn.messages(row.scope)
    return next((one.id for one in lines if one.op_id == row.op_id), row.message_id)


def _is_there(turn: Turn, row: Outgoing, named: str) -> bool:
    """An ack corrected its echo, or it has a name that nobody else can have caused."""
    corrected = bool(row.message_id) and named != row.message_id
    return corrected or (bool(named) and not echoes.contested(turn, row))


def _unclaimed(turn: Turn, row: Outgoing, named: str) -> Outgoing:
    twin = turn.find(named)
    if twin is not None:
        turn.change(twin, op_id="", delivery="received")
    return replace(row, message_id="", phase="unconfirmed", doubt="ask")


def _find_nameless(turn: Turn, scope: str) -> None:
    """Messages that were acked without an id wait for the history to name them."""
    for message in turn.messages(scope):
        if message.op_id and message.id == message.op_id and message.delivery == "sent":
            turn.set(nameless=(*turn.state.nameless, _sent(message)))


def _sent(message: Message) -> Outgoing:
    return Outgoing(
        message.op_id,
        message.scope,
        message.source,
        message.parent_id,
        tuple(one.url for one in message.attachments),
        "inflight",
        sent_at=message.at,
        since=message.at,
        attempt=1,
    )


def _ask_again(turn: Turn, operation: Operation) -> None:
    """It is asked when the link is up; a status that was set is shown meanwhile."""
    scope = canonical(operation.scope, turn.state.me)
    waiting = replace(
        operation, scope=scope, written_at=None, held=False, unconfirmed=False, kept=True
    )
    turn.set(operations=turn.state.operations.insert(operation.op_id, waiting))
    if isinstance(operation.request, PresenceSet):
        turn.set(status=operation.request.status)
