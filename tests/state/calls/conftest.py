"""Calls as dialogues: one client's, and those of several whose signals pass a network."""

from types import SimpleNamespace

import pytest

from wschat_tui.state.calls.call import CallStats
from wschat_tui.state.calls.call_effects import MediaOrder
from wschat_tui.state.calls.call_inputs import (
    CallAccepted,
    CallAsked,
    CallDeclined,
    CallsKnown,
    HangUpAsked,
    MediaConnected,
    MediaDescribed,
    MediaFlowing,
    MediaMeasured,
)
from wschat_tui.state.effects import Notify, Transmit
from wschat_tui.state.inputs import Unsent, Written

SESSION = ("v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=group:BUNDLE 0")
AUDIO = (
    "m=audio 9 UDP/TLS/RTP/SAVPF 96 0",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    "a=rtpmap:96 opus/48000/2",
)


def seal(number):
    """What media number so-and-so says of its certificate and its way in."""
    return (
        f"a=ice-ufrag:frag{number}",
        "a=ice-pwd:0123456789abcdef012345",
        f"a=fingerprint:sha-256 {fingerprint(number)}",
        "a=setup:actpass",
    )


def fingerprint(number):
    return ":".join(["AB"] * 29 + [f"{byte:02X}" for byte in number.to_bytes(3, "big")])


def sdp(number=1, *more):
    """A description by media number so-and-so."""
    return "\r\n".join((*SESSION, *AUDIO, *seal(number), *more, ""))


def number_in(text):
    """Whose description it is."""
    line = next(one for one in text.splitlines() if one.startswith("a=fingerprint:"))
    return int.from_bytes(bytes.fromhex(line.replace(":", "")[-6:]), "big")


class Phone:
    """A client that may call; `bob` is the other side unless another is named."""

    def __init__(self, scene, wire):
        self.scene = scene
        self.wire = wire
        self.peer = "bob"
        self.scene.play(CallsKnown(True))
        self.asked = 0

    # ---- the user

    def op(self):
        self.asked += 1
        return f"op{self.asked:03}"

    def dial(self, user="bob", kind="audio", **more):
        return self.scene.play(CallAsked(self.op(), self.now, user, kind, **more))

    def accept(self, shows="", **more):
        return self.scene.play(CallAccepted(self.op(), self.now, shows, **more))

    def decline(self, **more):
        return self.scene.play(CallDeclined(self.op(), self.now, **more))

    def hang_up(self):
        return self.scene.play(HangUpAsked(self.op(), self.now))

    # ---- the other side

    def say(self, *events):
        return self.scene.hear(*(self.wire.envelope(kind, data) for kind, data in events))

    def offer(self, who="bob", text=None, kind="audio", **marks):
        description = {"type": "offer", "sdp": text if text is not None else sdp(7), **marks}
        return ("call.offer", {"from_user": who, "call_type": kind, "sdp": description})

    def answer(self, who="bob", text=None, **marks):
        description = {"type": "answer", "sdp": text if text is not None else sdp(7), **marks}
        return ("call.answer", {"from_user": who, "sdp": description})

    def ice(self, who="bob", text="candidate:1 1 udp 1 192.0.2.1 9 typ host", **more):
        candidate = None if text is None else {"candidate": text, "sdpMid": "0", **more}
        return ("call.ice", {"from_user": who, "candidate": candidate})

    def end(self, who="bob", reason="hangup"):
        return ("call.end", {"from_user": who, "reason": reason})

    # ---- media

    def media(self, kind, *values):
        """Something that the media of the call tell."""
        return self.scene.play(kind(self.call.media, *values))

    def described(self, kind="offer", text=None):
        return self.media(MediaDescribed, self.op(), self.now, kind, text or sdp(1))

    def connected(self):
        self.media(MediaConnected, self.now)
        return self.media(MediaFlowing, self.now)

    def measured(self, packets):
        return self.media(MediaMeasured, self.now, CallStats(received_packets=packets))

    # ---- whole ways

    def place(self, user="bob", kind="audio"):
        """Call somebody, and have the offer written."""
        self.dial(user, kind)
        self.described()
        self.write()
        return self.call

    def talk(self, **marks):
        """A call with bob that is on, placed by alice."""
        self.place()
        self.say(self.answer(**marks))
        self.write()
        self.connected()
        return self.call

    def take(self, **marks):
        """A call with bob that is on, taken by alice."""
        self.say(self.offer(**marks))
        self.accept()
        self.described("answer")
        self.write()
        self.connected()
        return self.call

    def write(self):
        """All that was handed to the link is on the socket."""
        for op_id, _ in self.requests:
            self.scene.play(Written(op_id, self.now))

    def unsent(self):
        return self.scene.play(Unsent(tuple(op_id for op_id, _ in self.requests)))

    def wait(self, seconds):
        """Time passes, as the clock ticks."""
        effects = []
        for _ in range(seconds):
            effects += self.scene.tick(1000)
        return effects

    # ---- what there is

    @property
    def now(self):
        return self.scene.now

    @property
    def call(self):
        return self.scene.state.call

    @property
    def over(self):
        return self.scene.state.call_over

    @property
    def orders(self):
        """What the last turn ordered of media."""
        return [one for one in self.scene.effects if isinstance(one, MediaOrder)]

    @property
    def requests(self):
        """The frames of calls that wait to be written."""
        state = self.scene.state
        pending = state.call.pending if state.call else ()
        frames = [*pending, *(one.frame for one in state.farewells)]
        return [(one.op_id, one.request) for one in frames]

    @property
    def sent(self):
        """The requests of calls that the last turn sent."""
        effects = (one for one in self.scene.effects if isinstance(one, Transmit))
        return [one.request for one in effects if one.request.frame_type.startswith("call.")]

    @property
    def words(self):
        return [one.text for one in self.scene.effects if isinstance(one, Notify)]

    def rows(self, who="bob"):
        """The rows of calls in the direct chat with somebody."""
        room = self.scene.state.rooms.get(f"dm:alice:{who}")
        lines = room.messages if room is not None else ()
        return [one.body for one in lines if one.kind == "call"]


@pytest.fixture
def phone(online, wire):
    """Alice, connected, who may call and be called."""
    return Phone(online, wire)


@pytest.fixture
def make():
    """Descriptions and what is in them."""
    return SimpleNamespace(
        sdp=sdp,
        seal=seal,
        fingerprint=fingerprint,
        number_in=number_in,
        session=SESSION,
        audio=AUDIO,
    )
