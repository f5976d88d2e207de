"""What the worst of messages costs to draw, as counts, which no busy machine changes (S6, R6)."""

import pytest
from rich.style import Style

from wschat_tui.state.model import Message, Room, State
from wschat_tui.state.text import MAX_BODY_SHOWN, MAX_MARKS, clean
from wschat_tui.ui.ink import Ink
from wschat_tui.ui.message_lines import MAX_LINES, layout_of
from wschat_tui.ui.rows import rows_of_room
from wschat_tui.ui.strips import Reader, draw

HEAVY = {
    "a megabyte in one line": "long" * 262_144,
    "a megabyte of marks": "z" + "\u0301" * 1_000_000,
    "a megabyte of emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 100_000,
    "a megabyte of line ends": "\n" * 1_000_000,
    "a megabyte of markup": "**_~~||`" * 125_000,
    "a megabyte of links": "https://a.example/ " * 50_000,
    "a megabyte of fences": "```\nx\n" * 150_000,
}


@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY)
def test_of_the_longest_body_a_bounded_part_is_cleaned_wrapped_and_drawn(body):
    """S6, R6: 16 KiB of it, in so many lines and pieces of a line."""
    shown = clean(body)
    assert len(shown) <= MAX_BODY_SHOWN
    message = Message("m1", "host", "bob", shown, 0)
    rows = rows_of_room(State(me="alice", focus="host"), Room("host", messages=(message,)))
    layout = layout_of(80)
    ink = Ink(Style(), lambda _name: Style())
    lines = [one for row in rows.rows for one in draw(row, layout, ink, Reader())]
    assert len(lines) <= MAX_LINES + MAX_BODY_SHOWN // layout.body + 40
    assert sum(len(one.strip.text) for one in lines) <= 80 * len(lines) * (MAX_MARKS + 1)
    assert sum(len(list(one.strip)) for one in lines) <= 2 * MAX_BODY_SHOWN
    assert all(one.strip.cell_length == layout.width for one in lines)
