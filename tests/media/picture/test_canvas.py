"""The newest frame wins, noise does not count, and no frame does any harm."""

import threading
import time
import tracemalloc
from itertools import pairwise

import av
import numpy as np
import pytest

from wschat_tui.media.picture.canvas import MOST_COLUMNS, MOST_ROWS, Canvas

RED, BLUE, GREY = (255, 0, 0), (0, 0, 255), (120, 120, 120)


def flat(colour, size=(4, 4)):
    return np.full((*size, 3), colour, np.uint8)


def colours_of(picture):
    """The dots of a picture as an image, by its cells."""
    lines = []
    for row in range(picture.rows):
        upper, lower = [], []
        for text, ink, ground in picture.cells(row):
            upper += [tuple(bytes.fromhex(ink[1:]))] * len(text)
            lower += [tuple(bytes.fromhex(ground[1:]))] * len(text)
        lines += [upper, lower]
    return np.array(lines, float)


def noise_ratio(wanted, shown):
    """PSNR in decibels."""
    return 10 * np.log10(255**2 / ((wanted - shown) ** 2).mean())


def scene(moment=0.0, width=320, height=180):
    """A round thing in front of soft light."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    light = np.stack([60 + 60 * x / width, 80 + 40 * y / height, 120 - 50 * x / width], -1)
    far = ((x - width / 2 - 20 * moment) / 45) ** 2 + ((y - height / 2) / 60) ** 2
    light[far < 1] = (205, 160, 130)
    return light


def test_there_is_no_picture_before_the_first_frame_and_after_the_last(frame):
    canvas = Canvas()
    assert canvas.picture(4, 2, "truecolor") is None
    canvas.put(frame(flat(RED)))
    assert canvas.picture(4, 2, "truecolor") is not None
    canvas.put(None)
    assert canvas.picture(4, 2, "truecolor") is None


def test_the_picture_is_the_same_object_until_a_newer_frame_or_another_size(frame):
    canvas = Canvas()
    canvas.put(frame(flat(RED)))
    first = canvas.picture(4, 2, "truecolor")
    assert canvas.picture(4, 2, "truecolor") is first
    wider = canvas.picture(5, 2, "truecolor")
    assert (wider.columns, wider.number) == (5, first.number)
    canvas.put(frame(flat(RED)))
    newer = canvas.picture(5, 2, "truecolor")
    assert newer is not wider
    assert newer.number > first.number


def test_only_the_newest_frame_counts(frame):
    canvas = Canvas()
    for colour in (BLUE, GREY, RED):
        canvas.put(frame(flat(colour)))
    assert canvas.picture(4, 2, "truecolor").cells(0) == [("▀▀▀▀", "#ff0000", "#ff0000")]


@pytest.mark.parametrize(("columns", "rows"), [(0, 0), (0, 5), (5, 0), (-1, 3)], ids=str)
def test_where_there_is_no_room_there_is_no_picture(frame, columns, rows):
    canvas = Canvas()
    canvas.put(frame(flat(RED)))
    assert canvas.picture(columns, rows, "truecolor") is None


def test_a_view_without_end_gets_a_picture_with_one(frame):
    canvas = Canvas()
    canvas.put(frame(flat(RED)))
    picture = canvas.picture(10**9, 10**9, "ascii")
    assert (picture.columns, picture.rows) == (MOST_COLUMNS, MOST_ROWS)


# ---- how it looks


def averaged(image, dots):
    """Means of squares of so many dots: what is seen from afar, where colours are mixed of dots."""
    height, width = (size // dots * dots for size in image.shape[:2])
    parts = image[:height, :width].reshape(height // dots, dots, width // dots, dots, 3)
    return parts.mean((1, 3))


@pytest.mark.parametrize(
    ("ability", "dots", "least"), [("truecolor", 1, 38), ("256", 4, 25), ("16", 4, 20)]
)
def test_it_looks_like_the_frame(frame, ability, dots, least):
    colours = scene()
    canvas = Canvas()
    canvas.put(frame(colours))
    picture = canvas.picture(80, 22, ability)
    wide = 78  # of 44 dots in height, at 16:9
    left = (80 - wide) // 2
    shown = colours_of(picture)
    assert (shown[:, :left] == 0).all()
    assert (shown[:, left + wide :] == 0).all()
    down, across = np.linspace(0, 180, 45).round(), np.linspace(0, 320, wide + 1).round()
    wanted = np.array(
        [
            [
                colours[int(top) : int(bottom), int(one) : int(other)].mean((0, 1))
                for one, other in pairwise(across)
            ]
            for top, bottom in pairwise(down)
        ]
    )
    # Edges depend on the filter, flat parts do not.
    flat_here = np.abs(np.diff(wanted, axis=1, append=wanted[:, -1:])).max(-1) < 8
    inside = np.where(flat_here[..., None], shown[:, left : left + wide], wanted)
    assert noise_ratio(averaged(wanted, dots), averaged(inside, dots)) >= least


def test_letters_are_heavier_where_it_is_brighter(frame):
    grey = np.repeat(np.linspace(0, 255, 15)[None, :, None], 2, 0).repeat(3, -1)
    canvas = Canvas()
    canvas.put(frame(grey))
    assert canvas.picture(15, 1, "ascii").ansi(0) == " .,:;i1tfLCG08@"


# ---- steadiness


@pytest.mark.parametrize("ability", ["truecolor", "256", "16", "ascii"])
def test_noise_of_a_camera_changes_next_to_nothing(frame, ability):
    noise = np.random.default_rng(1)
    colours = scene()
    canvas = Canvas()
    changed = total = 0
    before = None
    for _ in range(12):
        canvas.put(frame((colours + noise.normal(0, 3, colours.shape[:2])[..., None]).clip(0, 255)))
        picture = canvas.picture(80, 22, ability)
        if before is not None:
            total += 80 * 22
            changed += sum(
                one != other
                for row in picture.changed(before)
                for one, other in zip(expanded(picture, row), expanded(before, row), strict=True)
            )
        before = picture
    assert changed / total < 0.02


def expanded(picture, row):
    return [(letter, *colours) for text, *colours in picture.cells(row) for letter in text]


@pytest.mark.parametrize("ability", ["truecolor", "256", "16", "ascii"])
def test_what_moves_changes_only_where_it_moves(frame, ability):
    canvas = Canvas()
    still = np.full((88, 160, 3), GREY)
    moved = still.copy()
    moved[40:48, 40:60] = (250, 240, 230)
    canvas.put(frame(still))
    before = canvas.picture(80, 22, ability)
    canvas.put(frame(moved))
    picture = canvas.picture(80, 22, ability)
    assert picture.changed(before) == [10, 11]


def test_steadiness_never_leaves_a_colour_far_from_its_own(frame):
    canvas = Canvas()
    for level in range(0, 256, 3):
        canvas.put(frame(flat((level, 255 - level, level // 2), (2, 2))))
        shown = colours_of(canvas.picture(2, 1, "truecolor"))
        assert np.abs(shown - (level, 255 - level, level // 2)).max() <= 13


def test_what_is_nearly_right_becomes_right_in_time(frame):
    canvas = Canvas()
    canvas.put(frame(flat(120, (44, 80))))
    canvas.picture(80, 22, "truecolor")
    for _ in range(22):
        canvas.put(frame(flat(130, (44, 80))))
        shown = colours_of(canvas.picture(80, 22, "truecolor"))
    assert np.abs(shown - 130).max() <= 6


def test_a_slow_fade_arrives(frame):
    canvas = Canvas()
    for level in range(60, 201):
        canvas.put(frame(flat((level,) * 3, (2, 2))))
        shown = colours_of(canvas.picture(2, 1, "256"))
    assert np.abs(shown - 200).max() <= 20


# ---- what strangers may send


HOSTILE = [(1, 1), (2, 1), (1, 2), (3, 5), (16384, 1), (1, 16384), (16383, 7), (4097, 2305)]


@pytest.mark.parametrize(("width", "height"), HOSTILE)
@pytest.mark.parametrize("pixels", ["yuv420p", "rgb24", "nv12"])
def test_odd_sizes_are_shown(width, height, pixels):
    canvas = Canvas()
    canvas.put(av.VideoFrame(width, height, pixels))
    for columns, rows in ((1, 1), (80, 24), (200, 60)):
        picture = canvas.picture(columns, rows, "truecolor")
        assert (picture.columns, picture.rows) == (columns, rows)
        assert len(picture.ansi(rows - 1)) >= 1


@pytest.mark.slow
def test_a_giant_takes_little_time_and_no_memory():
    giant = av.VideoFrame(16384, 8192, "yuv420p")
    canvas = Canvas()
    canvas.put(giant)
    canvas.picture(200, 60, "truecolor")
    tracemalloc.start()
    began = time.perf_counter()
    for _ in range(3):
        canvas.put(giant)
        assert canvas.picture(200, 60, "truecolor") is not None
    took = time.perf_counter() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 3
    assert peak < 8 << 20


class Broken:
    width = height = 16

    @property
    def format(self):
        raise ValueError("gone")


class Empty:
    width = height = 0


@pytest.mark.parametrize("broken", [Broken(), Empty(), "no frame"], ids=["broken", "empty", "text"])
def test_a_frame_that_cannot_be_read_leaves_the_picture(frame, broken):
    canvas = Canvas()
    canvas.put(broken)
    assert canvas.picture(4, 2, "truecolor") is None
    canvas.put(frame(flat(RED)))
    good = canvas.picture(4, 2, "truecolor")
    canvas.put(broken)
    assert canvas.picture(4, 2, "truecolor") is good
    assert canvas.picture(8, 2, "truecolor") is None


def test_nothing_in_a_row_comes_from_a_stranger(frame):
    """Whatever the frame, a row is made of blocks, spaces and colour escapes of numbers."""
    noise = np.random.default_rng(5).integers(0, 256, (48, 80, 3))
    canvas = Canvas()
    canvas.put(frame(noise))
    for ability in ("truecolor", "256", "16"):
        picture = canvas.picture(80, 24, ability)
        text = "".join(picture.ansi(row) for row in range(24))
        assert set(text) <= set("▀▄█ \x1b[;m0123456789")
    letters = "".join(canvas.picture(80, 24, "ascii").ansi(row) for row in range(24))
    assert letters.isascii()
    assert letters.isprintable()


def test_frames_come_from_many_threads_while_pictures_are_made(frame):
    canvas = Canvas()
    frames = [frame(flat(colour, (16, 16))) for colour in (RED, BLUE, GREY)]
    going = threading.Event()
    numbers = []

    def give(mine):
        while not going.is_set():
            canvas.put(mine)

    threads = [threading.Thread(target=give, args=(one,)) for one in (*frames, None)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 20
    while len(set(numbers)) < 50 and time.monotonic() < end:
        picture = canvas.picture(16, 8, "truecolor")
        if picture is not None:
            numbers.append(picture.number)
            assert (
                len(
                    {
                        colour
                        for row in range(8)
                        for _, *colour in map(tuple, picture.cells(row))
                        for colour in colour
                    }
                )
                == 1
            )
    going.set()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) >= 50
    canvas.put(frames[0])
    assert canvas.picture(16, 8, "truecolor").cells(0)[0][1] == "#ff0000"
