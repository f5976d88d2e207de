"""What happens to messages once the server says so: they come, change, go, and gather reactions."""

from dataclasses import replace

from wschat_tui.protocol.events import (
    ChatDeleted,
    ChatEdited,
    ChatMessage,
    ChatReactionUpdate,
    ChatRedacted,
)
from wschat_tui.protocol.scopes import kind_of
from wschat_tui.state import delivery
from wschat_tui.state.effects import Notify
from wschat_tui.state.model import Message, Reaction, Room
from wschat_tui.state.reading import (
    MAX_REACTIONS,
    REDACTED,
    attachments_from,
    mentions,
    message_from,
)
from wschat_tui.state.select import name_of, title_of
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

MAX_EARLY = 200
"""Changes kept for messages that have not come yet; the oldest are dropped first."""

PREVIEW = 80
"""Characters of a message in a notice."""

Change = ChatEdited | ChatDeleted | ChatRedacted | ChatReactionUpdate


def arrive(turn: Turn, event: ChatMessage, at: int) -> None:
    """A message came: a new one, one that is known already, or the echo of one of mine."""
    message = message_from(event, turn.state)
    known = turn.find(message.id)
    if known is not None:
        _settle(turn, known, message)
    elif not delivery.claim_echo(turn, event, message):
        _receive(turn, message, at)
    apply_early(turn, message.id)


def change(turn: Turn, event: Change) -> None:
    """A message changed; where it has not come yet, the change waits for it."""
    message = turn.find(event.message_id)
    if message is None:
        turn.set(early=(*turn.state.early[1 - MAX_EARLY :], event))
    else:
        _apply(turn, message, event)


def apply_early(turn: Turn, message_id: str) -> None:
    """Apply what was said of a message before it came."""
    early = turn.state.early
    if not early:
        return
    due = [event for event in early if getattr(event, "message_id", "") == message_id]
    if due:
        turn.set(early=tuple(event for event in early if event not in due))
        for event in due:
            change(turn, event)  # type: ignore[arg-type]


def edit(turn: Turn, message: Message, body: str) -> None:
    """Give a message its new body."""
    shown = clean(body)
    called = message.author != turn.state.me and mentions(turn.state, shown)
    turn.change(message, body=shown, source=body, edited=True, mentions_me=called)


def delete(turn: Turn, message: Message, *, hard: bool) -> None:
    """Take a message out, or leave a tombstone."""
    if hard:
        turn.remove(message)
    elif not message.deleted:
        turn.change(message, deleted=True, body=SafeText(""), source="", attachments=())


def redact(turn: Turn, message: Message, mask: str) -> None:
    """Put a mask in place of a body; nothing of the body is kept."""
    turn.change(
        message,
        body=clean(mask or REDACTED),
        source="",
        redacted=True,
        attachments=(),
        mentions_me=False,
    )


def room_for(turn: Turn, scope: str) -> Room:
    """The room of a scope; one that is heard of for the first time begins here."""
    room = turn.room(scope)
    return room if room is not None else turn.put(Room(scope, joined=True))


def _receive(turn: Turn, message: Message, at: int) -> None:
    room = room_for(turn, message.scope)
    turn.append(message if message.at is not None else replace(message, at=at))
    mine = bool(turn.state.me) and message.author == turn.state.me
    turn.put(
        replace(
            room,
            unread=room.unread + (not mine),
            mentions=room.mentions + message.mentions_me,
            divider=room.divider or _divider(turn, room, message, mine),
            members=room.members.insert(message.author),
            typing=tuple(one for one in room.typing if one.user != message.author),
        )
    )
    if not mine:
        _announce(turn, message)


def _divider(turn: Turn, room: Room, message: Message, mine: bool) -> str:
    """New messages begin here, where nobody is looking when the first of them comes."""
    looking = turn.state.attentive and turn.state.focus == room.scope
    return "" if mine or looking or room.unread else message.id


def _announce(turn: Turn, message: Message) -> None:
    state = turn.state
    direct = kind_of(message.scope) == "direct"
    looking = state.attentive and state.focus == message.scope
    if looking or not (direct or message.mentions_me):
        return
    where = "" if direct else f" in {title_of(state, message.scope)}"
    said = clean(message.body or "(attachment)", one_line=True, limit=PREVIEW)
    text = f"{name_of(state, message.author)}{where}: {said}"
    turn.emit(Notify(text, scope=message.scope, bell=True))


def _settle(turn: Turn, known: Message, told: Message) -> None:
    """The server's word on a known message: its text and time, with what has gathered since."""
    same = (known.body, known.deleted, known.redacted) == (told.body, told.deleted, told.redacted)
    if same and known.at == told.at and known.author == told.author:
        return
    turn.change(
        known,
        author=told.author,
        body=told.body,
        source=told.source,
        at=told.at if told.at is not None else known.at,
        deleted=told.deleted,
        redacted=told.redacted,
        edited=known.edited or told.edited,
        attachments=told.attachments,
        reactions=known.reactions or told.reactions,
    )


def _apply(turn: Turn, message: Message, event: Change) -> None:
    match event:
        case ChatEdited():
            if event.deleted_at is None and not message.deleted:
                edit(turn, message, event.new_body)
                _with_attachments(turn, event)
        case ChatDeleted():
            delete(turn, message, hard=event.mode == "hard")
        case ChatRedacted():
            redact(turn, message, event.new_body)
        case ChatReactionUpdate():
            _react(turn, message, event)


def _with_attachments(turn: Turn, event: ChatEdited) -> None:
    message = turn.find(event.message_id)
    if message is not None and event.attachments is not None:
        turn.change(message, attachments=attachments_from(event.attachments))


def _react(turn: Turn, message: Message, event: ChatReactionUpdate) -> None:
    users = {one.text: one.users for one in message.reactions}
    given = users.get(event.reaction, ())
    if event.action == "add":
        if event.user_id in given or (not given and len(users) >= MAX_REACTIONS):
            return
        users[event.reaction] = (*given, event.user_id)
    else:
        users[event.reaction] = tuple(one for one in given if one != event.user_id)
    reactions = tuple(Reaction(text, who) for text, who in users.items() if who)
    if reactions != message.reactions:
        turn.change(message, reactions=reactions)
