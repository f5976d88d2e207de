"""Which panes are seen at which width: a table, apart from the widgets that obey it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WIDTHS: list[tuple[int, str]] = [(0, "-usual"), (150, "-huge")]
"""Columns from which a class of the screen holds, for its style sheet."""

Shown = Literal["hidden", "docked", "over"]
"""docked: beside the timeline; over: on top of it, until something is chosen."""

ROOMS_FROM = 70
"""Columns from which the room list stands beside the timeline."""

PEOPLE_FROM = 100
"""Columns from which the people, or a thread, stand beside the timeline."""

BESIDE_FROM = 100
"""Columns from which there is room for a call and the chat beside each other."""

BOTH_FROM = 150
"""Columns from which there is room for people and a thread beside each other."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for: None leaves it to the width."""

    rooms: bool | None = None
    people: bool | None = None
    thread: bool = False
    call: Literal["alone", "beside", "away"] = "away"


@dataclass(frozen=True, slots=True)
class Panes:
    """What is seen."""

    rooms: Shown
    people: Shown
    thread: Shown
    room: bool
    """The timeline and its composer are seen; a thread takes their place where it is narrow."""
    call: Literal["alone", "beside", "away"] = "away"
    """The call fills the screen, or leaves the right side to the room or its thread."""


def arrange(width: int, wanted: Wanted) -> Panes:
    """The panes at a width in columns."""
    if wanted.call != "away":
        return _around_call(width, wanted)
    rooms = _pane(wanted.rooms, fits=width >= ROOMS_FROM)
    wide = width >= PEOPLE_FROM
    thread: Shown = "docked" if wanted.thread else "hidden"
    people = _pane(wanted.people, fits=wide)
    if thread == "docked" and people == "docked" and width < BOTH_FROM:
        people = "hidden" if wanted.people is None else "over"
    return Panes(rooms, people, thread, room=wide or not wanted.thread)


def _around_call(width: int, wanted: Wanted) -> Panes:
    """Lists lie over the call where they are asked for."""
    rooms: Shown = "over" if wanted.rooms else "hidden"
    people: Shown = "over" if wanted.people else "hidden"
    if wanted.call == "alone" or width < BESIDE_FROM:
        return Panes(rooms, people, "hidden", room=False, call="alone")
    thread: Shown = "docked" if wanted.thread else "hidden"
    return Panes(rooms, people, thread, room=not wanted.thread, call="beside")


def _pane(wanted: bool | None, *, fits: bool) -> Shown:
    if wanted is None:
        return "docked" if fits else "hidden"
    if not wanted:
        return "hidden"
    return "docked" if fits else "over"
