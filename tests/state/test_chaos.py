"""Any inputs, in any order, sensible or not: no exception, and a valid state after each."""

import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from wschat_tui.state import inputs, server_inputs, turn
from wschat_tui.state.history import (
    archive_effects,
    archive_inputs,
    gaps,
    history,
    looking,
    missed,
    past,
)
from wschat_tui.state.model import Message, State
from wschat_tui.state.reduce import reduce
from wschat_tui.state.text import SafeText

T = 1_700_000_000_000
LONG = "x" * 1025
SCOPES = ["network:lobby", "network:lobby", "host", "dm:bob", "dm:alice:bob", "den", "tenant:a"]
ODD = ["", LONG, "dm:alice"]
STAMPS = ["2023-11-14T22:13:21Z", "2023-11-14T22:13:40Z", "never", ""]

pick = st.integers(0, 1_000)
scope = st.sampled_from(SCOPES)
any_scope = st.sampled_from(SCOPES + ODD)
user = st.sampled_from(["bob", "alice", "carol"])
words = st.sampled_from(["hi", "@alice", "yo", "", "a\x1b\u202e"])
body = words | st.just("half \ud800")
reaction = st.sampled_from(["👍", "🎉", ""])
flag = st.booleans()
numbers = st.sets(st.integers(0, 12), max_size=6)
wait = st.sampled_from([0, 1, 3_000, 10_000])
extras = st.fixed_dictionaries(
    {},
    optional={
        "parent_id": st.just("m1"),
        "edited_at": st.sampled_from(STAMPS),
        "deleted_at": st.sampled_from(STAMPS),
        "redacted": flag,
        "attachments": st.just(["https://x.test/a"]),
        "reactions": st.just([{"reaction": "👍", "user_ids": ["bob"]}]),
        "created_at": st.sampled_from(STAMPS),
    },
)


class Chaos(RuleBasedStateMachine):
    """A client to which anything happens; `wire` and `valid` are put in by the test."""

    wire = None
    valid = None
    small = False

    def __init__(self):
        super().__init__()
        self.state = State()
        self.now = T
        self.names = 0
        self.used = ["o0"]

    # ---- how it is played

    def play(self, item):
        before = self.state
        self.state, effects = reduce(before, item)
        type(self).valid(self.state, trimmed=self.small)
        assert reduce(before, item) == (self.state, effects)
        # What is laid above a window of a few rows is trimmed at once: equal, and made anew.
        assert self.small or self.state is before or self.state != before

    def hear(self, *received):
        self.play(inputs.Heard(received, self.now, self.fresh("s")))

    def fresh(self, letter="o"):
        self.names += 1
        name = f"{letter}{self.names:04}"
        if letter == "o":
            self.used.append(name)
        return name

    def any_id(self, number):
        """A message, loaded or not, under whatever name."""
        loaded = sorted(self.state.places)
        return [*loaded, *loaded, *(f"m{one}" for one in range(6)), *self.used[-3:]][
            number % (2 * len(loaded) + 6 + len(self.used[-3:]))
        ]

    def any_op(self, number):
        """An operation, on its way or over."""
        waiting = [row.op_id for row in self.state.outbox] + sorted(self.state.operations)
        known = [*waiting, *waiting, *self.used[-3:]]
        return known[number % len(known)]

    @initialize(me=st.sampled_from(["alice", "alice", ""]), online=flag)
    def begin(self, me, online):
        rooms = ("network:lobby", "dm:bob")
        self.play(inputs.SessionOpened(me, "p", "s", "standard", "m", rooms))
        if online:
            self.play(inputs.LinkUp(self.now, self.fresh("u")))

    # ---- the world

    @rule(number=st.integers(0, 5), where=scope, who=user, text=body, more=extras)
    def a_message(self, number, where, who, text, more):
        self.hear(self.wire.said(f"m{number}", who, text, where, **more))

    @rule(number=pick, who=user, text=body)
    def a_message_under_a_known_name(self, number, who, text):
        self.hear(self.wire.said(self.any_id(number), who, text))

    @rule(number=pick, id=pick, plain=flag)
    def an_echo(self, number, id, plain):
        rows = self.state.outbox or self.state.nameless
        if rows:
            row = rows[number % len(rows)]
            name = f"m{id % 6}" if plain else self.any_id(id)
            more = {"parent_id": row.parent_id} if row.parent_id else {}
            self.hear(self.wire.said(name, "alice", row.body, row.scope, **more))

    @rule(number=pick, text=body, more=extras)
    def an_edit(self, number, text, more):
        self.hear(self.wire.edited(self.any_id(number), text, **more))

    @rule(number=pick, mode=st.sampled_from(["soft", "hard"]))
    def a_deletion(self, number, mode):
        self.hear(self.wire.deleted(self.any_id(number), mode))

    @rule(number=pick, text=body)
    def a_redaction(self, number, text):
        self.hear(self.wire.redacted(self.any_id(number), text))

    @rule(number=pick, who=user, what=st.sampled_from(["👍", "🎉"]), add=flag)
    def a_reaction(self, number, who, what, add):
        action = "add" if add else "remove"
        self.hear(self.wire.reacted(self.any_id(number), who, what, action))

    @rule(number=pick, who=user, where=scope)
    def a_read_mark(self, number, who, where):
        self.hear(self.wire.read(self.any_id(number), who, where))

    @rule(who=user, on=flag, where=scope, how=st.sampled_from(["busy", "online", "odd"]))
    def something_of_people(self, who, on, where, how):
        member = {"network_id": "lobby", "user_id": who}
        device = {"device_id": "d1", "user_id": who}
        self.hear(
            self.wire.types(who, on, where),
            self.wire.presence(who, how),
            self.wire.envelope("member.joined" if on else "member.left", member),
            self.wire.envelope("device.online" if on else "device.offline", device),
            self.wire.offer(who),
            self.wire.envelope("chat.poke"),
        )

    @rule(number=pick, id=pick, named=st.sampled_from(["new", "known", "none"]), twice=flag)
    def an_ack(self, number, id, named, twice):
        name = {"new": f"m{id % 6}", "known": self.any_id(id), "none": None}[named]
        ack = self.wire.ack(self.any_op(number), name)
        self.hear(*([ack, ack] if twice else [ack]))

    @rule(
        number=pick, code=st.sampled_from(["ERR_RATE_LIMIT", "ERR_X", "ERR_NOT_FOUND"]), ours=flag
    )
    def an_error(self, number, code, ours):
        self.hear(self.wire.refusal(self.any_op(number) if ours else None, code))

    @rule()
    def the_link_comes(self):
        self.play(inputs.LinkUp(self.now, self.fresh("u")))

    @rule(number=pick, poison=flag, over=flag)
    def the_link_goes(self, number, poison, over):
        op_id = self.any_op(number) if poison else ""
        if over:
            self.play(inputs.LinkStopped("Over.", self.now, op_id))
        else:
            self.play(inputs.LinkDown("Lost.", self.now, self.now + 1, 1, op_id))

    @rule(number=pick)
    def written(self, number):
        self.play(inputs.Written(self.any_op(number), self.now))

    @rule()
    def all_is_written(self):
        for row in self.state.outbox:
            self.play(inputs.Written(row.op_id, self.now))

    @rule(number=pick, never=flag)
    def not_written(self, number, never):
        op_id = self.any_op(number)
        self.play(inputs.Unsendable(op_id, "No.") if never else inputs.Unsent((op_id,)))

    @rule(later=wait)
    def time_passes(self, later):
        self.now += later
        self.play(inputs.Tick(self.now))

    @rule(who=st.sampled_from(["alice", ""]))
    def it_is_known_who_i_am(self, who):
        self.play(server_inputs.IdentityKnown(who))

    @rule(where=any_scope, who=user)
    def lists_come(self, where, who):
        rooms = (
            server_inputs.RoomListed(where, "Title"),
            server_inputs.RoomListed("network:x", ""),
        )
        self.play(server_inputs.RoomsListed(rooms, self.fresh("r"), self.now))
        self.play(
            server_inputs.MembersListed(
                where, (server_inputs.MemberListed(who, "N", "busy", "admin"),)
            )
        )

    @rule(
        numbers=st.lists(st.tuples(pick, user, words), max_size=5),
        where=scope,
        more=flag,
        older=flag,
        hole=pick,
    )
    def a_page_comes(self, numbers, where, more, older, hole):
        page = tuple(
            self.wire.said(self.any_id(number), who, text, where).payload
            for number, who, text in numbers
        )
        name = (
            self.any_id(hole)
            if hole % 4
            else looking.LOOK
            if hole % 8
            else gaps.START + f":{where}"
        )
        before = self.any_id(hole // 8) if older else ""
        told = (where, page, "c", more, older, name, before, 1, self.now if hole % 3 else None)
        self.play(inputs.HistoryLoaded(*told))

    @rule(where=scope, absent=flag)
    def a_page_fails(self, where, absent):
        self.play(inputs.HistoryFailed(where, "No.", absent))

    # ---- the user

    @rule(where=any_scope, text=body, number=pick, reply=flag)
    def post(self, where, text, number, reply):
        parent = self.any_id(number) if reply else None
        self.play(inputs.Typed(self.fresh(), self.now, where, text, parent))

    @rule(number=pick, text=body)
    def ask_for_an_edit(self, number, text):
        self.play(inputs.EditAsked(self.fresh(), self.now, self.any_id(number), text))

    @rule(number=pick, text=body, hard=flag)
    def ask_for_an_end(self, number, text, hard):
        mode = "hard" if hard else "soft"
        self.play(inputs.DeleteAsked(self.fresh(), self.now, self.any_id(number), mode))
        self.play(inputs.RedactAsked(self.fresh(), self.now, self.any_id(number), text))

    @rule(number=pick, what=reaction)
    def react(self, number, what):
        self.play(inputs.ReactAsked(self.fresh(), self.now, self.any_id(number), what))

    @rule(where=any_scope, way=st.sampled_from(["JoinAsked", "LeaveAsked", "RoomOpened"]))
    def walk(self, where, way):
        self.play(getattr(inputs, way)(self.fresh(), self.now, where))

    @rule(status=st.sampled_from(["busy", "online"]), attentive=flag)
    def be(self, status, attentive):
        self.play(inputs.StatusAsked(self.fresh(), self.now, status))
        self.play(inputs.AttentionChanged(attentive))

    @rule(where=any_scope, number=pick, text=body, on=flag)
    def write(self, where, number, text, on):
        thread = self.any_id(number) if on else ""
        self.play(inputs.DraftKept(where, thread, text))
        self.play(inputs.Composing(self.fresh("t"), self.now, where, on))
        self.play(inputs.ThreadOpened(thread))

    @rule(where=scope, number=pick, by_hand=flag)
    def see(self, where, number, by_hand):
        self.play(inputs.Seen(self.fresh(), self.now, where, self.any_id(number), by_hand))

    @rule(number=pick)
    def mark_unread(self, number):
        self.play(inputs.UnreadAsked(self.any_id(number)))

    @rule(number=pick, again=flag)
    def settle(self, number, again):
        op_id = self.any_op(number)
        self.play(inputs.ResendAsked(op_id, self.now) if again else inputs.DiscardAsked(op_id))

    @rule(where=any_scope)
    def look_back(self, where):
        self.play(inputs.OlderAsked(where))


class Kept(Chaos):
    """The same with a disk, whose pages come late, twice, and of rooms that are gone."""

    @initialize(numbers=numbers, where=scope, above=flag, writable=flag)
    def the_disk_opens(self, numbers, where, above, writable):
        lines = tuple(self.line(number, where) for number in sorted(numbers))
        above = above and bool(lines)
        record = archive_effects.RoomRecord(where, "t", True, self.any_id(0), complete=above)
        room = archive_inputs.RoomKept(record, lines, above, 2 * above, 1 * above)
        self.play(archive_inputs.ArchiveOpened(T, (room,), focus=where, writable=writable))

    def line(self, number, where):
        """What the disk has under an id; an id is one message's."""
        name, at = f"{where}.{number}", T + number * 1_000
        parent = f"{where}.0" if number % 5 == 4 else None
        return Message(name, where, "bob", SafeText("hi"), at, parent_id=parent)

    def any_id(self, number):
        past = self.state.past
        shown = [one.id for one in past.messages] if past is not None else []
        return shown[number % len(shown)] if shown and number % 2 else super().any_id(number)

    @rule(
        where=scope, way=st.sampled_from(["older", "newer", "newest", "around"]), numbers=numbers,
        above=flag, below=flag, late=pick,
    )  # fmt: skip
    def the_disk_tells_a_page(self, where, way, numbers, above, below, late):
        where = self.state.focus if late % 3 else where
        past, room = self.state.past, self.state.rooms.get(where)
        lines = past.messages if past is not None and late % 2 else room.messages if room else ()
        ids = [one.id for one in lines]
        anchor = (ids[-1] if way == "newer" else ids[0]) if ids else ""
        anchor = self.state.sought[1] if way == "around" else anchor
        page = tuple(self.line(number, where) for number in sorted(numbers))
        read = room.last_read if room else ""
        told = (where, way, anchor, page, above, below, 1 * above, 0, read)
        self.play(archive_inputs.PageRead(*told))

    @rule(where=scope, number=pick)
    def the_disk_tells_a_change(self, where, number):
        gone = self.wire.deleted(self.any_id(number), "hard").payload
        self.play(archive_inputs.Amended(where, gone.message_id, None, gone, self.any_id(0)))

    @rule(numbers=numbers)
    def the_disk_tells_a_thread(self, numbers):
        lines = tuple(self.line(number, self.state.focus) for number in sorted(numbers))
        told = archive_inputs.ThreadRead(self.state.focus, self.state.thread, lines)
        self.play(told)

    @rule(way=st.sampled_from(["NewerAsked", "NewestAsked", "OlderAsked"]))
    def scroll(self, way):
        asked = getattr(inputs, way, None) or getattr(archive_inputs, way)
        self.play(asked(self.state.focus))

    @rule(where=scope, number=pick, gap=flag)
    def go_to(self, where, number, gap):
        one = self.any_id(number)
        told = archive_inputs.AroundAsked(self.fresh(), self.now, where, one)
        self.play(archive_inputs.GapAsked(f"gap:{one}") if gap else told)

    @rule()
    def the_disk_fails(self):
        if self.names % 7 == 0:
            self.play(archive_inputs.ArchiveFailed("Full."))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "small"), [(Chaos, True), (Chaos, False), (Kept, True)])
def test_every_order_of_inputs_leaves_a_valid_state(wire, valid, monkeypatch, kind, small):
    if small:
        monkeypatch.setattr(turn, "WINDOW", 3)
        monkeypatch.setattr(turn, "MAX_LOADED", 5)
        monkeypatch.setattr(turn, "SLACK", 2)
        monkeypatch.setattr(turn, "OPEN_SLACK", 2)
        monkeypatch.setattr(missed, "WINDOW", 3)
        monkeypatch.setattr(missed, "SLACK", 2)
        monkeypatch.setattr(history, "MAX_LOADED", 5)
        monkeypatch.setattr(history, "DEEP", 3)
        monkeypatch.setattr(past, "MOST", 8)
        monkeypatch.setattr(past, "PAGE", 3)
        monkeypatch.setattr(past, "JOINED", 2)
    monkeypatch.setattr(Chaos, "wire", wire)
    monkeypatch.setattr(Chaos, "valid", staticmethod(valid))
    monkeypatch.setattr(Chaos, "small", small)
    few = settings(max_examples=int(os.environ.get("ORDERS", "40")), stateful_step_count=80)
    run_state_machine_as_test(kind, settings=few)
