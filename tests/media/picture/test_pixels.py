"""True pixels, as a terminal that speaks Kitty's graphics protocol would read them."""

import re
import sys
import zlib
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wschat_tui.media.picture.canvas import Canvas
from wschat_tui.media.picture.pixels import MOST, size_of

COMMAND = re.compile(r"\x1b_G(?P<keys>[^;\x1b]*);(?P<data>[A-Za-z0-9+/=]*)\x1b\\")
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(said):
    """The keys of the first command, and the pixels of all of them."""
    commands = [one.groupdict() for one in COMMAND.finditer(said)]
    assert COMMAND.sub("", said) == ""
    first = dict(key.split("=") for key in commands[0]["keys"].split(","))
    assert all(len(one["data"]) <= 4096 for one in commands)
    assert [one["keys"][-3:] for one in commands] == ["m=1"] * (len(commands) - 1) + ["m=0"]
    assert all(one["keys"] in {"m=0", "m=1"} for one in commands[1:])
    data = zlib.decompress(b64decode("".join(one["data"] for one in commands)))
    shape = int(first["v"]), int(first["s"]), 3
    return first, np.frombuffer(data, np.uint8).reshape(shape)


def test_a_picture_covers_its_cells_with_the_colours_of_the_frame(frame):
    colours = np.zeros((90, 160, 3), int)
    colours[:, :80, 0] = np.linspace(0, 255, 90)[:, None]
    colours[:, 80:, 2] = 200
    canvas = Canvas()
    canvas.put(frame(colours))
    keys, shown = read(canvas.picture(80, 24, "truecolor").graphic(7))
    assert {key: keys[key] for key in "aqCipfocr"} == {
        "a": "T", "q": "2", "C": "1", "i": "7", "p": "1", "f": "24", "o": "z", "c": "80", "r": "24"
    }  # fmt: skip
    height, width, _ = shown.shape
    assert (width, height) == size_of(80, 24)
    assert np.abs(shown[height // 2, 3 * width // 4] - np.array((0, 0, 200))).max() <= 4
    assert abs(int(shown[-8, 10, 0]) - 255) <= 24
    assert shown[8, 10, 0] <= 24


@given(columns=st.integers(1, 1000), rows=st.integers(1, 500))
@few
def test_it_is_never_large(columns, rows):
    width, height = size_of(columns, rows)
    assert width >= 1
    assert height >= 1
    assert width * height <= max(MOST, columns, 2 * rows)


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (1, 60), (300, 1), (200, 60)])
def test_any_shape_of_cells_is_covered(frame, columns, rows):
    canvas = Canvas()
    canvas.put(frame(np.random.default_rng(1).integers(0, 256, (9, 16, 3))))
    keys, shown = read(canvas.picture(columns, rows, "truecolor").graphic(1))
    assert (keys["c"], keys["r"]) == (str(columns), str(rows))
    assert shown.size


def test_letters_have_no_pixels(frame):
    canvas = Canvas()
    canvas.put(frame(np.zeros((9, 16, 3))))
    assert canvas.picture(10, 5, "ascii").graphic(1) == ""


def test_pixels_end_with_the_frames_and_no_picture_holds_one(frame):
    canvas = Canvas()
    kept = frame(np.zeros((90, 160, 3)))
    uses = sys.getrefcount(kept)
    canvas.put(kept)
    picture = canvas.picture(10, 5, "truecolor")
    assert picture.graphic(1)
    canvas.put(None)
    assert sys.getrefcount(kept) == uses
    assert picture.graphic(1) == ""
