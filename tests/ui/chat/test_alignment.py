"""Every letter stands in its column, however a terminal counts the strange ones beside it."""

import os
from unicodedata import category

import pyte
import pytest
from rich.cells import split_graphemes
from rich.console import Console
from textual._compositor import CompositorUpdate
from wcwidth import wcwidth

from wschat_tui.state.effects import Notify
from wschat_tui.state.server_inputs import RoomListed, RoomsListed

CONSOLE = Console(color_system="truecolor", force_terminal=True)
LOBBY = "network:lobby"
FAMILY = "👨\u200d👩\u200d👧"
SIGNS = {
    "family": f"{FAMILY} family",
    "families": FAMILY * 60,
    "worker": "👩🏽\u200d💻 works",
    "tones": "👍🏽👍🏿 ok 🏽 alone, a🏽b",
    "flags": "🇩🇪🇫🇷 flags 🇩 half",
    "rainbow": "🏳\ufe0f\u200d🌈 and ❤\ufe0f\u200d🔥",
    "keycaps": "1\ufe0f\u20e3 2\u20e3",
    "letters": "a\u200db\u200cc\u200d d\u200d",
    "persian": "می\u200cخواهم بدانم",
    "hindi": "हिन्दी में कि क्\u200dष है",
    "piled": "कि" + "ी" * 500 + " x \u1112" + "\u1161" * 500 + " y",
    "hangul": "\u1112\u1161\u11ab 한글",
    "wide": "漢字かな",
}


class Apart(pyte.Screen):
    """A terminal that joins nothing: each part of a sign has cells of its own."""

    def __init__(self, columns, lines):
        super().__init__(columns, lines)
        self.reset_mode(7, private=True)

    def draw(self, data):
        for one in data:
            if one.isascii() or wcwidth(one):
                super().draw(one)


class Joining(Apart):
    """A terminal that draws what belongs together as one sign of two cells."""

    before = ""

    def draw(self, data):
        for one in data:
            half = "🇦" <= one <= "🇿" and self.before == "half"
            if not (self.before == "\u200d" or "🏻" <= one <= "🏿" or half):
                super().draw(one)
            self.before = "half" if "🇦" <= one <= "🇿" and not half else one

    def cursor_position(self, line=None, column=None):
        self.before = ""
        super().cursor_position(line, column)


class Spacing(Apart):
    """A terminal that gives vowel signs of Indic scripts a cell."""

    def draw(self, data):
        for one in data:
            super().draw("ˀ" if category(one) == "Mc" else one)


def plain(letter):
    """No terminal counts it otherwise."""
    return letter.isascii() or "─" <= letter <= "╿"


SIZES = [(80, 24), (124, 30)] if os.environ.get("HOSTILE") else [(80, 24)]
KINDS = [Apart, Joining, Spacing]


class Glass:
    """What terminals show of all that an app paints."""

    def __init__(self, app, columns, lines):
        self.app = app
        self.screens = [kind(columns, lines) for kind in KINDS]
        self.streams = [pyte.Stream(one) for one in self.screens]
        display = app._display

        def displayed(screen, renderable):
            if isinstance(renderable, CompositorUpdate) and not app._batch_count:
                written = app._standing.followed(renderable, app.size).render_segments(CONSOLE)
                for stream in self.streams:
                    stream.feed(written)
            display(screen, renderable)

        app._display = displayed

    def check(self, what):
        """Each letter that all terminals count as one cell is where it was meant."""
        seen = 0
        for y, strip in enumerate(self.app.screen._compositor.render_strips()):
            x = 0
            for text, *_ in strip:
                for first, last, cells in split_graphemes(text)[0]:
                    if cells == 1 and last == first + 1 and plain(text[first]):
                        self._check(y, x, text[first], (what, y, x, strip.text))
                        seen += 1
                    x += cells
        assert seen > 1_000

    def _check(self, y, x, letter, where):
        for screen in self.screens:
            # Words with such vowels drift, up to the next blanks.
            drifts = isinstance(screen, Spacing) and (letter.isalnum() or letter == " ")
            there = screen.buffer[y][x].data
            assert there == letter or drifts, (type(screen).__name__, there, where)


@pytest.mark.parametrize("size", SIZES, ids=[f"{columns}x{rows}" for columns, rows in SIZES])
async def test_no_words_shift_what_stands_beside_them(sit, talk, payloads, size):
    """R1: each class as a message, an author, a room and a member."""
    texts = payloads | SIGNS
    async with sit(size) as seat:
        glass = Glass(seat.app, *size)
        seat.app.screen.refresh()
        rooms = (RoomListed(f"network:r{n}", text[:60]) for n, text in enumerate(texts.values()))
        talk.session.feed(RoomsListed(tuple(rooms), "list", talk.at))
        for what, text in texts.items():
            talk.says(text[:300], text[:3_000])
            talk.hear(("presence.update", {"user_id": text[:300], "status": "online"}))
            await seat.settle()
            glass.check(what)
        await seat.press("ctrl+k")
        glass.check("palette")
        await seat.type("🇩🇪👍🏽" + FAMILY)
        glass.check("palette, typed")
        await seat.press("escape")
        seat.chat.hear(
            Notify(" ".join(SIGNS[one] for one in ("family", "tones", "flags")), "error")
        )
        await seat.settle()
        glass.check("notice")


async def test_a_sheet_keeps_its_border(sit, talk):
    """R1: what is known of a message, in a box."""
    words = [SIGNS[what] for what in ("family", "tones", "hindi", "flags")]
    async with sit((80, 24)) as seat:
        glass = Glass(seat.app, 80, 24)
        seat.app.screen.refresh()
        for text in words:
            talk.says(text, text * 9)
        await seat.press("escape")
        for text in reversed(words):
            await seat.press("i")
            assert any("About this message" in line for line in seat.lines)
            glass.check(text)
            await seat.press("escape", "k")
