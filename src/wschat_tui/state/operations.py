"""What else the user asks of the server, besides sending: asked, acked, refused, asked again.

These requests name a message or a state, so repeating them does no harm: what waited when the
link went down is asked again when it is back, the last word winning. A server handles the requests
of a connection side by side, so of two with the same aim the second waits for the first.
"""

from dataclasses import replace

from wschat_tui.protocol.events import ChatReactionUpdate, ChatReadUpdate, ErrorReply
from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatRedact,
    PresenceSet,
)
from wschat_tui.state import changes
from wschat_tui.state.effects import GiveBack, Notify
from wschat_tui.state.history.archive_effects import DropOperation, KeepOperation
from wschat_tui.state.model import STATUSES, Level, Operation
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

ACK_TIMEOUT = 10_000
"""Milliseconds after which a request or a message without an ack is in doubt."""

HEARD = 60_000
"""Milliseconds after which a read mark or a reaction that nobody confirms has been heard: a dead
link would have been noticed long before."""

DOING = {
    "edit": "The edit",
    "delete": "The deletion",
    "redact": "The redaction",
    "react": "The reaction",
    "join": "Joining",
    "leave": "Leaving",
    "status": "The new status",
    "read": "The read mark",
}

_LASTING = frozenset({"edit", "delete", "redact", "react", "status", "read"})
"""What is asked again after a restart; rooms are joined again without that."""

_KEPT = {
    "edit": " Your text is back in the composer.",
    "redact": " The mask you typed is in the composer.",
}

_FAMILY = {"join": "membership", "leave": "membership"}


def ask(turn: Turn, operation: Operation) -> None:
    """Send a request, or let it wait: for the link, or for an earlier one with the same aim.

    One with the same aim that waits itself, or is in doubt, is replaced.
    """
    online = turn.state.link.phase == "online"
    busy = False
    for rival in rivals(turn, operation):
        if online and rival.acked and not (rival.held or rival.unconfirmed):
            busy = True
        else:
            _clear_problem(turn, rival)
            take(turn, rival.op_id)
    if online and not busy:
        _go(turn, operation)
    else:
        _keep(turn, replace(operation, held=busy))


def rivals(turn: Turn, operation: Operation) -> list[Operation]:
    """The operations that wait and have the same aim, oldest first."""
    aim, scope = _aim(operation), operation.scope
    operations = turn.state.operations.values()
    found = [one for one in operations if one.scope == scope and _aim(one) == aim]
    return sorted(found, key=_by_age)


def waiting(turn: Turn) -> list[Operation]:
    """All operations, in the order in which they were asked for."""
    return sorted(turn.state.operations.values(), key=_by_age)


def written(turn: Turn, op_id: str, at: int) -> None:
    """A request was handed to the socket, which is not the server yet: its answer is due."""
    operation = turn.state.operations.get(op_id)
    if operation is not None:
        _keep(turn, replace(operation, written_at=at))


def heard(turn: Turn, event: ChatReadUpdate | ChatReactionUpdate) -> None:
    """The server tells what I read, or how I reacted: what asked for that, or for less, is done."""
    for operation in waiting(turn):
        if event.user_id == turn.state.me and _is_done_by(turn, operation, event):
            take(turn, operation.op_id)


def acked(turn: Turn, op_id: str) -> None:
    """The server did what was asked; changes of messages are made, told or not."""
    operation = take(turn, op_id)
    if operation is None:
        return
    _done(turn, operation)
    _clear_problem(turn, operation)
    _release(turn, operation)


def refused(turn: Turn, op_id: str, error: ErrorReply) -> Operation | None:
    """The server did not do it: say so, and give back what was typed. None: no such operation."""
    operation = take(turn, op_id)
    if operation is None:
        return None
    _clear_problem(turn, operation)
    if operation.verb == "delete" and "NOT_FOUND" in error.code.upper():
        _done(turn, operation)
    elif operation.verb not in {"join", "read"}:
        _tell_refused(turn, operation, error)
    _release(turn, operation)
    return operation


def overdue(turn: Turn, at: int) -> None:
    """What was not acked in time is in doubt: it can be asked again, or let be."""
    for operation in waiting(turn):
        since = operation.written_at
        if since is None or operation.unconfirmed or late(since, at) < ACK_TIMEOUT:
            continue
        if not operation.acked:
            if late(since, at) >= HEARD:
                take(turn, operation.op_id)
            continue
        message = turn.find(operation.message_id)
        if message is None:
            take(turn, operation.op_id)
            doing = DOING[operation.verb]
            waited = ACK_TIMEOUT // 1000
            text = f"{doing} was not confirmed in {waited} s; ask again if it did not happen."
            _give_back(turn, operation, text, "warning")
        else:
            _keep(turn, replace(operation, unconfirmed=True))
            doubt = SafeText(f"{DOING[operation.verb]} is not confirmed")
            turn.change(message, problem=doubt)
        _release(turn, operation)


def late(since: int, at: int) -> int:
    """Milliseconds that something waits; a clock that was set back makes it late, too (F23)."""
    return abs(at - since)


def link_up(turn: Turn) -> None:
    """Ask again what waited for the link, or for an ack when the link was lost."""
    for operation in waiting(turn):
        _clear_problem(turn, operation)
        _go(turn, replace(operation, written_at=None, unconfirmed=False))


def link_down(turn: Turn, poison: str) -> None:
    """Of two with one aim the last is kept. What closed the connection is never sent again."""
    poisonous = take(turn, poison)
    if poisonous is not None:
        _clear_problem(turn, poisonous)
        doing = DOING[poisonous.verb]
        text = f"{doing} made the server close the connection; it is not sent again."
        _give_back(turn, poisonous, text, "error")
    last = {_aim(operation): operation.op_id for operation in waiting(turn)}
    for operation in waiting(turn):
        if operation.verb == "leave" or last[_aim(operation)] != operation.op_id:
            _clear_problem(turn, operation)
            take(turn, operation.op_id)
        else:
            _keep(turn, replace(operation, written_at=None, held=False))


def resend(turn: Turn, op_id: str) -> None:
    """Ask again, under the op_id it has."""
    operation = turn.state.operations.get(op_id)
    if operation is not None and operation.unconfirmed:
        _clear_problem(turn, operation)
        ask(turn, replace(operation, unconfirmed=False, written_at=None))


def discard(turn: Turn, op_id: str) -> None:
    """Let an operation in doubt be."""
    operation = turn.state.operations.get(op_id)
    if operation is not None and operation.unconfirmed:
        take(turn, op_id)
        _clear_problem(turn, operation)


def take(turn: Turn, op_id: str) -> Operation | None:
    """An operation that waits no more."""
    operation = turn.state.operations.get(op_id)
    if operation is not None:
        turn.set(operations=turn.state.operations.remove(op_id))
        if operation.kept:
            turn.emit(DropOperation(op_id, light=operation.verb == "read"))
    return operation


def _go(turn: Turn, operation: Operation) -> None:
    """Send a request; an edit notes the body that it replaces."""
    message = turn.find(operation.message_id)
    before = operation.before
    if message is not None and isinstance(operation.request, ChatEdit):
        before = message.source
    _keep(turn, replace(operation, held=False, before=before))
    turn.transmit(operation.op_id, operation.request)


def _is_done_by(
    turn: Turn, operation: Operation, event: ChatReadUpdate | ChatReactionUpdate
) -> bool:
    match operation.request, event:
        case ChatRead() as request, ChatReadUpdate():
            asked, told = (turn.spot(operation.scope, one.message_id) for one in (request, event))
            return event.message_id == request.message_id or told >= asked >= 0
        case ChatReaction() as request, ChatReactionUpdate():
            same = event.message_id == request.message_id and event.reaction == request.reaction
            return same and event.action == request.action
        case _:
            return False


def _by_age(operation: Operation) -> str:
    return operation.op_id


def _aim(operation: Operation) -> tuple[str, ...]:
    reaction = operation.text if operation.verb == "react" else ""
    family = _FAMILY.get(operation.verb, operation.verb)
    return operation.scope, operation.message_id, family, reaction


def _release(turn: Turn, over: Operation) -> None:
    """The one that waited for this one goes out."""
    for operation in rivals(turn, over):
        if operation.held and turn.state.link.phase == "online":
            _go(turn, operation)


def _done(turn: Turn, operation: Operation) -> None:
    """What the server did is so, also where it does not tell: some do not, in direct chats."""
    request, message = operation.request, turn.find(operation.message_id)
    if isinstance(request, PresenceSet) and not rivals(turn, operation):
        turn.set(status=request.status)
    elif message is None or message.deleted:
        return
    elif isinstance(request, ChatDelete):
        changes.delete(turn, message, hard=request.mode == "hard")
    elif isinstance(request, ChatRedact) and not message.redacted:
        changes.redact(turn, message, request.mask)
    elif isinstance(request, ChatEdit) and message.source == operation.before:
        changes.rewrite(turn, message, request.new_body)


def _tell_refused(turn: Turn, operation: Operation, error: ErrorReply) -> None:
    said = clean(error.message or error.code, one_line=True, limit=200).rstrip(".")
    _give_back(turn, operation, f"{DOING[operation.verb]} was refused: {said}.", "error")
    for status in STATUSES:
        if operation.verb == "status" and status == operation.before:
            turn.set(status=status)


def _give_back(turn: Turn, operation: Operation, text: str, level: Level) -> None:
    """Tell what became of an operation, and give back what was typed for it."""
    message = turn.find(operation.message_id)
    kept = _KEPT.get(operation.verb, "") if operation.text else ""
    if kept:
        thread = message.parent_id or "" if message is not None else ""
        turn.emit(GiveBack(operation.scope, operation.text, thread))
    turn.emit(Notify(text + kept, level, operation.scope))


def _clear_problem(turn: Turn, operation: Operation) -> None:
    message = turn.find(operation.message_id)
    if message is not None:
        turn.change(message, problem=SafeText(""))


def _keep(turn: Turn, operation: Operation) -> None:
    before = turn.state.operations.get(operation.op_id)
    if before == operation:
        return
    if operation.verb in _LASTING and _differs(before, operation):
        operation = replace(operation, kept=True)
        turn.emit(KeepOperation(operation))
    turn.set(operations=turn.state.operations.insert(operation.op_id, operation))


def _differs(before: Operation | None, now: Operation) -> bool:
    """The disk does not have it so; when it was written says nothing after a restart."""
    if before is None or not before.kept:
        return True
    kept = replace(now, written_at=before.written_at, held=before.held, kept=True)
    return replace(kept, unconfirmed=before.unconfirmed) != before
