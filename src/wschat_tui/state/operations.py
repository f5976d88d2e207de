"""What else the user asks of the server: edits, deletions, redactions, reactions, joins, status.

These name a message or a state, so repeating them does no harm: what waited when the link went
down is asked again when it is back, the last word winning (SECURITY.md, section 7, rule 5).
"""

from dataclasses import replace
from typing import Any

from wschat_tui.protocol.codec import MAX_BODY
from wschat_tui.protocol.events import ErrorReply
from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRedact,
    PresenceSet,
    Request,
)
from wschat_tui.state import messages
from wschat_tui.state.effects import GiveBack, Notify
from wschat_tui.state.inputs import DeleteAsked, EditAsked, ReactAsked, RedactAsked, StatusAsked
from wschat_tui.state.model import Message, Operation
from wschat_tui.state.reading import wire_scope
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

ACK_TIMEOUT = 10_000
"""Milliseconds after which an operation without an ack is in doubt."""

_DOING = {
    "edit": "The edit",
    "delete": "The deletion",
    "redact": "The redaction",
    "react": "The reaction",
    "join": "Joining",
    "leave": "Leaving",
    "status": "The new status",
    "read": "The read mark",
}


def ask(turn: Turn, operation: Operation) -> None:
    """Send a request now, or when the link is back; a later one of the same kind replaces it."""
    online = turn.state.link.phase == "online"
    waiting = turn.state.operations
    if not online:
        for other in waiting.values():
            if _same_aim(other, operation):
                waiting = waiting.discard(other.op_id)
    if operation.acked or not online:
        waiting = waiting.insert(operation.op_id, operation)
    turn.set(operations=waiting)
    if online:
        turn.transmit(operation.op_id, operation.request)


def edit(turn: Turn, asked: EditAsked) -> None:
    """Ask for a new body."""
    message = turn.find(asked.message_id)
    size = len(asked.text.encode("utf-8", "replace"))
    if message is None:
        _gone(turn, "edit", asked.text)
    elif size > MAX_BODY:
        turn.emit(GiveBack(message.scope, asked.text, message.parent_id or ""))
        sentence = (
            f"The edit has {size:,} bytes and the server takes {MAX_BODY:,}; "
            "it is back in the composer."
        )
        turn.emit(Notify(sentence, "warning", message.scope))
    elif asked.text != message.source:
        request = ChatEdit(message_id=message.id, new_body=asked.text)
        _ask_about(turn, message, asked.op_id, "edit", request, asked.text)


def delete(turn: Turn, asked: DeleteAsked) -> None:
    """Ask for a message to go."""
    message = turn.find(asked.message_id)
    if message is None:
        _gone(turn, "delete")
    else:
        request = ChatDelete(message_id=message.id, mode=asked.mode)
        _ask_about(turn, message, asked.op_id, "delete", request)


def redact(turn: Turn, asked: RedactAsked) -> None:
    """Ask for a mask over a message."""
    message = turn.find(asked.message_id)
    if message is None:
        _gone(turn, "redact", asked.mask)
    else:
        request = ChatRedact(message_id=message.id, mask=asked.mask)
        _ask_about(turn, message, asked.op_id, "redact", request, asked.mask)


def react(turn: Turn, asked: ReactAsked) -> None:
    """Ask for my reaction to be added, or taken back where I gave it."""
    message = turn.find(asked.message_id)
    if message is None:
        _gone(turn, "react to")
        return
    mine = any(
        one.text == asked.reaction and turn.state.me in one.users for one in message.reactions
    )
    request = ChatReaction(
        message_id=message.id,
        reaction=asked.reaction,
        action="remove" if mine else "add",
        scope=wire_scope(message.scope, turn.state.me),
    )
    ask(
        turn,
        Operation(
            asked.op_id, "react", request, acked=False, message_id=message.id, text=asked.reaction
        ),
    )


def status(turn: Turn, asked: StatusAsked) -> None:
    """Set my presence; told again after every reconnect."""
    turn.set(status=asked.status)
    ask(turn, Operation(asked.op_id, "status", PresenceSet(status=asked.status)))


def tell_status(turn: Turn, op_id: str) -> None:
    """A new connection begins as online: tell it what the user set, unless that waits already."""
    told = any(one.verb == "status" for one in turn.state.operations.values())
    if turn.state.status != "online" and not told:
        ask(turn, Operation(op_id, "status", PresenceSet(status=turn.state.status)))


def written(turn: Turn, op_id: str, at: int) -> None:
    """A request was handed to the socket: its ack is due."""
    operation = turn.state.operations.get(op_id)
    if operation is not None:
        _keep(turn, replace(operation, written_at=at))


def acked(turn: Turn, op_id: str) -> Operation | None:
    """The server did what was asked; changes of messages are made, told or not."""
    operation = _take(turn, op_id)
    if operation is None:
        return None
    message = turn.find(operation.message_id) if operation.message_id else None
    if message is not None:
        _done(turn, message, operation.request)
        _clear_problem(turn, operation)
    return operation


def refused(turn: Turn, op_id: str, error: ErrorReply) -> Operation | None:
    """The server did not do it: say so, and give back what was typed."""
    operation = _take(turn, op_id)
    if operation is None or operation.verb == "join":
        return operation
    said = clean(error.message or error.code, one_line=True, limit=200)
    scope = operation.scope
    text = f"{_DOING[operation.verb]} was refused: {said.rstrip('.')}."
    if operation.text and operation.verb == "edit":
        turn.emit(GiveBack(scope, operation.text))
        text += " Your text is back in the composer."
    elif operation.text and operation.verb == "redact":
        turn.emit(GiveBack(scope, operation.text))
        text += " The mask you typed is in the composer."
    turn.emit(Notify(text, "error", scope))
    _clear_problem(turn, operation)
    return operation


def overdue(turn: Turn, at: int) -> None:
    """What was not acked in time is in doubt: it can be asked again, or let be."""
    for operation in turn.state.operations.values():
        written_at = operation.written_at
        if written_at is None or operation.unconfirmed or at - written_at < ACK_TIMEOUT:
            continue
        message = turn.find(operation.message_id) if operation.message_id else None
        if message is None:
            _take(turn, operation.op_id)
            doing = _DOING[operation.verb]
            text = f"{doing} was not confirmed in 10 s; ask again if it did not happen."
            turn.emit(Notify(text, "warning", operation.scope))
            continue
        _keep(turn, replace(operation, unconfirmed=True))
        turn.change(message, problem=SafeText(f"{_DOING[operation.verb]} is not confirmed"))


def link_up(turn: Turn) -> None:
    """Ask again what waited for the link, or for an ack when the link was lost."""
    for operation in turn.state.operations.values():
        _clear_problem(turn, operation)
        if operation.acked:
            _keep(turn, replace(operation, written_at=None, unconfirmed=False))
        else:
            _take(turn, operation.op_id)
        turn.transmit(operation.op_id, operation.request)


def link_down(turn: Turn, poison: str) -> None:
    """A request that made the server close the connection is never sent again."""
    operation = _take(turn, poison)
    if operation is not None:
        text = (
            f"{_DOING[operation.verb]} made the server close the connection; it is not sent again."
        )
        if operation.text:
            turn.emit(GiveBack(operation.scope, operation.text))
        turn.emit(Notify(text, "error", operation.scope))
    for waiting in turn.state.operations.values():
        _keep(turn, replace(waiting, written_at=None))


def resend(turn: Turn, op_id: str) -> None:
    """Ask again, under the op_id it has."""
    operation = turn.state.operations.get(op_id)
    if operation is not None and operation.unconfirmed:
        _clear_problem(turn, operation)
        _keep(turn, replace(operation, unconfirmed=False, written_at=None))
        if turn.state.link.phase == "online":
            turn.transmit(op_id, operation.request)


def discard(turn: Turn, op_id: str) -> None:
    """Let an operation in doubt be."""
    operation = _take(turn, op_id)
    if operation is not None:
        _clear_problem(turn, operation)


def _ask_about(
    turn: Turn, message: Message, op_id: str, verb: str, request: Request, text: str = ""
) -> None:
    ask(
        turn,
        Operation(op_id, verb, request, message_id=message.id, scope=message.scope, text=text),
    )


def _gone(turn: Turn, verb: str, text: str = "") -> None:
    """The message was removed, or left the window, between the choice and the word."""
    if text:
        turn.emit(GiveBack(turn.state.focus, text))
    turn.emit(Notify(f"There is no such message to {verb} any more.", "warning"))


def _done(turn: Turn, message: Message, request: Request) -> None:
    match request:
        case ChatEdit():
            if message.source != request.new_body:
                messages.edit(turn, message, request.new_body)
        case ChatDelete():
            messages.delete(turn, message, hard=request.mode == "hard")
        case ChatRedact():
            if not message.redacted:
                messages.redact(turn, message, request.mask)
        case _:
            pass


def _same_aim(one: Operation, other: Operation) -> bool:
    def aim(operation: Operation) -> tuple[Any, ...]:
        detail = operation.text if operation.verb == "react" else ""
        return operation.verb, operation.message_id, operation.scope, detail

    return aim(one) == aim(other)


def _clear_problem(turn: Turn, operation: Operation) -> None:
    message = turn.find(operation.message_id) if operation.message_id else None
    if message is not None and message.problem:
        turn.change(message, problem=SafeText(""))


def _keep(turn: Turn, operation: Operation) -> None:
    turn.set(operations=turn.state.operations.insert(operation.op_id, operation))


def _take(turn: Turn, op_id: str) -> Operation | None:
    operation = turn.state.operations.get(op_id)
    if operation is not None:
        turn.set(operations=turn.state.operations.remove(op_id))
    return operation
