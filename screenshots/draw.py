"""Draws screenshots/*.svg: the real program, headless, on the bundled server with a seeded past.

Run by `make screenshots`. Nothing is drawn by hand: each picture is a few keys away from the start.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from itertools import count
from pathlib import Path
from typing import Any

from film import film
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from mock_server.server import MockServer, Options
from wschat_tui.runtime.choice import Choice
from wschat_tui.runtime.program import Program
from wschat_tui.state.inputs import RoundTrip, ThreadOpened
from wschat_tui.state.model import State
from wschat_tui.ui.app import WschatApp
from wschat_tui.ui.screens.search import SearchScreen
from wschat_tui.ui.screens.welcome import WelcomeScreen

FOLDER = Path(__file__).parent
HALF_PAST_TEN = 1_767_609_000_000
"""2026-01-05T10:30Z, half an hour after the seeded server's clock begins."""

SILENT = '[calls]\nbackend = "null"\n'
"""A machine whose sound goes nowhere, so that none is missing."""

TIMEOUT = 20.0
"""Seconds until a screen that does not come about is a fault."""


class StillClock:
    """Time stands; ids count."""

    def __init__(self) -> None:
        self._ids = count(1)

    def now(self) -> int:
        """Half past ten."""
        return HALF_PAST_TEN

    def op_id(self) -> str:
        """Give op1, op2, and so on."""
        return f"op{next(self._ids)}"


Keys = Callable[["Stage"], Awaitable[None]]


@dataclass(frozen=True)
class Picture:
    """A name, a size in cells, and the keys that lead there."""

    name: str
    size: tuple[int, int]
    keys: Keys
    theme: str = ""
    connected: bool = True
    other: tuple[str, ...] = ()
    """What `wschat` does meanwhile as bob, to be called or to call."""


class Stage:
    """The program on a stage of a given size."""

    def __init__(self, app: WschatApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def state(self) -> State:
        """The newest state."""
        return self.app.chat.session.state

    async def until(self, true: Callable[[State], bool]) -> None:
        """Wait until the state is so, and painted."""
        async with asyncio.timeout(TIMEOUT):
            while not true(self.state):
                await self.pilot.pause(0.02)
        await self.pilot.pause()

    async def shown(self, screen: type[Screen[Any]]) -> None:
        """Wait until a screen is on top."""
        async with asyncio.timeout(TIMEOUT):
            while not isinstance(self.app.screen, screen):
                await self.pilot.pause(0.02)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Type a text, as fast as keys can come: a moving picture leaves no pause to wait for."""
        for char in text:
            self.app.post_message(Key(_character_to_key(char), char))
        await self.pilot.pause()


async def nothing(_stage: Stage) -> None:
    """The screen as it comes up."""


async def thread(stage: Stage) -> None:
    """The thread of the message that was answered most, beside its room."""
    replies: dict[str, int] = {}
    for message in stage.state.rooms[stage.state.focus].messages:
        if message.parent_id:
            replies[message.parent_id] = replies.get(message.parent_id, 0) + 1

    stage.app.chat.session.feed(ThreadOpened(max(replies, key=lambda one: replies[one])))
    await stage.until(lambda now: bool(now.thread))


async def palette(stage: Stage) -> None:
    """The switcher, with a few letters typed."""
    await stage.press("ctrl+k")
    await stage.write("te")


async def search(stage: Stage) -> None:
    """What was said about shipping, in this machine's history."""
    await stage.press("ctrl+f")
    await stage.shown(SearchScreen)
    await stage.write("ship")
    async with asyncio.timeout(TIMEOUT):
        while " found" not in str(stage.app.screen.query_one("#note", Static).content):
            await stage.pilot.pause(0.02)
    await stage.pilot.pause()


async def help_page(stage: Stage) -> None:
    """Every key."""
    await stage.press("f1")


async def reactions(stage: Stage) -> None:
    """The reaction picker on the newest message."""
    await stage.press("escape", "t")


async def writing(stage: Stage) -> None:
    """A command being completed."""
    await stage.write("/re")


async def call(stage: Stage) -> None:
    """A call with bob, his picture large and mine small."""
    await stage.write("/call bob pattern")
    await stage.press("enter")
    await stage.until(talking)


async def call_and_chat(stage: Stage) -> None:
    """A call with bob, beside the chat with him."""
    await call(stage)
    await stage.press("c")
    await stage.press("escape")
    await stage.write("what a view! where are you?")
    await stage.press("enter")
    await stage.write("one moment, I look for the")


async def incoming(stage: Stage) -> None:
    """Bob calls while something is being written."""
    await stage.until(lambda now: now.call is not None)
    await stage.write("the notes are nearly done, I only")


def talking(state: State) -> bool:
    """Pictures come, and their figures are known."""
    call = state.call
    return call is not None and call.picture and bool(call.words) and call.stats.width > 0


ANSWERS = ("answer", "--auto", "--once", "--video", "--source", "FILM")
CALLS = ("call", "alice", "--video", "--source", "pattern")

PICTURES = (
    Picture("chat-120x36", (120, 36), nothing),
    Picture("chat-80x24", (80, 24), nothing),
    Picture("chat-60x20", (60, 20), nothing),
    Picture("chat-200x60", (200, 60), nothing),
    Picture("chat-light-120x36", (120, 36), nothing, theme="wschat-light"),
    Picture("thread-160x45", (160, 45), thread),
    Picture("palette-120x36", (120, 36), palette),
    Picture("search-120x36", (120, 36), search),
    Picture("help-120x36", (120, 36), help_page),
    Picture("reactions-120x36", (120, 36), reactions),
    Picture("commands-80x24", (80, 24), writing),
    Picture("call-120x36", (120, 36), call, other=ANSWERS),
    Picture("call-80x24", (80, 24), call, other=ANSWERS),
    Picture("call-chat-160x45", (160, 45), call_and_chat, other=ANSWERS),
    Picture("incoming-120x36", (120, 36), incoming, other=CALLS),
    Picture("welcome-80x24", (80, 24), nothing, connected=False),
)


async def draw(picture: Picture, url: str, home: Path) -> None:
    """Run the program, press the keys, and save what is on the screen."""
    choice = Choice(home=home)
    settle_in(home)
    if picture.connected:
        choice = Choice(server=url, user="alice", token="dev:alice", home=home)  # noqa: S106
    program = Program(choice, StillClock())
    app = WschatApp(program, tz=UTC)
    async with app.run_test(size=picture.size) as pilot:
        stage = Stage(app, pilot)
        if picture.theme:
            app.theme = picture.theme
        if picture.connected:
            await stage.until(settled)
            app.chat.session.feed(RoundTrip(12))
        else:
            await stage.shown(WelcomeScreen)
        async with somebody(picture.other, url, home / "bob"):
            await picture.keys(stage)
            await pilot.pause(0.1)
            svg = app.export_screenshot(title="wschat")
    (FOLDER / f"{picture.name}.svg").write_text(svg, encoding="utf-8")


def settle_in(home: Path) -> None:
    """Have settings of one's own there."""
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(SILENT)


@asynccontextmanager
async def somebody(does: tuple[str, ...], url: str, home: Path) -> AsyncIterator[None]:
    """Bob runs `wschat` with these words, in a process of his own."""
    if not does:
        yield
        return
    settle_in(home)
    recorded = home / "film.webm"
    await asyncio.to_thread(film, recorded)
    words = [str(recorded) if one == "FILM" else one for one in does]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "wschat_tui", *words, "--server", url, "--user", "bob"),
        env=os.environ | {"WSCHAT_HOME": str(home), "WSCHAT_TOKEN": "dev:bob"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        if process.stderr is not None and does[0] == "answer":
            await process.stderr.readline()
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def settled(state: State) -> bool:
    """The room that is open has its history and its people."""
    room = state.rooms.get(state.focus)
    return (
        room is not None
        and room.scope == "network:lobby"
        and room.history in {"complete", "more"}
        and any(person.role for person in state.people.values())
        and sum(person.status != "offline" for person in state.people.values()) > 3
    )


async def main(names: list[str]) -> None:
    """Draw all pictures, or those that are named."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    wanted = [one for one in PICTURES if not names or one.name in names]
    async with AsyncExitStack() as stack:
        options = Options(seed=7, bots=True, scenario="screens")
        server = await stack.enter_async_context(MockServer(options))
        for picture in wanted:
            home = stack.enter_context(tempfile.TemporaryDirectory())
            await draw(picture, server.url, Path(home))
            sys.stderr.write(f"{picture.name}.svg\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
