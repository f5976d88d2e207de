"""The small machines behind the screen: painting, typing, opening links, local time, the frozen terminal."""

import asyncio
import stat
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from wschat_tui.state.model import Room, State
from wschat_tui.ui import frozen
from wschat_tui.ui.frozen import PatientApp, waiting_writes
from wschat_tui.ui.local_time import LocalZone
from wschat_tui.ui.no_session import NoSession
from wschat_tui.ui.opener import NO_BROWSER, open_link
from wschat_tui.ui.painter import Painter
from wschat_tui.ui.typing_notice import TypingNotice
from wschat_tui.ui.widgets.line import spread
from wschat_tui.ui.widgets.row_list import Row, RowList

# ---- painting


async def test_many_marks_make_one_paint_and_a_burst_one_a_frame():
    times = []
    painter = Painter(lambda: times.append(asyncio.get_running_loop().time()), frame=0.05)
    async with asyncio.timeout(50):
        while len(times) < 4:
            for _ in range(100):
                painter.mark()
            await asyncio.sleep(0.001)
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert min(gaps) >= 0.049


async def test_the_first_paint_after_a_pause_is_at_once():
    done = asyncio.Event()
    painter = Painter(done.set, frame=1000)
    painter.mark()
    async with asyncio.timeout(50):
        await done.wait()


async def test_a_stopped_painter_paints_no_more():
    painted = []
    painter = Painter(lambda: painted.append(1), frame=0)
    painter.mark()
    painter.stop()
    painter.mark()
    done = asyncio.Event()
    Painter(done.set, frame=0).mark()
    await asyncio.wait_for(done.wait(), 10)
    assert painted == []


# ---- typing


def test_typing_is_told_at_the_start_again_every_four_seconds_and_at_the_end():
    told = []
    notice = TypingNotice(lambda scope, on: told.append((scope, on)))
    for now in range(0, 9_000, 500):
        notice.typed("a", now)
    assert told == [("a", True)] * 3
    notice.look(14_499)
    assert notice.on
    notice.look(14_500)
    assert told[-1] == ("a", False)
    notice.stop()
    assert len(told) == 4


def test_typing_elsewhere_ends_it_here():
    told = []
    notice = TypingNotice(lambda scope, on: told.append((scope, on)))
    notice.typed("a", 0)
    notice.typed("b", 1)
    assert told == [("a", True), ("a", False), ("b", True)]


# ---- local time


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield LocalZone()
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        (datetime(2026, 1, 10, 12, tzinfo=UTC), "13:00"),
        (datetime(2026, 7, 10, 12, tzinfo=UTC), "14:00"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02:30"),
    ],
)
def test_local_times_follow_summer_time(berlin, utc, local):
    assert datetime.fromtimestamp(utc.timestamp(), berlin).strftime("%H:%M") == local


def test_the_offset_of_a_local_time(berlin):
    assert datetime(2026, 7, 1, 12, tzinfo=berlin).utcoffset().total_seconds() == 7200
    assert berlin.utcoffset(None).total_seconds() == 0
    assert berlin.dst(None).total_seconds() == 0
    assert berlin.tzname(None) == "local"


# ---- links


@pytest.fixture
def desktop(tmp_path, monkeypatch):
    """A desktop whose opener writes down what it was given."""

    def make(code):
        script = tmp_path / "xdg-open"
        script.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/opened\nexit {code}\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        # Nothing else is there: a machine with a desktop has an opener of its own.
        monkeypatch.setenv("PATH", str(tmp_path))
        return {"DISPLAY": ":0"}, tmp_path / "opened"

    return make


async def test_a_link_is_handed_to_the_desktop(desktop):
    environ, opened = desktop(0)
    assert await open_link("https://example.org/?a=1&b=2", environ) == ""
    assert opened.read_text() == "https://example.org/?a=1&b=2\n"


async def test_an_opener_that_fails_is_told(desktop):
    environ, _ = desktop(3)
    assert "ended with 3" in await open_link("https://example.org/", environ)


async def test_without_a_desktop_nothing_takes_the_terminal():
    assert "no browser" in await open_link("https://example.org/", {})


async def test_an_opener_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "no browser" in await open_link("https://example.org/", {"DISPLAY": ":0"})


async def test_an_opener_that_cannot_start_is_told(desktop):
    environ, opened = desktop(0)
    (opened.parent / "xdg-open").chmod(0o600)
    (opened.parent / "xdg-open").rename(opened.parent / "kept")
    (opened.parent / "xdg-open").mkdir()
    sentence = await open_link("https://example.org/", environ)
    assert sentence in {"The link was not opened: Permission denied.", NO_BROWSER}


# ---- the frozen terminal


class Queue:
    def __init__(self, size):
        self.size = size

    def qsize(self):
        return self.size


class Driver:
    def __init__(self, size):
        self._writer_thread = type("Writer", (), {})()
        self._writer_thread._queue = Queue(size)


def test_a_driver_without_a_queue_never_waits():
    assert waiting_writes(object()) == 0
    assert waiting_writes(None) == 0
    assert waiting_writes(Driver(12)) == 12


async def test_frames_are_left_out_while_the_terminal_does_not_read(monkeypatch):
    waits = [0]
    monkeypatch.setattr(frozen, "waiting_writes", lambda _driver: waits[0])
    frames = []
    monkeypatch.setattr(App, "_display", lambda _self, _screen, _renderable: frames.append(1))

    class Stage(PatientApp):
        pass

    app = Stage()
    async with app.run_test() as pilot:
        waits[0] = frozen.FULL + 1
        app.screen.refresh()
        await pilot.pause()
        frozen_at = len(frames)
        app.screen.refresh()
        await pilot.pause()
        assert len(frames) == frozen_at
        waits[0] = 0
        async with asyncio.timeout(50):
            while len(frames) == frozen_at:
                await pilot.pause(0.01)


# ---- lines and lists


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (20, "long left      right"),
        (14, "left     right"),
        (10, "long left"),
        (6, "left"),
        (3, "le…"),
    ],
)
def test_a_line_uses_the_longest_texts_that_fit(width, line):
    lefts, rights = [Content("long left"), Content("left")], [Content("right")]
    assert spread(lefts, rights, width).plain.rstrip() == line


class ListStage(App[None]):
    def compose(self) -> ComposeResult:
        yield RowList(id="rows")


ROWS = (
    Row("", (("HEAD", ""),), look="heading"),
    Row("a", (("● ", "online"), ("a very long name that is cut", "")), (("12", "count"),)),
    Row("b", (("日本語日本語日本語", ""),), (("3", "count"),), current=True),
    Row("", ()),
    Row("c", (("see", "dim"),)),
)


async def test_rows_are_cut_by_cells_and_keep_their_right_end():
    app = ListStage()
    async with app.run_test(size=(20, 6)) as pilot:
        rows = app.query_one(RowList)
        rows.put(ROWS)
        await pilot.pause()
        lines = [rows.render_line(y) for y in range(6)]
        assert all(line.cell_length == 20 for line in lines)
        assert [line.text for line in lines] == [
            " HEAD               ",
            "❯● a very long … 12 " if rows.cursor == "a" else " ● a very long … 12 ",
            "❯日本語日本語日 … 3 ",
            "                    ",
            " see                ",
            "                    ",
        ]


async def test_the_cursor_skips_headings_and_survives_changes():
    app = ListStage()
    async with app.run_test(size=(20, 3)) as pilot:
        rows = app.query_one(RowList)
        rows.put(ROWS)
        rows.focus()
        await pilot.pause()
        assert rows.cursor == "b"
        rows.move(1)
        assert rows.cursor == "c"
        rows.move(1)
        assert rows.cursor == "c"
        rows.put((ROWS[0], ROWS[4], ROWS[1]))
        assert rows.cursor == "c"
        rows.move(-1)
        assert rows.cursor == "c"
        rows.move(99)
        assert rows.cursor == "a"
        rows.put(())
        rows.move(1)
        assert rows.cursor == ""


async def test_a_long_list_scrolls_with_its_cursor():
    app = ListStage()
    async with app.run_test(size=(20, 5)) as pilot:
        rows = app.query_one(RowList)
        rows.put(tuple(Row(str(number), ((str(number), ""),)) for number in range(50)))
        rows.focus()
        await pilot.pause()
        rows.move(20)
        await pilot.pause()
        assert 16 <= rows.scroll_offset.y <= 20
        rows.move(-99)
        await pilot.pause()
        assert rows.scroll_offset.y == 0


# ---- no session


async def test_without_a_session_nothing_happens():
    none = NoSession()
    none.feed()
    none.listen(lambda: None)()
    none.on_word(lambda _word: None)()
    await none.close()
    assert none.state == State()
    assert none.state.rooms.get("x", Room("x")) == Room("x")
