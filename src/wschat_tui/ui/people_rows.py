"""Who is in the open room as rows: present first, with devices, and who is typing. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.select import current_room, name_of, people_here
from wschat_tui.ui.render import DOTS, dot
from wschat_tui.ui.widgets.row_list import Part, Row

if TYPE_CHECKING:
    from wschat_tui.state.model import Person, State


def people_rows(state: State) -> tuple[Row, ...]:
    """The members of the open room under a heading with their number."""
    room = current_room(state)
    people = people_here(state, room) if room is not None else []
    if room is None or not people:
        return (Row("", (("PEOPLE", ""),), look="heading"),)
    present = sum(one.status != "offline" for one in people)
    typing = {one.user for one in room.typing if one.until > state.now}
    heading = Row("", (("PEOPLE", ""),), ((f"{present}/{len(people)}", "dim"),), look="heading")
    return (heading, *(_row(state, one, typing=one.id in typing) for one in people))


def _row(state: State, person: Person, *, typing: bool) -> Row:
    status = person.status if person.status in DOTS else "offline"
    called = name_of(state, person.id)
    gone = person.status == "offline"
    mine: tuple[Part, ...] = ((" you", "dim"),) if person.id == state.me else ()
    word: tuple[Part, ...] = ((f" {person.status}", "dim"),) if person.status not in DOTS else ()
    return Row(
        person.id,
        ((f"{dot(person.status)} ", status), (called, "dim" if gone else ""), *mine, *word),
        _right(person, typing=typing),
    )


def _right(person: Person, *, typing: bool) -> tuple[Part, ...]:
    if typing:
        return (("typing…", "count"),)
    devices = len(person.devices)
    if not devices:
        return ()
    return ((f"▣ {devices}" if devices > 1 else "▣", "dim"),)
