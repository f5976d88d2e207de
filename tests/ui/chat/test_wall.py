"""Hostile text, past the first wall on purpose: nothing of it reaches the terminal, nothing crashes."""

import re

import pytest
from rich.segment import Segment
from rpds import HashTrieMap, HashTrieSet
from textual.color import Color

from wschat_tui.state.effects import Notify
from wschat_tui.state.model import LinkState, Message, Person, Room, State, Typing
from wschat_tui.state.text import SafeText
from wschat_tui.ui.wall import FORBIDDEN, Wall

HOSTILE = {
    "osc title": "\x1b]0;PWNED\x07tail",
    "clipboard": "\x1b]52;c;UFdORUQ=\x07tail",
    "csi": "a\x1b[2J\x1b[31;7mx",
    "link": "\x1b]8;;http://evil.invalid/\x1b\\click\x1b]8;;\x1b\\",
    "c1": "a\x9b31mx\x9d0;t\x9c",
    "nul and friends": "a\x00b\x05c\x0e\x0f\x7f\x08\x0b\x0c",
    "returns": "trusted\rx\x85y\u2028z",
    "bidi": "safe\u202egnp.exe\u202c \u2066x\u2069",
    "invisible": "a\u200bb\ufeffc\u2060d\U000e0041",
    "surrogate": "a\ud800b\uffff",
    "markup": "x[/]y [@click=app.quit]z[/] [link=http://e.invalid]l[/link] [bold",
    "zalgo": "Z" + "\u0301" * 500,
    "wide": "漢" * 300,
}
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]")


def hostile_state(text):
    """A state whose every text is hostile, as if nothing had been cleaned."""
    raw = SafeText(text)
    scope = "network:x"
    messages = tuple(Message(f"m{i}", scope, text, raw, 1_000 * i) for i in range(1, 4))
    room = Room(
        scope,
        title=raw,
        joined=True,
        messages=messages,
        members=HashTrieSet([text, "bob"]),
        typing=(Typing(text, 99_000),),
        unread=3,
    )
    return State(
        me="alice",
        profile=text,
        server=raw,
        focus=scope,
        now=5_000,
        rooms=HashTrieMap({scope: room, "network:y": Room("network:y", title=raw, refused=raw)}),
        people=HashTrieMap({text: Person(text, raw, text), "alice": Person("alice", raw)}),
        places=HashTrieMap({one.id: scope for one in messages}),
        link=LinkState("stopped", raw),
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_nothing_hostile_leaves_the_screen(sit, talk, text):
    """R3: with nothing cleaned before it."""
    async with sit() as seat:
        talk.session.state = hostile_state(text)
        await seat.settle()
        seat.chat.hear(Notify(text, "error"))
        await seat.settle()
        await seat.press("escape", "ctrl+k", "escape")
        await seat.settle()
        assert CONTROL.search("".join(seat.lines)) is None
        assert seat.app.screen is seat.chat


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_wall_deletes_what_clean_would_have(text):
    """R3."""
    (segment,) = Wall().apply([Segment(text)], Color(0, 0, 0))
    assert FORBIDDEN.search(segment.text) is None


def test_the_wall_costs_nothing_where_all_is_well():
    segments = [Segment("hello 日本 👍 é"), Segment("world")]
    assert Wall().apply(segments, Color(0, 0, 0)) is segments
