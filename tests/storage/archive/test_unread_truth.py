"""Unread counts against the truth: a server, a link that breaks, and a client that is killed.

The archive is the real one, in memory; the truth is counted in the server's own list, from the
place up to which the user has read.
"""

import json
import os
import sqlite3
from collections import deque

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from wschat_tui.protocol.codec import decode_events
from wschat_tui.state import inputs, turn
from wschat_tui.state.effects import Recall
from wschat_tui.state.history import archive_effects, archive_inputs, history, looking, missed, past
from wschat_tui.state.history.archive_effects import ArchiveOrder
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce
from wschat_tui.storage.archive import opening, schema
from wschat_tui.storage.archive.orders import carry_out
from wschat_tui.storage.archive.store import Store

T = 1_700_000_000_000
ROOMS = ("network:lobby", "network:team")
ME = "alice"
SERVED = 3
"""Messages in a page of the server."""

room = st.sampled_from(ROOMS)
pick = st.integers(0, 100)


def event(kind, data):
    return decode_events(json.dumps({"type": kind, "data": data}))[0]


class Post:
    """A message as the server has it."""

    def __init__(self, id, scope, who, body, at):
        self.id, self.scope, self.who, self.body, self.at = id, scope, who, body, at
        self.deleted = self.edited = False

    def told(self):
        stamp = f"2023-11-14T22:{13 + (20 + self.at // 1000) // 60:02}:{(20 + self.at // 1000) % 60:02}.{self.at % 1000:03}Z"
        data = {
            "id": self.id,
            "scope": self.scope,
            "user_id": self.who,
            "body": self.body,
            "created_at": stamp,
        }
        data |= {"deleted_at": stamp} if self.deleted else {}
        return event("chat.message", data | ({"edited_at": "2023-11-15"} if self.edited else {}))


class Truth(RuleBasedStateMachine):
    """A client beside a server; what is unread is counted on both sides."""

    def __init__(self):
        super().__init__()
        connection = sqlite3.connect(":memory:", isolation_level=None)
        schema.migrate(connection)
        self.store = Store(connection, lambda: T)
        self.names = 0
        self.posts = {scope: [] for scope in ROOMS}
        self.taken = {scope: [] for scope in ROOMS}
        self.read = dict.fromkeys(ROOMS, -1)
        self.frail = set()
        """Rooms of which something was changed while nobody listened."""
        self.start()
        self.link_up()
        self.settle()
        for scope in ROOMS:
            self.play(inputs.RoomOpened(self.fresh(), T, scope))
        self.settle()

    # ---- how it is played

    def fresh(self):
        self.names += 1
        return f"x{self.names:05}"

    def play(self, *items):
        self.state, effects = reduce(self.state, *items)
        for effect in effects:
            if isinstance(effect, ArchiveOrder):
                answer = carry_out(self.store, effect)
                if answer is not None:
                    self.answers.append(answer)
            elif isinstance(effect, Recall):
                self.asked.append(effect)
        loaded = [one for item in self.state.rooms.values() for one in item.messages]
        assert {one.id for one in loaded if one.settled} <= set(dict(self.state.places.items()))
        if self.state.past is not None:
            assert len(self.state.past.messages) <= past.MOST

    def hear(self, *received):
        if self.state.link.phase == "online":
            self.play(inputs.Heard(received, T, self.fresh()))

    def start(self):
        """A client that knows nothing but what the disk has."""
        self.state = State()
        self.answers, self.asked = deque(), deque()
        self.play(inputs.SessionOpened(ME, "p", "s", "standard", "m", ROOMS))
        self.store = Store(self.store.connection, lambda: T)
        self.store.learn()
        self.play(opening.opened(self.store, writable=True))

    def link_up(self):
        self.play(inputs.LinkUp(T, self.fresh()))

    def answer(self, recall):
        """A page as the server has it now."""
        posts = self.posts.get(recall.scope, [])
        ids = [one.id for one in posts]
        end = ids.index(recall.before) if recall.before in ids else len(ids)
        if recall.before and recall.before not in ids:
            gone = next((at for at, id in self.taken[recall.scope] if id == recall.before), 0)
            end = sum(one.at < gone for one in posts)
        begin = max(end - SERVED, 0)
        page = tuple(one.told().payload for one in posts[begin:end])
        return inputs.HistoryLoaded(
            recall.scope,
            page,
            "",
            begin > 0,
            bool(recall.before),
            recall.hole,
            recall.before,
            recall.pages,
            recall.hole_at,
        )

    def settle(self):
        for _ in range(2_000):
            if self.answers:
                self.play(self.answers.popleft())
            elif self.asked:
                self.play(self.answer(self.asked.popleft()))
            else:
                return
        raise AssertionError("it never comes to rest")

    # ---- what happens

    @initialize(first=st.integers(1, 4))
    def begin(self, first):
        for scope in ROOMS:
            for _ in range(first):
                self.somebody_posts(scope, "bob", mention=False)
        for scope in ROOMS:
            self.alice_looks(scope)

    @rule(scope=room, who=st.sampled_from(["bob", "bob", "alice"]), mention=st.booleans())
    def somebody_posts(self, scope, who, mention):
        self.names += 1
        id = f"m{self.names:05}"
        post = Post(id, scope, who, "@alice" if mention else "hi", self.names * 10)
        self.posts[scope].append(post)
        self.hear(post.told())

    @rule(scope=room, many=st.integers(2, 30))
    def many_post(self, scope, many):
        for _ in range(many if scope not in self.frail else 1):
            self.somebody_posts(scope, "bob", mention=False)

    def may_change(self, scope):
        """What nobody heard of is found again where it is not endlessly far up."""
        if self.state.link.phase == "online" and not self.asked:
            return True
        if sum(one.at > self.read[scope] for one in self.posts[scope]) > 15:
            return False
        self.frail.add(scope)
        return True

    @rule(scope=room, number=pick, hard=st.booleans())
    def one_is_deleted(self, scope, number, hard):
        posts = self.posts[scope]
        if len(posts) < 2 or not self.may_change(scope):
            return
        post = posts[1 + number % (len(posts) - 1)]
        if hard:
            posts.remove(post)
            self.taken[scope].append((post.at, post.id))
        post.deleted = True
        self.hear(
            event("chat.deleted", {"message_id": post.id, "mode": "hard" if hard else "soft"})
        )

    @rule(scope=room, number=pick)
    def one_is_edited(self, scope, number):
        posts = [one for one in self.posts[scope] if not one.deleted]
        if posts and self.may_change(scope):
            post = posts[number % len(posts)]
            post.edited = True
            post.body = "hi" if post.body == "@alice" else "@alice"
            self.hear(event("chat.edited", {"message_id": post.id, "new_body": post.body}))

    @rule(scope=room, number=pick)
    def alice_reads_elsewhere(self, scope, number):
        if self.state.link.phase != "online" or not self.posts[scope]:
            return
        self.settle()
        post = self.posts[scope][number % len(self.posts[scope])]
        mark = {"message_id": post.id, "user_id": ME, "room": scope}
        self.hear(event("chat.read.update", mark))
        if not self.state.rooms[scope].held:
            self.read[scope] = max(self.read[scope], post.at)

    @rule(scope=room)
    def alice_looks(self, scope):
        self.settle()
        self.play(inputs.RoomOpened(self.fresh(), T, scope))
        self.settle()
        named = [one for one in self.state.rooms[scope].messages if one.named]
        if named and self.state.past is None:
            newest = named[-1]
            held = self.state.rooms[scope].held
            self.play(inputs.Seen(self.fresh(), T, scope, newest.id))
            if not held:
                self.read[scope] = max(self.read[scope], newest.at - T)

    @rule(number=pick)
    def alice_marks_unread(self, number):
        self.settle()
        scope = self.state.focus
        if scope not in ROOMS:
            return
        known = [one for one in self.state.rooms[scope].messages if one.named]
        known = known[1:]
        if known:
            message = known[number % len(known)]
            self.play(inputs.UnreadAsked(message.id))
            before = [one.at for one in self.posts[scope] if one.at < message.at - T]
            gone = [at for at, _ in self.taken[scope] if at < message.at - T]
            self.read[scope] = max([*before, *gone], default=-1)

    @rule()
    def alice_scrolls_up(self):
        self.play(inputs.OlderAsked(self.state.focus))

    @rule()
    def alice_scrolls_down(self):
        self.play(archive_inputs.NewerAsked(self.state.focus))

    @rule()
    def alice_goes_to_the_end(self):
        self.play(archive_inputs.NewestAsked(self.state.focus))

    @rule(scope=room, number=pick)
    def alice_goes_to_one(self, scope, number):
        posts = self.posts[scope]
        if posts:
            id = posts[number % len(posts)].id
            self.play(archive_inputs.AroundAsked(self.fresh(), T, scope, id))

    @rule(few=st.integers(1, 3))
    def some_of_the_world_answers(self, few):
        for _ in range(few):
            if self.answers:
                self.play(self.answers.popleft())
            elif self.asked:
                self.play(self.answer(self.asked.popleft()))

    @rule(number=pick)
    def a_page_fails(self, number):
        if self.asked:
            recall = self.asked[number % len(self.asked)]
            self.asked.remove(recall)
            self.play(inputs.HistoryFailed(recall.scope, "No.", hole=recall.hole))

    @rule()
    def the_link_breaks(self):
        if self.state.link.phase == "online":
            self.play(inputs.LinkDown("Lost.", T, T + 1, 1, ""))

    @rule()
    def the_link_comes(self):
        if self.state.link.phase != "online":
            self.link_up()

    @rule()
    def the_client_is_killed(self):
        self.start()

    @rule()
    def both_agree(self):
        """Once all is heard, and every gap is asked about, the counts are the truth."""
        if self.state.link.phase == "online":
            self.the_link_breaks()
        self.settle()
        self.looked_at = self.state.focus
        self.link_up()
        self.settle()
        for scope in ROOMS:
            self.close_gaps(scope)
        for scope in ROOMS:
            self.compare(scope)
        self.frail.clear()

    def close_gaps(self, scope):
        for _ in range(20):
            found = self.store.connection.execute(
                "select message.id from message join room on room.number = message.room"
                " where kind = 2 and scope = ? order by row desc",
                (scope,),
            ).fetchall()
            if not found:
                return
            gap = found[0][0]
            if self.state.places.get(gap) != scope:
                around = archive_inputs.AroundAsked(self.fresh(), T, scope, gap)
                self.play(around)
                self.settle()
            self.play(archive_inputs.GapAsked(gap))
            self.settle()
        raise AssertionError(f"a gap stays: {gap}")

    def compare(self, scope):
        mine, theirs = self.state.rooms[scope], self.posts[scope]
        after = [one for one in theirs if one.at > self.read[scope]]
        news = [one for one in after if one.who != ME and not one.deleted]
        called = sum(one.body == "@alice" for one in news)
        about = (mine.last_read, mine.unread_above, self.read[scope], mine.held, mine.history)
        rows = [(one.id, one.kind, one.author, one.deleted) for one in mine.messages]
        listed = [(one.id, one.at, one.who, one.deleted) for one in theirs]
        assert (mine.unread, mine.mentions) == (len(news), called), (about, rows[-6:], listed[-6:])
        assert not mine.parted
        # Elsewhere, what was read long ago and was deleted in silence is not asked about again.
        known = {one.id for one in theirs}
        there = [one.id for one in mine.messages if one.named]
        shown = [one for one in there if one in known]
        assert shown == there or scope != self.looked_at, [one for one in there if one not in known]
        assert shown == [one.id for one in theirs][len(theirs) - len(shown) :]

    def teardown(self):
        self.both_agree()
        self.store.connection.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("window", [60, 24])
def test_what_is_unread_is_what_the_server_says_whatever_happens(monkeypatch, window):
    for module, name, value in (
        (turn, "WINDOW", window),
        (turn, "SLACK", 5),
        (history, "DEEP", 6),
        (history, "ENOUGH", 4),
        (history, "PAGE", 3),
        (history, "BESIDE", 1),
        (past, "PAGE", 3),
        (past, "MOST", 9),
        (past, "JOINED", 3),
        (missed, "LOOKED_THROUGH", 50),
        (missed, "WINDOW", window),
        (missed, "SLACK", 5),
        (looking, "PAGES", {True: 50, False: 50}),
        (opening, "NEWEST", 4),
        (opening, "FOCUSED", 6),
    ):
        monkeypatch.setattr(module, name, value)
    assert archive_effects.ReadPage("s", "newest").limit > 6
    phases = (Phase.explicit, Phase.generate)
    examples = int(os.environ.get("UNREAD", "30"))
    few = settings(max_examples=examples, derandomize=True, stateful_step_count=50, phases=phases)
    run_state_machine_as_test(Truth, settings=few)
