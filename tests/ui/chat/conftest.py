"""A chat to test the screen on: the real session and reducer, a server that is a list of envelopes."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot

from wschat_tui.protocol.codec import decode_events
from wschat_tui.runtime.services import Look, Outcome, Profiles
from wschat_tui.runtime.session import Session
from wschat_tui.state.calls.call import Call, CallStats
from wschat_tui.state.calls.call_effects import OpenMedia
from wschat_tui.state.calls.call_inputs import (
    CallAsked,
    CallsKnown,
    MediaConnected,
    MediaDescribed,
    MediaFlowing,
    MediaMeasured,
    MediaPicture,
    MediaVerified,
)
from wschat_tui.state.effects import Effect, Transmit
from wschat_tui.state.inputs import (
    Heard,
    HistoryLoaded,
    Input,
    LinkConnecting,
    LinkUp,
    RoundTrip,
    SessionOpened,
    Tick,
)
from wschat_tui.state.server_inputs import MemberListed, MembersListed, RoomListed, RoomsListed
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
        for op_id in self.ops_of("room.join"):
            self.ack(op_id)
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
        return self.ops_of(kind)[-1]

    def ops_of(self, kind: str) -> list[str]:
        """The op_ids of the requests of one type, oldest first."""
        sent = [one for one in self.wire.effects if isinstance(one, Transmit)]
        return [one.op_id for one in sent if one.request.frame_type == kind]


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


PATIENCE = 50.0
"""Seconds until something that does not come about is a fault, on a machine however busy."""


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
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

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
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.pilot.pause(0.01)

    async def paste(self, text: str) -> None:
        """The terminal pastes, bracketed."""
        self.app.post_message(Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until all keys have led where they lead, and everything that was marked is painted."""
        await self.pilot.pause()
        await self.until(lambda: self.app.caught_up)
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


SDP = "\r\n".join(
    (
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=rtpmap:96 opus/48000/2",
        "a=ice-ufrag:frag",
        "a=ice-pwd:0123456789abcdef012345",
        f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}",
        "a=setup:actpass",
        "",
    )
)
"""A description that nobody objects to."""

STATS = CallStats(
    round_trip=42,
    loss=0.3,
    loss_there=0.0,
    jitter=4.2,
    sent_rate=640,
    received_rate=812,
    sent_packets=10_020,
    received_packets=12_345,
    sent_frames=15,
    received_frames=24,
    width=640,
    height=360,
    audio_codec="Opus",
    video_codec="VP8",
    local_path="host",
    remote_path="reflexive",
)

WORDS = ("maple", "orbit", "tuna", "velvet", "copper", "index")


class Calls:
    """Calls as they come about on the real machine, up to what media would tell of them."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.talk.session.feed(CallsKnown(True))
        self._asked = 0

    @property
    def call(self) -> Call | None:
        return self.talk.session.state.call

    def ring(self, user: str = "bob", kind: str = "video", ago: int = 5_000) -> None:
        """Somebody calls me, so many milliseconds ago."""
        self.talk.at = NOW - ago
        sdp = {"type": "offer", "sdp": SDP}
        self.talk.hear(("call.offer", {"from_user": user, "call_type": kind, "sdp": sdp}))

    def give_up(self, user: str = "bob", reason: str = "cancelled") -> None:
        """The other side ends it."""
        self.talk.at = NOW
        self.talk.hear(("call.end", {"from_user": user, "reason": reason}))

    def dial(
        self, user: str = "bob", kind: str = "audio", shows: str = "", ago: int = 8_000
    ) -> None:
        """I call somebody, and it rings there."""
        self._asked += 1
        self.talk.session.feed(CallAsked(f"c{self._asked}", NOW - ago, user, kind, shows))
        self.describe("offer", NOW - ago)

    def describe(self, kind: str, at: int = NOW) -> None:
        """My media described themselves."""
        opened = [one for one in self.talk.wire.effects if isinstance(one, OpenMedia)][-1]
        self.talk.session.feed(MediaDescribed(opened.call, "d1", at, kind, SDP))

    def answer(self, user: str = "bob") -> None:
        """The other side takes my call."""
        self.talk.at = NOW - 1_000
        sdp = {"type": "answer", "sdp": SDP}
        self.talk.hear(("call.answer", {"from_user": user, "sdp": sdp}))

    def flow(self, ago: int = 754_000, stats: CallStats = STATS) -> None:
        """Media flow, since so many milliseconds."""
        media, feed = self.call.media, self.talk.session.feed
        feed(MediaConnected(media, NOW - ago), MediaFlowing(media, NOW - ago))
        feed(MediaVerified(media, WORDS), MediaMeasured(media, NOW - 200, stats))
        self.change(active_at=NOW - ago)

    def show(self) -> None:
        """Their picture comes."""
        self.talk.session.feed(MediaPicture(self.call.media, on=True))

    def talk_with(self, user: str = "bob", shows: str = "", *, picture: bool = False) -> None:
        """I am in a call with somebody."""
        self.dial(user, "video" if shows else "audio", shows)
        self.answer(user)
        self.flow()
        if picture:
            self.show()

    def change(self, **fields: Any) -> None:
        """Have the call so, whatever would bring it about."""
        session = self.talk.session
        session.state = replace(session.state, call=replace(self.call, **fields))
        for listener in tuple(session._listeners):
            listener()


@pytest.fixture
def calls(talk: Talk, media: Any) -> Calls:
    """This installation takes calls."""
    talk.session.media = media
    made = Calls(talk)
    talk.forget()
    return made
