"""My messages on their way out: queued, sent one at a time, acked, resent or discarded by hand.

The outbox rule (SECURITY.md): one `chat.send` waits for its ack at a time, so that the order
holds; what provably never left is queued again; what may have arrived is in doubt and is never
sent again without the user's word.
"""

from dataclasses import replace
from typing import Any, Literal

from wschat_tui.protocol.limits import MAX_BODY
from wschat_tui.protocol.requests import ChatSend
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state import echoes, identity
from wschat_tui.state.archive_effects import DropOutgoing, KeepDraft, KeepOutgoing
from wschat_tui.state.effects import GiveBack, Notify
from wschat_tui.state.inputs import DiscardAsked, ResendAsked, Typed
from wschat_tui.state.model import Message, Outgoing
from wschat_tui.state.reading import sound, wire_scope
from wschat_tui.state.text import SafeText
from wschat_tui.state.turn import Turn
from wschat_tui.state.wording import request_of

ACK_TIMEOUT = 10_000
"""Milliseconds after which an operation without an ack is in doubt."""

MAX_NAMELESS = 64
"""Messages acked without an id that are kept for their echo to name them."""

Phase = Literal["queued", "handed", "inflight", "unconfirmed", "failed"]


def typed(turn: Turn, said: Typed) -> None:
    """The user posts a message: it is shown at once and goes out in its turn."""
    if not said.text.strip() and not said.attachments:
        return
    text, scope, thread = sound(said.text), canonical(said.scope, turn.state.me), said.parent_id
    size = len(text.encode())
    row = Outgoing(said.op_id, scope, text, thread, said.attachments, "queued")
    if size > MAX_BODY:
        turn.emit(GiveBack(scope, said.text, thread or ""))
        sentence = (
            f"The message has {size:,} bytes and the server takes {MAX_BODY:,}; "
            "it was not sent, shorten it."
        )
        turn.emit(Notify(sentence, "warning", scope))
    elif request_of(turn, ChatSend, **_fields(turn, row)) is None:
        turn.emit(GiveBack(scope, said.text, thread or ""))
    else:
        _empty_composer(turn, row)
        _queue(turn, row, said.at)


def announce(turn: Turn, op_id: str, at: int, scope: str, text: str) -> None:
    """Post a sentence in the user's name, and leave alone what stands in the composer."""
    _queue(turn, Outgoing(op_id, scope, text, None, (), "queued"), at)


def pump(turn: Turn) -> None:
    """Hand the next queued message to the link, if none waits for its ack and the link is up.

    One whose echo came is at the server, and holds up nobody.
    """
    outbox = turn.state.outbox
    busy = any(row.phase in ("handed", "inflight") and not row.message_id for row in outbox)
    if turn.state.link.phase != "online" or busy:
        return
    row = next((row for row in outbox if row.phase == "queued"), None)
    if row is not None:
        _mark(turn, row, "handed")
        turn.transmit(row.op_id, ChatSend(**_fields(turn, row)))


def written(turn: Turn, op_id: str, at: int) -> None:
    """A message was handed to the socket: from here on it may have arrived."""
    row = row_of(turn, op_id)
    if row is not None and row.phase == "handed":
        _mark(turn, row, "inflight", sent_at=at)


def unsent(turn: Turn, op_id: str) -> None:
    """A message provably did not leave: it waits for the next connection."""
    row = row_of(turn, op_id)
    if row is not None and row.phase == "handed":
        _mark(turn, row, "queued")


def acked(turn: Turn, op_id: str, data: Any) -> bool:
    """The server took a message and named its id. False where the op_id is no message's."""
    row = row_of(turn, op_id)
    if row is None:
        return False
    _delivered(turn, row, named_by(data))
    _drop(turn, row)
    pump(turn)
    return True


def named_by(data: Any) -> str:
    """The message id in an ack's data; empty where there is none."""
    message_id = data.get("message_id") if isinstance(data, dict) else None
    return message_id if isinstance(message_id, str) else ""


def refused(turn: Turn, op_id: str, sentence: SafeText) -> bool:
    """The server, or the link, did not take a message. False where the op_id is no message's."""
    row = row_of(turn, op_id)
    if row is None:
        return False
    _mark(turn, echoes.unclaim(turn, row), "failed", problem=sentence)
    pump(turn)
    return True


def overdue(turn: Turn, at: int) -> None:
    """An ack that has not come in time leaves a message in doubt: neither lost nor sent twice."""
    for row in turn.state.outbox:
        late = row.sent_at is not None and at - row.sent_at >= ACK_TIMEOUT
        if row.phase == "inflight" and late:
            _doubt(turn, row, "No confirmation in 10 s")
            pump(turn)


def link_down(turn: Turn, poison: str) -> None:
    """What was written may have arrived; what was not goes back to the queue."""
    for row in turn.state.outbox:
        if row.op_id == poison and not row.message_id:
            _mark(turn, row, "failed", problem=SafeText("The server closed the connection over it"))
        elif row.phase == "inflight":
            _doubt(turn, row, "The connection was lost before the confirmation")
        elif row.phase == "handed":
            _mark(turn, row, "queued")


def resend(turn: Turn, asked: ResendAsked) -> bool:
    """Queue a failed or doubtful message again, under the op_id it has."""
    row = row_of(turn, asked.op_id)
    if row is None:
        return False
    if row.phase in ("failed", "unconfirmed"):
        _mark(turn, row, "queued")
        pump(turn)
    return True


def discard(turn: Turn, asked: DiscardAsked) -> bool:
    """Give a message up. One that is on its way cannot be called back."""
    row = row_of(turn, asked.op_id)
    if row is None:
        return False
    if row.phase in ("queued", "failed", "unconfirmed"):
        turn.remove(_shown(turn, row))
        _drop(turn, row)
    return True


def claim_echo(turn: Turn, message: Message, *, past: bool = False) -> bool:
    """The message is the echo of one of mine: it names it, and delivers it where no ack did.

    past: it comes from the history, and not just now.
    """
    row = echoes.claimant(turn, message, past=past)
    if row is None:
        return False
    echoes.name(turn, _shown(turn, row), message)
    if row in turn.state.nameless:
        turn.set(nameless=tuple(one for one in turn.state.nameless if one != row))
    elif row.phase == "inflight":
        _keep(turn, replace(row, message_id=message.id))
    else:
        _drop(turn, row)
    pump(turn)
    return True


def row_of(turn: Turn, op_id: str) -> Outgoing | None:
    """The outbox row of an op_id."""
    return next((row for row in turn.state.outbox if row.op_id == op_id), None)


def _empty_composer(turn: Turn, row: Outgoing) -> None:
    room, thread = turn.room_for(row.scope), row.parent_id or ""
    if thread in room.drafts:
        turn.emit(KeepDraft(row.scope, thread, ""))
    turn.put(replace(room, drafts=room.drafts.discard(thread), divider="", held=False))


def _queue(turn: Turn, row: Outgoing, at: int) -> None:
    turn.room_for(row.scope)
    turn.append(echoes.echo(turn, row, at))
    turn.set(outbox=(*turn.state.outbox, row))
    turn.emit(KeepOutgoing(row))
    pump(turn)


def _fields(turn: Turn, row: Outgoing) -> dict[str, Any]:
    return {
        "scope": wire_scope(row.scope, turn.state.me),
        "body": row.body,
        "attachments": row.attachments or None,
        "parent_id": row.parent_id,
    }


def _shown(turn: Turn, row: Outgoing) -> Message:
    """A row's message in the timeline: under the id of its echo, or under its op_id."""
    return turn.get(row.message_id or row.op_id)


def _delivered(turn: Turn, row: Outgoing, message_id: str) -> None:
    """Show a message as sent, under the id of its ack, and once."""
    if row.message_id and message_id in ("", row.message_id):
        return
    row = echoes.unclaim(turn, row)
    for other in turn.state.outbox:
        if message_id and other.message_id == message_id:
            _keep(turn, echoes.unclaim(turn, other))
    twin = turn.find(message_id)
    if message_id == row.op_id or (twin is None and not echoes.is_taken(turn, message_id)):
        _settle(turn, row, message_id)
    elif twin is not None and twin.named:
        _merge(turn, row, twin)
    else:
        _settle(turn, row, "")


def _settle(turn: Turn, row: Outgoing, message_id: str) -> None:
    """Its echo has not come: the id of the ack names it, or, where there is none, the echo will."""
    name = message_id or row.op_id
    own = turn.change(_shown(turn, row), id=name, delivery="sent", problem=SafeText(""))
    turn.sink(own)
    if not message_id:
        turn.set(nameless=(*turn.state.nameless[1 - MAX_NAMELESS :], row))


def _merge(turn: Turn, row: Outgoing, twin: Message) -> None:
    """Its echo came, and was not known as mine: that one stays."""
    identity.learn(turn, twin.author)
    turn.remove(_shown(turn, row))
    twin = turn.get(twin.id)
    turn.change(twin, op_id=row.op_id, delivery="sent")
    turn.recount(twin.scope)


def _doubt(turn: Turn, row: Outgoing, why: str) -> None:
    if row.message_id:
        _drop(turn, row)
    else:
        _mark(turn, row, "unconfirmed", problem=SafeText(why))


def _mark(
    turn: Turn, row: Outgoing, phase: Phase, problem: SafeText = SafeText(""), **changes: Any
) -> None:
    _keep(turn, replace(row, phase=phase, **changes))
    turn.change(_shown(turn, row), delivery=echoes.SHOWN[phase], problem=problem)


def _keep(turn: Turn, changed: Outgoing) -> None:
    outbox = turn.state.outbox
    turn.set(outbox=tuple(changed if row.op_id == changed.op_id else row for row in outbox))
    turn.emit(KeepOutgoing(changed))


def _drop(turn: Turn, row: Outgoing) -> None:
    turn.set(outbox=tuple(one for one in turn.state.outbox if one.op_id != row.op_id))
    turn.emit(DropOutgoing(row.op_id))
