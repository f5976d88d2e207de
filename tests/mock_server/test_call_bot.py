"""Who takes calls in a scenario: sound and pictures are measured, over a real socket, by aiortc alone."""

import asyncio
import io
import json
import sys
import threading
from contextlib import asynccontextmanager, suppress
from fractions import Fraction

import numpy as np
import pytest
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame, VideoFrame
from websockets.asyncio.client import connect

from mock_server.call_pattern import Tone
from wschat_tui.protocol.codec import decode_events, encode
from wschat_tui.protocol.dialects import DIALECTS
from wschat_tui.protocol.events import (
    ChatMessage,
    IncomingAnswer,
    IncomingEnd,
    IncomingIce,
    IncomingOffer,
)
from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallIce, CallOffer, ChatSend

SETTINGS = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
LEFT, RIGHT = (210, 40, 40), (30, 60, 200)
HERTZ = 1000


class Sound(MediaStreamTrack):
    """A sine that is heard only while `on`."""

    kind = "audio"

    def __init__(self, on=True):
        super().__init__()
        self.on = on
        self._sent = 0
        self._began = None

    async def recv(self):
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(self._began + self._sent / 48000 - loop.time())
        if self.readyState != "live":
            raise MediaStreamError
        turns = (np.arange(960) + self._sent) * HERTZ / 48000
        wave = np.sin(2 * np.pi * turns) * (8000 if self.on else 0)
        frame = AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, self._sent, Fraction(1, 48000)
        self._sent += 960
        return frame


class Picture(MediaStreamTrack):
    """Two colours, side by side."""

    kind = "video"

    def __init__(self):
        super().__init__()
        self._sent = 0
        self._pixels = np.empty((120, 160, 3), np.uint8)
        self._pixels[:, :80], self._pixels[:, 80:] = LEFT, RIGHT

    async def recv(self):
        await asyncio.sleep(1 / 15)
        frame = VideoFrame.from_ndarray(self._pixels, format="rgb24")
        frame.pts, frame.time_base = self._sent, Fraction(1, 15)
        self._sent += 1
        return frame


class Phone:
    """Alice's end of a call: signals over the socket, media by aiortc."""

    def __init__(self, socket, dialect):
        self._socket = socket
        self._dialect = dialect
        self.pc = None
        self.events = []
        self.wave = np.zeros(0)
        self.pixels = None
        self.pictures = 0
        self.loud_at = None
        self.moved = asyncio.Event()
        self.tasks = []
        self.early = []

    def open(self, *tracks):
        """A connection that sends these."""
        self.pc = RTCPeerConnection(SETTINGS)
        self.early = []
        for track in tracks:
            self.pc.addTrack(track)
        self.pc.on("track", lambda track: self.start(self._watch(track)))
        self.pc.on("connectionstatechange", self.moved.set)
        return self

    def start(self, work):
        self.tasks.append(asyncio.ensure_future(work))

    async def send(self, request):
        await self._socket.send(encode(request, None, self._dialect))

    async def offer(self, to, kind="video", trickled=False):
        """Offer what is sent; the candidates come in the description, or after it."""
        described = await self.pc.createOffer()
        await self.pc.setLocalDescription(described)
        whole = self.pc.localDescription.sdp
        sdp = {"type": "offer", "sdp": described.sdp if trickled else whole}
        await self.send(CallOffer(target_id=to, call_type=kind, sdp=sdp))
        if trickled:
            await self._trickle(to, whole)

    async def _trickle(self, to, sdp):
        for line in dict.fromkeys(line[2:] for line in sdp.splitlines() if "a=cand" in line):
            await self.send(CallIce(target_id=to, candidate={"candidate": line, "sdpMid": "0"}))
        await self.send(CallIce(target_id=to, candidate=None))

    async def answer(self, offer, *tracks, trickled=False):
        """Answer; trickled candidates are so quick that they come before the answer."""
        await self.pc.setRemoteDescription(RTCSessionDescription(offer.sdp.sdp, "offer"))
        await self._add_early()
        for track in tracks:
            self.pc.addTrack(track)
        described = await self.pc.createAnswer()
        await self.pc.setLocalDescription(described)
        whole = self.pc.localDescription.sdp
        if trickled:
            await self._trickle(offer.from_user, whole)
        sdp = {"type": "answer", "sdp": described.sdp if trickled else whole}
        await self.send(CallAnswer(target_id=offer.from_user, sdp=sdp))

    async def hear(self):
        async for frame in self._socket:
            for received in decode_events(frame):
                await self._take(received.payload)
                self.events.append(received.payload)
                self.moved.set()

    async def _take(self, event):
        if isinstance(event, IncomingAnswer) and self.pc is not None:
            await self.pc.setRemoteDescription(RTCSessionDescription(event.sdp.sdp, "answer"))
            await self._add_early()
        elif isinstance(event, IncomingIce) and self.pc is not None:
            self.early.append(event.candidate)
            if self.pc.remoteDescription is not None:
                await self._add_early()

    async def _add_early(self):
        early, self.early = self.early, []
        for candidate in early:
            found = None
            if candidate is not None:
                found = candidate_from_sdp(candidate.candidate.removeprefix("candidate:"))
                found.sdpMid, found.sdpMLineIndex = candidate.sdpMid, candidate.sdpMLineIndex
            await self.pc.addIceCandidate(found)

    async def _watch(self, track):
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if track.kind == "audio":
                    self._listen(frame)
                else:
                    self.pictures += 1
                    self.pixels = frame.to_ndarray(format="rgb24")
                self.moved.set()

    def _listen(self, frame):
        block = frame.to_ndarray().reshape(-1, 2)[:, 0].astype(float)
        if self.loud_at is None and np.abs(block).max() > 2000:
            self.loud_at = asyncio.get_running_loop().time()
        self.wave = np.append(self.wave, block)[-16384:]

    def hertz(self):
        """The loudest frequency of the last third of a second; 0 where it is quiet."""
        if len(self.wave) < 16384 or np.abs(self.wave).max() < 1000:
            return 0
        spectrum = np.abs(np.fft.rfft(self.wave * np.hanning(16384)))
        return int(np.argmax(spectrum)) * 48000 / 16384

    def colour(self, x, y=0.4):
        """Red, green and blue there, from 0 to 1 across and down."""
        height, width, _ = self.pixels.shape
        row, column = int(y * height), int(x * width)
        return self.pixels[row - 4 : row + 4, column - 4 : column + 4].mean((0, 1))

    def looks(self, *colours):
        """Whether the picture that comes has these colours, from the left, evenly."""
        if self.pixels is None:
            return False
        places = [(n + 0.5) / len(colours) for n in range(len(colours))]
        return all(
            np.abs(self.colour(x) - colour).max() < 24
            for x, colour in zip(places, colours, strict=True)
        )

    async def until(self, fact):
        """Wait for a fact, and give it."""
        async with asyncio.timeout(30):
            while not (found := fact()):
                self.moved.clear()
                await self.moved.wait()
        return found

    async def event(self, kind, number=0):
        """The first event of a kind, or a later one, whenever it comes."""
        await self.until(lambda: len(self.all(kind)) > number)
        return self.all(kind)[number]

    def all(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    async def close(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.pc is not None:
            await self.pc.close()


@asynccontextmanager
async def phone(server, name="alice", token=None):
    dialect = DIALECTS[server.options.dialect]
    async with connect(f"{server.url}?token={token or f'dev:{name}'}", proxy=None) as socket:
        made = Phone(socket, dialect)
        made.start(made.hear())
        try:
            yield made
        finally:
            await made.close()


@pytest.fixture
def play(serve, tmp_path):
    """A server where bob has a telephone."""

    async def start(telephone="", script="", **options):
        path = tmp_path / "mine.toml"
        text = f"""
        about = "a test"
        present = ["bob"]
        [[telephones]]
        who = "bob"
        {"" if "rings" in telephone else "rings = 0"}
        {telephone}
        {script}
        """
        await asyncio.to_thread(path.write_text, text)
        return await serve(bots=True, scenario=str(path), tempo=1000.0, **options)

    return start


def lines(server):
    return server._troupe._telephones._tasks


async def quiet(server, alice):
    """All calls have ended."""
    async with asyncio.timeout(20):
        while lines(server):
            await asyncio.wait(lines(server).values())


@pytest.mark.parametrize("candidates", ["trickled", "described"])
async def test_an_echo_sends_back_what_it_hears_and_sees(play, dialect, candidates):
    server = await play(f"candidates = '{candidates}'\ndelay = 0.2", dialect=dialect)
    async with phone(server) as alice:
        alice.open(Sound(), Picture())
        await alice.offer("bob", trickled=candidates == "trickled")
        answer = await alice.event(IncomingAnswer)
        assert ("a=candidate" in answer.sdp.sdp) == (candidates == "described")
        await alice.until(lambda: abs(alice.hertz() - HERTZ) < 10)
        await alice.until(lambda: alice.looks(LEFT, RIGHT))
        trickled = [event.candidate for event in alice.all(IncomingIce)]
        assert (None in trickled) == (candidates == "trickled")
        await alice.send(CallEnd(target_id="bob", reason="hangup"))
        await quiet(server, alice)
    assert alice.all(IncomingEnd) == []


async def test_an_echo_takes_as_long_as_the_scenario_says(play):
    server = await play("delay = 0.8")
    async with phone(server) as alice:
        sound = Sound(on=False)
        await alice.open(sound).offer("bob", "audio")
        await alice.until(lambda: len(alice.wave) == 16384)
        assert alice.loud_at is None
        began, sound.on = asyncio.get_running_loop().time(), True
        await alice.until(lambda: alice.loud_at)
    assert 0.8 <= alice.loud_at - began < 3


async def test_a_pattern_is_eight_bars_and_a_tone(play, dialect):
    server = await play("sends = 'pattern'\ntone = 620.0", dialect=dialect)
    async with phone(server) as alice:
        await alice.open(Sound(), Picture()).offer("bob")
        await alice.until(lambda: abs(alice.hertz() - 620) < 10)
        white, yellow, cyan, green = (235,) * 3, (235, 235, 16), (16, 235, 235), (16, 235, 16)
        magenta, red, blue, black = (235, 16, 235), (235, 16, 16), (16, 16, 235), (16,) * 3
        bars = (white, yellow, cyan, green, magenta, red, blue, black)
        await alice.until(lambda: alice.looks(*bars))
        first = alice.pixels.copy()
        await alice.until(lambda: np.abs(alice.pixels[-20:].astype(int) - first[-20:]).max() > 100)


async def test_sound_alone_is_answered_with_sound_alone(play):
    server = await play("sends = 'pattern'")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
    assert alice.pictures == 0


async def test_a_picture_may_be_added_by_who_called(play):
    server = await play("delay = 0.1")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - HERTZ) < 10)
        alice.pc.addTrack(Picture())
        await alice.offer("bob")
        await alice.event(IncomingAnswer, 1)
        await alice.until(lambda: alice.looks(LEFT, RIGHT))
        await alice.until(lambda: abs(alice.hertz() - HERTZ) < 10)
        assert len(lines(server)) == 1


SAYS = """
[[on]]
event = "direct"
who = "bob"
words = ["call me"]
[[on.take]]
acts = [{ who = "bob", wait = 2, do = "call", user = "$me", kind = "video" }]
[[on]]
event = "direct"
who = "bob"
words = ["ring"]
[[on.take]]
acts = [{ who = "bob", do = "call", user = "$me" }]
[[on]]
event = "direct"
who = "bob"
words = ["show"]
[[on.take]]
acts = [{ who = "bob", do = "show", user = "$me" }]
[[on]]
event = "direct"
who = "bob"
words = ["hide"]
[[on.take]]
acts = [{ who = "bob", do = "hide", user = "$me" }]
[[on]]
event = "direct"
who = "bob"
words = ["hang up"]
[[on.take]]
acts = [{ who = "bob", do = "hang up", user = "$me" }]
"""


def say(body):
    return ChatSend(scope="dm:bob", body=body)


@pytest.mark.parametrize("candidates", ["trickled", "described"])
async def test_who_is_asked_to_calls_back(play, dialect, candidates):
    server = await play(f"sends = 'pattern'\ncandidates = '{candidates}'", SAYS, dialect=dialect)
    async with phone(server) as alice:
        await alice.send(say("call me, please"))
        offer = await alice.event(IncomingOffer)
        assert offer.call_type == "video"
        trickled = candidates == "trickled"
        await alice.open().answer(offer, Sound(), Picture(), trickled=trickled)
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        await alice.until(lambda: alice.pictures > 3)
        await alice.send(say("please hang up now"))
        assert (await alice.event(IncomingEnd)).reason == "hangup"
        await quiet(server, alice)


async def test_who_was_called_may_show_a_picture_hide_it_and_show_it_again(play):
    server = await play("sends = 'pattern'", SAYS)
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        for shown in range(2):
            await alice.send(say("show"))
            offer = await alice.event(IncomingOffer, 2 * shown)
            assert offer.call_type == "video"
            await alice.answer(offer)
            await alice.until(lambda: alice.pictures > 3)
            await alice.send(say("hide"))
            await alice.answer(await alice.event(IncomingOffer, 2 * shown + 1))
            alice.pictures = 0
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)


async def test_the_name_that_sorts_first_keeps_its_offer(play):
    server = await play("sends = 'pattern'", SAYS)
    async with phone(server) as alice, phone(server, "carol") as carol:
        for caller, stands in ((alice, True), (carol, False)):
            await caller.send(say("ring"))
            theirs = await caller.event(IncomingOffer)
            await caller.open(Sound()).offer("bob", "audio")
            if stands:
                await caller.event(IncomingAnswer)
            else:
                await caller.pc.close()
                await caller.open().answer(theirs, Sound())
            await caller.until(lambda caller=caller: abs(caller.hertz() - 440) < 10)
            assert len(caller.all(IncomingAnswer)) == stands


async def test_two_offers_within_a_call_end_in_one_agreement(play):
    server = await play("sends = 'pattern'", SAYS)
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        await alice.send(say("show"))
        await alice.event(IncomingOffer)
        alice.pc.addTrack(Picture())
        await alice.offer("bob")
        await alice.event(IncomingAnswer, 1)
        await alice.until(lambda: alice.pictures > 3)
        await alice.answer(await alice.event(IncomingOffer, 1))
        await alice.until(lambda: alice.pc.signalingState == "stable")
        assert len(lines(server)) == 1


async def test_a_new_certificate_is_a_new_beginning(play):
    server = await play("sends = 'pattern'")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        old, alice.wave = alice.pc, np.zeros(0)
        await alice.open(Sound(), Picture()).offer("bob")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        await alice.until(lambda: alice.pictures > 3)
        await old.close()
        assert len(lines(server)) == 1


async def test_too_many_callers_find_it_busy(play):
    server = await play("lines = 1\nsends = 'pattern'")
    async with phone(server) as alice, phone(server, "carol") as carol:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.event(IncomingAnswer)
        await carol.open(Sound()).offer("bob", "audio")
        assert (await carol.event(IncomingEnd)).reason == "busy"
        assert len(lines(server)) == 1


async def test_some_decline_and_say_why(play):
    script = """
    [[on]]
    event = "call"
    who = "bob"
    [[on.take]]
    acts = [{ who = "bob", do = "say", to = "$scope", body = "later, $Me" }]
    """
    server = await play("sends = 'nothing'", script)
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        assert (await alice.event(IncomingEnd)).reason == "declined"
        assert (await alice.event(ChatMessage)).body == "later, Alice"


async def test_a_caller_may_think_better_of_it(play):
    server = await play("rings = 30")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.send(CallIce(target_id="bob", candidate=None))
        await alice.send(CallEnd(target_id="bob", reason="cancelled"))
        await alice.send(say("hello"))
        await alice.event(ChatMessage)
        await quiet(server, alice)
    assert alice.all(IncomingAnswer) == []


@pytest.mark.parametrize("words", ["call me", "hang up"])
async def test_a_call_that_rings_at_the_other_end_ends_in_time(play, words):
    server = await play("patience = 0.3", SAYS)
    async with phone(server) as alice:
        await alice.send(say("call me"))
        await alice.event(IncomingOffer)
        await alice.send(say(words))
        ends = await alice.event(IncomingEnd)
        assert ends.reason == ("no_answer" if words == "call me" else "hangup")
        assert len(alice.all(IncomingOffer)) == 1


async def test_without_what_calls_need_it_says_what_to_install(play, monkeypatch):
    monkeypatch.delitem(sys.modules, "mock_server.call_peer", raising=False)
    monkeypatch.setitem(sys.modules, "aiortc", None)
    server = await play()
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        assert (await alice.event(IncomingEnd)).reason == "unsupported"
        message = await alice.event(ChatMessage)
    assert message.scope == "dm:alice:bob"
    assert message.body == (
        "I cannot take calls: the server runs without what they need."
        " Install it with: pip install 'wschat-tui[calls]'"
    )


FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)


@pytest.mark.parametrize(
    "sdp", ["", "v=0", f"v=0\r\n{FINGERPRINT}\r\nm=audio x\r\n", f"{FINGERPRINT}\r\nm=x\r\n"]
)
async def test_an_offer_that_makes_no_sense_is_not_supported(play, sdp):
    server = await play()
    async with phone(server) as alice:
        await alice.send(
            CallOffer(target_id="bob", call_type="audio", sdp={"type": "offer", "sdp": sdp})
        )
        assert (await alice.event(IncomingEnd)).reason == "unsupported"
        await quiet(server, alice)


async def test_an_answer_that_makes_no_sense_is_not_supported(play):
    server = await play("", SAYS)
    async with phone(server) as alice:
        await alice.send(say("call me"))
        await alice.event(IncomingOffer)
        await alice.send(CallAnswer(target_id="bob", sdp={"type": "answer", "sdp": "m=audio x"}))
        assert (await alice.event(IncomingEnd)).reason == "unsupported"


async def test_candidates_that_make_no_sense_change_nothing(play):
    server = await play("sends = 'pattern'\nrings = 0.2")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        texts = ["candidate:1", "candidate:1 x udp 1 127.0.0.1 x typ host", "x" * 4000]
        for text in texts:
            candidate = {"candidate": text, "sdpMid": "0"}
            await alice.send(CallIce(target_id="bob", candidate=candidate))
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        await alice.send(CallIce(target_id="bob", candidate={"candidate": "candidate:2"}))
        await alice.send(CallAnswer(target_id="bob", sdp={"type": "answer", "sdp": "nonsense"}))
        alice.wave = np.zeros(0)
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)


async def test_the_longest_call_ends(play):
    server = await play("longest = 0.5")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        assert (await alice.event(IncomingEnd)).reason == "hangup"
        await quiet(server, alice)


async def test_who_is_away_for_long_is_hung_up_on_and_who_comes_back_is_not(play):
    server = await play("sends = 'pattern'\naway = 0.4")
    async with phone(server) as alice:
        async with phone(server) as other:
            await other.open(Sound()).offer("bob", "audio")
            await other.event(IncomingAnswer)
        assert len(lines(server)) == 1
    await quiet(server, alice)
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        (line,) = server._troupe._telephones._lines.values()
        server._troupe._telephones.seen("alice", there=False)
        server._troupe._telephones.seen("alice", there=True)
        alice.wave = np.zeros(0)
        await alice.until(lambda: len(alice.wave) == 16384)
        assert "away" not in line._limits
        assert len(lines(server)) == 1


async def test_a_peer_that_closes_without_a_word_is_given_up(play, monkeypatch):
    monkeypatch.setattr("mock_server.call_line.CONNECTING", 0.3)
    server = await play("sends = 'pattern'")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        await alice.pc.close()
        assert (await alice.event(IncomingEnd)).reason == "lost"
        await quiet(server, alice)


async def test_media_that_finds_no_way_is_given_up(play, monkeypatch):
    monkeypatch.setattr("mock_server.call_line.CONNECTING", 0.3)
    server = await play()
    async with phone(server) as alice:
        nowhere = RTCPeerConnection(SETTINGS)
        nowhere.addTrack(Sound())
        sdp = {"type": "offer", "sdp": (await nowhere.createOffer()).sdp}
        await alice.send(CallOffer(target_id="bob", call_type="audio", sdp=sdp))
        assert (await alice.event(IncomingEnd)).reason == "failed"
        await nowhere.close()


async def test_a_call_that_broke_is_shown_and_the_server_goes_on(play, monkeypatch):
    shown = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, facts: shown.append(facts))
    monkeypatch.setattr("mock_server.call_line.Line._next", lambda _self: 1 / 0)
    server = await play()
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.send(say("hello"))
        assert (await alice.event(ChatMessage)).body == "hello"
    assert [type(facts["exception"]) for facts in shown] == [ZeroDivisionError]


async def test_those_without_a_telephone_let_it_ring(play):
    log = io.StringIO()
    server = await play(json_log=log)
    async with phone(server) as alice:
        await alice.open(Sound()).offer("carol", "audio")
        await alice.send(CallEnd(target_id="bob", reason="hangup"))
        await alice.send(say("hello"))
        await alice.event(ChatMessage)
    assert alice.all(IncomingAnswer) == []
    assert "bot refused" not in [json.loads(line)["event"] for line in log.getvalue().splitlines()]


async def test_ten_calls_leave_nothing_behind(play):
    server = await play("delay = 0.05")
    async with phone(server) as alice:

        async def call():
            pictures = alice.pictures
            await alice.open(Sound(), Picture()).offer("bob")
            await alice.until(lambda: alice.pictures > pictures + 1)
            await alice.send(CallEnd(target_id="bob", reason="hangup"))
            await alice.pc.close()
            await quiet(server, alice)

        await call()
        before = len(asyncio.all_tasks()), threads()
        for _ in range(10):
            await call()
        alice.tasks[1:] = [task for task in alice.tasks[1:] if not task.done()]
        assert (len(asyncio.all_tasks()), threads()) == before


def threads():
    """All but those that encode, which are kept and are few."""
    names = [thread.name for thread in threading.enumerate()]
    return sorted(name for name in names if not name.startswith("asyncio_"))


async def test_a_server_that_ends_takes_its_calls_along(play):
    server = await play("sends = 'pattern'")
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)
        await server.__aexit__(None, None, None)
        assert lines(server) == {}
        await alice.until(lambda: alice.pc.connectionState == "closed")


async def test_candidates_and_signals_without_end_are_not_kept_without_end(play):
    server = await play("rings = 0.5", rate=0)
    async with phone(server) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        for number in range(400):
            candidate = {"candidate": f"candidate:{number} 1 udp 1 192.0.2.9 9 typ host"}
            await alice.send(CallIce(target_id="bob", candidate={**candidate, "sdpMid": "0"}))
        await alice.event(IncomingAnswer)
        (line,) = server._troupe._telephones._lines.values()
        assert len(line._early) <= 128
        await alice.until(lambda: not line._early)
        assert len(line._peer._tasks) <= 64


async def test_an_order_that_fits_no_call_changes_nothing(play):
    server = await play("rings = 30\nsends = 'pattern'", SAYS)
    async with phone(server) as alice:
        await alice.send(say("show"))
        await alice.open(Sound()).offer("bob", "audio")
        await alice.send(say("hide"))
        await alice.send(CallAnswer(target_id="bob", sdp={"type": "answer", "sdp": "nonsense"}))
        await alice.send(say("hang up"))
        assert (await alice.event(IncomingEnd)).reason == "declined"
        await quiet(server, alice)
    assert alice.all(IncomingOffer) == []


async def test_a_machine_with_no_network_but_itself_can_try_calls(play, monkeypatch):
    addresses = ["127.0.0.1"]
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: list(addresses))
    server = await play("sends = 'pattern'\ncandidates = 'described'")
    async with phone(server) as alice:
        await alice.open(Sound()).pc.setLocalDescription(await alice.pc.createOffer())
        addresses.clear()
        await alice.offer("bob", "audio")
        answer = await alice.event(IncomingAnswer)
        candidates = [line for line in answer.sdp.sdp.splitlines() if "a=candidate" in line]
        assert [line.split()[4] for line in candidates] == ["127.0.0.1"]
        await alice.until(lambda: abs(alice.hertz() - 440) < 10)


async def test_a_server_that_others_reach_does_not_name_its_loopback_address(play):
    server = await play("candidates = 'described'", host="0.0.0.0", allow_remote=True)
    pair = server.hub.accounts.grant(
        server.hub.world.users["alice"], server.clock.now(), server.ids
    )
    async with phone(server, token=pair.access_token) as alice:
        await alice.open(Sound()).offer("bob", "audio")
        answer = await alice.event(IncomingAnswer)
    assert "127.0.0.1" not in answer.sdp.sdp


async def test_a_tone_catches_up_after_a_short_hiccup_and_leaves_a_long_one_out(monkeypatch):
    now = [100.0]
    slept = []

    async def sleep(seconds):
        slept.append(round(seconds, 3))
        now[0] += max(0.0, seconds)

    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now[0])
    monkeypatch.setattr("mock_server.call_pattern.asyncio.sleep", sleep)
    tone = Tone(440.0)

    async def after(seconds):
        now[0] += seconds
        return (await tone.recv()).pts // 960

    assert [await after(0), await after(0), await after(0.1), await after(0)] == [0, 1, 2, 3]
    assert slept == [0.02, -0.08, -0.06]
    assert await after(1.0) == 55
    tone.stop()
    with pytest.raises(MediaStreamError):
        await tone.recv()
