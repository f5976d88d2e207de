"""Actions on one message: the one under the message cursor, else the newest that fits."""

from collections.abc import Callable

from wschat_tui.state import select
from wschat_tui.state.commands import words
from wschat_tui.state.model import Message, State
from wschat_tui.state.resolve import mention_of
from wschat_tui.state.text import clean
from wschat_tui.ui import emoji
from wschat_tui.ui.actions import Action, Parameter, Place, Slash
from wschat_tui.ui.desk import Desk
from wschat_tui.ui.later import archive_inputs, inputs
from wschat_tui.ui.links import links_in

Fits = Callable[[State, Message], bool]

NO_MESSAGE = "There is no message here to do that to."
NONE_ARRIVED = "There is no message here that has arrived, to do that to."


def _any(_state: State, message: Message) -> bool:
    return message.kind == "chat"


def _reactable(_state: State, message: Message) -> bool:
    return select.may_react(message)


def _mine(state: State, message: Message) -> bool:
    return select.is_mine(state, message) and select.may_edit(state, message)


def _my_deletable(state: State, message: Message) -> bool:
    return select.is_mine(state, message) and select.may_delete(state, message)


def _linked(_state: State, message: Message) -> bool:
    return bool(links_in(message))


def _with_files(_state: State, message: Message) -> bool:
    return bool(message.attachments)


def target(desk: Desk, fits: Fits) -> Message | None:
    """The message under the cursor where there is one, else the newest in sight here that fits."""
    place, state = desk.place, desk.state
    if place.message is not None:
        return place.message if fits(state, place.message) else None
    candidates = select.thread_of(state, place.thread) if place.thread else _unfolded(state)
    return next((one for one in reversed(candidates) if fits(state, one)), None)


def _unfolded(state: State) -> list[Message]:
    """The messages of the open room without the replies that stand in threads, out of sight."""
    room = select.current_room(state)
    messages = room.messages if room is not None else ()
    roots = {one.id for one in messages if not one.parent_id}
    return [one for one in messages if one.parent_id not in roots]


def _on(fits: Fits) -> Callable[[State, Place], bool]:
    """Offered where the message under the cursor fits; without a cursor one may try."""
    return lambda state, place: place.message is None or fits(state, place.message)


def _excerpt(message: Message) -> str:
    """The first words of a message, to name it in a question."""
    line = clean(message.body, one_line=True, limit=60)
    return f"“{line}”" if line else "this message"


def _reply(desk: Desk, rest: str) -> str | None:
    message = target(desk, _reactable)
    if message is None:
        return NONE_ARRIVED
    desk.open_thread(message.parent_id or message.id, rest)
    return None


def _edit(desk: Desk, rest: str) -> str | None:
    message = target(desk, select.may_edit if desk.place.message else _mine)
    if message is None:
        return "You can edit your own messages, once they have arrived; none of them is here."
    if rest:
        desk.feed(inputs.EditAsked(desk.op_id(), desk.now(), message.id, rest))
    else:
        desk.begin_edit(message)
    return None


def _delete(desk: Desk, rest: str) -> str | None:
    mode = rest or "soft"
    if mode not in {"soft", "hard"}:
        return "Delete how? /delete soft leaves a mark, /delete hard removes it."
    hard = mode == "hard"
    message = target(desk, select.may_delete if desk.place.message else _my_deletable)
    if message is None:
        return "You can delete your own messages, once they have arrived; none of them is here."

    def go() -> None:
        asked = inputs.DeleteAsked(desk.op_id(), desk.now(), message.id, "hard" if hard else "soft")
        desk.feed(asked)

    trace = "It is removed without a trace." if hard else "A mark stays where it was."
    desk.confirm(f"Delete {_excerpt(message)}? {trace}", "Delete", go)
    return None


def _delete_hard(desk: Desk, _rest: str) -> str | None:
    return _delete(desk, "hard")


def _redact(desk: Desk, rest: str) -> str | None:
    message = target(desk, select.may_redact)
    if message is None:
        return "Moderators and admins redact messages, and there is none here that you may."

    def go() -> None:
        desk.feed(inputs.RedactAsked(desk.op_id(), desk.now(), message.id, rest))

    mask = f"“{clean(rest, one_line=True, limit=40)}”" if rest else "[REDACTED]"
    whose = f"{_excerpt(message)} by {select.name_of(desk.state, message.author)}"
    desk.confirm(f"Put {mask} in place of {whose}? Nobody can undo it.", "Redact", go)
    return None


def _react(desk: Desk, rest: str) -> str | None:
    message = target(desk, _reactable)
    if message is None:
        return NONE_ARRIVED
    word, _ = words(rest)
    if not word:
        desk.pick_reaction(message)
        return None
    reaction = emoji.named(word) if word.startswith(":") or word.isascii() else word
    if reaction is None:
        return f"There is no emoji {word}; /react alone shows them."
    desk.feed(inputs.ReactAsked(desk.op_id(), desk.now(), message.id, reaction))
    return None


def _files(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _with_files)
    return "No file is attached here." if message is None else desk.show_files(message)


def _copy(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _any)
    if message is None:
        return NO_MESSAGE
    desk.copy(message.body, "the text")
    return None


def _hiding(_state: State, message: Message) -> bool:
    return message.body.count("||") > 1


def _reveal(desk: Desk, _rest: str) -> str | None:
    if target(desk, _hiding) is None:
        return "No spoiler is hidden in this message."
    desk.reveal()
    return None


def _open_link(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _linked)
    if message is None:
        return "There is no link in this message."
    desk.open_link(links_in(message)[0])
    return None


def _details(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _any)
    if message is None:
        return NO_MESSAGE
    desk.show_details(message)
    return None


def _unread(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _any)
    if message is None:
        return NO_MESSAGE
    desk.feed(inputs.UnreadAsked(message.id))
    return None


def _ask_again(desk: Desk, _rest: str) -> str | None:
    message = desk.place.message
    if message is None or message.kind != "gap":
        return "Put the cursor on the row where messages may be missing."
    desk.feed(archive_inputs.GapAsked(message.id))
    return None


def _mention(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _any)
    if message is None:
        return NO_MESSAGE
    desk.compose(f"{mention_of(desk.state, message.author)} ")
    return None


ACTIONS = (
    Action(
        "message.reply",
        "Reply in a thread, or open it",
        "Messages",
        _reply,
        keys=("r", "enter"),
        context="timeline",
        slash=Slash("thread", (Parameter("message", "message", required=False),), ("reply",)),
        hint="reply",
        allowed=_on(_reactable),
    ),
    Action(
        "message.edit",
        "Edit",
        "Messages",
        _edit,
        keys=("e",),
        context="timeline",
        slash=Slash("edit", (Parameter("text", "text", required=False),)),
        hint="edit",
        allowed=_on(select.may_edit),
    ),
    Action(
        "message.delete",
        "Delete, leaving a mark",
        "Messages",
        _delete,
        keys=("d",),
        context="timeline",
        slash=Slash(
            "delete", (Parameter("mode", "choice", required=False, choices=("soft", "hard")),)
        ),
        hint="delete",
        allowed=_on(select.may_delete),
    ),
    Action(
        "message.delete_hard",
        "Delete without a trace",
        "Messages",
        _delete_hard,
        keys=("D",),
        context="timeline",
        allowed=_on(select.may_delete),
    ),
    Action(
        "message.redact",
        "Redact: put a mask in place of the words",
        "Messages",
        _redact,
        keys=("x",),
        context="timeline",
        slash=Slash("redact", (Parameter("mask", "text", required=False),)),
        hint="redact",
        allowed=_on(select.may_redact),
    ),
    Action(
        "message.react",
        "React, or take a reaction back",
        "Messages",
        _react,
        keys=("t", "plus"),
        context="timeline",
        slash=Slash("react", (Parameter("emoji", "emoji", required=False),)),
        hint="react",
        allowed=_on(_reactable),
    ),
    Action(
        "message.files",
        "Save or view what is attached",
        "Messages",
        _files,
        keys=("a",),
        context="timeline",
        slash=Slash("files"),
        hint="files",
        allowed=_on(_with_files),
    ),
    Action(
        "message.copy",
        "Copy the text",
        "Messages",
        _copy,
        keys=("y",),
        context="timeline",
        slash=Slash("copy"),
        hint="copy",
        allowed=_on(_any),
    ),
    Action(
        "message.open_link",
        "Open the link",
        "Messages",
        _open_link,
        keys=("o",),
        context="timeline",
        hint="open link",
        allowed=_on(_linked),
    ),
    Action(
        "message.reveal",
        "Show what it hides as a spoiler",
        "Messages",
        _reveal,
        keys=("s",),
        context="timeline",
        hint="spoiler",
        allowed=_on(_hiding),
    ),
    Action(
        "message.details",
        "Show all that is known of it",
        "Messages",
        _details,
        keys=("i",),
        context="timeline",
        slash=Slash("details"),
        hint="details",
        allowed=_on(_any),
    ),
    Action(
        "message.unread",
        "Mark as unread from here",
        "Messages",
        _unread,
        keys=("u",),
        context="timeline",
        slash=Slash("unread"),
        hint="unread",
        allowed=_on(_any),
    ),
    Action(
        "gap.ask",
        "Ask the server again for what may be missing",
        "Messages",
        _ask_again,
        keys=("enter", "r"),
        context="gap",
        hint="ask again",
        palette=False,
    ),
    Action(
        "message.mention",
        "Mention its author",
        "Messages",
        _mention,
        keys=("m", "at"),
        context="timeline",
        allowed=_on(_any),
    ),
)
