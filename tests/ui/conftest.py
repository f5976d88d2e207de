"""Stand-ins for the screens' tests: an app that holds one screen, and services that answer as told."""

import asyncio
from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from rpds import HashTrieMap, HashTrieSet
from textual.app import App
from textual.screen import Screen

from wschat_tui.runtime.services import LoginForm, Look, Outcome, ProfileInfo, Profiles
from wschat_tui.state.model import Attachment, Message, Person, Reaction, Room, State
from wschat_tui.state.text import SafeText
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.days import Days
from wschat_tui.ui.theme import THEMES
from wschat_tui.ui.wall import Wall

NOW = 1_763_892_351_000
"""Sunday 23 November 2025, 10:05:51 UTC."""


class Stage(App[None]):
    """One screen on an empty app, in pinned colours; keeps what the screen was dismissed with."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: Screen[Any], theme: str) -> None:
        super().__init__()
        self._first = screen
        self._theme = theme
        self.results: list[Any] = []

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._theme
        self.animation_level = "none"
        self.push_screen(self._first, self.results.append)

    def get_line_filters(self) -> list[Any]:
        return [*super().get_line_filters(), Wall()]


class FakeServices:
    """Answers as scripted, and writes down what it was asked."""

    start = "welcome"

    def __init__(self) -> None:
        self.look = Look()
        self.known = Profiles(())
        self.forms: list[LoginForm] = []
        self.asked: list[tuple[str, str]] = []
        self.answers: list[Outcome] = []
        self.gate: asyncio.Event | None = None
        """Where set, a login waits for it, and `waiting` tells that it does."""
        self.waiting = asyncio.Event()
        self.stopped = False

    def now(self) -> int:
        return NOW

    def op_id(self) -> str:
        return "op-1"

    async def profiles(self) -> Profiles:
        return self.known

    async def login(self, form: LoginForm) -> Outcome:
        self.forms.append(form)
        if self.gate is not None:
            self.waiting.set()
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.stopped = True
                raise
        return self.answers.pop(0)

    async def forget(self, profile: str) -> Outcome:
        self.asked.append(("forget", profile))
        return self._changed(
            lambda ones: tuple(one for one in ones if one.name != profile),
        )

    async def make_default(self, profile: str) -> Outcome:
        self.asked.append(("default", profile))
        return self._changed(
            lambda ones: tuple(
                ProfileInfo(one.name, one.server, one.user, one.name == profile, one.token_home)
                for one in ones
            )
        )

    def _changed(self, change: Callable[[tuple[ProfileInfo, ...]], tuple[ProfileInfo, ...]]):
        answer = self.answers.pop(0)
        if answer.ok:
            self.known = Profiles(change(self.known.profiles), self.known.problems)
        return answer


@pytest.fixture
def stage() -> Callable[..., Stage]:
    """Make an app that shows a screen: `stage(screen)`; its `results` get what it dismisses with."""

    def make(screen: Screen[Any], theme: str = "wschat-dark") -> Stage:
        return Stage(screen, theme)

    return make


@pytest.fixture
def fake_services() -> FakeServices:
    """The program behind the screens, as a script."""
    return FakeServices()


@pytest.fixture
def some_profiles() -> Profiles:
    """Three profiles: the default, one without tokens, one with a long name."""
    return Profiles(
        (
            ProfileInfo(
                "work", "wss://chat.example.org/v1/ws", "alice", True, "in the system keyring"
            ),
            ProfileInfo("home", "ws://127.0.0.1:8765/v1/ws", "bob", False),
            ProfileInfo(
                "a-name-that-goes-on-and-on",
                "wss://chat.example.org/v1/ws",
                "",
                False,
                "memory until you quit",
            ),
        )
    )


@pytest.fixture
def lobby() -> State:
    """Alice in the lobby with a thread, reactions and receipts, unread rooms and people beside it."""
    at = NOW - 200_000
    root = Message(
        "m-1",
        "network:lobby",
        "bob",
        SafeText("shall we ship it?"),
        at - 60_000,
        reactions=(Reaction("👍", ("alice", "carol")), Reaction("🎉", ("bob",))),
    )
    reply = Message(
        "m-2",
        "network:lobby",
        "alice",
        SafeText("yes\nand soon"),
        at,
        parent_id="m-1",
        edited=True,
        delivery="sent",
        attachments=(
            Attachment(
                SafeText("https://chat.example.org/files/plan.pdf"),
                SafeText("plan.pdf"),
                123_456,
                SafeText("application/pdf"),
            ),
        ),
    )
    rooms = (
        Room("host", joined=True),
        Room(
            "network:lobby",
            SafeText("lobby"),
            joined=True,
            messages=(root, reply),
            receipts=HashTrieMap({"bob": "m-2", "carol": "m-2", "alice": "m-2"}),
            members=HashTrieSet(["alice", "bob", "carol"]),
        ),
        Room("network:team", joined=True, unread=3, mentions=1),
        Room("dm:alice:bob", joined=True, unread=12),
        Room("dm:alice:carol", joined=True),
    )
    people = {"alice": "online", "bob": "online", "carol": "away", "dave": "offline", "mia": "busy"}
    return State(
        me="alice",
        profile="work",
        focus="network:lobby",
        rooms=HashTrieMap({room.scope: room for room in rooms}),
        people=HashTrieMap(
            {user: Person(user, SafeText(user.title()), status) for user, status in people.items()}
        ),
        places=HashTrieMap({"m-1": "network:lobby", "m-2": "network:lobby"}),
        now=NOW,
    )


@pytest.fixture
def some_actions() -> tuple[Action, ...]:
    """A few actions of each kind, which stay as they are while the registry grows."""

    def run(desk: Any, rest: str) -> None:
        raise AssertionError(f"ran with {rest} on {desk}")

    room = Slash("join", (Parameter("room", "room"),))
    react = Slash("react", (Parameter("emoji", "emoji", required=False),))
    return (
        Action("app.help", "Show all keys and commands", "Everywhere", run, ("f1",)),
        Action("app.quit", "Quit", "Everywhere", run, ("ctrl+q",), slash=Slash("quit")),
        Action("room.join", "Join a room", "Rooms", run, slash=room),
        Action("room.next", "Go to the next unread room", "Rooms", run, ("alt+a", "ctrl+n")),
        Action("view.people", "Show or hide the people", "View", run, ("f4",)),
        Action(
            "message.react",
            "React, or take a reaction back",
            "Messages",
            run,
            ("t", "plus"),
            "timeline",
            react,
        ),
        Action("message.next", "Go down", "Messages", run, ("j", "down"), "timeline"),
        Action(
            "composer.break",
            "Begin a new line, wherever the cursor stands in what is typed",
            "Writing",
            run,
            ("alt+enter", "shift+enter", "ctrl+j"),
            "composer",
        ),
        Action("people.open", "Open the direct chat", "People", run, ("enter",), "people"),
    )


@pytest.fixture
def days() -> Days:
    """Times in UTC."""
    return Days(UTC)
