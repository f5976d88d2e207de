"""What becomes of messages: they are edited, deleted, redacted, and gather reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from wschat_tui.protocol.events import (
    ChatDeleted,
    ChatEdited,
    ChatReactionUpdate,
    ChatReadUpdate,
    ChatRedacted,
)
from wschat_tui.state import early, receipts
from wschat_tui.state.model import Reaction
from wschat_tui.state.reading import MAX_REACTIONS, REDACTED, attachments_from, mentions, source_of
from wschat_tui.state.text import SafeText, clean

if TYPE_CHECKING:
    from wschat_tui.state.model import Change, Message
    from wschat_tui.state.turn import Turn


def change(turn: Turn, event: Change) -> None:
    """A message changed; where it has not come yet, the change waits for it."""
    message = turn.find(event.message_id)
    if message is None:
        early.amend(turn, event)
    elif message.named:
        _apply(turn, message, event)


def catch_up(turn: Turn, message_id: str) -> None:
    """Apply what was said of a message before it came."""
    if turn.find(message_id) is None:
        early.amend_again(turn, message_id)
        return
    for event in early.take(turn, message_id):
        if isinstance(event, ChatReadUpdate):
            receipts.told(turn, event)
        else:
            change(turn, event)


def edit(turn: Turn, message: Message, event: ChatEdited) -> None:
    """Give a message its new body. An edit that comes late does not bring back what is gone."""
    if event.deleted_at is not None:
        delete(turn, message, hard=False)
    elif event.redacted:
        redact(turn, message, event.new_body)
    elif not message.deleted and not message.redacted:
        rewrite(turn, message, event.new_body)
        if event.attachments is not None:
            turn.change(message, attachments=attachments_from(event.attachments))


def rewrite(turn: Turn, message: Message, body: str) -> None:
    """Give a message another body."""
    shown = clean(body)
    called = message.author != turn.state.me and mentions(turn.state, shown)
    turn.change(message, body=shown, source=source_of(body), edited=True, mentions_me=called)
    turn.recount(message.scope)


def delete(turn: Turn, message: Message, *, hard: bool) -> None:
    """Take a message out, or leave a tombstone."""
    if hard:
        turn.remove(message)
        return
    turn.change(
        message,
        deleted=True,
        body=SafeText(""),
        source="",
        attachments=(),
        reactions=(),
        mentions_me=False,
        problem=SafeText(""),
    )
    turn.recount(message.scope)


def redact(turn: Turn, message: Message, mask: str) -> None:
    """Put a mask in place of a body; nothing of the body is kept."""
    if message.deleted:
        return
    turn.change(
        message,
        body=clean(mask or REDACTED),
        source="",
        redacted=True,
        attachments=(),
        mentions_me=False,
    )
    turn.recount(message.scope)


def _apply(turn: Turn, message: Message, event: Change) -> None:
    match event:
        case ChatEdited():
            edit(turn, message, event)
        case ChatDeleted():
            delete(turn, message, hard=event.mode == "hard")
        case ChatRedacted():
            redact(turn, message, event.new_body)
        case ChatReactionUpdate():
            _react(turn, message, event)
        case _:
            assert_never(event)


def _react(turn: Turn, message: Message, event: ChatReactionUpdate) -> None:
    if message.deleted:
        return
    users = {one.text: one.users for one in message.reactions}
    given = users.get(event.reaction, ())
    if event.action == "remove":
        users[event.reaction] = tuple(one for one in given if one != event.user_id)
    elif event.user_id not in given and (given or len(users) < MAX_REACTIONS):
        users[event.reaction] = (*given, event.user_id)
    reactions = tuple(Reaction(text, who) for text, who in users.items() if who)
    turn.change(message, reactions=reactions)
