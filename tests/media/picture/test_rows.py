"""Rows of pictures: what is written, and what a terminal makes of it."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wschat_tui.media.picture.canvas import Canvas

ABILITIES = ("truecolor", "256", "16", "ascii")
PIXELS = ("rgb24", "yuv420p", "yuvj420p", "nv12", "gray", "yuv444p", "rgba", "yuv420p10le")

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3, (0,) * 3

few = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows_of(picture):
    return [picture.ansi(row) for row in range(picture.rows)]


FLAG = [[RED, RED, WHITE], [RED, GREEN, WHITE], [BLACK, BLUE, BLUE], [BLACK, BLUE, RED]]


@pytest.mark.parametrize(
    ("ability", "rows"),
    [
        (
            "truecolor",
            [
                "\x1b[48;2;255;0;0m \x1b[38;2;0;255;0m▄\x1b[48;2;255;255;255m \x1b[0m",
                "\x1b[48;2;0;0;0m \x1b[48;2;0;0;255m \x1b[38;2;255;0;0m▄\x1b[0m",
            ],
        ),
        (
            "256",
            [
                "\x1b[48;5;196m \x1b[38;5;46m▄\x1b[48;5;231m \x1b[0m",
                "\x1b[48;5;16m \x1b[48;5;21m \x1b[38;5;196m▄\x1b[0m",
            ],
        ),
        (
            "16",
            [
                "\x1b[101m \x1b[92m▄\x1b[107m \x1b[0m",
                "\x1b[40m \x1b[44m \x1b[91m▄\x1b[0m",
            ],
        ),
        ("ascii", [";1@", " ,:"]),
    ],
)
def test_rows_are_written_like_this(frame, ability, rows):
    canvas = Canvas()
    canvas.put(frame(FLAG))
    assert rows_of(canvas.picture(3, 2, ability)) == rows


def test_one_row_of_a_screen_with_dark_text(frame):
    ground, ink = (28, 28, 28), (200, 200, 200)
    canvas = Canvas()
    canvas.put(frame([[ground] * 8, [ground, ink, ink, ground, ink, ground, ground, ground]]))
    assert canvas.picture(8, 1, "truecolor").ansi(0) == (
        "\x1b[48;2;25;25;25m \x1b[38;2;197;197;197m▄▄ ▄   \x1b[0m"
    )


def test_a_cell_turned_upside_down_costs_no_colours(frame):
    canvas = Canvas()
    canvas.put(frame([[RED, BLUE, RED, RED, BLUE, BLUE], [BLUE, RED, BLUE, RED, BLUE, RED]]))
    assert canvas.picture(6, 1, "16").ansi(0) == "\x1b[91;44m▀▄▀█ ▄\x1b[0m"


def test_bars_are_black_where_the_shape_is_another(frame):
    canvas = Canvas()
    canvas.put(frame([[WHITE] * 4] * 2))
    picture = canvas.picture(4, 3, "truecolor")
    black, white = ("#000000",) * 2, ("#ffffff",) * 2
    assert [picture.cells(row) for row in range(3)] == [
        [("▀▀▀▀", *black)],
        [("▀▀▀▀", *white)],
        [("▀▀▀▀", *black)],
    ]


@given(
    width=st.integers(1, 70),
    height=st.integers(1, 50),
    columns=st.integers(1, 90),
    rows=st.integers(1, 40),
    pixels=st.sampled_from(PIXELS),
    ability=st.sampled_from(ABILITIES),
    seed=st.integers(0, 2**32 - 1),
)
@example(width=1, height=1, columns=1, rows=1, pixels="nv12", ability="truecolor", seed=0)
@example(width=70, height=1, columns=1, rows=40, pixels="yuv420p", ability="256", seed=0)
@few
def test_a_terminal_shows_what_the_cells_say(
    frame, terminal, told, width, height, columns, rows, pixels, ability, seed
):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3))
    canvas = Canvas()
    canvas.put(frame(noise, pixels))
    picture = canvas.picture(columns, rows, ability)
    assert (picture.columns, picture.rows) == (columns, rows)
    for row in range(rows):
        line = terminal(columns)
        line.write(picture.ansi(row))
        assert line.plain()
        assert line.dots() == told(picture.cells(row))
        assert sum(len(text) for text, _, _ in picture.cells(row)) == columns


@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 12)),
    part=st.tuples(st.integers(0, 39), st.integers(0, 40)),
    ability=st.sampled_from(ABILITIES),
    coarse=st.sampled_from((1, 60, 128, 255)),
    seed=st.integers(0, 2**32 - 1),
)
@few
def test_what_changed_turns_the_row_before_into_this_one(
    frame, terminal, told, size, part, ability, coarse, seed
):
    (columns, rows), start, end = size, min(part[0], size[0] - 1), max(part)
    noise = np.random.default_rng(seed)
    canvas = Canvas()
    pictures = []
    for _ in range(2):
        canvas.put(frame(noise.integers(0, 256, (2 * rows, columns, 3)) // coarse * coarse))
        pictures.append(canvas.picture(columns, rows, ability))
    before, picture = pictures
    for row in range(rows):
        line = terminal(len(told(picture.cells(row))[start:end]))
        line.write(before.ansi(row, start, end))
        line.write(picture.since(row, before, start, end))
        assert line.dots() == told(picture.cells(row))[start:end]
        assert line.plain()


@given(ability=st.sampled_from(ABILITIES), seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 9))
@few
def test_rows_that_changed_are_those_whose_cells_differ(frame, ability, seed, rows):
    noise = np.random.default_rng(seed)
    colours = noise.integers(0, 256, (2 * rows, 7, 3))
    canvas = Canvas()
    canvas.put(frame(colours))
    before = canvas.picture(7, rows, ability)
    colours[noise.integers(0, 2 * rows)] = noise.integers(0, 256, 3)
    canvas.put(frame(colours))
    picture = canvas.picture(7, rows, ability)
    differ = [row for row in range(rows) if picture.cells(row) != before.cells(row)]
    assert picture.changed(before) == differ
    assert picture.changed(picture) == []
    assert [row for row in range(rows) if picture.since(row, before)] == (
        list(range(rows)) if ability == "ascii" else differ
    )


def test_all_rows_changed_since_nothing_another_size_or_other_colours(frame):
    canvas = Canvas()
    canvas.put(frame([[RED] * 4] * 4))
    picture = canvas.picture(4, 2, "truecolor")
    small = canvas.picture(2, 1, "truecolor")
    few_colours = canvas.picture(4, 2, "256")
    letters = canvas.picture(4, 2, "ascii")
    for other in (None, small, few_colours, letters):
        assert picture.changed(other) == [0, 1]
        assert picture.since(1, other) == picture.ansi(1)
    assert letters.changed(picture) == [0, 1]
