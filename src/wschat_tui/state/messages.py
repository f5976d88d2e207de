"""Messages that come: new ones, ones that are known already, and the echoes of mine."""

from dataclasses import replace

from wschat_tui.protocol.events import ChatMessage
from wschat_tui.protocol.scopes import kind_of
from wschat_tui.state import changes
from wschat_tui.state.effects import Notify
from wschat_tui.state.model import Message
from wschat_tui.state.outbox import delivery, echoes
from wschat_tui.state.reading import mentions, message_from
from wschat_tui.state.select import name_of, title_of
from wschat_tui.state.tally import counts
from wschat_tui.state.text import clean
from wschat_tui.state.turn import Turn

PREVIEW = 80
"""Characters of a message in a notice."""


def arrive(turn: Turn, event: ChatMessage, at: int) -> None:
    """A message came: a new one, one that is known already, or the echo of one of mine."""
    message = message_from(event, turn.state)
    known = turn.find(message.id)
    if known is not None and known.named:
        settle(turn, known, message)
    elif _is_of_old(turn, message):
        turn.keep((message,))
        turn.recount_above(message.scope)
    elif not (delivery.claim_echo(turn, message) or known or echoes.is_taken(turn, message.id)):
        receive(turn, message if message.at is not None else replace(message, at=at))
        announce(turn, message)
    changes.catch_up(turn, message.id)


def receive(turn: Turn, message: Message) -> None:
    """Put a message at the end of its room, and count it where it is news.

    New messages begin with the first that comes while nobody is looking.
    """
    scope, author = message.scope, message.author
    room = turn.glance(scope)
    turn.append(message)
    if message.id == room.last_read:
        turn.recount(scope)
    elif counts(message, turn.state.me) and turn.count(message) and not _is_seen(turn, scope):
        turn.change_room(scope, divider=message.id)
    if author not in room.members:
        turn.change_room(scope, members=room.members.insert(author))
    if room.typing:
        others = tuple(one for one in room.typing if one.user != author)
        turn.change_room(scope, typing=others)


def settle(turn: Turn, known: Message, told: Message) -> None:
    """The server's word on a known message: its text and time, with what has gathered since.

    Messages may be told twice and late: what was changed since is not undone by an older word.
    """
    stale = known.deleted or (known.redacted, known.edited) > (told.redacted, told.edited)
    if stale and not told.deleted:
        return
    called = told.author != turn.state.me and mentions(turn.state, told.body)
    turn.change(
        known,
        author=told.author,
        body=told.body,
        source=told.source,
        at=told.at if told.at is not None else known.at,
        deleted=told.deleted,
        redacted=told.redacted,
        edited=told.edited,
        attachments=told.attachments,
        reactions=() if told.deleted else told.reactions or known.reactions,
        mentions_me=called,
    )
    turn.recount(known.scope)


def _is_of_old(turn: Turn, message: Message) -> bool:
    """It was told before, or too late: it is older than all that is loaded, and others are, too."""
    room = turn.glance(message.scope)
    if not room.above or message.at is None:
        return False
    lines = turn.messages(message.scope)
    first = next((one.at for one in lines if one.settled and one.at is not None), None)
    return first is not None and message.at < first


def _is_seen(turn: Turn, scope: str) -> bool:
    """The user is looking at the end of a room."""
    state = turn.state
    return state.attentive and state.focus == scope and state.past is None


def announce(turn: Turn, message: Message) -> None:
    """Tell of a message that is meant for me, unless it is on the screen."""
    state = turn.state
    direct = kind_of(message.scope) == "direct"
    called = direct or message.mentions_me
    if not called or _is_seen(turn, message.scope) or not counts(message, state.me):
        return
    where = "" if direct else f" in {title_of(state, message.scope)}"
    said = clean(message.body or "(attachment)", one_line=True, limit=PREVIEW)
    text = f"{name_of(state, message.author)}{where}: {said}"
    turn.emit(Notify(text, scope=message.scope, bell=True))
