"""My messages on their way out: queued, sent one at a time, acked, resent or discarded by hand.

The outbox rule (SECURITY.md, section 7): one `chat.send` waits for its ack at a time, so that the
order holds; what provably never left is queued again; what may have arrived is in doubt and is
never sent again without the user's word.
"""

from dataclasses import replace
from typing import Any, Literal

from wschat_tui.protocol.codec import MAX_BODY
from wschat_tui.protocol.events import ChatMessage
from wschat_tui.protocol.requests import ChatSend
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state.effects import GiveBack, Notify, Remember
from wschat_tui.state.inputs import DiscardAsked, ResendAsked, Typed
from wschat_tui.state.model import Message, Outgoing, Room
from wschat_tui.state.reading import attachments_from, wire_scope
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

ACK_TIMEOUT = 10_000
"""Milliseconds after which an operation without an ack is in doubt."""

_SHOWN: dict[str, str] = {
    "queued": "queued",
    "handed": "sending",
    "inflight": "sending",
    "unconfirmed": "unconfirmed",
    "failed": "failed",
}


def typed(turn: Turn, said: Typed) -> None:
    """The user posts a message: it is shown at once and goes out in its turn."""
    size = len(said.text.encode("utf-8", "replace"))
    if not said.text.strip() and not said.attachments:
        return
    scope = canonical(said.scope, turn.state.me)
    if size > MAX_BODY:
        turn.emit(GiveBack(scope, said.text, said.parent_id or ""))
        sentence = (
            f"The message has {size:,} bytes and the server takes {MAX_BODY:,}; "
            "it is back in the composer, shorten it."
        )
        turn.emit(Notify(sentence, "warning", scope))
        return
    row = Outgoing(said.op_id, scope, said.text, said.parent_id, said.attachments, "queued")
    room = turn.room(scope) or turn.put(Room(scope, joined=True))
    turn.put(replace(room, drafts=room.drafts.discard(said.parent_id or ""), divider=""))
    turn.append(_echo(turn, row, said.at))
    turn.set(outbox=(*turn.state.outbox, row))
    turn.emit(Remember("outgoing", row))
    pump(turn)


def pump(turn: Turn) -> None:
    """Hand the next queued message to the link, if none is on its way and the link is up."""
    outbox = turn.state.outbox
    if turn.state.link.phase != "online" or any(r.phase in {"handed", "inflight"} for r in outbox):
        return
    row = next((row for row in outbox if row.phase == "queued"), None)
    if row is not None:
        _mark(turn, row, "handed")
        turn.transmit(row.op_id, _request(turn, row))


def written(turn: Turn, op_id: str, at: int) -> None:
    """A message was handed to the socket: from here on it may have arrived."""
    row = row_of(turn, op_id)
    if row is not None and row.phase == "handed":
        _mark(turn, row, "inflight", sent_at=at)


def unsent(turn: Turn, op_id: str) -> None:
    """A message provably never left: it waits for the next connection."""
    row = row_of(turn, op_id)
    if row is not None and row.phase == "handed":
        _mark(turn, row, "queued")


def acked(turn: Turn, op_id: str, data: Any) -> bool:
    """The server took a message and named its id. False where the op_id is no message's."""
    row = row_of(turn, op_id)
    if row is None:
        return False
    message_id = data.get("message_id") if isinstance(data, dict) else None
    _delivered(turn, row, message_id if isinstance(message_id, str) and message_id else "")
    pump(turn)
    return True


def refused(turn: Turn, op_id: str, sentence: SafeText) -> bool:
    """The server, or the link, did not take a message. False where the op_id is no message's."""
    row = row_of(turn, op_id)
    if row is None:
        return False
    _mark(turn, row, "failed", problem=sentence)
    pump(turn)
    return True


def overdue(turn: Turn, at: int) -> None:
    """An ack that has not come in time leaves it in doubt: neither lost nor sent twice."""
    for row in turn.state.outbox:
        late = row.sent_at is not None and at - row.sent_at >= ACK_TIMEOUT
        if row.phase == "inflight" and late:
            _doubt(turn, row, "No confirmation in 10 s")
    pump(turn)


def link_down(turn: Turn, poison: str) -> None:
    """What was written may have arrived; what was not goes back to the queue."""
    for row in turn.state.outbox:
        if row.op_id == poison:
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
    if row.phase in {"failed", "unconfirmed"}:
        _mark(turn, row, "queued", sent_at=None)
        pump(turn)
    return True


def discard(turn: Turn, asked: DiscardAsked) -> bool:
    """Give a message up. One that is on its way cannot be called back."""
    row = row_of(turn, asked.op_id)
    if row is None:
        return False
    if row.phase in {"queued", "failed", "unconfirmed"}:
        _drop(turn, row)
        message = turn.find(asked.op_id)
        if message is not None:
            turn.remove(message)
        pump(turn)
    return True


def claim_echo(turn: Turn, event: ChatMessage, message: Message) -> bool:
    """The message is the echo of one of mine that waits for its ack, which may come later."""
    for row in turn.state.outbox:
        if not row.message_id and _matches(turn, row, event, message):
            own = turn.find(row.op_id)
            if own is None:
                return False
            turn.change(
                own, id=message.id, at=message.at or own.at, body=message.body, delivery="sent"
            )
            if row.phase == "unconfirmed":
                _drop(turn, row)
                return True
            _replace_row(turn, replace(row, message_id=message.id))
            return True
    return False


def row_of(turn: Turn, op_id: str) -> Outgoing | None:
    """The outbox row of an op_id."""
    return next((row for row in turn.state.outbox if row.op_id == op_id), None)


def _request(turn: Turn, row: Outgoing) -> ChatSend:
    return ChatSend(
        scope=wire_scope(row.scope, turn.state.me),
        body=row.body,
        attachments=row.attachments or None,
        parent_id=row.parent_id,
    )


def _echo(turn: Turn, row: Outgoing, at: int) -> Message:
    return Message(
        id=row.op_id,
        scope=row.scope,
        author=turn.state.me,
        body=clean(row.body),
        at=at,
        parent_id=row.parent_id,
        attachments=attachments_from(row.attachments),
        delivery="queued",
        op_id=row.op_id,
        source=row.body,
    )


def _matches(turn: Turn, row: Outgoing, event: ChatMessage, message: Message) -> bool:
    return (
        bool(turn.state.me)
        and message.author == turn.state.me
        and row.phase in {"handed", "inflight", "unconfirmed"}
        and (row.scope, row.body, row.parent_id) == (message.scope, event.body, message.parent_id)
        and len(row.attachments) == len(message.attachments)
    )


def _delivered(turn: Turn, row: Outgoing, message_id: str) -> None:
    own = turn.find(row.message_id or row.op_id)
    twin = turn.find(message_id) if message_id else None
    if own is not None and twin is not None and twin is not own:
        _learn_me(turn, twin)
        twin = turn.change(twin, op_id=row.op_id, delivery="sent")
        if not row.message_id:
            turn.remove(own)
    elif own is not None and row.message_id and message_id not in {"", row.message_id}:
        turn.change(own, op_id="", delivery="received")
        turn.append(replace(_echo(turn, row, own.at or 0), id=message_id, delivery="sent"))
    elif own is not None:
        turn.change(own, id=message_id or own.id, delivery="sent", problem=SafeText(""))
    _drop(turn, row)


def _learn_me(turn: Turn, echoed: Message) -> None:
    """Nobody told who I am, and an ack named this message: its author is me."""
    if not turn.state.me:
        turn.set(me=echoed.author)
        room = turn.room(echoed.scope)
        if room is not None and room.unread:
            turn.put(replace(room, unread=room.unread - 1))


def _doubt(turn: Turn, row: Outgoing, why: str) -> None:
    if row.message_id:
        _drop(turn, row)
        return
    _mark(turn, row, "unconfirmed", problem=SafeText(why))


def _mark(
    turn: Turn,
    row: Outgoing,
    phase: Literal["queued", "handed", "inflight", "unconfirmed", "failed"],
    problem: SafeText = SafeText(""),
    **changes: Any,
) -> None:
    changed = replace(row, phase=phase, **changes)
    _replace_row(turn, changed)
    turn.emit(Remember("outgoing", changed))
    message = turn.find(row.op_id)
    shown = _SHOWN[phase]
    if message is not None and (message.delivery, message.problem) != (shown, problem):
        turn.change(message, delivery=shown, problem=problem)


def _replace_row(turn: Turn, changed: Outgoing) -> None:
    outbox = turn.state.outbox
    turn.set(outbox=tuple(changed if row.op_id == changed.op_id else row for row in outbox))


def _drop(turn: Turn, row: Outgoing) -> None:
    turn.set(outbox=tuple(one for one in turn.state.outbox if one.op_id != row.op_id))
    turn.emit(Remember("gone", row.op_id))
