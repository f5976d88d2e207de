"""A chat to test the screen on: the real session and reducer, a server that is a list of envelopes."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot

from wschat_tui.protocol.codec import decode_events
from wschat_tui.runtime.services import Look, Outcome, Profiles
from wschat_tui.runtime.session import Session
from wschat_tui.state.effects import Effect, Transmit
from wschat_tui.state.inputs import (
    Heard,
    HistoryLoaded,
    Input,
    LinkConnecting,
    LinkUp,
    MemberListed,
    MembersListed,
    RoomListed,
    RoomsListed,
    RoundTrip,
    SessionOpened,
    Tick,
)
from wschat_tui.ui.app import WschatApp
from wschat_tui.ui.screens.chat import ChatScreen

NOW = int(datetime(2026, 11, 24, 10, 30, tzinfo=UTC).timestamp() * 1000)
LOBBY, TEAM, BOB = "network:lobby", "network:team", "dm:alice:bob"
MEMBERS = (
    MemberListed("alice", "alice", "online"),
    MemberListed("bob", "bob", "online"),
    MemberListed("carol", "carol", "away"),
    MemberListed("dave", "dave", "offline"),
    MemberListed("mia", "mia", "busy", "moderator"),
)


NO_PROFILES = Profiles(())


class Wire:
    """Takes the session's effects instead of the world."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.closed = False

    def run(self, effect: Effect) -> None:
        self.effects.append(effect)

    async def close(self) -> None:
        self.closed = True


class Talk:
    """A session in a lobby with people, driven by what a server would send; inputs are kept."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.session = Session(self.wire)
        self.inputs: list[Input] = []
        self.at = NOW - 600_000
        self._numbers = 0
        feed = self.session.feed

        def recording(*inputs: Input) -> None:
            self.inputs.extend(inputs)
            feed(*inputs)

        self.session.feed = recording
        self.begin()

    def begin(self) -> None:
        rooms = (RoomListed(LOBBY, "lobby"), RoomListed(TEAM, "team"))
        opened = SessionOpened(
            "alice", "work", "wss://chat.example.org/v1/ws", "standard", "in memory", (LOBBY,)
        )
        self.session.feed(opened, LinkConnecting(1), LinkUp(NOW - 900_000, "up"), RoundTrip(12))
        self.session.feed(RoomsListed(rooms, "list", NOW - 900_000), MembersListed(LOBBY, MEMBERS))
        self.session.feed(HistoryLoaded(LOBBY, (), "", more=False), Tick(NOW))
        self.forget()

    def forget(self) -> None:
        """Forget what went out and in until now."""
        self.wire.effects.clear()
        self.inputs.clear()

    def hear(self, *events: tuple[str, dict[str, Any]]) -> None:
        """Envelopes come from the server, together."""
        frame = "\n".join(json.dumps({"type": kind, "data": data}) for kind, data in events)
        self._numbers += 1
        self.session.feed(Heard(tuple(decode_events(frame)), self.at, f"h{self._numbers}"))

    def ack(self, op_id: str, **data: Any) -> None:
        """The server answers a request."""
        frame = json.dumps({"type": "ack", "op_id": op_id, "data": data or None})
        self.session.feed(Heard(tuple(decode_events(frame)), self.at, f"a{op_id}"))

    def refuse(self, op_id: str, message: str) -> None:
        """The server refuses a request."""
        error = {"code": "ERR_FORBIDDEN", "message": message}
        frame = json.dumps({"type": "error", "op_id": op_id, "error": error})
        self.session.feed(Heard(tuple(decode_events(frame)), self.at, f"e{op_id}"))

    def says(self, user: str, body: str, scope: str = LOBBY, parent: str | None = None) -> str:
        """Somebody posts; answers the message's id."""
        self._numbers += 1
        self.at += 1000
        message_id = f"m{self._numbers}"
        at = datetime.fromtimestamp(self.at / 1000, UTC).isoformat()
        data = {"id": message_id, "scope": scope, "user_id": user, "body": body, "created_at": at}
        self.hear(("chat.message", data | ({"parent_id": parent} if parent else {})))
        return message_id

    def asked(self, kind: type[Any]) -> list[Any]:
        """The inputs of one kind that the screen fed."""
        return [one for one in self.inputs if isinstance(one, kind)]

    def sent(self, kind: str) -> list[Any]:
        """The requests of one type that went out."""
        requests = (one.request for one in self.wire.effects if isinstance(one, Transmit))
        return [one for one in requests if one.frame_type == kind]

    def op_of(self, kind: str) -> str:
        """The op_id of the newest request of one type."""
        sent = [one for one in self.wire.effects if isinstance(one, Transmit)]
        return [one.op_id for one in sent if one.request.frame_type == kind][-1]


class Program:
    """The services that a chat screen asks."""

    start = "chat"

    def __init__(self, talk: Talk, look: Look | None = None) -> None:
        self.talk = talk
        self.look = look or Look()
        self.clock = NOW
        self.refusal = ""
        self.known = NO_PROFILES
        self.problems: tuple[str, ...] = ()
        self.opened: list[str] = []
        self.settings: list[tuple[str, str]] = []
        self.closed = False
        self._ids = 0

    def now(self) -> int:
        return self.clock

    def op_id(self) -> str:
        self._ids += 1
        return f"op-{self._ids}"

    async def open(self, profile: str = "") -> Session | Outcome:
        self.opened.append(profile)
        return Outcome(ok=False, sentence=self.refusal) if self.refusal else self.talk.session

    async def open_demo(self) -> Session | Outcome:
        self.opened.append("demo")
        return self.talk.session

    async def profiles(self) -> Profiles:
        return Profiles(self.known.profiles, (*self.known.problems, *self.problems))

    async def keep_setting(self, key: str, value: str) -> Outcome:
        self.settings.append((key, value))
        return Outcome(ok=True)

    async def close(self) -> None:
        self.closed = True


class Seat:
    """An open chat screen, and the keyboard and mouse before it."""

    def __init__(self, pilot: Pilot[None], app: WschatApp, talk: Talk, program: Program) -> None:
        self.pilot = pilot
        self.app = app
        self.talk = talk
        self.program = program

    @property
    def chat(self) -> ChatScreen:
        return self.app.chat

    @property
    def text(self) -> str:
        """What stands in the room's composer."""
        return self.chat.room.box.text

    @property
    def toasts(self) -> list[str]:
        """The sentences on screen."""
        return [one.message for one in self.app._notifications]

    @property
    def lines(self) -> list[str]:
        """The screen as text, from the top."""
        update = self.app.screen._compositor.render_update(full=True)
        rows = [strip.text for strip in self.app.screen._compositor.render_strips()]
        assert update is not None
        return [row.rstrip() for row in rows]

    @property
    def shown(self) -> str:
        return "\n".join(self.lines)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text key by key, as fast as keys can come."""
        for character in text:
            self.app.post_message(Key(_character_to_key(character), character))
        await self.settle()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that timers bring about."""
        async with asyncio.timeout(10):
            while not holds():
                await self.pilot.pause(0.01)

    async def paste(self, text: str) -> None:
        """The terminal pastes, bracketed."""
        self.app.post_message(Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything that was marked is painted."""
        await self.pilot.pause()
        self.chat.paint()
        await self.pilot.pause()


@pytest.fixture
def talk() -> Talk:
    """Alice in an empty lobby, online."""
    return Talk()


@pytest.fixture
def sit(talk: Talk) -> Callable[..., AbstractAsyncContextManager[Seat]]:
    """Open the screen on the talk: `async with sit(size) as seat`."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (120, 36),
        look: Look | None = None,
        refusal: str = "",
        start: str = "chat",
        profiles: Profiles = NO_PROFILES,
    ) -> Iterator[Seat]:
        program = Program(talk, look)
        program.refusal, program.start, program.known = refusal, start, profiles
        app = WschatApp(program, tz=UTC)
        async with app.run_test(size=size, notifications=True) as pilot:
            seat = Seat(pilot, app, talk, program)
            await app.workers.wait_for_complete()
            await seat.settle()
            yield seat

    return opened


@pytest.fixture
def chat_app(talk: Talk) -> Callable[..., WschatApp]:
    """Make the program on the talk, for somebody else to run: `chat_app(look)`."""
    return lambda look=None: WschatApp(Program(talk, look), tz=UTC)


@pytest.fixture
def seat_of(talk: Talk) -> Callable[[Pilot[None]], Seat]:
    """Sit down where a pilot is: `seat_of(pilot)`."""
    return lambda pilot: Seat(pilot, pilot.app, talk, pilot.app.services)


@pytest.fixture
def look() -> Callable[..., Look]:
    """Settings that matter to the screen: `look(preset="vim")`."""
    return Look
