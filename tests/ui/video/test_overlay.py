"""True pixels over a video: only on terminals that have shown that they can, and never over others."""

import asyncio
import re

import pytest
from textual._xterm_parser import XTermParser
from textual.screen import ModalScreen
from textual.widgets import Static

from wschat_tui.ui import pixels as pixels_module
from wschat_tui.ui.pixels import TRIAL, Pixels, forgotten, may_try

SIZE = (64, 22)
PLACED = re.compile(r"\x1b7\x1b\[(\d+);(\d+)H\x1b_Ga=T,[^;]*i=(\d+),[^;]*c=(\d+),r=(\d+),")
KITTY = {"TERM": "xterm-kitty"}


@pytest.mark.parametrize(
    ("env", "may"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color"}, False),
        ({"TERM": "screen.xterm-256color"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "vt220"}, False),
        ({"TERM": ""}, False),
        ({}, False),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, False),
        ({"TERM": "xterm-kitty", "SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty", "WSCHAT_NO_PIXELS": "1"}, False),
    ],
)
def test_it_is_tried_where_it_does_no_harm(env, may):
    assert may_try(env) is may


async def test_it_is_tried_once_and_the_cursor_tells(theatre):
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        written = []
        pixels = app.pixels = Pixels(app)
        pixels.ask(KITTY, written.append)
        pixels.ask(KITTY, written.append)
        assert written == [TRIAL]
        assert not pixels.can
        for message in XTermParser().feed("\x1b[1;4R"):
            app.post_message(message)
        await pilot.pause()
        assert pixels.can


@pytest.mark.parametrize(("column", "painted"), [(0, False), (40, True)])
async def test_a_cursor_elsewhere_means_no_and_letters_are_painted_over(theatre, column, painted):
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        pixels = Pixels(app)
        pixels.ask(KITTY, lambda text: None)
        before = app.glass.bytes
        pixels.answered(column)
        await pilot.pause()
        assert not pixels.can
        assert (app.glass.bytes > before) is painted
        pixels.answered(3)
        assert not pixels.can


async def test_no_answer_means_no(theatre, until, monkeypatch):
    monkeypatch.setattr(pixels_module, "PATIENCE", 0.01)
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        pixels = Pixels(app)
        pixels.ask(KITTY, lambda text: None)
        await until(pilot, lambda: pixels._state == "no")
        pixels.answered(3)
        assert not pixels.can


async def test_where_it_may_not_be_tried_nothing_is_written(theatre):
    app = theatre()
    async with app.run_test(size=SIZE):
        assert app.pixels._state == "no"
        written = []
        pixels = Pixels(app)
        pixels.ask({"TERM": "dumb"}, written.append)
        pixels.ask(KITTY, written.append)
        assert written == []


def test_the_trial_leaves_nothing():
    assert TRIAL.startswith("\x1b7")
    assert TRIAL.endswith("\x1b8")
    number = re.search(r"i=(\d+),f=32", TRIAL)[1]
    assert forgotten(int(number)) in TRIAL


# ---- over a video


class Wall:
    """What is written beside Textual's own paintings."""

    def __init__(self):
        self.there = {}

    def write(self, text):
        if placed := PLACED.match(text):
            y, x, number, columns, rows = map(int, placed.groups())
            self.there[number] = (x - 1, y - 1, columns, rows)
        else:
            number = next(number for number in self.there if text == forgotten(number))
            del self.there[number]


@pytest.fixture
def wall(monkeypatch):
    """A terminal that can, and what of pixels is on it."""
    made = Wall()
    monkeypatch.setattr(Pixels, "can", True)
    monkeypatch.setattr(
        "wschat_tui.ui.widgets.video.Video._write", lambda _video, text: made.write(text)
    )
    return made


async def test_it_is_laid_over_the_video_and_no_rows_are_painted(theatre, still, noise, wall):
    app = theatre(pace=1)
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.put(noise(1))
        await still(pilot)
        assert list(wall.there.values()) == [tuple(app.video.region)]
        app.spans.clear()
        app.canvas.put(noise(2))
        await still(pilot)
        assert app.spans == []
        app.canvas.put(None)
        await still(pilot)
        assert wall.there == {}
        assert app.glass.dots() == app.expected()


async def test_it_moves_and_grows_with_the_video(theatre, still, noise, wall):
    app = theatre(pace=1)
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.put(noise(1))
        await still(pilot)
        for size in ((90, 30), (40, 16)):
            await pilot.resize_terminal(*size)
            await still(pilot)
            assert list(wall.there.values()) == [tuple(app.video.region)]


async def test_it_makes_room_for_a_toast_and_comes_back(theatre, still, until, noise, wall):
    app = theatre(pace=1)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        app.canvas.put(noise(1))
        await still(pilot)
        app.notify("Bob shares\nhis screen\nand\nhis\nterminal", timeout=600, markup=False)
        await until(
            pilot, lambda: app.screen.query("Toast") and app.screen.query("Toast").first().region
        )
        await until(pilot, lambda: app.video.look() or not wall.there)
        await still(pilot)
        assert app.glass.dots() == app.expected()
        app.canvas.put(noise(2))
        await still(pilot)
        assert app.glass.dots() == app.expected()
        app.clear_notifications()
        await until(pilot, lambda: app.video.look() or wall.there)


class Question(ModalScreen[None]):
    def compose(self):
        yield Static("Hang up?", markup=False)


async def test_it_makes_room_for_another_screen(theatre, still, until, noise, wall):
    app = theatre(pace=60)
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.put(noise(1))
        await until(pilot, lambda: wall.there)
        await app.push_screen(Question())
        await until(pilot, lambda: not wall.there)
        app.pop_screen()
        await until(pilot, lambda: wall.there)
        app.video.display = False
        await until(pilot, lambda: not wall.there)
        app.video.display = True
        await until(pilot, lambda: wall.there)
        await app.video.remove()
        await until(pilot, lambda: not wall.there)


async def test_a_small_video_in_front_has_the_pixels_and_the_large_one_has_not(
    theatre, still, until, noise, wall
):
    app = theatre(pace=1)
    async with app.run_test(size=SIZE) as pilot:
        small = app.query_one("#small")
        app.canvas.put(noise(1))
        app.small.put(noise(2))
        await still(pilot)
        small.display = True
        await until(
            pilot, lambda: app.video.look() or list(wall.there.values()) == [tuple(small.region)]
        )
        await still(pilot)
        await asyncio.sleep(0)
        assert list(wall.there.values()) == [tuple(small.region)]
        small.display = False
        await until(
            pilot,
            lambda: app.video.look() or list(wall.there.values()) == [tuple(app.video.region)],
        )
