"""The outbox over a bad line, with a client that is killed between any two effects (F12, F15-F19).

The server keeps its word; what goes to it may be lost or come late, and what comes from it may be
lost, come late or twice. What the client ordered of the disk is there as far as it was written
when the client was killed. In the end nothing that was typed is lost without a word, nothing is
there twice but by the user's word, and the order in each room holds.
"""

import os
import random

import pytest

from wschat_tui.protocol.requests import ChatSend, PresencePing, RoomJoin
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state import inputs
from wschat_tui.state.effects import GiveBack, Notify, Recall, Transmit, Verify
from wschat_tui.state.history import archive_effects as orders
from wschat_tui.state.history.archive_inputs import ArchiveOpened, RoomKept
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce

T = 1_700_000_000_000
LOBBY = "network:lobby"
BOB = "dm:alice:bob"
ROOMS = (LOBBY, LOBBY, BOB)
PAGE = 3
LOADED = 4
SETTLED = 2_000
"""Milliseconds after a reconnect until which a frame of the last connection may still be taken."""

WORDS = ("hi", "hi", "hi", "yo", "well")
FATES = (*["well"] * 5, "no echo", "no ack", "no word", "lost", "refused", "limit")
STEPS = 70


class Disk:
    """What was ordered, and how much of it is written; a kill takes the rest."""

    def __init__(self):
        self.waiting = []
        self.outbox, self.operations, self.messages = {}, {}, {}
        self.rooms, self.drafts = {}, {}

    def write(self, count):
        """Write so many orders, in their order; gives what waited for them."""
        due, self.waiting = self.waiting[:count], self.waiting[count:]
        return [one for one in due if not self._take(one)]

    def _take(self, order):  # noqa: PLR0912 - one case an order
        match order:
            case orders.KeepOutgoing(row=row):
                self.outbox[row.op_id] = row
                if order.emptied:
                    self.drafts.pop((row.scope, row.parent_id or ""), None)
            case orders.DropOutgoing():
                self.outbox.pop(order.op_id, None)
            case orders.KeepOperation():
                self.operations[order.operation.op_id] = order.operation
            case orders.DropOperation():
                self.operations.pop(order.op_id, None)
            case orders.KeepDraft(text=""):
                self.drafts.pop((order.scope, order.thread), None)
            case orders.KeepDraft():
                self.drafts[order.scope, order.thread] = order.text
            case orders.KeepMessages():
                self.messages |= {one.id: one for one in order.messages}
            case orders.DropMessages():
                for one in order.ids:
                    self.messages.pop(one, None)
            case orders.KeepRoom():
                self.rooms[order.room.scope] = order.room
            case orders.DropRoom():
                self.rooms.pop(order.scope, None)
            case _ if callable(order):
                return False
            case _:
                """Reading, and what the outbox does not depend on."""
        return True

    def opened(self, at):
        """What a new process is told."""
        self.waiting = []
        kept = tuple(self._room(record) for record in self.rooms.values())
        outbox, operations = tuple(self.outbox.values()), tuple(self.operations.values())
        return ArchiveOpened(at, kept, outbox=outbox, operations=operations)

    def _room(self, record):
        lines = [one for one in self.messages.values() if one.scope == record.scope]
        lines.sort(key=lambda one: one.at or 0)
        drafts = tuple(
            (key[1], text) for key, text in self.drafts.items() if key[0] == record.scope
        )
        above = len(lines) > LOADED
        return RoomKept(record, tuple(lines[-LOADED:]), above, 0, 0, drafts)


class Crashes:
    """Alice's client, its disk, the server, and what is on its way between them."""

    def __init__(self, wire):
        self.wire = wire
        self.state, self.disk = State(), Disk()
        self.now, self.names = T, 0
        self.connection, self.joined = 0, set()
        self.posts = []
        self.to_server, self.pipe, self.late = [], [], []
        self.to_client, self.pages = [], []
        self.typed, self.over, self.by_hand, self.asked = {}, set(), set(), set()
        self.resent, self.known = 0, set()
        self.fuse = None

    @property
    def online(self):
        return self.state.link.phase == "online"

    def fresh(self, letter):
        self.names += 1
        return f"{letter}{self.names:05}"

    # ---- the client's process

    def play(self, item):
        """Turn the state and carry its effects out, until the fuse has burnt down."""
        self.state, effects = reduce(self.state, item)
        for effect in effects:
            if self.fuse is not None:
                self.fuse -= 1
                if self.fuse < 0:
                    self.die()
                    return
            self.carry_out(effect)
        self.look_at_the_outbox()

    def carry_out(self, effect):
        match effect:
            case Transmit(request=ChatSend()):
                connection = self.connection
                self.disk.waiting.append(lambda: self.hand_over(connection, effect))
            case Transmit():
                self.to_server.append((effect.op_id, effect.request))
            case Recall() | Verify():
                self.pages.append(effect)
                self.known = set(self.state.places)
            case Notify() if "sent again, as you set it" in effect.text:
                self.resent += 1
            case GiveBack():
                raise AssertionError(effect)
            case _ if isinstance(effect, orders.ArchiveOrder):
                self.disk.waiting.append(effect)

    def hand_over(self, connection, effect):
        if connection == self.connection and self.online:
            self.to_server.append((effect.op_id, effect.request))

    def write(self, count):
        for then in self.disk.write(count):
            then()

    def cut(self):
        """The connection is gone; what was written may still reach the server."""
        self.late += [(None, one) for one in self.pipe]
        unsent = tuple(op_id for op_id, _ in self.to_server)
        self.to_server, self.pipe, self.to_client, self.pages = [], [], [], []
        self.joined = set()
        self.connection += 1
        return unsent

    def die(self):
        """The process ends, and another one begins with what the disk has."""
        self.fuse = None
        self.cut()
        opened = self.disk.opened(self.now)
        self.state = State()
        begun = inputs.SessionOpened("alice", "p", "s", "standard", "m", (LOBBY,), self.policy)
        self.play(begun)
        self.play(opened)
        self.look_into_the_composers()

    def look_into_the_composers(self):
        """What did not reach the outbox stands where it was typed, and only there."""
        rows = {row.op_id for row in self.state.outbox}
        last = max(self.typed, default="")
        for scope, one in self.state.rooms.items():
            text = one.drafts.get("")
            if text is not None:
                assert self.typed[last] == (scope, text)
                assert last not in rows
                self.over.add(last)
                self.play(inputs.DraftKept(scope, "", ""))

    def look_at_the_outbox(self):
        """One waits for its ack at a time, and each is shown as it stands."""
        assert sum(row.phase in {"handed", "inflight"} for row in self.state.outbox) <= 1
        rows = [row for row in self.state.outbox if not row.message_id]
        shown = [one for room in self.state.rooms.values() for one in room.messages]
        ops = [one.op_id for one in shown if one.op_id]
        assert len(ops) == len(set(ops))
        pending = {one.op_id for one in shown if not one.settled}
        assert pending == {row.op_id for row in rows if row.phase != "discarded"}
        self.asked |= {row.op_id for row in rows if row.doubt == "ask"}
        looked = {row.scope for row in rows if row.doubt == "look"}
        assert looked <= set(self.state.checks) or not self.online

    # ---- the server

    def post(self, scope, who, body, op_id=""):
        self.now += 1
        post = (self.fresh("m"), scope, who, body, self.now + self.skew, op_id)
        self.posts.append(post)
        return post

    def told(self, post):
        name, scope, who, body, at, _ = post
        return self.wire.said(name, who, body, scope, at=(at - T) / 1000)

    def handle(self, op_id, request, *, echo=True, ack=True):
        match request:
            case ChatSend():
                scope = canonical(request.scope, "alice")
                if scope != BOB and scope not in self.joined:
                    self.to_client.append(self.wire.refusal(op_id))
                    return
                post = self.post(scope, "alice", request.body, op_id)
                answers = [self.told(post)] if echo else []
                answers += [self.wire.ack(op_id, post[0])] if ack else []
            case RoomJoin():
                self.joined.add(request.room)
                answers = [self.wire.ack(op_id)]
            case PresencePing():
                answers = []
            case _:
                answers = [self.wire.ack(op_id)]
        self.to_client += answers

    def answer(self, asked):
        """A page as the server has it now, or why there is none."""
        scope = canonical(asked.scope, "alice")
        verify = isinstance(asked, Verify)
        if self.history == "fails" or not self.remembers:
            absent = not self.remembers
            if verify:
                return inputs.Unverified(asked.scope, asked.check, self.now, absent)
            return inputs.HistoryFailed(asked.scope, "No.", absent)
        theirs = [post for post in self.posts if post[1] == scope]
        behind = theirs[len(theirs) // 2 :]
        if self.history == "lags" and any(post[0] in self.known for post in behind):
            theirs = theirs[: len(theirs) // 2]
        ids = [post[0] for post in theirs]
        end = ids.index(asked.before) if asked.before in ids else len(theirs)
        begin = max(end - PAGE, 0)
        events = tuple(self.told(post).payload for post in theirs[begin:end])
        if verify:
            return inputs.Verified(asked.scope, asked.check, self.now, events, "", begin > 0)
        older = bool(asked.cursor or asked.before)
        return inputs.HistoryLoaded(
            scope, events, "", begin > 0, older, asked.hole, asked.before, asked.pages
        )

    # ---- rules: the process

    def begin(self, policy, remembers, skew):
        self.policy, self.remembers, self.skew, self.history = policy, remembers, skew, "works"
        self.die()
        self.connect()

    def the_disk_writes(self, count):
        self.write(count)

    def it_will_be_killed(self, fuse):
        self.fuse = fuse

    def it_is_killed(self):
        self.die()

    # ---- rules: the line

    def connect(self):
        until = self.now + SETTLED
        self.late = [(until if end is None else end, one) for end, one in self.late]
        self.connection += 1
        self.play(inputs.LinkUp(self.now, self.fresh("u")))

    def the_client_writes_one(self):
        op_id, request = self.to_server.pop(0)
        self.pipe.append((op_id, request))
        self.play(inputs.Written(op_id, self.now))

    def the_server_takes_one(self, number, how):
        op_id, request = self.pipe.pop(number % len(self.pipe))
        if how == "refused" and isinstance(request, ChatSend):
            self.to_client.append(self.wire.refusal(op_id))
        elif how == "limit" and isinstance(request, ChatSend):
            self.to_client.append(self.wire.refusal(code="ERR_RATE_LIMIT"))
        elif how != "lost" or not isinstance(request, ChatSend):
            word = how != "no word"
            self.handle(
                op_id, request, echo=word and how != "no echo", ack=word and how != "no ack"
            )

    def the_server_takes_one_late(self, number, taken):
        until, (op_id, request) = self.late.pop(number % len(self.late))
        in_time = until is None or self.now < until
        if taken and in_time and isinstance(request, ChatSend):
            scope = canonical(request.scope, "alice")
            post = self.post(scope, "alice", request.body, op_id)
            if self.online and (scope == BOB or scope in self.joined):
                self.to_client.append(self.told(post))

    def the_client_hears_one(self, number, how):
        at = 0 if how == "first" else number % len(self.to_client)
        received = self.to_client[at] if how == "twice" else self.to_client.pop(at)
        if how != "never" or received.op_id not in self.typed:
            self.play(inputs.Heard((received,), self.now, self.fresh("s")))

    def the_client_hears_all(self):
        received, self.to_client = tuple(self.to_client), []
        self.play(inputs.Heard(received, self.now, self.fresh("s")))

    def a_page_comes(self, number):
        asked = self.pages.pop(number % len(self.pages))
        self.play(self.answer(asked))

    def the_history_changes(self, how):
        self.history = how

    def the_line_breaks(self, poison):
        flying = [op_id for op_id, one in self.pipe if isinstance(one, ChatSend)]
        poisoned = flying[0] if poison and flying else ""
        self.pipe = [one for one in self.pipe if one[0] != poisoned]
        unsent = self.cut()
        self.play(inputs.Unsent(unsent))
        if self.online:
            self.play(inputs.LinkDown("Lost.", self.now, self.now + 1, 1, poisoned))

    def time_passes(self, later):
        self.now += later
        self.play(inputs.Tick(self.now))

    def the_server_pongs(self):
        stamp = self.wire.stamp((self.now + self.skew - T) / 1000)
        pong = self.wire.envelope("presence.pong", {"timestamp": stamp})
        self.play(inputs.Heard((pong,), self.now, self.fresh("s")))

    # ---- rules: people

    def bob_posts(self, where, text):
        post = self.post(where, "bob", text)
        if self.online and (where == BOB or where in self.joined):
            self.to_client.append(self.told(post))

    def alice_posts(self, where, text):
        fuse, self.fuse = self.fuse, None
        self.play(inputs.RoomOpened(self.fresh("r"), self.now, where))
        self.play(inputs.DraftKept(where, "", text))
        self.write(1_000)
        self.fuse = fuse
        op_id = self.fresh("o")
        self.typed[op_id] = (where, text)
        self.play(inputs.Typed(op_id, self.now, where, text))

    def her_phone_posts(self, where, text):
        """It is seen to be at work in the room, and then says what she may be saying here."""
        seen = self.told(self.post(where, "alice", "from my phone"))
        here = self.online and (where == BOB or where in self.joined)
        if here:
            self.play(inputs.Heard((seen,), self.now, self.fresh("s")))
        post = self.post(where, "alice", text)
        if here and self.online:
            self.to_client.append(self.told(post))

    def alice_settles_one(self, number, again):
        row = self.state.outbox[number % len(self.state.outbox)]
        if again:
            self.asked.add(row.op_id)
            if row.phase == "unconfirmed" and self.policy != "never":
                self.by_hand.add(row.op_id)
            self.play(inputs.ResendAsked(row.op_id, self.now))
        elif row.phase in {"queued", "failed", "unconfirmed"}:
            self.over.add(row.op_id)
            self.play(inputs.DiscardAsked(row.op_id))

    # ---- the end

    def settle(self):
        """All is well from here on, until nothing waits any more."""
        self.fuse, self.history = None, "works"
        for _ in range(60 + 3 * len(self.typed)):
            if not self.online:
                self.connect()
            self.write(1_000)
            while self.to_server or self.pipe:
                if self.to_server:
                    self.the_client_writes_one()
                self.the_server_takes_one(0, "well")
                self.write(1_000)
            if self.to_client:
                self.the_client_hears_all()
            while self.pages:
                self.a_page_comes(0)
            if not (self.to_server or self.disk.waiting or self.is_busy()):
                return
            self.time_passes(2_000)

    def is_busy(self):
        settled = {"failed", "unconfirmed"}
        waiting = any(row.phase not in settled for row in self.state.outbox)
        return waiting or len(self.state.checks) or len(self.state.operations)

    def audit(self):
        rows = {row.op_id: row for row in self.state.outbox}
        assert {row.phase for row in rows.values()} <= {"failed", "unconfirmed"}
        assert all(row.doubt != "look" for row in rows.values())
        posted = [post for post in self.posts if post[2] == "alice" and post[5]]
        for key in set(self.typed.values()):
            meant = {op for op, one in self.typed.items() if one == key} - self.over
            there = [post[5] for post in posted if post[5] in meant]
            settled = meant - set(rows)
            assert len(settled) <= len(there), "lost silently"
            twice = self.resent if self.policy == "auto" else 0
            assert len(there) <= len(meant) + len(meant & self.by_hand) + twice, "sent twice"
        self.look_for_inversions(posted)

    def look_for_inversions(self, posted):
        """What nobody had to decide about stands in the order in which it was typed."""
        ours = [post for post in posted if post[5] not in self.by_hand | self.asked]
        for index, later in enumerate(ours):
            for one in ours[:index]:
                apart = one[1] != later[1] or one[3] == later[3]
                assert apart or one[5] < later[5], "order inverted"


RUNS = int(os.environ.get("OUTBOX", "60"))
"""How many stories are told; more of them in a long run."""


def moves(world, dice):
    """What may happen next, with its details; what is likely stands there more often."""
    often, seldom = [], []
    number = dice.randrange(1_000)
    if world.disk.waiting:
        often.append((world.the_disk_writes, dice.choice([1, 1, 2, 3, 100])))
    if world.online and world.to_server:
        often.append((world.the_client_writes_one,))
    if world.online and world.pipe:
        often.append((world.the_server_takes_one, number, dice.choice(FATES)))
    if world.online and world.to_client:
        often.append((world.the_client_hears_all,))
        how = dice.choice(["first", "any", "twice", "never"])
        often.append((world.the_client_hears_one, number, how))
    if world.pages:
        often.append((world.a_page_comes, number))
    if world.late:
        often.append((world.the_server_takes_one_late, number, number % 2))
    if not world.online:
        often.append((world.connect,))
    often.append((world.alice_posts, dice.choice(ROOMS), dice.choice(WORDS)))
    often.append((world.time_passes, dice.choice([100, 1_000, 2_000, 2_000, 9_000, 10_000])))
    seldom.append((world.bob_posts, dice.choice(ROOMS), dice.choice(WORDS)))
    seldom.append((world.her_phone_posts, dice.choice(ROOMS), dice.choice(WORDS)))
    seldom.append((world.the_history_changes, dice.choice(["works", "works", "fails", "lags"])))
    seldom.append((world.it_will_be_killed, dice.randrange(5)))
    seldom.append((world.it_is_killed,))
    if world.online:
        seldom.append((world.the_server_pongs,))
        seldom.append((world.the_line_breaks, dice.random() < 0.2))
    if world.state.outbox:
        seldom.append((world.alice_settles_one, number, number % 2))
    return often if dice.random() < 0.8 else seldom


def story(wire, seed):
    """One run, told the same for the same seed."""
    dice = random.Random(seed)
    world = Crashes(wire)
    policy = dice.choice(["ask", "ask", "auto", "never"])
    world.begin(policy, dice.random() < 0.75, dice.choice([0, 0, -3_000, 2_000]))
    for _ in range(STEPS):
        move, *details = dice.choice(moves(world, dice))
        move(*details)
    world.settle()
    world.audit()
    return world


@pytest.mark.slow
@pytest.mark.timeout(60 + RUNS)
def test_whenever_it_is_killed_nothing_is_lost_or_sent_twice_without_a_word(wire):
    """F12, F15, F16, F17, F18, F19: whatever the line, the server, the disk and the client do."""
    asked = typed = 0
    for seed in range(RUNS):
        try:
            world = story(wire, seed)
        except Exception as error:
            error.add_note(f"The story of seed {seed}.")
            raise
        asked += len(world.asked)
        typed += len(world.typed)
    assert typed > 10 * RUNS
    assert asked < typed / 4
