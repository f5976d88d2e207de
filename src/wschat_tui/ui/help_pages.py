"""What the help screen says, made from the actions: sections of rows, laid out in columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from wschat_tui.ui.actions import GROUPS, Context
from wschat_tui.ui.keys import shown
from wschat_tui.ui.marks import DELIVERY, PRESENCE, ROOMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wschat_tui.ui.actions import Action
    from wschat_tui.ui.marks import Mark

_PLACES: dict[Context, str] = {
    "ringing": "While a call comes in",
    "oncall": "While a call is on",
    "call": "In the view of a call",
    "timeline": "On a message",
    "undelivered": "On a message that did not arrive",
    "called": "On the row of a call",
    "gap": "Where messages may be missing",
    "composer": "While writing",
    "completion": "While something is offered",
    "lists": "In a list",
    "rooms": "In the room list",
    "people": "In the people pane",
}
"""Headings of the contexts; what works anywhere stands under its group."""

_KEY_CELLS = 13
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """Keys, or a sign, and what they do or mean; the slash command that does the same."""

    keys: str
    text: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading."""

    heading: str
    rows: tuple[Row, ...]


def pages(actions: Sequence[Action]) -> tuple[Section, ...]:
    """Everything: the actions by where their keys work, then what the signs mean."""
    groups = [
        Section(group, tuple(_rows(one for one in actions if _anywhere(one, group))))
        for group in GROUPS
    ]
    places = [
        Section(heading, tuple(_rows(one for one in actions if one.context == context)))
        for context, heading in _PLACES.items()
    ]
    legends = [
        Section("Signs: your messages", tuple(_signs(DELIVERY.values()))),
        Section("Signs: people", tuple(_signs(PRESENCE.values()))),
        Section("Signs: rooms", tuple(_signs(ROOMS))),
    ]
    return tuple(one for one in (*groups, *places, *legends) if one.rows)


def _anywhere(action: Action, group: str) -> bool:
    return action.context == "anywhere" and action.group == group


def _rows(actions: Iterable[Action]) -> Iterator[Row]:
    for action in actions:
        usage = action.slash.usage if action.slash else ""
        yield Row(" ".join(shown(key) for key in action.keys), action.sentence, usage)


def _signs(marks: Iterable[Mark]) -> Iterator[Row]:
    for mark in marks:
        yield Row(mark.sign, f"{mark.word}: {mark.meaning}")


def filtered(sections: Sequence[Section], query: str) -> tuple[Section, ...]:
    """The rows that hold every word of the query, in their keys, text, command or heading."""
    words = query.casefold().split()
    found = (
        replace(one, rows=tuple(row for row in one.rows if _holds(row, one.heading, words)))
        for one in sections
    )
    return tuple(one for one in found if one.rows)


def _holds(row: Row, heading: str, words: Sequence[str]) -> bool:
    text = f"{row.keys}\n{row.text}\n{row.command}\n{heading}".casefold()
    return all(word in text for word in words)


def laid_out(sections: Sequence[Section], width: int, columns: int) -> tuple[Content, ...]:
    """As many texts as columns, each `width` cells wide, about equally long, in reading order."""
    blocks = [_block(one, max(width, _KEY_CELLS + _NARROWEST)) for one in sections]
    cuts = _cuts([len(block) for block in blocks], columns)
    gap = Content("")
    texts = []
    for start, end in pairwise(cuts):
        lines = [line for block in blocks[start:end] for line in (*block, gap)]
        texts.append(Content("\n").join(lines[:-1]))
    return tuple(texts)


def _cuts(heights: Sequence[int], columns: int) -> list[int]:
    """Where each column begins, and the end. A column closes once it holds its share of lines."""
    share = sum(heights) / columns
    cuts, filled = [0], 0.0
    for index, height in enumerate(heights):
        if len(cuts) < columns and index and filled + height / 2 > share * len(cuts):
            cuts.append(index)
        filled += height
    return [*cuts, *[len(heights)] * (columns + 1 - len(cuts))]


def _block(section: Section, width: int) -> list[Content]:
    heading = Content.styled(section.heading, "bold $text-primary")
    return [heading, *(line for row in section.rows for line in _lines(row, width))]


def _lines(row: Row, width: int) -> Iterator[Content]:
    """A row: keys at the left, the text beside them, then the command where there is room."""
    keys = _packed(row.keys.split(), _KEY_CELLS - 1)
    room = width - _KEY_CELLS
    texts = [Content(line) for line in wrap(row.text, room)]
    if row.command:
        command = Content.styled(row.command, "$text-accent")
        if cell_len(row.command) + 2 + texts[-1].cell_length <= room:
            texts[-1] = Content.assemble(texts[-1], "  ", command)
        else:
            texts += [Content.styled(line, "$text-accent") for line in wrap(row.command, room)]
    for index in range(max(len(keys), len(texts))):
        key = keys[index] if index < len(keys) else ""
        pad = " " * (_KEY_CELLS - cell_len(key))
        yield Content.assemble((key, "bold"), pad, texts[index] if index < len(texts) else "")


def _packed(words: Sequence[str], width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
