"""Dialogues with the state: inputs in, effects out, and what must hold after every turn."""

import json
from types import SimpleNamespace

import pytest

from wschat_tui.protocol.codec import decode_events
from wschat_tui.protocol.events import ChatMessage
from wschat_tui.state import tally
from wschat_tui.state.calls.call_effects import CloseMedia, MediaOrder, OpenMedia, Ring
from wschat_tui.state.effects import GiveBack, Notify, Recall, Transmit
from wschat_tui.state.history.archive_effects import ArchiveOrder
from wschat_tui.state.inputs import (
    Heard,
    HistoryLoaded,
    LinkDown,
    LinkUp,
    RoomOpened,
    Seen,
    SessionOpened,
    Tick,
    Typed,
    Written,
)
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce
from wschat_tui.state.select import message_of

LOBBY = "network:lobby"
T = 1_700_000_000_000
"""When every story begins."""

STAMP = "2023-11-14T22:13:20"
"""The same as text."""

SHOWN = {
    "queued": "queued",
    "handed": "sending",
    "inflight": "sending",
    "unconfirmed": "unconfirmed",
    "failed": "failed",
}


def stamp(second):
    """A time of the wire: so many seconds after the beginning."""
    whole = T // 1000 + int(second)
    minutes, seconds = divmod(whole - 1_700_000_000 + 20, 60)
    return f"2023-11-14T22:{13 + minutes:02d}:{seconds:02d}.{round(second % 1 * 1000):03d}Z"


def envelope(kind, data=None, op_id=None, **beside):
    """An envelope as it comes over the wire, read by the codec."""
    written = {"type": kind, "data": data, **beside}
    if op_id is not None:
        written["op_id"] = op_id
    (received,) = decode_events(json.dumps(written))
    return received


def said(id, who, body="hello", scope=LOBBY, at=1.0, **more):
    """Somebody posted a message; `at` is seconds after the beginning."""
    data = {"id": id, "scope": scope, "user_id": who, "body": body, "created_at": stamp(at)}
    return envelope("chat.message", data | more)


def read(id, who, room=LOBBY):
    return envelope("chat.read.update", {"message_id": id, "user_id": who, "room": room})


def reacted(id, who, reaction="👍", action="add"):
    data = {"message_id": id, "user_id": who, "reaction": reaction, "action": action}
    return envelope("chat.reaction.update", data)


def ack(op_id, message_id=None, **data):
    named = {"message_id": message_id, "status": "sent"} if message_id else {}
    return envelope("ack", named | data or None, op_id=op_id)


def refusal(op_id=None, code="ERR_HANDLER_FAILED", message="No."):
    return envelope("error", op_id=op_id, error={"code": code, "message": message})


WIRE = SimpleNamespace(
    envelope=envelope,
    stamp=stamp,
    said=said,
    edited=lambda id, body, **more: envelope(
        "chat.edited", {"message_id": id, "new_body": body, **more}
    ),
    deleted=lambda id, mode="soft": envelope("chat.deleted", {"message_id": id, "mode": mode}),
    redacted=lambda id, mask="[gone]": envelope(
        "chat.redacted", {"message_id": id, "new_body": mask}
    ),
    reacted=reacted,
    read=read,
    types=lambda who, on=True, scope=LOBBY: envelope(
        "chat.typing.user", {"scope": scope, "user_id": who, "typing": on}
    ),
    presence=lambda who, status: envelope("presence.update", {"user_id": who, "status": status}),
    offer=lambda who, kind="audio": envelope(
        "call.offer", {"from_user": who, "call_type": kind, "sdp": "v=0"}
    ),
    ack=ack,
    refusal=refusal,
)


def check(state, *, trimmed=False):
    """What holds of every state, whatever happened."""
    places = {}
    pending = set()
    for scope, room in state.rooms.items():
        assert room.scope == scope
        keys = [message.op_id for message in room.messages if message.op_id]
        assert len(keys) == len(set(keys))
        for message in room.messages:
            assert message.id not in places
            assert message.scope == scope
            places[message.id] = scope
            if not message.settled:
                pending.add(message.op_id)
        news = tally.unread(room.messages, room.last_read, state.me)
        assert (room.unread, room.mentions) == (
            len(news) + room.unread_above,
            sum(message.mentions_me for message in news) + room.mentions_above,
        )
        parted = tally.is_parted(room.messages, room.last_read)
        assert room.parted == (parted or room.parted_above)
        loaded = {message.id for message in room.messages} | {f":start:{scope}"}
        assert trimmed or {room.last_read, room.divider, room.hole} - {""} <= loaded
    assert dict(state.places.items()) == places
    waiting = [row for row in state.outbox if not row.message_id and row.phase != "discarded"]
    assert pending == {row.op_id for row in waiting}
    for row in waiting:
        assert message_of(state, row.op_id).delivery == SHOWN[row.phase]
        assert message_of(state, row.op_id).scope == row.scope
    assert sum(row.phase == "handed" for row in waiting) <= 1
    looked = {row.scope for row in state.outbox if row.doubt == "look"}
    assert looked <= set(state.checks) or state.link.phase != "online"
    assert all(row.doubt for row in state.outbox if row.phase in {"unconfirmed", "discarded"})
    assert not any(row.doubt for row in state.outbox if row.phase in {"handed", "inflight"})
    assert not len(state.checks) or state.link.phase == "online"
    assert state.focus == "" or state.focus in state.rooms
    check_past(state)
    check_call(state)


def check_past(state):
    """What is shown of the past is the open room's, each message once, and the same as loaded."""
    past = state.past
    if past is None:
        return
    assert past.scope == state.focus
    ids = [one.id for one in past.messages]
    assert len(ids) == len(set(ids)) <= 1_000
    live = {one.id: one for one in state.rooms[past.scope].messages}
    assert all(live.get(one.id, one) is one for one in past.messages)


def check_call(state):
    """What holds of calls, whatever happened."""
    call = state.call
    if call is not None:
        assert call.peer != state.me
        assert bool(call.media) == (call.phase != "in_ringing")
        assert (call.offer is not None) or call.phase != "in_ringing"
        assert (call.active_at is not None) or call.phase != "active"
        assert call.heard_at is not None or call.phase != "active"
        assert not call.reconnecting or call.phase == "active"
        assert not call.quiet or call.phase == "in_ringing"
        assert call.outgoing or call.told
        assert call.outgoing == (call.phase == "out_ringing") or call.phase != "out_ringing"
        assert call.negotiation == "answering" or not call.answering
        assert len(call.early) <= 64 >= call.given
    assert len(state.callers) <= 64
    assert len({one.user for one in state.callers}) == len(state.callers)
    assert all(len(one.early) <= 64 for one in state.callers)
    assert len(state.farewells) <= 16


class Ledger:
    """Media are opened and closed in turns, tones begin and end, and none is spoken to when shut."""

    def __init__(self):
        self.tone = "off"
        self.media = None
        self.names = set()

    def keep(self, effects):
        for one in effects:
            match one:
                case Ring():
                    assert (self.tone == "off") != (one.tone == "off")
                    self.tone = one.tone
                case OpenMedia():
                    assert self.media is None
                    assert one.call not in self.names
                    self.media = one.call
                    self.names.add(one.call)
                case CloseMedia():
                    assert self.media == one.call
                    self.media = None
                case _ if isinstance(one, MediaOrder):
                    assert self.media == one.call
        return self

    def agrees(self, state):
        """The state says the same."""
        call = state.call
        assert self.media == (call.media or None if call else None)
        loud = call is not None and not call.quiet and call.phase.endswith("_ringing")
        assert (self.tone != "off") == loud


class Scene:
    """A state, and what has been ordered since."""

    lobby = LOBBY
    T = T

    def __init__(self):
        self.state = State()
        self.effects = ()
        self.now = T
        self.stamps = 0
        self.trimmed = False
        self.ledger = Ledger()

    def play(self, *inputs):
        """Reduce inputs; gives what was ordered, but for what is only to be remembered."""
        self.state, self.effects = reduce(self.state, *inputs)
        check(self.state, trimmed=self.trimmed)
        self.ledger.keep(self.effects).agrees(self.state)
        return [one for one in self.effects if not isinstance(one, ArchiveOrder)]

    # ---- what happens

    def stamp(self):
        self.stamps += 1
        return f"s{self.stamps:03d}"

    def hear(self, *received, at=None):
        """The server says this, in one frame."""
        return self.play(Heard(received, self.now if at is None else at, self.stamp()))

    def open(self, me="alice", rooms=(LOBBY,)):
        return self.play(SessionOpened(me, "work", "ws://chat", "standard", "memory", rooms))

    def up(self):
        return self.play(LinkUp(self.now, self.stamp()))

    def rejoin(self):
        """Connect, and be let into every room."""
        ordered = self.up()
        joins = [op.op_id for op in self.state.operations.values() if op.verb == "join"]
        return ordered + self.hear(*(WIRE.ack(op_id) for op_id in joins))

    def down(self, poison=""):
        return self.play(LinkDown("Lost.", self.now, self.now + 1000, 1, poison))

    def post(self, op_id, text="hi", scope=LOBBY, **more):
        return self.play(Typed(op_id, self.now, scope, text, **more))

    def send(self, op_id, text="hi", scope=LOBBY, **more):
        """Post, and have it written to the socket."""
        return self.post(op_id, text, scope, **more) + self.play(Written(op_id, self.now))

    def tick(self, milliseconds):
        self.now += milliseconds
        return self.play(Tick(self.now))

    def visit(self, scope):
        return self.play(RoomOpened(f"open-{scope}", self.now, scope))

    def see(self, message_id, scope=LOBBY, **more):
        return self.play(Seen(f"seen-{message_id}", self.now, scope, message_id, **more))

    def page(self, *received, more=False, cursor="", scope=LOBBY, older=False, hole=""):
        """A page of history came, oldest first."""
        events = tuple(one.payload for one in received)
        assert all(isinstance(one, ChatMessage) for one in events)
        return self.play(HistoryLoaded(scope, events, cursor, more, older, hole))

    # ---- what there is

    def room(self, scope=LOBBY):
        return self.state.rooms[scope]

    def message(self, message_id):
        return message_of(self.state, message_id)

    def ids(self, scope=LOBBY):
        return [message.id for message in self.room(scope).messages]

    def bodies(self, scope=LOBBY):
        return [message.body for message in self.room(scope).messages]

    def row(self, op_id):
        return next((row for row in self.state.outbox if row.op_id == op_id), None)

    def unread(self, scope=LOBBY):
        room = self.room(scope)
        return room.unread, room.mentions

    @property
    def words(self):
        """What the user was told by the last turn."""
        return [one.text for one in self.effects if isinstance(one, Notify)]

    @property
    def sent(self):
        """The requests that the last turn handed to the link."""
        return [(one.op_id, one.request) for one in self.effects if isinstance(one, Transmit)]

    @property
    def given_back(self):
        return [one for one in self.effects if isinstance(one, GiveBack)]

    @property
    def recalls(self):
        return [one for one in self.effects if isinstance(one, Recall)]


@pytest.fixture
def wire():
    """Envelopes by name."""
    return WIRE


@pytest.fixture
def valid():
    """What holds of every state."""
    return check


@pytest.fixture
def ledger():
    """A ledger of what was ordered of media."""
    return Ledger()


@pytest.fixture
def new_scene():
    """Makes a client that knows nothing yet, as often as there are clients."""
    return Scene


@pytest.fixture
def scene():
    """A client that knows nothing yet."""
    return Scene()


@pytest.fixture
def online(scene):
    """Alice, connected, in the lobby, whose history is loaded and empty."""
    scene.open()
    scene.up()
    join = next(op for op in scene.state.operations.values() if op.verb == "join")
    scene.hear(WIRE.ack(join.op_id, room=LOBBY, status="joined"))
    scene.page()
    return scene
