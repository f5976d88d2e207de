"""A server that keeps its word over a bad line: nothing typed is lost, and in the end both agree."""

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatRedact,
    ChatSend,
)
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state import inputs, server_inputs
from wschat_tui.state.effects import GiveBack, Recall, Transmit, Verify
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce

T = 1_700_000_000_000
LOBBY = "network:lobby"
ROOMS = (LOBBY, "host", "dm:alice:bob")
PAGE = 4

pick = st.integers(0, 1_000)
room = st.sampled_from(ROOMS)
words = st.sampled_from(["hi", "hi", "yo", "@alice"])


class Post:
    """A message as the server keeps it."""

    def __init__(self, id, scope, who, body, parent, at):
        self.id, self.scope, self.who, self.body = id, scope, who, body
        self.parent, self.at = parent, at
        self.edited = self.deleted = self.redacted = False

    def told(self, wire):
        more = {"parent_id": self.parent} if self.parent else {}
        more |= {"edited_at": wire.stamp(self.at + 1)} if self.edited else {}
        more |= {"deleted_at": wire.stamp(self.at + 1)} if self.deleted else {}
        more |= {"redacted": True} if self.redacted else {}
        body = "" if self.deleted else self.body
        return wire.said(self.id, self.who, body, self.scope, at=self.at, **more)


class Line(RuleBasedStateMachine):
    """Alice's client, the server, and what is on its way between them, in any order."""

    wire = None
    valid = None

    def __init__(self):
        super().__init__()
        self.state = State()
        self.now, self.names = T, 0
        self.posts = []
        self.to_server, self.to_client, self.pages = [], [], []
        self.typed, self.over, self.accepted, self.back = {}, set(), set(), []

    # ---- between the two

    def play(self, item):
        self.state, effects = reduce(self.state, item)
        type(self).valid(self.state)
        for effect in effects:
            if isinstance(effect, Transmit):
                self.to_server.append((effect.op_id, effect.request))
            elif isinstance(effect, Recall | Verify):
                self.pages.append((effect, self.answer(effect)))
            elif isinstance(effect, GiveBack):
                self.back.append(effect.text)
        waiting = {row.op_id for row in self.state.outbox if not row.message_id}
        sent = [op_id for op_id, one in self.to_server if isinstance(one, ChatSend)]
        assert len(waiting.intersection(sent)) <= 1
        self.look_for_losses()

    def look_for_losses(self):
        """What was typed waits, is shown as sent, is at the server, or was given up by hand."""
        waiting = {row.op_id for row in self.state.outbox}
        shown = {
            one.op_id: one.body
            for room in self.state.rooms.values()
            for one in room.messages
            if one.op_id
        }
        for op_id, text in self.typed.items():
            if op_id in self.over or op_id in waiting:
                continue
            assert shown.get(op_id) == text or op_id in self.accepted or text in self.back
            self.over.add(op_id)

    def fresh(self, letter):
        self.names += 1
        return f"{letter}{self.names:05}"

    def tell(self, *received):
        self.to_client += received

    @property
    def online(self):
        return self.state.link.phase == "online"

    @property
    def seconds(self):
        return (self.now - T) / 1000

    def answer(self, recall):
        """The page as the server has it when it is asked."""
        scope = canonical(recall.scope, "alice")
        all_of_it = [post for post in self.posts if post.scope == scope]
        end = len(all_of_it)
        ids = [post.id for post in all_of_it]
        if recall.cursor:
            end = int(recall.cursor)
        elif recall.before in ids:
            end = ids.index(recall.before)
        begin = max(end - PAGE, 0)
        events = tuple(post.told(self.wire).payload for post in all_of_it[begin:end])
        cursor = str(begin) if begin else ""
        if isinstance(recall, Verify):
            return inputs.Verified(scope, recall.check, self.now, events, cursor, begin > 0)
        older = bool(recall.cursor or recall.before)
        return inputs.HistoryLoaded(
            scope,
            events,
            cursor,
            begin > 0,
            older,
            recall.hole,
            recall.before,
            recall.pages,
            recall.hole_at,
        )

    # ---- the server

    def post(self, scope, who, body, parent=None):
        self.now += 1
        post = Post(self.fresh("m"), scope, who, body, parent, self.seconds)
        self.posts.append(post)
        return post

    def find(self, message_id):
        return next((post for post in self.posts if post.id == message_id), None)

    def handle(self, op_id, request, *, echo=True, ack=True):
        answers = []
        post = self.find(getattr(request, "message_id", ""))
        match request:
            case ChatSend():
                scope = canonical(request.scope, "alice")
                post = self.post(scope, "alice", request.body, request.parent_id)
                self.accepted.add(op_id)
                answers = [post.told(self.wire)] if echo else []
                answers += [self.wire.ack(op_id, post.id)] if ack else []
            case ChatEdit() | ChatDelete() | ChatRedact() if post is None or post.deleted:
                answers = [self.wire.refusal(op_id)]
            case ChatEdit():
                post.body, post.edited = request.new_body, True
                answers = [self.wire.edited(post.id, post.body), self.wire.ack(op_id)]
            case ChatDelete(mode="soft"):
                post.deleted = True
                answers = [self.wire.deleted(post.id), self.wire.ack(op_id)]
            case ChatDelete():
                self.posts.remove(post)
                answers = [self.wire.deleted(post.id, "hard"), self.wire.ack(op_id)]
            case ChatRedact():
                post.body, post.redacted = request.mask or "[REDACTED]", True
                answers = [self.wire.redacted(post.id, post.body), self.wire.ack(op_id)]
            case ChatReaction(reaction=reaction, action=action) if post is not None:
                answers = [self.wire.reacted(post.id, "alice", reaction, action)]
            case ChatRead():
                answers = [self.wire.read(request.message_id, "alice", request.room)]
            case _:
                answers = [self.wire.ack(op_id)]
        self.tell(*answers)

    # ---- rules: the line

    @initialize(known=st.sampled_from([True, True, False]))
    def begin(self, known):
        me = "alice" if known else ""
        self.play(inputs.SessionOpened(me, "p", "s", "standard", "m", (LOBBY,)))
        self.play(inputs.LinkUp(self.now, self.fresh("u")))

    @precondition(lambda self: self.online and self.to_server)
    @rule(
        how=st.sampled_from(
            ["well", "well", "well", "no echo", "no ack", "lost", "refused", "limit"]
        )
    )
    def the_server_takes_one(self, how):
        op_id, request = self.to_server.pop(0)
        self.play(inputs.Written(op_id, self.now))
        if how == "refused":
            self.tell(self.wire.refusal(op_id))
        elif how == "limit":
            self.tell(self.wire.refusal(code="ERR_RATE_LIMIT"))
        elif how != "lost":
            self.handle(op_id, request, echo=how != "no echo", ack=how != "no ack")

    @precondition(lambda self: self.online and self.to_client)
    @rule(number=pick, how=st.sampled_from(["first", "any", "twice"]))
    def the_client_hears_one(self, number, how):
        at = 0 if how == "first" else number % len(self.to_client)
        received = self.to_client[at] if how == "twice" else self.to_client.pop(at)
        self.play(inputs.Heard((received,), self.now, self.fresh("s")))

    @precondition(lambda self: self.online and self.to_client)
    @rule()
    def the_client_hears_all(self):
        received, self.to_client = tuple(self.to_client), []
        self.play(inputs.Heard(received, self.now, self.fresh("s")))

    @precondition(lambda self: self.pages)
    @rule(number=pick, well=st.sampled_from([True, True, False]))
    def a_page_comes(self, number, well):
        recall, page = self.pages.pop(number % len(self.pages))
        if well:
            self.play(page)
        elif isinstance(recall, Verify):
            self.play(inputs.Unverified(recall.scope, recall.check, self.now))
        else:
            self.play(inputs.HistoryFailed(recall.scope, "No."))

    @precondition(lambda self: self.online)
    @rule(poison=st.booleans())
    def the_line_breaks(self, poison):
        written = [row.op_id for row in self.state.outbox if row.phase == "inflight"]
        op_id = written[0] if poison and written else ""
        unsent = tuple(one for one, _ in self.to_server)
        self.to_server, self.to_client = [], []
        self.play(inputs.Unsent(unsent))
        self.play(inputs.LinkDown("Lost.", self.now, self.now + 1, 1, op_id))

    @precondition(lambda self: not self.online)
    @rule()
    def the_line_mends(self):
        self.play(inputs.LinkUp(self.now, self.fresh("u")))

    @rule(later=st.sampled_from([100, 4_000, 10_000]))
    def time_passes(self, later):
        self.now += later
        self.play(inputs.Tick(self.now))

    # ---- rules: the others, and alice's phone

    @rule(where=room, who=st.sampled_from(["bob", "bob", "alice"]), text=words)
    def somebody_posts(self, where, who, text):
        self.tell(self.post(where, who, text).told(self.wire))

    @precondition(lambda self: self.posts)
    @rule(number=pick, what=st.sampled_from(["edit", "soft", "hard", "redact", "read", "react"]))
    def somebody_changes_one(self, number, what):
        post = self.posts[number % len(self.posts)]
        if post.deleted:
            return
        if what == "edit" and not post.redacted:
            post.body, post.edited = f"{post.body}!", True
            self.tell(self.wire.edited(post.id, post.body))
        elif what == "soft":
            post.deleted = True
            self.tell(self.wire.deleted(post.id))
        elif what == "hard":
            self.posts.remove(post)
            self.tell(self.wire.deleted(post.id, "hard"))
        elif what == "redact":
            post.body, post.redacted = "[gone]", True
            self.tell(self.wire.redacted(post.id, post.body))
        elif what == "read":
            self.tell(self.wire.read(post.id, "bob", post.scope))
        elif what == "react":
            self.tell(self.wire.reacted(post.id, "bob"))

    # ---- rules: alice

    @rule(where=room, text=words)
    def alice_posts(self, where, text):
        op_id = self.fresh("o")
        self.typed[op_id] = text
        self.play(inputs.Typed(op_id, self.now, where, text))

    @rule(number=pick, text=words, what=st.sampled_from(["edit", "delete", "redact", "react"]))
    def alice_changes_one(self, number, text, what):
        loaded = sorted(self.state.places)
        if not loaded:
            return
        name, op_id = loaded[number % len(loaded)], self.fresh("o")
        asked = {
            "edit": inputs.EditAsked(op_id, self.now, name, text),
            "delete": inputs.DeleteAsked(op_id, self.now, name),
            "redact": inputs.RedactAsked(op_id, self.now, name, text),
            "react": inputs.ReactAsked(op_id, self.now, name, "👍"),
        }
        self.play(asked[what])

    @precondition(lambda self: self.state.outbox)
    @rule(number=pick, again=st.booleans())
    def alice_settles_one(self, number, again):
        row = self.state.outbox[number % len(self.state.outbox)]
        if again:
            self.play(inputs.ResendAsked(row.op_id, self.now))
        elif row.phase in {"queued", "failed", "unconfirmed"}:
            self.over.add(row.op_id)
            self.play(inputs.DiscardAsked(row.op_id))

    @rule(where=room)
    def alice_looks(self, where):
        self.play(inputs.RoomOpened(self.fresh("o"), self.now, where))
        shown = self.state.rooms[self.state.focus].messages
        if shown:
            seen = inputs.Seen(self.fresh("o"), self.now, self.state.focus, shown[-1].id)
            self.play(seen)
        self.play(inputs.OlderAsked(self.state.focus))

    # ---- the end

    def teardown(self):
        if self.state.profile:
            self.settle()
            self.agree()

    def settle(self):
        """Every room is opened and the line gets well: all is written, heard and asked anew; nothing waits in the end."""
        self.play(server_inputs.IdentityKnown("alice"))
        for _ in range(3):
            if self.online:
                self.the_line_breaks(poison=False)
            self.play(inputs.LinkUp(self.now, self.fresh("u")))
            for scope in ROOMS:
                self.play(inputs.RoomOpened(self.fresh("o"), self.now, scope))
            self.quiet_down()
            self.now += 10_000
            self.play(inputs.Tick(self.now))

    def quiet_down(self):
        """All is written, heard and read, and nothing is looked for any more."""
        while self.to_server or self.to_client or self.pages or len(self.state.checks):
            if self.to_server:
                self.the_server_takes_one("well")
            if self.to_client:
                self.the_client_hears_all()
            if self.pages:
                self.a_page_comes(0, well=True)
            self.now += 2_000
            self.play(inputs.Tick(self.now))

    def agree(self):
        """Of each room the newest page is here, once, and says what the server says."""
        assert not [row for row in self.state.outbox if row.phase not in {"failed", "unconfirmed"}]
        assert not self.state.operations
        shown = {one.id: one for room in self.state.rooms.values() for one in room.messages}
        for scope in ROOMS:
            theirs = [post for post in self.posts if post.scope == scope][-PAGE:]
            for post in theirs:
                mine = shown[post.id]
                body = "" if post.deleted else post.body
                assert (mine.body, mine.deleted, mine.author) == (body, post.deleted, post.who)
                assert mine.redacted == post.redacted or mine.deleted


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_over_any_line_nothing_is_lost_and_both_agree_in_the_end(wire, valid, monkeypatch):
    monkeypatch.setattr(Line, "wire", wire)
    monkeypatch.setattr(Line, "valid", staticmethod(valid))
    few = settings(max_examples=int(os.environ.get("LINES", "50")), stateful_step_count=60)
    run_state_machine_as_test(Line, settings=few)
