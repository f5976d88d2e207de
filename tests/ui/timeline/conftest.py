"""A room to be shown, and a stage for a timeline: an app that holds nothing else."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from rpds import HashTrieMap
from textual.app import App, ComposeResult
from textual.message import Message as Posted
from textual.pilot import Pilot

from wschat_tui.state.model import Message, Person, Room, State
from wschat_tui.state.text import SafeText
from wschat_tui.ui.rows import Rows, rows_of_room
from wschat_tui.ui.theme import THEMES
from wschat_tui.ui.widgets.timeline import Timeline

SCOPE = "network:lobby"
NOON = 1_764_072_000_000
"""Tuesday, 25 November 2025, 12:00 UTC."""

Say = Callable[..., Message]
ShowRows = Callable[..., Rows]


@pytest.fixture
def noon() -> int:
    """The moment at which `say` speaks, in milliseconds: 12:00 UTC on a Tuesday in November."""
    return NOON


@pytest.fixture
def say() -> Say:
    """Makes a message: `say("m1", "bob", "hello", minutes=3, edited=True)`."""

    def make(
        key: str, author: str = "bob", body: str = "hello", minutes: float = 0, **more: Any
    ) -> Message:
        at = more.pop("at", NOON + int(minutes * 60_000))
        return Message(key, SCOPE, author, SafeText(body), at, **more)

    return make


@pytest.fixture
def world() -> Callable[..., tuple[State, Room]]:
    """Makes a state for alice with one room that holds some messages; more are the room's fields."""

    def make(
        *messages: Message, now: int = NOON + 3_600_000, people: Any = None, **more: Any
    ) -> tuple[State, Room]:
        more.setdefault("title", SafeText("lobby"))
        room = Room(SCOPE, joined=True, messages=messages, **more)
        known = HashTrieMap(
            people or {one: Person(one, SafeText(one)) for one in ("alice", "bob", "carol")}
        )
        state = State(
            me="alice", people=known, rooms=HashTrieMap({SCOPE: room}), focus=SCOPE, now=now
        )
        return state, room

    return make


@pytest.fixture
def rows_of(world: Callable[..., tuple[State, Room]]) -> ShowRows:
    """Makes the rows of a room with some messages: `rows_of(*messages, previous=rows, divider="m2")`."""

    def make(*messages: Message, previous: Rows | None = None, **more: Any) -> Rows:
        state, room = world(*messages, **more)
        return rows_of_room(state, room, previous)

    return make


@dataclass
class Stage:
    """A running app with one timeline, and what the timeline posted."""

    timeline: Timeline
    pilot: Pilot[None]
    heard: list[Posted] = field(default_factory=list)

    async def show(self, rows: Rows) -> None:
        """Show rows, and wait until they are painted."""
        self.timeline.show(rows)
        await self.pilot.pause()

    def texts(self) -> list[str]:
        """What is on the screen, line by line, without the scroll bar."""
        size = self.timeline.size
        strips = self.timeline.render_lines(size.region)
        return [strip.text.rstrip() for strip in strips]

    def posted(self, kind: type[Posted]) -> list[Any]:
        """What was posted of a kind, oldest first."""
        return [one for one in self.heard if isinstance(one, kind)]

    def line_of(self, text: str) -> int:
        """The line of the view in which a text stands."""
        return next(y for y, line in enumerate(self.texts()) if text in line)

    def find(self, text: str) -> tuple[int, int]:
        """Column and line at which a text of single cells begins."""
        y = self.line_of(text)
        return self.texts()[y].index(text), y


class _Stage(App[None]):
    CSS = "Timeline { background: $background; }"

    def __init__(self, heard: list[Posted]) -> None:
        super().__init__()
        self.heard = heard
        self.timeline = Timeline()

    def compose(self) -> ComposeResult:
        yield self.timeline

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def _hear(self, event: Posted) -> None:
        self.heard.append(event)

    on_timeline_selected = _hear
    on_timeline_activated = _hear
    on_timeline_reaction_clicked = _hear
    on_timeline_thread_clicked = _hear
    on_timeline_link_clicked = _hear
    on_timeline_seen = _hear
    on_timeline_need_older = _hear
    on_timeline_moved = _hear


@pytest.fixture
def stage() -> Callable[..., AbstractAsyncContextManager[Stage]]:
    """Puts a timeline on a stage: `async with stage(rows, size=(80, 24)) as on: …`."""

    @asynccontextmanager
    async def play(
        rows: Rows | None = None, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[Stage]:
        heard: list[Posted] = []
        app = _Stage(heard)
        async with app.run_test(size=size) as pilot:
            on = Stage(app.timeline, pilot, heard)
            if rows is not None:
                await on.show(rows)
            yield on

    return play
