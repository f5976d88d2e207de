"""Searching as one types: what is found, where, and going there."""

import asyncio
import gc
from dataclasses import replace
from types import SimpleNamespace

import pytest
from textual.widgets import Input, Static

from wschat_tui.runtime.services import Fetched, Outcome
from wschat_tui.state.history.query import Found, Hit, Query
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.ui.hit_rows import excerpt, note_of
from wschat_tui.ui.screens.search import SearchScreen
from wschat_tui.ui.widgets.menu import Menu
from wschat_tui.ui.widgets.progress import Progress

DAY = 86_400_000
HERE = "this machine's history"
LONG = f"harbour rules {'of this and that ' * 8}and at night the harbour is closed"
TEXTS = (
    ("bob", "network:lobby", "the ferry leaves at nine, so be at the harbour by half past eight"),
    ("carol", "network:team", "which harbour? there are two of them, and I was at the wrong one"),
    ("mia", "dm:alice:bob", LONG),
    ("dave", "host", "港 means harbour, and [b]nothing[/b] here is bold"),
)


class FakeArchive:
    """Finds what it was given, page by page, and writes down what it was asked."""

    def __init__(self, hits):
        self.hits = hits
        self.asked: list[tuple[Query, int | None]] = []
        self.fetched: list[tuple[str, ...]] = []
        self.answer: Found | str | None = None
        self.gate: asyncio.Event | None = None
        self.cancelled = 0

    async def find(self, query, limit=50, below=None):
        self.asked.append((query, below))
        if self.answer is not None:
            return self.answer
        fits = [
            one
            for one in self.hits
            if query.finds(one.message.body) and (below is None or one.row < below)
        ]
        page = fits[:limit]
        return Found(tuple(page), page[-1].row if len(fits) > limit else None)

    def cancel(self):
        self.cancelled += 1

    async def fetch(self, scopes, told):
        self.fetched.append(tuple(scopes))
        told(Fetched(scopes[0], 0))
        told(Fetched(scopes[0], 300, 1_763_892_351_000 - 30 * DAY))
        if self.gate is not None:
            await self.gate.wait()
        return Outcome(True, "300 older messages were fetched; the server has nothing older.")


def hit(number, author, scope, body, at):
    message = Message(f"m{number}", scope, author, SafeText(body), at)
    return Hit((at << 20) + number, message)


@pytest.fixture
def archive(lobby):
    ages = (3_600_000, DAY, 3 * DAY, 400 * DAY)
    hits = [
        hit(number, *text, lobby.now - age)
        for number, (text, age) in enumerate(zip(TEXTS, ages, strict=True))
    ]
    return FakeArchive(hits)


@pytest.fixture
def search(lobby, archive, days):
    session = SimpleNamespace(state=lobby, archive=archive)

    def make(begin="", **changed):
        for name, value in changed.items():
            setattr(session, name, value)
        return SearchScreen(session, lambda: lobby.now, days, begin)

    return make


def note(app):
    return str(app.screen.query_one("#note", Static).content)


def rows(app):
    return [item.left.plain.split()[0] for item in app.screen.query_one(Menu).items]


async def settled(pilot):
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_hits_are_shown_as_one_types_newest_first(stage, search, archive):
    app = stage(search())
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.screen.query_one("#language").display
        await pilot.press(*"harbour")
        await settled(pilot)
        assert rows(app) == ["Bob", "Carol", "Mia", "Dave"]
        assert note(app) == "4 found, newest first, in this machine's history."
        assert [query.words for query, _ in archive.asked][-1] == ("harbour",)
        await pilot.press(*" nine")
        await settled(pilot)
        assert rows(app) == ["Bob"]


async def test_searches_that_are_overtaken_before_they_begin_leave_no_trace(stage, search, recwarn):
    async with stage(search()).run_test() as pilot:
        field = pilot.app.screen.query_one(Input)
        for text in ("h", "ha", "har"):
            field.value = text
            field.post_message(Input.Changed(field, text))
            pilot.app.screen._ask()
        await pilot.pause()
        gc.collect()
    assert [str(one.message) for one in recwarn if "awaited" in str(one.message)] == []


async def test_enter_goes_to_the_hit_and_escape_nowhere(stage, search, archive):
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("down", "down", "up", "enter")
        await settled(pilot)
        assert app.results == [archive.hits[1].message]
        assert archive.cancelled
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert app.results == [None]


async def test_a_click_chooses_and_a_click_beside_closes(stage, search, archive):
    app = stage(search("harbour"))
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        await pilot.click(Menu, offset=(10, 3))
        await pilot.pause()
        assert app.results == [archive.hits[3].message]
    app = stage(search())
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert app.results == [None]


async def test_what_is_not_understood_is_said_and_nothing_is_searched(stage, search, archive):
    app = stage(search("harbour before:soon"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert note(app).startswith("before: takes a day")
        assert rows(app) == []
        assert archive.asked == []


async def test_filters_reach_the_archive(stage, search, archive, lobby):
    app = stage(search("from:bob in:team has:link x"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        query, _ = archive.asked[-1]
        assert query == Query(("x",), ("bob",), "network:team", has=frozenset({"link"}))
        assert note(app) == "Nothing found in this machine's history."


async def test_the_next_page_comes_before_the_end_and_there_is_a_most(
    stage, search, archive, lobby, monkeypatch
):
    monkeypatch.setattr("wschat_tui.ui.screens.search.MOST", 120)
    archive.hits = [
        hit(n, "bob", "host", f"harbour {n}", lobby.now - n * 1000) for n in range(1, 300)
    ]
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert len(rows(app)) == 50
        assert note(app).startswith("50+ found")
        for _ in range(24):
            await pilot.press("pagedown")
            await settled(pilot)
        assert len(rows(app)) == 150
        assert note(app).startswith("150 found")
        assert app.screen.query_one(Menu).cursor > 60


async def test_the_best_first_and_back(stage, search, archive):
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert archive.asked[-1][0].ranked
        assert "the best first" in note(app)
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert not archive.asked[-1][0].ranked


async def test_a_history_that_cannot_be_read_is_one_sentence(stage, search, archive):
    archive.answer = "The history could not be read (disk I/O error); try again."
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert note(app) == archive.answer
        assert rows(app) == []


async def test_a_next_page_that_cannot_be_read_leaves_the_first(stage, search, archive, lobby):
    archive.hits = [hit(n, "bob", "host", "harbour", lobby.now - n * 1000) for n in range(1, 99)]
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        archive.answer = "It could not be read."
        await pilot.press("up")
        await settled(pilot)
        assert note(app) == archive.answer
        assert len(rows(app)) == 50


async def test_older_messages_are_fetched_with_progress_and_searched_again(stage, search, archive):
    archive.gate = asyncio.Event()
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = len(archive.asked)
        await pilot.press("ctrl+o", "ctrl+o")
        await pilot.pause()
        assert (
            archive.fetched
            == [("network:lobby", "host", "dm:alice:bob", "dm:alice:carol", "network:team")]
            or archive.fetched[0][0] == "network:lobby"
        )
        assert len(archive.fetched) == 1
        said = app.screen.query_one(Progress).sentence
        assert said == "Fetching #lobby: 300 messages, back to Fri 24 Oct"
        archive.gate.set()
        await settled(pilot)
        assert "300 older messages" in app.screen.query_one(Progress).sentence
        assert len(archive.asked) > before


async def test_fetching_can_be_stopped_before_the_screen_closes(stage, search, archive):
    archive.gate = asyncio.Event()
    app = stage(search("in:team harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert archive.fetched == [("network:team",)]
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.query_one(Progress).sentence == "Stopped; what came is kept."
        assert app.results == []
        await pilot.press("escape")
        await pilot.pause()
        assert app.results == [None]


async def test_without_a_disk_what_is_loaded_is_searched(stage, search):
    app = stage(search("ship", archive=None))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert rows(app) == ["Bob"]
        assert note(app).endswith("in what is loaded, as nothing is kept on this disk.")
        await pilot.press("ctrl+o")
        await settled(pilot)
        assert app.screen.query_one(Progress).sentence == ""
        await pilot.press("enter")
        await pilot.pause()
        assert app.results[0].id == "m-1"


async def test_the_filters_can_be_looked_up_while_searching(stage, search):
    app = stage(search("harbour"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("f1")
        await pilot.pause()
        assert app.screen.query_one("#language").display
        assert not app.screen.query_one(Menu).display
        await pilot.press("f1")
        await pilot.pause()
        assert app.screen.query_one(Menu).display


@pytest.mark.parametrize(
    ("found", "shown", "said"),
    [
        (
            Found(waiting=1200),
            0,
            "Nothing found in this machine's history; the index still lacks 1,200 messages.",
        ),
        (
            Found(cut=True),
            3,
            f"3 found, newest first, in {HERE}; there may be more, looking took too long.",
        ),
        (Found(below=5), 50, "50+ found, newest first, in this machine's history."),
    ],
)
def test_what_is_said_of_a_page(found, shown, said):
    assert note_of(found, shown, ranked=False, kept=True) == said
    assert "were compared" in note_of(replace(found, cut=True), 1, ranked=True, kept=True)


@pytest.mark.parametrize(
    ("text", "words", "width", "shown"),
    [
        ("short text", ("text",), 40, "short text"),
        ("two\nlines", (), 40, "two lines"),
        ("a " * 50 + "needle in it", ("needle",), 30, "…a a a a a a a a needle in it"),
        ("needle " + "x" * 3000, ("needle",), 30, "needle " + "x" * 1993),
        ("x" * 5000 + " needle", ("needle",), 20, None),
    ],
)
def test_an_excerpt_shows_the_match(text, words, width, shown):
    made = excerpt(text, words, width)
    assert shown is None or made.plain == shown
    marked = [made.plain[span.start : span.end] for span in made.spans]
    assert marked == list(words)
    if shown is None:
        assert made.plain.endswith("needle")
        assert len(made.plain) < 40


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("typed", ["", "harbour"], ids=["filters", "hits"])
def test_it_looks_so(stage, search, snap_compare, size, typed):
    async def settle(pilot):
        await settled(pilot)
        if typed:
            await pilot.press("down")
            await pilot.pause()

    assert snap_compare(stage(search(typed)), terminal_size=size, run_before=settle)
