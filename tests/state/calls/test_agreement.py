"""Several clients, and a network that loses, mixes and repeats: they agree in the end."""

import json
from collections import deque
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from wschat_tui.protocol.codec import decode_events, encode
from wschat_tui.state.calls.call import CallStats
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    MediaOrder,
    OpenMedia,
    Reoffer,
    Show,
    TakeDescription,
)
from wschat_tui.state.calls.call_inputs import (
    CallAccepted,
    CallAsked,
    CallDeclined,
    CallsKnown,
    HangUpAsked,
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
    NegotiationNeeded,
    ShowAsked,
)
from wschat_tui.state.effects import Transmit
from wschat_tui.state.inputs import Unsent, Written

KINDS = ("call.offer", "call.answer", "call.ice", "call.end")


@dataclass
class Media:
    """A connection as a client has it: its own certificate, and whose it believes in."""

    name: str
    number: int
    remote: int = 0
    renewed: int = 0


class Client:
    """A device of a user: its state, its media, and what they have to tell."""

    def __init__(self, user, scene, world):
        self.user = user
        self.world = world
        self.scene = scene
        self.scene.open(user)
        self.scene.up()
        self.scene.play(CallsKnown(True))
        self.linked = True
        self.media = None
        self.news = deque()
        self.packets = 0

    @property
    def call(self):
        return self.scene.state.call

    def play(self, *inputs):
        self.scene.play(*inputs)
        self.follow()

    def send(self, frame):
        if not self.linked:
            self.news.append(lambda: self.play(Unsent((frame.op_id,))))
            return
        self.world.wire.append((self.user, frame.request))
        self.news.append(lambda: self.play(Written(frame.op_id, self.scene.now)))

    def hear(self, user, request):
        data = json.loads(encode(request, "x"))["data"]
        data["from_user"] = user
        del data["target_id"]
        self.scene.now = self.world.now
        if self.linked:
            (received,) = decode_events(json.dumps({"type": request.frame_type, "data": data}))
            self.scene.hear(received)
            self.follow()

    def hear_of_link(self, *, up):
        _ = self.scene.up() if up else self.scene.down()
        self.follow()

    def follow(self):
        """Do what the last turn ordered."""
        for one in self.scene.effects:
            if isinstance(one, MediaOrder):
                self.obey(one)
            elif isinstance(one, Transmit) and one.request.frame_type in KINDS:
                self.send(one)

    # ---- media

    def obey(self, order):
        match order:
            case OpenMedia():
                self.media = Media(order.call, self.world.next())
                if order.offer:
                    self.media.remote = self.world.make.number_in(order.offer)
                self.describe("answer" if order.offer else "offer", self.media.number)
                self.find()
            case CloseMedia():
                self.shut()
                self.media = None
            case TakeDescription(kind="answer"):
                self.media.number = self.media.renewed or self.media.number
                self.media.renewed = 0
                self.media.remote = self.world.make.number_in(order.sdp)
            case TakeDescription():
                self.media.renewed = 0
                self.media.remote = self.world.make.number_in(order.sdp)
                self.describe("answer", self.media.number)
            case Reoffer():
                if order.anew:
                    self.shut()
                self.media.renewed = self.world.next() if order.anew else 0
                self.describe("offer", self.media.renewed or self.media.number)
            case Show():
                name = order.call
                self.news.append(lambda: self.play(NegotiationNeeded(name, self.world.now)))

    def end_media(self, name, reason):
        self.play(MediaEnded(name, "x", self.world.now, reason))

    def shut(self):
        """The other end of the path hears that it is closed, at once or later."""
        for other in self.world.clients:
            if self.meets(other):
                other.news.append(partial(other.end_media, other.media.name, "closed"))

    def describe(self, kind, number):
        name, op = self.media.name, self.world.op()
        text = self.world.make.sdp(number)
        self.news.append(lambda: self.play(MediaDescribed(name, op, self.world.now, kind, text)))

    def find(self):
        name, op = self.media.name, self.world.op()
        self.news.append(lambda: self.play(MediaCandidate(name, op, None)))

    def meets(self, other):
        """Media flow between this one and another."""
        one, two = self.media, other.media
        if one is None or two is None or {one.number, two.number} & self.world.broken:
            return False
        if self.world.silent:
            return False
        return one.remote == two.number and two.remote == one.number

    def notice(self):
        """A second of media passed."""
        peer = next((one for one in self.world.clients if self.meets(one)), None)
        if self.media is not None and peer is not None:
            self.packets += 50
            name, now = self.media.name, self.world.now
            self.play(MediaConnected(name, now), MediaFlowing(name, now))
            if self.media is not None:
                stats = CallStats(received_packets=self.packets)
                self.play(MediaMeasured(self.media.name, now, stats))


class World:
    """Clients, the signals on their way, and the paths that are broken."""

    def __init__(self, new_scene, make, users):
        self.make = make
        self.numbers = count(1)
        self.ops = count(1)
        self.now = new_scene.T
        self.wire = []
        self.broken = set()
        self.silent = False
        self.clients = []
        for user in users:
            self.clients.append(Client(user, new_scene(), self))

    @property
    def is_quiet(self):
        """Nobody is in a call, and nothing is on its way."""
        idle = [one.call is None and one.linked and not one.news for one in self.clients]
        return all(idle) and not self.wire

    def next(self):
        return next(self.numbers)

    def op(self):
        return f"op{next(self.ops):05}"

    def deliver(self, place=0, *, keep=False):
        """A signal arrives, at all devices of whom it is for. keep: it will arrive again."""
        if self.wire:
            at = place % len(self.wire)
            user, request = self.wire[at] if keep else self.wire.pop(at)
            for client in self.clients:
                if client.user == request.target_id:
                    client.hear(user, request)

    def lose(self, place):
        if self.wire:
            self.wire.pop(place % len(self.wire))

    def work(self, client):
        if client.news:
            client.scene.now = self.now
            client.news.popleft()()

    def settle(self):
        """All that is under way is done."""
        while self.wire or any(client.news for client in self.clients):
            for client in self.clients:
                self.work(client)
            self.deliver()

    def tick(self, seconds=1):
        for _ in range(seconds):
            self.now += 1000
            for client in self.clients:
                client.scene.now = self.now
                client.notice()
                client.scene.tick(0)
                client.follow()

    def link(self, client, *, up):
        """A socket opens or closes; its client hears of it in its turn."""
        if up != client.linked:
            client.linked = up
            client.news.append(lambda: client.hear_of_link(up=up))

    def rest(self, seconds):
        """Nothing is lost or late from here on."""
        for client in self.clients:
            self.link(client, up=True)
        self.settle()
        for _ in range(seconds):
            self.tick()
            self.settle()

    def agrees(self):
        """Whoever is in a call is in it with somebody who says the same."""
        for client in self.clients:
            if client.call is not None:
                assert client.call.phase == "active"
                assert not client.call.reconnecting
                others = [one for one in self.clients if client.meets(one)]
                assert [one.user for one in others] == [client.call.peer]
                assert others[0].call.peer == client.user
            else:
                assert client.media is None


class Agreement(RuleBasedStateMachine):
    """Anything happens to the clients, and to what they say; then nothing more goes wrong."""

    make = None
    new_scene = None
    users = ()

    def __init__(self):
        super().__init__()
        self.world = World(type(self).new_scene, type(self).make, self.users)

    def client(self, number):
        client = self.world.clients[number % len(self.world.clients)]
        client.scene.now = self.world.now
        return client

    who = st.integers(0, 2)
    place = st.integers(0, 5)

    @initialize(on=st.booleans())
    def begin(self, on):
        if on:
            self.talk(0, glare=False)

    @rule(who=who, glare=st.booleans())
    def talk(self, who, glare):
        """Without faults a call is on a moment later, whoever placed it, or both at once."""
        world, one = self.world, self.client(who)
        two = next(client for client in world.clients if client.user != one.user)
        quiet = world.is_quiet
        one.play(CallAsked(world.op(), world.now, two.user, "audio"))
        if glare:
            two.scene.now = world.now
            two.play(CallAsked(world.op(), world.now, one.user, "video"))
        world.settle()
        for number in range(len(world.clients)):
            self.accept(number)
            world.settle()
        world.tick()
        if quiet:
            assert one.call is not None
            world.agrees()

    @rule(who=who, video=st.booleans())
    def dial(self, who, video):
        client = self.client(who)
        others = [one.user for one in self.world.clients if one.user != client.user]
        kind = "video" if video else "audio"
        client.play(CallAsked(self.world.op(), self.world.now, others[who % len(others)], kind))

    @rule(who=who)
    def accept(self, who):
        self.client(who).play(CallAccepted(self.world.op(), self.world.now))

    @rule(who=who, ringing=st.booleans())
    def give_up(self, who, ringing):
        way = CallDeclined if ringing else HangUpAsked
        self.client(who).play(way(self.world.op(), self.world.now))

    @rule(who=who, on=st.booleans())
    def show(self, who, on):
        shows = "camera" if on else ""
        self.client(who).play(ShowAsked(self.world.op(), self.world.now, shows))

    @rule(place=st.just(0) | place, again=st.just(False) | st.booleans())
    def deliver(self, place, again):
        self.world.deliver(place, keep=again)

    @rule(place=place)
    def lose(self, place):
        self.world.lose(place)

    @rule()
    def settle(self):
        self.world.settle()

    @rule(who=who)
    def work(self, who):
        self.world.work(self.client(who))

    @rule(seconds=st.sampled_from([1, 1, 1, 5, 21]))
    def time_passes(self, seconds):
        self.world.tick(seconds)

    @rule(who=who, up=st.booleans())
    def link(self, who, up):
        self.world.link(self.client(who), up=up)

    @rule(who=who)
    def path_breaks(self, who):
        media = self.client(who).media
        if media is not None:
            self.world.broken.add(media.number)

    @rule(who=who, closed=st.booleans())
    def media_end(self, who, closed):
        client = self.client(who)
        if client.media is not None:
            client.end_media(client.media.name, "closed" if closed else "failed")

    @rule(who=who)
    def fall_and_come_back(self, who):
        """A program dies without a word, and is started again."""
        old = self.client(who)
        new = Client(old.user, type(self).new_scene(), self.world)
        self.world.clients[self.world.clients.index(old)] = new

    def teardown(self):
        self.world.rest(100)
        self.world.agrees()
        self.world.silent = True
        self.world.rest(100)
        for client in self.world.clients:
            state = client.scene.state
            assert (state.call, state.callers, state.farewells) == (None, (), ())


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "users",
    [
        ("alice", "bob"),
        ("alice", "bob", "bob"),
        ("alice", "alice", "bob"),
        ("alice", "bob", "carol"),
    ],
)
def test_all_agree_in_the_end(new_scene, make, monkeypatch, users):
    """F24: any frame is lost, comes twice or late; whoever is left alone ends in time."""
    monkeypatch.setattr(Agreement, "new_scene", new_scene)
    monkeypatch.setattr(Agreement, "make", make)
    monkeypatch.setattr(Agreement, "users", users)
    run_state_machine_as_test(Agreement, settings=settings(max_examples=30, stateful_step_count=40))
