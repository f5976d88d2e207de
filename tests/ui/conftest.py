"""Stand-ins for the screens' tests: an app that holds one screen, and services that answer as told."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC
from itertools import groupby
from typing import Any

import pytest
from rpds import HashTrieMap, HashTrieSet
from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from wschat_tui.runtime.services import LoginForm, Look, Outcome, ProfileInfo, Profiles
from wschat_tui.state.calls.call_views import Device, Levels
from wschat_tui.state.model import Attachment, Message, Person, Reaction, Room, State
from wschat_tui.state.text import SafeText
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.days import Days
from wschat_tui.ui.theme import THEMES
from wschat_tui.ui.wall import Wall

NOW = 1_763_892_351_000
"""Sunday 23 November 2025, 10:05:51 UTC."""


async def nothing_is_ready(*_: float) -> None:
    """Wait until nothing can go on but by a timer, a thread or a socket, and all is laid out."""
    app = active_app.get()
    await all_took_their_turn()
    while app.screen_stack and app.screen._callbacks:
        app.screen._on_timer_update()
        await all_took_their_turn()


async def all_took_their_turn() -> None:
    """Wait until nothing in the loop is ready to go on."""
    loop: Any = asyncio.get_running_loop()
    calm = 0
    while calm < 2:
        await asyncio.sleep(0)
        calm = 0 if loop._ready else calm + 1


async def resized(pilot: Pilot[Any], width: int, height: int) -> None:
    """Resize the terminal, and wait until the screen has heard of it, which takes a timer."""
    await RESIZE(pilot, width, height)
    while pilot.app._resize_timer is not None:
        await pilot.pause(0.001)
    await pilot.pause()


RESIZE = Pilot.resize_terminal


@pytest.fixture(autouse=True, scope="session")
def facts() -> Iterator[None]:
    """Let a pilot wait for facts: the library sleeps until the process has been idle for 20 ms.

    That is most of the time of a test, and on a busy machine it gives up before things are done.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in ("textual.pilot", "textual.app"):
            patch.setattr(f"{module}.wait_for_idle", nothing_is_ready)
        patch.setattr(Pilot, "resize_terminal", resized)
        yield


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

    async def forget(self, profile: str, *, history: bool = False) -> Outcome:
        self.asked.append(("forget", profile, history))
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


SKY, SKIN, SHIRT, HAIR = "#5b7fa6", "#d9a27e", "#8c3b3b", "#3a2a20"
SHADES = {SKY: ".", SKIN: "#", SHIRT: "=", HAIR: "@"}


class FakePicture:
    """Somebody before a wall, in so many cells; implements `PictureView`."""

    def __init__(self, number: int, columns: int, rows: int, ability: str) -> None:
        self.number, self.columns, self.rows = number, columns, rows
        self.ability = ability
        self.coloured = ability != "ascii"

    def ansi(self, row: int, start: int = 0, end: int | None = None) -> str:
        drawn = []
        for text, ink, ground in self._runs(row, start, end):
            if self.coloured:
                drawn.append(f"\x1b[38;2;{_rgb(ink)};48;2;{_rgb(ground)}m{text}")
            else:
                drawn.append(text)
        return "".join(drawn) + "\x1b[0m"

    def since(self, row: int, before: Any, start: int = 0, end: int | None = None) -> str:
        return self.ansi(row, start, end)

    def cells(self, row: int) -> list[tuple[str, str, str]]:
        return self._runs(row, 0, None)

    def graphic(self, id: int) -> str:
        return ""

    def changed(self, before: Any) -> list[int]:
        return list(range(self.rows))

    def _runs(self, row: int, start: int, end: int | None) -> list[tuple[str, str, str]]:
        columns = range(start, self.columns if end is None else end)
        pairs = ((self._dot(x, 2 * row), self._dot(x, 2 * row + 1)) for x in columns)
        made = []
        for (above, below), run in groupby(pairs):
            size = sum(1 for _ in run)
            letters = (
                ("▀" * size, above, below) if self.coloured else (SHADES[above] * size, "", "")
            )
            made.append(letters)
        return made

    def _dot(self, x: int, y: int) -> str:
        across, down = (x - self.columns / 2) / self.rows, y / (2 * self.rows) - 0.5
        if across**2 + (down + 0.05) ** 2 * 1.2 < 0.06:
            return HAIR if down < -0.17 else SKIN
        return SHIRT if down > 0.22 and abs(across) < 0.35 else SKY


def _rgb(colour: str) -> str:
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


class FakeTerminal:
    """Takes what the screen draws; implements `TerminalView`."""

    def __init__(self) -> None:
        self.wanted = False
        self.taken: list[tuple[int, Any]] = []

    def put(self, columns: int, rows: Any) -> None:
        self.taken.append((columns, rows))


class FakeMedia:
    """What a call's media would show and take; implements `MediaView` and writes down what came."""

    def __init__(self) -> None:
        self.heard = Levels(mine=0.25, theirs=0.6, speaking=True)
        self.talking = "open"
        self.terminal = FakeTerminal()
        self.asked: list[tuple[Any, ...]] = []
        self.missing = ""
        self.tone = ""
        self.gate: asyncio.Event | None = None
        """Where set, opening and closing devices waits for it."""
        self.found: tuple[Device, ...] = (
            Device("microphone", "", "Built-in microphone", chosen=True),
            Device("microphone", "usb", "USB headset"),
            Device("speaker", "", "Built-in speakers", chosen=True),
            Device("camera", "/dev/video0", "Front camera", chosen=True),
            Device("screen", ":0.0", "Whole screen, 1920x1080"),
        )
        self._volumes = {"microphone": 100, "speaker": 100}
        self._pictures: dict[tuple[Any, ...], FakePicture] = {}

    def picture(self, side: str, columns: int, rows: int, ability: str) -> FakePicture | None:
        key = (side, columns, rows, ability)
        if columns < 1 or rows < 1:
            return None
        if key not in self._pictures:
            self._pictures[key] = FakePicture(1, columns, rows, ability)
        return self._pictures[key]

    def levels(self) -> Levels:
        return self.heard

    async def devices(self) -> tuple[Device, ...]:
        return self.found

    def choose(self, kind: str, id: str) -> None:
        self.asked.append(("choose", kind, id))

    def volume(self, kind: str) -> int:
        return self._volumes[kind]

    def set_volume(self, kind: str, percent: int) -> None:
        self._volumes[kind] = percent

    def set_talking(self, mode: str) -> None:
        self.talking = mode

    def push(self, on: bool) -> None:
        self.asked.append(("push", on))

    async def preview(self, on: bool, shows: str = "", what: str = "") -> str:
        self.asked.append(("preview", on, shows, what))
        if self.gate is not None:
            await self.gate.wait()
        return self.missing if on else ""

    async def test_tone(self) -> str:
        self.asked.append(("tone",))
        return self.tone


@pytest.fixture
def media() -> FakeMedia:
    """The media of calls, without devices, connections or clocks."""
    return FakeMedia()


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
                "work",
                "wss://chat.example.org/v1/ws",
                "alice",
                True,
                "in the system keyring",
                history=12_400_000,
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
