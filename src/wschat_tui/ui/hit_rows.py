"""What was found, as rows and as a preview: who, where, when, and the match in its text. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from wschat_tui.state.history.query import spans, text_of
from wschat_tui.state.select import name_of
from wschat_tui.ui.days import UNKNOWN, name_of_day
from wschat_tui.ui.render import room_name
from wschat_tui.ui.widgets.menu import Item

if TYPE_CHECKING:
    from wschat_tui.state.history.query import Found, Hit
    from wschat_tui.state.model import Message, State
    from wschat_tui.ui.days import Days

MATCH = "bold underline"
"""How a match is told from what is around it, without colour."""

HELP = (
    ("hello wor", "words or parts of words, any order; accents count"),
    ('"good morning"', "several words, as they stand"),
    ("from:bob from:me", "by somebody"),
    ("in:#team in:here", "in a room, or in the one that is open"),
    ("after:7d", "of these days: 7d 2w 3m 1y ago, yesterday"),
    ("before:2026-11-20", "until that day: 2026, 2026-11, 2026-11-20"),
    ("has:link", "and has:attachment, has:reaction"),
)
"""The language, and what it means."""

_HELP_CELLS = 19
_EDGES = 7
"""Cells of a row that hold none of it: its pointer, the gap, the scrollbar."""

_SHORT_WORD = 8

_LONGEST = 2_000
"""Characters of a text that are looked at for its excerpt, from a little before the match on."""


def row_of(state: State, hit: Hit, words: tuple[str, ...], days: Days, width: int) -> Item:
    """One line: who, the match, then where and when. `width`: cells of the list."""
    message = hit.message
    today, _ = days.of(state.now)
    when = UNKNOWN if message.at is None else days.short(message.at, today)
    where = Content(room_name(state, message.scope))
    where = where.truncate(max(width // 5, 8), ellipsis=True)
    right = Content.assemble(where, "  ", when).stylize("$text-muted")
    names = 12 if width >= 70 else 8
    who = Content(name_of(state, message.author)).truncate(names, ellipsis=True, pad=True)
    room = width - names - right.cell_length - _EDGES
    left = Content.assemble(who, " ", excerpt(text_of(message), words, max(room, 12)))
    return Item(str(hit.row), left, right)


def preview(
    state: State, message: Message, words: tuple[str, ...], days: Days, width: int
) -> Content:
    """Where it was said, and more of the text. `width`: cells of the text."""
    today, _ = days.of(state.now)
    when = UNKNOWN
    if message.at is not None:
        day, clock = days.of(message.at)
        when = f"{name_of_day(day, today)} {clock}"
    thread = " · in a thread" if message.parent_id else ""
    about = f"{room_name(state, message.scope)} · {when}{thread}"
    who = name_of(state, message.author)
    text = excerpt(text_of(message), words, width)
    return Content.assemble((who, "bold"), (f"  {about}", "$text-muted"), "\n", text)


def excerpt(text: str, words: tuple[str, ...], width: int) -> Content:
    """A text in one line that begins a little before its first match; matches are marked."""
    line = " ".join(text[:_LONGEST].split("\n"))
    first = next(iter(spans(words, line)), None)
    if first is None and words and len(text) > _LONGEST:
        line = " ".join(text.split("\n"))
        first = next(iter(spans(words, line)), None)
    begin = 0
    if first is not None and cell_len(line[: first[1]]) > width - 2:
        before = min(first[0] - width // 3, len(line) - width + 1)
        begin = _word_from(line, max(before, 0), first[0])
    lead = "…" if begin else ""
    shown = Content(lead + line[begin : begin + _LONGEST])
    for start, end in spans(words, line[begin : begin + _LONGEST]):
        shown = shown.stylize(MATCH, start + len(lead), end + len(lead))
    return shown


def _word_from(line: str, at: int, before: int) -> int:
    """Where the next word begins, so that none is cut where that is easy to do."""
    space = line.find(" ", at, min(at + _SHORT_WORD, before)) if at else -1
    return space + 1 if space >= 0 else min(at, before)


def note_of(found: Found, shown: int, *, ranked: bool, kept: bool) -> str:
    """How many were found, where was looked, and what was not looked at."""
    order = "the best first" if ranked else "newest first"
    more = "+" if found.below is not None else ""
    where = "this machine's history" if kept else "what is loaded, as nothing is kept on this disk"
    told = f"{shown:,}{more} found, {order}, in {where}" if shown else f"Nothing found in {where}"
    if found.cut and ranked:
        told += "; only the newest that fit were compared"
    elif found.cut:
        told += "; there may be more, looking took too long"
    if found.waiting:
        told += f"; the index still lacks {found.waiting:,} messages"
    return f"{told}."


def help_lines(width: int) -> Content:
    """The search language, one line each."""
    lines = (
        Content.assemble((what.ljust(_HELP_CELLS), "bold"), (means, "$text-muted"))
        for what, means in HELP
    )
    return Content("\n").join(line.truncate(max(width, 20), ellipsis=True) for line in lines)
