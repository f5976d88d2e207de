"""What the user asks of a message, or of themselves: edit, delete, redact, react, status."""

from typing import Any

from wschat_tui.protocol.limits import MAX_BODY
from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRedact,
    PresenceSet,
    Request,
)
from wschat_tui.state import operations
from wschat_tui.state.effects import GiveBack, Notify
from wschat_tui.state.inputs import DeleteAsked, EditAsked, ReactAsked, RedactAsked, StatusAsked
from wschat_tui.state.model import Message, Operation
from wschat_tui.state.reading import sound, wire_scope
from wschat_tui.state.turn import Turn
from wschat_tui.state.wording import request_of


def edit(turn: Turn, asked: EditAsked) -> None:
    """Ask for a new body."""
    text = sound(asked.text)
    size = len(text.encode())
    message = _target(turn, asked.message_id, "edit", asked.text)
    if message is None or text == message.source:
        return
    if size > MAX_BODY:
        turn.emit(GiveBack(message.scope, asked.text, message.parent_id or ""))
        sentence = (
            f"The edit has {size:,} bytes and the server takes {MAX_BODY:,}; "
            "it is back in the composer."
        )
        turn.emit(Notify(sentence, "warning", message.scope))
        return
    request = ChatEdit(message_id=message.id, new_body=text)
    _ask_about(turn, message, asked.op_id, "edit", request, text=text)


def delete(turn: Turn, asked: DeleteAsked) -> None:
    """Ask for a message to go."""
    message = _target(turn, asked.message_id, "delete")
    if message is not None:
        request = ChatDelete(message_id=message.id, mode=asked.mode)
        _ask_about(turn, message, asked.op_id, "delete", request)


def redact(turn: Turn, asked: RedactAsked) -> None:
    """Ask for a mask over a message."""
    mask = sound(asked.mask)
    message = _target(turn, asked.message_id, "redact", asked.mask)
    if message is not None:
        request = ChatRedact(message_id=message.id, mask=mask)
        _ask_about(turn, message, asked.op_id, "redact", request, text=mask)


def react(turn: Turn, asked: ReactAsked) -> None:
    """Ask for my reaction to be added, or taken back where I gave it or am about to."""
    message = _target(turn, asked.message_id, "react to")
    if message is None:
        return
    action = "remove" if _given(turn, message, asked.reaction) else "add"
    request = request_of(
        turn,
        ChatReaction,
        message_id=message.id,
        reaction=asked.reaction,
        action=action,
        scope=wire_scope(message.scope, turn.state.me),
    )
    if request is not None:
        _ask_about(turn, message, asked.op_id, "react", request, text=asked.reaction, acked=False)


def status(turn: Turn, asked: StatusAsked) -> None:
    """Set my presence; told again after every reconnect."""
    before = turn.state.status
    turn.set(status=asked.status)
    request = PresenceSet(status=asked.status)
    operations.ask(turn, Operation(asked.op_id, "status", request, before=before))


def tell_status(turn: Turn, op_id: str) -> None:
    """A new connection begins as online: tell it what the user set, unless that waits already."""
    now = turn.state.status
    operation = Operation(op_id, "status", PresenceSet(status=now), before=now)
    if now != "online" and not operations.rivals(turn, operation):
        operations.ask(turn, operation)


def _target(turn: Turn, message_id: str, verb: str, text: str = "") -> Message | None:
    """The message, unless it went, or is not there yet, between the choice and the word."""
    message = turn.find(message_id)
    if message is not None and message.named:
        return message
    scope = message.scope if message is not None else turn.state.focus
    if text:
        turn.emit(GiveBack(scope, text))
    on_its_way = message is not None and not message.settled
    why = "yet; it is still on its way" if on_its_way else "any more"
    turn.emit(Notify(f"There is no such message to {verb} {why}.", "warning", scope))
    return None


def _given(turn: Turn, message: Message, reaction: str) -> bool:
    """My reaction is there, or will be once what waits is done."""
    for operation in reversed(operations.waiting(turn)):
        request = operation.request
        if isinstance(request, ChatReaction) and (
            (request.message_id, request.reaction) == (message.id, reaction)
        ):
            return request.action == "add"
    return any(one.text == reaction and turn.state.me in one.users for one in message.reactions)


def _ask_about(
    turn: Turn, message: Message, op_id: str, verb: str, request: Request, **more: Any
) -> None:
    operation = Operation(op_id, verb, request, message_id=message.id, scope=message.scope, **more)
    operations.ask(turn, operation)
