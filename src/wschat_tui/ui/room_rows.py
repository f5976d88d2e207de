"""The room list as rows: what is unread, what calls me, what is typed and not sent. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.protocol.scopes import kind_of
from wschat_tui.state.select import ordered_rooms, peer_of, person_of, section_of, title_of
from wschat_tui.ui.render import DOTS, dot, room_sign
from wschat_tui.ui.widgets.row_list import Part, Row

if TYPE_CHECKING:
    from wschat_tui.state.model import Room, State

HEADINGS = {"rooms": "ROOMS", "direct": "DIRECT"}
_MOST = 999


def room_rows(state: State) -> tuple[Row, ...]:
    """All rooms under their headings, from top to bottom."""
    rows: list[Row] = []
    section = ""
    for room in ordered_rooms(state):
        here = section_of(room.scope)
        if here != section:
            if section:
                rows.append(Row("", ()))
            section = here
            rows.append(Row("", ((HEADINGS[here], ""),), look="heading"))
        rows.append(_row(state, room))
    return tuple(rows)


def elsewhere(state: State) -> tuple[int, int, bool]:
    """Unread messages and mentions in the rooms that are not open; there may be more of them."""
    others = [room for room in state.rooms.values() if room.scope != state.focus and room.unread]
    least = any(one.parted for one in others)
    return sum(one.unread for one in others), sum(one.mentions for one in others), least


def short(number: int, *, least: bool = False) -> str:
    """A count in at most four characters; `least`: there may be more than was counted."""
    return f"{min(number, _MOST)}+" if least or number > _MOST else str(number)


def _row(state: State, room: Room) -> Row:
    title = title_of(state, room.scope)
    loud = room.unread or room.mentions
    dim = bool(room.refused) or not (room.joined or kind_of(room.scope) == "direct")
    look = "dim" if dim else "strong" if loud else ""
    return Row(
        room.scope,
        (_sign(state, room), (title, look)),
        tuple(_right(room, _shown(state, room))),
        current=room.scope == state.focus,
    )


def _sign(state: State, room: Room) -> Part:
    if room.refused:
        return "✕ ", "dim"
    if section_of(room.scope) == "direct":
        status = person_of(state, peer_of(state, room.scope) or "").status
        return f"{dot(status)} ", status if status in DOTS else "offline"
    return f"{room_sign(room.scope) or '⌂'} ", "dim"


def _shown(state: State, room: Room) -> tuple[str, ...]:
    """The threads whose composers are on screen, where what is typed is seen; "" is the room."""
    return ("", state.thread) if room.scope == state.focus else ()


def _right(room: Room, shown: tuple[str, ...]) -> list[Part]:
    parts: list[Part] = []
    if any(text for thread, text in room.drafts.items() if thread not in shown):
        parts.append(("✎", "dim"))
    if room.mentions:
        parts.append((f"@{short(room.mentions, least=room.parted)}", "mention"))
    if room.unread:
        parts.append((short(room.unread, least=room.parted), "count"))
    spaced: list[Part] = []
    for part in parts:
        spaced += [(" ", ""), part] if spaced else [part]
    return spaced
