"""Whatever else is painted, the terminal shows what plain strips would have shown."""

import random

import av
import numpy as np
import pytest
from rich.console import Console
from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from wschat_tui.media.picture.canvas import Canvas
from wschat_tui.ui.standing import Standing
from wschat_tui.ui.widgets.video_strip import VideoStrip

CONSOLE = Console(color_system="truecolor", force_terminal=True)
SIZE = Size(20, 3)


@pytest.mark.parametrize("seed", range(3))
async def test_anything_may_happen_around_a_picture(theatre, still, noise, seed):
    chance = random.Random(seed)
    app = theatre(pace=1)
    async with app.run_test(size=(64, 22), notifications=True) as pilot:
        small, typed = app.query_one("#small"), app.query_one("#typed")
        typed.cursor_blink = False

        def frame():
            app.canvas.put(noise(chance.randrange(4)))

        def small_frame():
            app.small.put(noise(chance.randrange(4)))
            small.look()

        def toast():
            app.notify("Bob shares his screen", timeout=600, markup=False)

        def show_or_hide_small():
            small.display = not small.display

        def show_or_hide():
            app.video.display = not app.video.display

        def move():
            small.styles.offset = (chance.randrange(40), chance.randrange(15))

        def type_a_letter():
            typed.value += chance.choice("abc")

        def nothing_to_see():
            app.canvas.put(None)

        def repaint():
            app.screen.refresh()

        def repaint_a_part():
            app.video.refresh(Region(3, 2, 9, 4))

        deeds = [frame] * 8 + [small_frame, toast, app.clear_notifications, show_or_hide_small]
        deeds += [show_or_hide, move, type_a_letter, nothing_to_see, repaint, repaint_a_part]
        for _ in range(30):
            for deed in chance.choices(deeds, k=2):
                deed()
            await still(pilot)
            assert app.glass.dots() == app.expected()


# ---- single rows


@pytest.fixture
def strips():
    """Row 1 of three pictures of noise, which differ in two cells of it."""
    colours = np.random.default_rng(1).integers(0, 2, (6, 10, 3)).astype(np.uint8) * 255
    canvas = Canvas()
    made = []
    for _ in range(3):
        colours[2, 3:5] ^= 255
        canvas.put(av.VideoFrame.from_ndarray(colours, format="rgb24"))
        made.append(VideoStrip(canvas.picture(10, 3, "truecolor"), 1))
    return made


def parts(strip, x=5, line=1, end=None):
    """An update of one strip at column x of a line."""
    end = x + strip.cell_length if end is None else end
    return ChopsUpdate([{}, {x: strip}, {}], [(line, x, end)], [[], [end], []])


def whole(strip):
    """An update of the screen with the strip at its left."""
    rest = Strip([Segment(" " * 10)], 10)
    blank = Strip([Segment(" " * 20)], 20)
    return LayoutUpdate([[blank], [strip, rest], [blank]], Region(0, 0, 20, 3))


def written(standing, update, size=SIZE):
    """What such an update writes."""
    return standing.followed(update, size).render_segments(CONSOLE)


def test_a_row_says_what_changed_where_an_older_one_stands(strips):
    first, second, _ = strips
    standing = Standing()
    full = second.picture.ansi(1)
    assert first.picture.ansi(1) in written(standing, parts(first))
    short = written(standing, parts(second))
    assert second.picture.since(1, first.picture) in short
    assert full not in short
    assert written(standing, parts(second)).endswith("H")


def test_a_row_is_whole_where_nothing_is_known(strips):
    first, second, third = strips
    standing = Standing()
    written(standing, parts(first))
    assert second.picture.ansi(1) in written(standing, parts(second, x=6))
    standing.forget()
    assert second.picture.ansi(1) in written(standing, parts(second, x=6))
    assert third.picture.ansi(1) in written(standing, parts(third, x=6), Size(21, 3))


@pytest.mark.parametrize(("x", "size"), [(0, 6), (14, 2), (9, 1), (0, 20)])
def test_a_row_is_whole_after_something_else_was_written_over_a_cell_of_it(strips, x, size):
    first, second, _ = strips
    standing = Standing()
    written(standing, parts(first))
    written(standing, parts(Strip([Segment("x" * size)], size), x))
    assert second.picture.ansi(1) in written(standing, parts(second))


@pytest.mark.parametrize(("x", "size"), [(0, 5), (15, 5)])
def test_what_is_written_beside_a_row_does_not_matter(strips, x, size):
    first, second, _ = strips
    standing = Standing()
    written(standing, parts(first))
    written(standing, parts(Strip([Segment("x" * size)], size), x))
    assert second.picture.since(1, first.picture) in written(standing, parts(second))


def test_an_update_of_the_screen_writes_rows_whole_and_they_stand_after_it(strips):
    first, second, third = strips
    standing = Standing()
    written(standing, parts(first, x=0))
    assert second.picture.ansi(1) in written(standing, whole(second))
    assert third.picture.since(1, second.picture) in written(standing, parts(third, x=0))


def test_another_row_or_other_columns_do_not_count_as_older(strips):
    first, second, _ = strips
    standing = Standing()
    written(standing, parts(first))
    other = VideoStrip(second.picture, 2)
    assert second.picture.ansi(2) in written(standing, parts(other))
    narrow = VideoStrip(second.picture, 2, 1, 9)
    assert second.picture.ansi(2, 1, 9) in written(standing, parts(narrow))


def test_a_row_cut_short_is_written_as_far_as_it_goes(strips):
    first, second, third = strips
    standing = Standing()
    written(standing, parts(first))
    update = ChopsUpdate([{}, {5: second}, {}], [(1, 5, 9)], [[], [15], []])
    assert second.picture.ansi(1, 0, 4) in written(standing, update)
    assert third.picture.ansi(1) in written(standing, parts(third))


def test_what_is_no_painting_of_textual_makes_everything_unknown(strips):
    first, second, _ = strips
    standing = Standing()
    assert standing.followed(None, SIZE) is None
    written(standing, parts(first))
    assert standing.followed("text", SIZE) == "text"
    assert second.picture.ansi(1) in written(standing, parts(second))


# ---- strips


def test_parts_of_a_strip_are_ready_made_too(strips):
    strip, *_ = strips
    left, right = strip.divide([4, 10])
    assert (left.place, right.place) == ((1, 0, 4), (1, 4, 10))
    assert left.render(None) == strip.picture.ansi(1, 0, 4)
    assert strip.divide([10]) == [strip]
    assert strip.crop(0, 99) is strip
    assert strip.crop(3).place == (1, 3, 10)
    assert right.crop(1, 3).place == (1, 5, 7)
    assert strip.crop(7, 7).cell_length == 0


def test_a_strip_has_segments_for_whoever_asks(strips):
    strip, *_ = strips
    assert strip.text == "▀" * 10
    assert strip.cell_count == strip.cell_length == 10
    assert [segment.text for segment in strip.crop(2, 4)]
    assert Strip.join([strip, Strip([Segment("x")], 1)]).text == "▀" * 10 + "x"
    assert strip.adjust_cell_length(12).text == "▀" * 10 + "  "
    assert strip.apply_style(next(iter(strip)).style).text == strip.text
    part = strip.crop(2, 9)
    assert sum(len(segment.text) for segment in part) == 7
