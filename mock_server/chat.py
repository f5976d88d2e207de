"""Messages and what is done to them, from being typed to being redacted."""

from mock_server import access
from mock_server.access import quoted
from mock_server.clock import rfc3339
from mock_server.records import Mark, Message
from mock_server.turn import Delivery, Refused, Turn
from mock_server.written import written
from wschat_tui.protocol.codec import MAX_BODY
from wschat_tui.protocol.events import (
    ChatDeleted,
    ChatEdited,
    ChatMessage,
    ChatReactionUpdate,
    ChatReadUpdate,
    ChatRedacted,
    ChatTypingUser,
    Event,
)
from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatRedact,
    ChatSend,
    ChatTyping,
)
from wschat_tui.protocol.scopes import kind_of

EDIT_WITHIN = 15 * 60_000
"""Milliseconds for which one may edit one's own message."""

MASK = "[REDACTED]"
"""What is shown where a redaction names no mask."""


def send(turn: Turn, request: ChatSend) -> list[Delivery]:
    """`chat.send`: a message for everybody in the scope, who wrote it included."""
    scope = _inside(turn, request.scope)
    attachments = tuple(request.to_wire().get("attachments", ()))
    _check_body(request.body, may_be_empty=bool(attachments))
    if request.parent_id is not None:
        _living(_found(turn, request.parent_id, scope))
    message = Message(
        id=turn.ids.new("msg", turn.user.id, turn.now),
        seq=turn.world.next_seq(),
        scope=scope,
        user_id=turn.user.id,
        body=request.body,
        created_at=turn.now,
        parent_id=request.parent_id,
        attachments=attachments,
    )
    turn.world.post(message)
    event = ChatMessage.model_validate(written(message))
    return turn.done(
        {"message_id": message.id, "status": "sent"}, turn.tell(turn.audience(scope), event)
    )


def edit(turn: Turn, request: ChatEdit) -> list[Delivery]:
    """`chat.edit`: one's own within a time, any as an admin."""
    message = _living(_found(turn, request.message_id))
    _check_edit(turn, message)
    _check_body(request.new_body, may_be_empty=False)
    edited = turn.world.edit(message, request.new_body, turn.now)
    event = ChatEdited.model_validate(written(edited))
    return turn.done({"message_id": message.id, "status": "edited"}, _changed(turn, message, event))


def delete(turn: Turn, request: ChatDelete) -> list[Delivery]:
    """`chat.delete`: one's own, any as a moderator; soft leaves a tombstone, hard removes."""
    message = _found(turn, request.message_id)
    if message.user_id != turn.user.id and not turn.user.moderates:
        raise Refused("You can delete your own messages; others' need a moderator.")
    done = {"message_id": message.id, "status": "deleted"}
    if request.mode == "hard":
        turn.world.remove(message)
    elif message.deleted_at is not None:
        return turn.done(done, [])
    else:
        turn.world.bury(message, turn.now)
    event = ChatDeleted(message_id=message.id, deleted_at=turn.stamp, mode=request.mode)
    return turn.done(done, _changed(turn, message, event))


def redact(turn: Turn, request: ChatRedact) -> list[Delivery]:
    """`chat.redact`: a mask in place of what was said, by moderators."""
    if not turn.user.moderates:
        raise Refused("Only moderators and admins can redact messages.")
    message = _living(_found(turn, request.message_id))
    mask = (turn.manners.masks and request.mask) or MASK
    _check_body(mask, may_be_empty=False)
    turn.world.redact(message, mask)
    event = ChatRedacted(message_id=message.id, new_body=mask, redacted_by=turn.user.id)
    return turn.done(
        {"message_id": message.id, "status": "redacted"}, _changed(turn, message, event)
    )


def read(turn: Turn, request: ChatRead) -> list[Delivery]:
    """Move the reader's mark forward; where it is further already, the reader alone is told."""
    scope = turn.enter(request.room)
    message = _found(turn, request.message_id, scope)
    moved = turn.world.mark(Mark(scope, turn.user.id, message.id, turn.now))
    mark = turn.world.marks[scope, turn.user.id]
    event = ChatReadUpdate(
        message_id=mark.message_id, user_id=turn.user.id, room=scope, read_at=rfc3339(mark.at)
    )
    return turn.tell(turn.audience(scope) if moved else turn.roster.of(turn.user.id), event)


def react(turn: Turn, request: ChatReaction) -> list[Delivery]:
    """Add or remove a reaction. Where that changes nothing, the reactor alone is told."""
    scope = turn.enter(request.scope)
    message = _living(_found(turn, request.message_id, scope))
    change = turn.world.react if request.action == "add" else turn.world.unreact
    changed = change(message.id, request.reaction, turn.user.id)
    event = ChatReactionUpdate(
        message_id=message.id,
        user_id=turn.user.id,
        reaction=request.reaction,
        action=request.action,
        scope=scope,
    )
    return turn.tell(turn.audience(scope) if changed else turn.roster.of(turn.user.id), event)


def typing(turn: Turn, request: ChatTyping) -> list[Delivery]:
    """`chat.typing`: for the others; nothing is kept and nothing answered."""
    scope = _inside(turn, request.scope)
    event = ChatTypingUser(scope=scope, user_id=turn.user.id, typing=request.typing)
    return turn.tell(turn.others(scope), event)


def _inside(turn: Turn, scope: str) -> str:
    """The scope, where this user may speak: as its member, its half, or having joined."""
    room = turn.enter(scope)
    if kind_of(room) == "room" and not turn.roster.joined(turn.user.id, room):
        raise Refused(f"Join {quoted(room)} before you write there.")
    return room


def _found(turn: Turn, message_id: str, scope: str | None = None) -> Message:
    """The message, where this user may see it. Whether it exists elsewhere is not told."""
    message = turn.world.messages.get(message_id)
    if message is None or access.refusal(turn.world, turn.user.id, message.scope):
        raise Refused(f"There is no message {quoted(message_id)}.")
    if scope is not None and message.scope != scope:
        raise Refused(f"There is no message {quoted(message_id)} in {quoted(scope)}.")
    return message


def _living(message: Message) -> Message:
    if message.deleted_at is not None:
        raise Refused("That message was deleted.")
    return message


def _check_edit(turn: Turn, message: Message) -> None:
    if message.redacted:
        raise Refused("That message was redacted and keeps its mask.")
    if turn.user.role == "admin":
        return
    if message.user_id != turn.user.id:
        raise Refused("You can edit your own messages only.")
    if turn.now - message.created_at > EDIT_WITHIN:
        raise Refused("A message can be edited for 15 minutes; this one is older.")


def _check_body(body: str, *, may_be_empty: bool) -> None:
    size = len(body.encode())
    if size > MAX_BODY:
        raise Refused(f"The message has {size} bytes; at most {MAX_BODY} are taken.")
    if not may_be_empty and not body.strip():
        raise Refused("The message is empty.")


def _changed(turn: Turn, message: Message, event: Event) -> list[Delivery]:
    """A change for the message's scope, except that some servers do not tell direct chats."""
    if kind_of(message.scope) == "direct" and not turn.manners.dialect.direct_changes_are_told:
        return []
    return turn.tell(turn.audience(message.scope), event)
