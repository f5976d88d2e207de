"""What is said around the messages of a room: title, who is typing, what to write. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from wschat_tui.state.select import (
    current_room,
    peer_of,
    people_here,
    person_of,
    thread_of,
    title_of,
    typists,
)
from wschat_tui.ui.render import counted, dot, room_name, room_sign, status_word
from wschat_tui.ui.room_rows import elsewhere, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.state.model import Room, State

MUTED = "$text-muted"


def below_words(state: State, below: int) -> str:
    """What is told of messages below the view; `below` are new ones at the end of the room."""
    room = current_room(state)
    if state.past is None or room is None:
        return f"{below} new ↓" if below else ""
    more = "+" if room.parted else ""
    return f"{room.unread:,}{more} new ↓" if room.unread else "newer messages ↓"


def title_texts(state: State) -> tuple[Content, ...]:
    """The open room's title, from the longest to the shortest."""
    room = current_room(state)
    if room is None:
        return (Content.styled("no room is open", MUTED),)
    sign = room_sign(room.scope)
    title = Content.assemble(
        (f"{sign} " if sign else "", MUTED), (title_of(state, room.scope), "bold")
    )
    about = _about(state, room)
    if not about:
        return (title,)
    return (Content.assemble(title, "   ", (about, MUTED)), title)


def unread_texts(state: State, key: str) -> tuple[Content, ...]:
    """What is unread in the rooms that are not seen, and the key that shows them."""
    unread, mentions, least = elsewhere(state)
    shown = Content.assemble((key, "bold"), (" rooms", MUTED))
    if not unread:
        return (shown,)
    called = f"@{short(mentions, least=least)} " if mentions else ""
    counts = Content.assemble(
        (called, "bold $text-error"), (short(unread, least=least), "bold $text-primary")
    )
    return (Content.assemble(counts, "  ", shown), Content.assemble(counts, " ", (key, "bold")))


def thread_texts(state: State) -> tuple[Content, ...]:
    """The open thread's title."""
    replies = len(thread_of(state, state.thread)) - 1
    about = counted(replies, "reply", "replies") if replies > 0 else "no replies yet"
    title = Content.styled("Thread", "bold")
    scope = state.places.get(state.thread, "")
    where = Content.assemble(title, (f" in {room_name(state, scope)}", MUTED)) if scope else title
    return (Content.assemble(where, "   ", (about, MUTED)), where, title)


def typing_texts(state: State) -> tuple[Content, ...]:
    """Who is typing in the open room, from the longest to the shortest."""
    room = current_room(state)
    names = typists(state, room) if room is not None else ()
    if not names:
        return (Content(""),)
    sentence = typing_sentence(names)
    several = counted(len(names), "person is", "people are") + " typing…"
    return (Content.styled(sentence, f"italic {MUTED}"), Content.styled(several, f"italic {MUTED}"))


def typing_sentence(names: Sequence[str]) -> str:
    """The sentence: `carol and dave are typing…`."""
    if len(names) == 1:
        return f"{names[0]} is typing…"
    if len(names) == 2:
        return f"{names[0]} and {names[1]} are typing…"
    return f"{names[0]}, {names[1]} and {counted(len(names) - 2, 'other')} are typing…"


def placeholder(state: State, scope: str, thread: str) -> str:
    """What an empty composer says it is for."""
    if not scope:
        return "Choose a room to write in"
    return "Reply in this thread" if thread else f"Message {room_name(state, scope)}"


def _about(state: State, room: Room) -> str:
    if room.refused:
        return f"you cannot join: {room.refused}"
    peer = peer_of(state, room.scope)
    if peer is not None:
        person = person_of(state, peer)
        devices = len(person.devices)
        also = f" · {counted(devices, 'device')}" if devices else ""
        return f"{dot(person.status)} {status_word(person.status)}{also}"
    people = people_here(state, room)
    if not people:
        return "" if room.joined else "not joined — /join enters it"
    present = sum(one.status != "offline" for one in people)
    left = "" if room.joined else " · not joined"
    return f"{counted(len(people), 'member')} · {present} online{left}"
