"""The video on a screen: only what changed is painted, and only while somebody sees it."""

import numpy as np
import pytest
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from wschat_tui.media.picture.canvas import Canvas
from wschat_tui.ui import frozen
from wschat_tui.ui.widgets import video as video_module
from wschat_tui.ui.widgets.video_ability import FAR, NEAR, ability_of, pace_of

SIZE = (64, 22)


def flat(level=120, height=32, width=124):
    return np.full((height, width, 3), level, np.uint8)


def shown(array):
    import av

    return av.VideoFrame.from_ndarray(array, format="rgb24")


async def test_words_stand_in_the_middle_while_there_is_no_picture(theatre, until):
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        lines = ["".join(cell[0] for cell in line if len(cell) == 3) for line in app.glass.dots()]
        assert any("Bob[b]Builder" in line for line in lines), lines
        assert any("Thecameraisoff." in line for line in lines)
        app.video.say("alice", "The picture comes soon.")
        await until(
            pilot,
            lambda: any(
                "Thepicturecomessoon." in "".join(cell[0] for cell in line if len(cell) == 3)
                for line in app.glass.dots()
            ),
        )
        assert app.glass.dots() == app.expected()


async def test_words_of_strangers_have_no_control_bytes(theatre, still):
    app = theatre()
    written = []
    async with app.run_test(size=SIZE) as pilot:
        app.glass.write = written.append
        app.video.say("\x1b]52;c;aGk=\x07\x9b2J", "‮evil\x00")
        await still(pilot)
    text = "".join(written)
    assert "\x1b]" not in text
    assert not set(text) & set("\x00\x07\x9b‮")


async def test_a_change_in_one_row_paints_one_row(theatre, still):
    canvas = Canvas()
    app = theatre(canvas)
    async with app.run_test(size=SIZE) as pilot:
        columns, rows = app.video.size
        array = flat(height=2 * rows, width=columns)
        canvas.put(shown(array))
        await still(pilot)
        assert app.glass.dots() == app.expected()
        app.spans.clear()
        before = app.glass.bytes
        array[9] = 250
        canvas.put(shown(array))
        await still(pilot)
        region = app.video.region
        assert app.spans == [[(region.y + 4, region.x, region.right)]]
        assert app.glass.bytes - before < 120 + 3 * columns
        assert app.glass.dots() == app.expected()


async def test_one_cell_that_changed_costs_a_few_bytes(theatre, still):
    canvas = Canvas()
    app = theatre(canvas)
    async with app.run_test(size=SIZE) as pilot:
        columns, rows = app.video.size
        rng = np.random.default_rng(3)
        array = (rng.integers(0, 2, (2 * rows, columns, 3)) * 255).astype(np.uint8)
        canvas.put(shown(array))
        await still(pilot)
        before = app.glass.bytes
        array[8, 30] ^= 255
        canvas.put(shown(array))
        await still(pilot)
        assert app.glass.bytes - before < 80
        assert app.glass.dots() == app.expected()


async def test_a_frame_like_the_last_paints_nothing(theatre, still):
    canvas = Canvas()
    app = theatre(canvas)
    async with app.run_test(size=SIZE) as pilot:
        canvas.put(shown(flat()))
        await still(pilot)
        app.spans.clear()
        canvas.put(shown(flat(121)))
        await still(pilot)
        assert app.spans == []
        assert app.video.picture.number == 2


async def test_it_is_asked_again_and_again_while_it_is_seen(theatre, until, noise):
    canvas = Canvas()
    app = theatre(canvas)
    async with app.run_test(size=SIZE) as pilot:
        for seed in range(3):
            canvas.put(noise(seed))
            await until(
                pilot, lambda seed=seed: app.video.picture and app.video.picture.number == seed + 1
            )
        canvas.put(None)
        await until(pilot, lambda: app.video.picture is None)
        await pilot.pause()
        assert app.glass.dots() == app.expected()


async def test_no_timer_runs_while_it_is_not_shown(theatre, until, noise):
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.video.running)
        app.video.display = False
        await until(pilot, lambda: not app.video.running)
        app.video.display = True
        await until(pilot, lambda: app.video.running)
        await app.push_screen(Screen())
        await until(pilot, lambda: not app.video.running)
        asked = len(app.asked)
        app.canvas.put(noise(1))
        await pilot.pause(0.1)
        assert len(app.asked) == asked
        app.pop_screen()
        await until(pilot, lambda: app.video.picture)
        await pilot.pause()
        assert app.glass.dots() == app.expected()


async def test_a_video_that_is_not_shown_at_first_rests(theatre, until):
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.video.running)
        small = app.query_one("#small")
        assert not small.running
        await small.remove()
        await pilot.pause()


async def test_pictures_are_left_out_while_the_terminal_does_not_read(
    theatre, until, monkeypatch, noise
):
    waits = [0]
    monkeypatch.setattr(video_module, "waiting_writes", lambda _driver: waits[0])
    monkeypatch.setattr(frozen, "waiting_writes", lambda _driver: 0)
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.put(noise(1))
        await until(pilot, lambda: app.video.picture)
        waits[0] = 1
        asked = len(app.asked)
        for seed in range(5):
            app.canvas.put(noise(seed))
            await pilot.pause(0.03)
        assert len(app.asked) == asked
        assert app.video.picture.number == 1
        waits[0] = 0
        await until(pilot, lambda: app.video.picture.number == 6)


async def test_resizing_makes_a_picture_of_the_new_size_at_once(theatre, still, noise):
    app = theatre(pace=1)
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.put(noise(1))
        await still(pilot)
        for size in ((90, 30), (40, 16), (100, 12), (64, 22)):
            await pilot.resize_terminal(*size)
            await still(pilot)
            assert (app.video.picture.columns, app.video.picture.rows) == tuple(app.video.size)
            assert app.glass.dots() == app.expected()


async def test_a_view_of_no_size_is_no_fault(theatre, still, noise):
    app = theatre()
    async with app.run_test(size=(20, 5)) as pilot:
        app.canvas.put(noise(1))
        await still(pilot)
        assert app.glass.dots() == app.expected()
        await pilot.resize_terminal(64, 22)
        await still(pilot)
        assert app.video.picture is not None


class Note(ModalScreen[None]):
    CSS = """
    Note { align: center middle; }
    Note Vertical { width: 24; height: 5; border: round $primary; background: $panel; }
    """

    def compose(self):
        with Vertical():
            yield Static("Hang up?", markup=False)


async def test_a_modal_over_it_shows_the_modal_and_then_the_picture_again(theatre, still, noise):
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.put(noise(1))
        await still(pilot)
        await app.push_screen(Note())
        await pilot.pause()
        letters = ["".join(cell[0] for cell in line if len(cell) == 3) for line in app.glass.dots()]
        assert any("Hangup?" in line for line in letters)
        app.canvas.put(noise(2))
        app.pop_screen()
        await still(pilot)
        assert app.video.picture.number == 2
        assert app.glass.dots() == app.expected()


async def test_a_toast_over_it_stays_readable_and_leaves_no_trace(theatre, still, until, noise):
    app = theatre()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        app.canvas.put(noise(1))
        await still(pilot)
        app.notify("Bob shares his screen", timeout=600, markup=False)
        await until(
            pilot,
            lambda: any(
                "Bobshareshisscreen" in "".join(cell[0] for cell in line if len(cell) == 3)
                for line in app.glass.dots()
            ),
        )
        for seed in range(2, 6):
            app.canvas.put(noise(seed))
            await still(pilot)
            assert app.glass.dots() == app.expected()
        app.clear_notifications()
        await pilot.pause()
        for seed in range(6, 8):
            app.canvas.put(noise(seed))
            await still(pilot)
            assert app.glass.dots() == app.expected()


async def test_a_small_video_over_a_large_one(theatre, still, noise):
    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        small = app.query_one("#small")
        small.display = True
        for seed in range(6):
            app.canvas.put(noise(seed))
            app.small.put(noise(seed + 100))
            small.look()
            await still(pilot)
            assert app.glass.dots() == app.expected()
        small.styles.offset = (5, 9)
        await still(pilot)
        assert app.glass.dots() == app.expected()
        small.display = False
        app.canvas.put(noise(50))
        await still(pilot)
        assert app.glass.dots() == app.expected()


@pytest.mark.parametrize("ability", ["truecolor", "256", "16", "ascii"])
async def test_typing_beside_it_in_every_ability(theatre, still, noise, ability):
    app = theatre(ability=ability)
    async with app.run_test(size=SIZE) as pilot:
        app.query_one("#typed").focus()
        app.query_one("#typed").cursor_blink = False
        for seed, key in enumerate("hello"):
            app.canvas.put(noise(seed))
            await pilot.press(key)
            await still(pilot)
            if ability in {"truecolor", "ascii"}:
                assert app.glass.dots() == app.expected()
        assert app.video.picture.number == 5


async def test_a_screenshot_shows_the_picture(theatre, still, noise):
    import cairosvg

    app = theatre()
    async with app.run_test(size=SIZE) as pilot:
        app.canvas.put(noise(1, 62, 36))
        await still(pilot)
        columns, rows = app.video.size
        drawing = app.export_screenshot()
        assert drawing.count("▀") == columns * rows
        assert cairosvg.svg2png(bytestring=drawing.encode()).startswith(b"\x89PNG")


async def test_without_colours_the_picture_is_letters_in_greys(theatre, still, noise, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = theatre(ability="ascii")
    async with app.run_test(size=SIZE) as pilot:
        assert ability_of(app) == "ascii"
        app.canvas.put(noise(1))
        await still(pilot)
        region = app.video.region
        cells = [
            app.glass.screen.buffer[line][column]
            for line in range(region.y, region.bottom)
            for column in range(region.x, region.right)
        ]
        assert len({cell.data for cell in cells}) > 4
        for cell in cells:
            assert cell.fg[:2] == cell.fg[2:4] == cell.fg[4:]
            assert cell.bg == "000000"


@pytest.mark.parametrize(
    ("colours", "ability"),
    [
        ("truecolor", "truecolor"),
        ("256", "256"),
        ("standard", "16"),
        ("windows", "16"),
        (None, "ascii"),
    ],
)
async def test_ability_is_what_the_program_uses_anyway(theatre, colours, ability, monkeypatch):
    app = theatre()
    monkeypatch.setattr(type(app.console), "color_system", colours)
    assert ability_of(app) == ability


def test_pictures_come_slower_through_a_network():
    assert pace_of({}) == NEAR
    assert pace_of({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}) == FAR
    assert pace_of({"SSH_TTY": "/dev/pts/3"}) == FAR
