"""What happens before a picture of the chat screen is taken, and how it is taken."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wschat_tui.protocol.events import ChatMessage
from wschat_tui.state.inputs import (
    AttentionChanged,
    HistoryLoaded,
    RoomOpened,
    Seen,
    Tick,
    Typed,
    Written,
)
from wschat_tui.state.server_inputs import MemberListed, MembersListed
from wschat_tui.ui.widgets.video import Video

TODAY = datetime(2026, 11, 24, tzinfo=UTC)
NOW = int(datetime(2026, 11, 24, 10, 30, tzinfo=UTC).timestamp() * 1000)
LOBBY, TEAM = "network:lobby", "network:team"
PATIENCE = 30.0
"""Seconds until a screen that does not come to rest is a fault."""


def moment(clock: str, days_ago: int = 0) -> datetime:
    """A time of day, today or before."""
    hours, minutes = map(int, clock.split(":"))
    return TODAY - timedelta(days=days_ago) + timedelta(hours=hours, minutes=minutes)


class Story:
    """Tells what a server sends and what I do, in the order in which it happens."""

    def __init__(self, talk: Any) -> None:
        self.talk = talk
        self.scope = LOBBY
        self.clock = moment("10:00")
        self._posted = 0
        self._ops = 0

    # ---- what others do

    def at(self, clock: str, days_ago: int = 0) -> "Story":
        """From here on it is this time."""
        self.clock = moment(clock, days_ago)
        return self

    def hear(self, kind: str, **data: Any) -> None:
        """One event comes."""
        self.talk.at = int(self.clock.timestamp() * 1000)
        self.talk.hear((kind, data))

    def message(self, user: str, body: str, **data: Any) -> dict[str, Any]:
        """What the server knows of a message; the next is posted a second later."""
        self._posted += 1
        self.clock += timedelta(seconds=1)
        return {
            "id": f"p{self._posted}",
            "scope": self.scope,
            "user_id": user,
            "body": body,
            "created_at": self.clock.isoformat(),
        } | data

    def post(self, user: str, body: str, **data: Any) -> str:
        """Somebody posts; answers the message's id."""
        message = self.message(user, body, **data)
        self.hear("chat.message", **message)
        return message["id"]

    def reply(self, root: str, user: str, body: str) -> str:
        """Somebody replies in a thread."""
        return self.post(user, body, parent_id=root)

    def react(self, message: str, reaction: str, *users: str) -> None:
        """Some react."""
        for user in users:
            self.hear(
                "chat.reaction.update",
                message_id=message,
                user_id=user,
                reaction=reaction,
                action="add",
            )

    def read(self, message: str, *users: str) -> None:
        """Some have read that far."""
        for user in users:
            self.hear("chat.read.update", message_id=message, user_id=user, room=self.scope)

    def type(self, *users: str) -> None:
        """Some are typing now."""
        self.at("10:30")
        for user in users:
            self.hear("chat.typing.user", scope=self.scope, user_id=user, typing=True)

    def call(self, user: str) -> None:
        """Somebody calls."""
        sdp = {"type": "offer", "sdp": "v=0\r\n"}
        self.hear("call.offer", from_user=user, call_type="video", sdp=sdp)

    # ---- what the server's lists say

    def past(self, *messages: dict[str, Any], more: bool, **page: Any) -> None:
        """A page of the room's history comes."""
        told = tuple(ChatMessage(**one) for one in messages)
        cursor = "older" if more else ""
        self.talk.session.feed(HistoryLoaded(self.scope, told, cursor, more=more, **page))

    def members(self, *members: MemberListed) -> None:
        """The list of the room's members comes."""
        self.talk.session.feed(MembersListed(self.scope, members))

    # ---- what I do

    def go(self, scope: str) -> "Story":
        """I open a room; from here on things happen there."""
        self.scope = scope
        self.talk.session.feed(RoomOpened(self._op(), NOW, scope))
        return self

    def look_away(self) -> None:
        """I have seen all of it and leave the terminal: what comes now is new when I look again."""
        newest = self.talk.session.state.rooms[self.scope].messages[-1].id
        seen = Seen(self._op(), NOW, self.scope, newest)
        self.talk.session.feed(seen, AttentionChanged(attentive=False))

    def say(self, text: str, parent: str | None = None) -> str:
        """I post; answers the op_id."""
        op_id = self._op()
        at = int(self.clock.timestamp() * 1000)
        self.talk.session.feed(Typed(op_id, at, self.scope, text, parent))
        return op_id

    def write(self, op_id: str) -> None:
        """It goes out on the socket."""
        self.talk.session.feed(Written(op_id, int(self.clock.timestamp() * 1000)))

    def deliver(self, text: str, parent: str | None = None) -> str:
        """I post, and the server acks; answers the message's id."""
        op_id = self.say(text, parent)
        self.write(op_id)
        self._posted += 1
        self.talk.at = int(self.clock.timestamp() * 1000)
        self.talk.ack(op_id, message_id=f"p{self._posted}")
        return f"p{self._posted}"

    def pass_time(self, seconds: int) -> None:
        """Time passes."""
        self.clock += timedelta(seconds=seconds)
        self.talk.session.feed(Tick(int(self.clock.timestamp() * 1000)))

    def _op(self) -> str:
        self._ops += 1
        return f"s{self._ops}"


@pytest.fixture
def clock() -> int:
    """The moment at which pictures are taken, in milliseconds since the epoch."""
    return NOW


@pytest.fixture
def story(talk: Any) -> Story:
    """A story that begins in an empty lobby, online, at ten o'clock."""
    return Story(talk)


async def come_to_rest(seat: Any) -> None:
    """Wait until two looks see the same, and nothing is left to be painted or kept."""
    before: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while seat.lines != before or seat.chat._painter._due is not None:
            before = seat.lines
            for video in seat.app.screen.query(Video):
                video.look()
            for box in (seat.chat.room.box, seat.chat.thread.box):
                box.keep_draft()
            await seat.settle()


@pytest.fixture
def picture(snap_compare: Any, chat_app: Any, seat_of: Any, look: Any) -> Callable[..., bool]:
    """Compare the screen with its stored picture: `picture("80x24", act)`.

    `act(seat)` is what I press before; `settings` are those that matter to the screen; without
    `session` none is opened.
    """

    def taken(
        size: str,
        act: Callable[[Any], Awaitable[None]] | None = None,
        *,
        session: bool = True,
        **settings: Any,
    ) -> bool:
        app = chat_app(look(animations=False, **settings))
        if not session:
            app.services.open = lambda _profile: asyncio.Event().wait()

        async def before(pilot: Any) -> None:
            seat = seat_of(pilot)
            if session:
                await seat.until(lambda: seat.chat.session is seat.talk.session)
            await seat.settle()
            if act is not None:
                await act(seat)
            await come_to_rest(seat)

        width, height = map(int, size.split("x"))
        return snap_compare(app, terminal_size=(width, height), run_before=before)

    return taken


@pytest.fixture
def lively(story: Story) -> Story:
    """A lobby with a past, people who come and go, and news that came while I was away."""
    for user, status in (("bob", "online"), ("carol", "away"), ("mia", "busy")):
        story.hear("presence.update", user_id=user, status=status)
    story.hear("device.online", user_id="bob", device_id="b1", platform="linux")
    story.hear("device.online", user_id="bob", device_id="b2", platform="ios")
    story.hear("device.online", user_id="mia", device_id="m1", platform="web")
    begin(story)
    go_on(story)
    while_i_was_away(story)
    return story


def begin(story: Story) -> None:
    """Two days ago."""
    story.at("16:40", days_ago=2)
    story.post("dave", "The beta branch is cut. From here on only fixes go in, please.")
    story.post("dave", "Questions? Ask me before Tuesday.")
    story.at("16:52", days_ago=2).post("bob", "thanks dave 🙏")
    story.at("17:03", days_ago=2).deliver("Found one already: the export drops the last line.")
    fix = story.post("dave", "good catch, fixed in `export.py`")
    story.react(fix, "🎉", "alice", "bob", "mia")


def go_on(story: Story) -> None:
    """Yesterday."""
    story.at("09:12", days_ago=1)
    root = story.post("mia", "Release notes: who reviews them today?")
    story.reply(root, "bob", "I can, after lunch")
    story.at("09:40", days_ago=1)
    story.reply(root, "alice", "I'll take the second half")
    story.react(root, "👍", "bob", "alice")
    story.react(root, "👀", "dave")
    story.at("14:05", days_ago=1)
    story.post(
        "bob",
        "> who reviews them today?\nDone, see the attached copy.",
        attachments=[
            {
                "url": "https://chat.example.org/f/notes.pdf",
                "name": "release-notes.pdf",
                "size": 184_320,
            }
        ],
    )
    wrong = story.post("bob", "wrong window, sorry")
    story.hear("chat.deleted", message_id=wrong, mode="soft")
    story.at("18:20", days_ago=1)
    secret = story.post("carol", "the staging password is hunter2")
    story.hear("chat.redacted", message_id=secret, new_body="[REDACTED]")
    story.hear("member.joined", network_id="lobby", user_id="root", role="admin")


def while_i_was_away(story: Story) -> None:
    """Today."""
    story.at("09:58")
    mine = story.deliver("Morning! Shall we ship it at noon?")
    story.read(mine, "bob", "carol", "mia")
    typo = story.at("10:01").post("carol", "Yes from me, all tests are green")
    story.hear("chat.edited", message_id=typo, new_body="Yes from me, all tests are green now")
    story.look_away()
    root = story.at("10:14").post("bob", "One last thing: the changelog. @alice can you look?")
    story.post("bob", "https://chat.example.org/wiki/Changelog")
    story.at("10:21")
    story.reply(root, "mia", "I can do it if alice is busy")
    story.reply(root, "bob", "even better")
    story.at("10:26").post("carol", "日本語のメモも入れました 🗾 よろしく！")
    story.at("10:29").post("mia", "Ship it 🚢")
    story.type("bob", "carol")
