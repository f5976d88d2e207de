"""Pictures of text: letters where they belong, in their colours, and only what changed drawn anew."""

import threading
import time

import numpy as np
import pytest
from PIL import ImageFont

from wschat_tui.media.setup import Setup
from wschat_tui.media.sources import fonts
from wschat_tui.media.sources import terminal as terminal_module
from wschat_tui.media.sources.card import card
from wschat_tui.media.sources.emulator import Emulator
from wschat_tui.media.sources.glyphs import Atlas
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.page import Page
from wschat_tui.media.sources.picture import open_picture
from wschat_tui.media.sources.terminal import NO_TERMINAL, Terminal
from wschat_tui.media.sources.terminal_feed import TerminalFeed

pytestmark = pytest.mark.usefixtures("leaves_nothing")

RED, NAVY = "#ff0000", "#000040"


def rows(*texts: str) -> list[tuple[int, tuple]]:
    return [(number, ((text, "", ""),)) for number, text in enumerate(texts)]


def cell(page: Page, column: int, row: int) -> np.ndarray:
    """The pixels of a cell."""
    width, height = page.cell
    pixels = page.frame().to_ndarray(format="rgb24")
    return pixels[row * height : (row + 1) * height, column * width : (column + 1) * width]


def lit(page: Page, column: int, row: int) -> bool:
    """Something of a letter is in the cell."""
    return bool((cell(page, column, row).max(axis=2) > 120).any())


def test_letters_stand_in_their_cells() -> None:
    page = Page(20, 5)
    page.draw(rows("", "  ab c"))
    shown = [[lit(page, column, row) for column in range(20)] for row in range(5)]
    assert shown[1] == [False, False, True, True, False, True] + [False] * 14
    assert not any(any(line) for number, line in enumerate(shown) if number != 1)


def test_letters_differ_and_stay_the_same_wherever_they_stand() -> None:
    page = Page(4, 2)
    page.draw(rows("abab", "ba"))
    assert np.array_equal(cell(page, 0, 0), cell(page, 2, 0))
    assert np.array_equal(cell(page, 0, 0), cell(page, 1, 1))
    assert not np.array_equal(cell(page, 0, 0), cell(page, 1, 0))


def test_colours_are_those_of_the_runs() -> None:
    page = Page(6, 1)
    page.draw([(0, (("█", RED, ""), (" ", "", NAVY), ("▀", RED, NAVY), ("▄", RED, NAVY)))])
    assert cell(page, 0, 0).min(axis=(0, 1)).tolist() == [255, 0, 0]
    assert cell(page, 1, 0).max(axis=(0, 1)).tolist() == [0, 0, 64]
    upper, lower = cell(page, 2, 0), cell(page, 3, 0)
    assert (upper[0, 0].tolist(), upper[-1, 0].tolist()) == ([255, 0, 0], [0, 0, 64])
    assert (lower[0, 0].tolist(), lower[-1, 0].tolist()) == ([0, 0, 64], [255, 0, 0])
    # What the runs leave over, and colours that are none, are the terminal's own.
    page.draw([(0, (("█", "red; DROP", "#12"),))])
    assert cell(page, 0, 0).min() == 0xD0
    assert cell(page, 5, 0).max() == 0x12


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("日x", [True, True, True, False]),
        ("e\u0301x", [True, True, False, False]),
        ("\x07\x1bx", [True, False, False, False]),
        ("abc日", [True, True, True, False]),
        ("abcdefgh", [True, True, True, True]),
    ],
)
def test_letters_take_as_many_cells_as_in_a_terminal(text, cells) -> None:
    page = Page(4, 1)
    page.draw(rows(text))
    assert [lit(page, column, 0) for column in range(4)] == cells


def test_only_rows_that_changed_are_drawn() -> None:
    page = Page(80, 24)
    text = [f"line {number}" for number in range(24)]
    assert page.draw(rows(*text))
    assert page.drawn == 24
    assert not page.draw(rows(*text))
    text[7] = "changed"
    assert page.draw(rows(*text))
    assert page.drawn == 25


@pytest.mark.parametrize(
    ("columns", "lines", "cell_size"),
    [(80, 24, (12, 24)), (120, 40, None), (160, 45, None), (200, 60, None), (20, 5, (12, 24))],
)
def test_a_page_is_as_large_as_fits_and_readable(columns, lines, cell_size) -> None:
    page = Page(columns, lines)
    frame = page.frame()
    assert frame.width <= 1280
    assert frame.height <= 720
    assert page.cell[0] >= 5
    assert cell_size is None or abs(page.cell[0] - cell_size[0]) <= 2


def test_a_page_that_cannot_fit_is_drawn_all_the_same() -> None:
    assert Page(400, 150).frame().width > 1280


def test_drawing_one_row_costs_a_small_part_of_all() -> None:
    page = Page(120, 40)
    page.draw(rows(*["x" * 120] * 40))

    def spent(count: int, sign: str) -> float:
        began = time.thread_time()
        page.draw(rows(*[sign * 120] * count))
        return time.thread_time() - began

    whole = min(spent(40, sign) for sign in "abcdef")
    one = min(spent(1, sign) for sign in "ghijkl")
    assert one < whole / 8


# ---- fonts


def test_without_a_font_of_the_system_the_bundled_one_is_used(monkeypatch) -> None:
    monkeypatch.setattr(fonts, "_path", lambda files: None)
    atlas = Atlas(16)
    assert 4 <= atlas.width <= 16
    assert atlas.mask("W").any()
    assert atlas.mask("W").shape == (atlas.height, atlas.width)
    assert atlas.mask("日").shape == (atlas.height, 2 * atlas.width)
    # It is not monospaced, so letters stand in the middle of their cells.
    columns = np.flatnonzero(atlas.mask("i").max(axis=0) > 60)
    assert abs(columns.mean() - (atlas.width - 1) / 2) < 2


def test_without_any_font_there_is_a_sentence_and_a_bare_card(monkeypatch) -> None:
    monkeypatch.setattr(fonts, "_path", lambda files: None)
    monkeypatch.setattr(ImageFont, "load_default", lambda size: ImageFont.ImageFont())
    with pytest.raises(Missing, match="There is no font"):
        Atlas(16)
    assert card("alice").width == 640


def test_a_broken_font_is_passed_over(tmp_path, monkeypatch) -> None:
    (tmp_path / "Monaco.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_roots", lambda: [tmp_path])
    fonts._path.cache_clear()
    assert fonts._path(fonts._FILES) is None
    fonts._path.cache_clear()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_its_places_for_fonts(platform, monkeypatch) -> None:
    monkeypatch.setattr(fonts.sys, "platform", platform)
    assert list(fonts._roots())


def test_masks_are_kept_within_bounds() -> None:
    atlas = Atlas(8)
    for code in range(0x4E00, 0x4E00 + 5000):
        atlas.mask(chr(code))
    assert len(atlas._kept) <= 4096


# ---- this terminal


async def test_this_terminal_is_shown_as_its_screen_hands_it_over(opened, is_near) -> None:
    feed = TerminalFeed()
    feed.put(40, [[("hello", RED, NAVY)], [("", "", "")]])
    track = await opened(open_picture, "terminal", "", Setup(terminal=feed))
    frame = await track.recv()
    pixels = frame.to_ndarray(format="rgb24")
    assert track.notice == ""
    assert feed.wanted
    # The first row has the paper of its letters, the second that of the terminal.
    assert is_near(pixels[2, 20], (0, 0, 64), by=12)
    assert is_near(pixels[-3, 20], (0x12, 0x12, 0x12), by=6)
    track.stop()
    await track.gone()
    assert not feed.wanted


def test_a_picture_is_made_of_what_changed_and_of_nothing_else(taking, until) -> None:
    feed = TerminalFeed()
    taken = taking(Terminal(feed))
    until(lambda: feed.wanted)
    feed.put(40, [[("one", "", "")], [("two", "", "")]])
    until(lambda: len(taken.frames) == 1)
    feed.put(40, [[("one", "", "")], [("two", "", "")]])
    feed.put(40, [[("one", "", "")], [("TWO", "", "")]])
    until(lambda: len(taken.frames) == 2)
    feed.put(60, [[("one", "", "")]] * 3)
    until(lambda: len(taken.frames) == 3)
    assert taken.frames[2].width > taken.frames[1].width
    before = len(taken.frames)
    time.sleep(0.3)
    assert len(taken.frames) == before


@pytest.mark.parametrize("feed", [None, TerminalFeed()])
def test_without_a_screen_to_show_there_is_a_sentence(feed, taking, until, monkeypatch) -> None:
    monkeypatch.setattr(terminal_module, "PATIENCE", 0.1)
    taken = taking(Terminal(feed))
    until(lambda: taken.ended)
    assert taken.missing == NO_TERMINAL


def test_what_was_shown_to_one_is_not_shown_to_the_next(taking, until) -> None:
    feed = TerminalFeed()
    first = taking(Terminal(feed))
    until(lambda: feed.wanted)
    feed.put(40, [[("for the first alone", "", "")]])
    until(lambda: first.frames)
    first.stop.set()
    until(lambda: not feed.wanted)
    second = taking(Terminal(feed))
    until(lambda: feed.wanted)
    feed.put(40, [[("x", "", "")]])
    until(lambda: second.frames)
    lone = taking(Terminal(alone := TerminalFeed()))
    until(lambda: alone.wanted)
    alone.put(40, [[("x", "", "")]])
    until(lambda: lone.frames)
    assert (second.frames[0].to_ndarray() == lone.frames[0].to_ndarray()).all()


def test_a_screen_of_no_size_is_waited_out(taking, until) -> None:
    feed = TerminalFeed()
    feed.put(0, [])
    taken = taking(Terminal(feed))
    until(lambda: feed.wanted)
    feed.put(10, [[("x", "", "")]])
    until(lambda: taken.frames)


def test_putting_never_waits_for_who_draws() -> None:
    feed = TerminalFeed()
    feed.begin()
    row = [("x" * 100, "", "")]
    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.extend(feed.newest()[0] for _ in range(2000)))
    reader.start()
    for _ in range(500):
        feed.put(100, [row] * 40)
    reader.join()
    feed.end()
    assert feed.newest()[0] == 500
    assert seen == sorted(seen)
    assert not feed.wanted


# ---- what a command writes


def emulated(data: bytes, columns: int = 20, lines: int = 4) -> dict[int, tuple]:
    emulator = Emulator(columns, lines, lambda data: None)
    emulator.feed(b"\x1b[?25l" + data)
    return dict(emulator.changed())


def test_escapes_become_colours() -> None:
    row = emulated(b"a\x1b[31mb\x1b[38;2;1;2;3mc\x1b[48;5;21md\x1b[0;7me\x1b[0m")[0]
    assert row[0] == ("a", "#d0d0d0", "#121212")
    assert row[1] == ("b", "#d75f5f", "#121212")
    assert row[2] == ("c", "#010203", "#121212")
    assert row[3] == ("d", "#010203", "#0000ff")
    assert row[4] == ("e", "#121212", "#d0d0d0")


def test_the_cursor_is_seen_where_it_is() -> None:
    emulator = Emulator(20, 4, lambda data: None)
    emulator.feed(b"ab")
    assert dict(emulator.changed())[0][1] == (" ", "#121212", "#d0d0d0")
    emulator.feed(b"\r\n")
    changed = dict(emulator.changed())
    assert changed.keys() == {0, 1}
    assert changed[0] == (("ab" + " " * 18, "#d0d0d0", "#121212"),)


def test_only_rows_that_were_written_to_are_told() -> None:
    emulator = Emulator(20, 4, lambda data: None)
    emulator.changed()
    emulator.feed(b"\x1b[3;1Hx")
    assert [number for number, _ in emulator.changed()] == [0, 2]


def test_a_terminal_that_is_asked_about_itself_answers() -> None:
    answers: list[bytes] = []
    Emulator(20, 4, answers.append).feed(b"\x1b[c\x1b[6n")
    assert answers == [b"\x1b[?6c", b"\x1b[1;1R"]


def test_escapes_that_no_terminal_knows_do_no_harm() -> None:
    rng = np.random.default_rng(7)
    emulator = Emulator(20, 4, lambda data: None)
    for _ in range(300):
        junk = bytes(rng.integers(0, 256, 40, dtype=np.uint8))
        emulator.feed(b"\x1b[" + junk + b"\x1b]" + junk + b"\x1b[?" + junk)
    emulator.feed(b"\x07\x18\x1b\\\x1bcstill here")
    assert dict(emulator.changed())[0][0][0].startswith("still here")
