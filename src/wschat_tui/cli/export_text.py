"""The history as lines of text; only what begins at the margin is a message of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from wschat_tui.protocol.scopes import kind_of
from wschat_tui.state.select import title_of
from wschat_tui.state.text import clean, name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wschat_tui.state.model import Message, State
    from wschat_tui.storage.archive.reader import HistoryReader

INDENT = "    "


def lines(history: HistoryReader, state: State, scope: str) -> Iterator[str]:
    """`2026-11-23 10:02:31  #team  Bob (bob): hello`; further lines of a text are indented."""
    for message in history.messages(scope):
        place = "" if scope else f"{place_of(state, message.scope)}  "
        thread = " (in a thread)" if message.parent_id else ""
        first, *rest = body_of(message).split("\n")
        yield f"{moment_of(message.at)}  {place}{who(state, message.author)}{thread}: {first}"
        yield from (f"{INDENT}{line}" for line in rest)
        for file in message.attachments:
            yield f"{INDENT}[file: {file.name} {file.url}]"
        for one in message.reactions:
            given = ", ".join(who(state, user) for user in one.users)
            yield f"{INDENT}[{name(one.text)} {given}]"


def body_of(message: Message) -> str:
    """What it says, and what became of it."""
    if message.deleted:
        return "(deleted)"
    body = clean(message.body)
    return f"{body} (edited)" if message.edited else body


def moment_of(at: int | None) -> str:
    """Date and time in this machine's time zone; question marks where no time is known."""
    if at is None:
        return "????-??-?? ??:??:??"
    return datetime.fromtimestamp(at // 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def who(state: State, user: str) -> str:
    """A name with the id behind it, so that nobody passes for another."""
    known = state.people.get(user)
    plain = name(user)
    return f"{known.name} ({plain})" if known is not None and known.name != plain else plain


def place_of(state: State, scope: str) -> str:
    """A room as people name it."""
    kind = kind_of(scope)
    sign = "@" if kind == "direct" else "" if kind == "host" else "#"
    return f"{sign}{title_of(state, scope)}"
