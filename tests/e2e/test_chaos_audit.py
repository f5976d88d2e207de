"""The audit of the chaos run finds each broken promise in an outcome that has it."""

import pytest

from benchmarks.chaos.audit import audit
from benchmarks.chaos.findings import INVERTED, LOST, MISCOUNTED, TWICE, WRONG
from benchmarks.chaos.ledger import Send, Told
from benchmarks.chaos.outcome import LOBBY, Deed, Outcome, Plan, Said, Stored
from benchmarks.chaos.report import Report
from benchmarks.chaos.soak import Endurance

DIRECT = "dm:alice:bob"


def row(one, body, author="bob", **more):
    """As a client tells a row, and as it has it on its disk."""
    told = {"id": one, "kind": "chat", "author": author, "body": body, "text": body}
    sent = "sent" if author == "alice" else "received"
    plain = {"delivery": sent, "redacted": False, "deleted": False, "reactions": {}}
    return {**told, **plain, **more}


def gap(below):
    return row(f"gap:{below}", "", "", kind="gap")


class World:
    """Bob said five things, alice one; she read up to the third. All is as promised, at first."""

    def __init__(self, *, history=True):
        self.outcome = outcome = Outcome(Plan(6, 0, 0, 1, history=history))
        names = [("bob", f"bob-{number}") for number in range(1, 6)]
        for user, name in (*names[:3], ("alice", "alice-1"), *names[3:]):
            outcome.said.append(Said(user, name, LOBBY, name))
            outcome.kept[name] = f"op-{name}"
            outcome.stored.append(Stored(f"id-{name}", LOBBY, user, name, name))
            outcome.ledger.sent[f"op-{name}"].append(Send(user, name, 1.0))
        self.rows = [row(one.id, one.body, one.user) for one in outcome.stored]
        self.room = {
            "rows": self.rows,
            "unread": 2,
            "last_read": "id-bob-3",
            "history": "complete" if history else "absent",
            "hole": "",
            "drafts": {},
        }
        self.rooms = {LOBBY: self.room}
        outcome.shown["alice"] = {"outbox": [], "operations": [], "rooms": self.rooms}
        outcome.disks["alice"] = {LOBBY: [dict(one) for one in self.rows]}
        outcome.marks[LOBBY, "alice"] = "id-bob-3"
        self.did("see", LOBBY, value="id-bob-3", others="id-bob-3")

    @property
    def disk(self):
        return self.outcome.disks["alice"][LOBBY]

    def did(self, kind, on, **more):
        more = {"kept": True, **more}
        self.outcome.deeds.append(Deed("alice", kind, on, **more))

    def lose(self, name):
        """Nothing of a message is left at the client, and its room counts what it has."""
        for rows in (self.rows, self.disk):
            rows[:] = [one for one in rows if one["id"] != f"id-{name}"]

    def put(self, below, another):
        """A row behind another."""
        for rows in (self.rows, self.disk):
            at = next(at for at, one in enumerate(rows) if one["id"] == f"id-{below}")
            rows.insert(at + 1, dict(another))

    def store(self, name, **changes):
        """The server has a message otherwise."""
        stored = self.outcome.stored
        at = next(at for at, one in enumerate(stored) if one.text == name)
        stored[at] = stored[at]._replace(**changes)

    def show(self, name, **changes):
        """The client does."""
        for rows in (self.rows, self.disk):
            next(one for one in rows if one["id"] == f"id-{name}").update(changes)

    def told(self, subject, value, *, proven=True):
        self.outcome.ledger.told["alice", subject] = Told(value, proven)

    def broken(self):
        found = audit(self.outcome)
        return {promise: said for promise, said in found.broken.items() if said}


@pytest.fixture
def world():
    return World()


@pytest.fixture
def ask():
    return World(history=False)


def test_what_is_as_promised_is_found_so(world, ask):
    assert world.broken() == {}
    assert ask.broken() == {}


# ---- rooms, and what is missing in them


def test_a_direct_chat_that_the_client_does_not_have_is_missing(world):
    world.outcome.stored.append(Stored("id-d", DIRECT, "bob", "bob-d", "bob-d"))
    broken = world.broken()
    assert "bob-d is missing" in broken[WRONG][0]
    assert MISCOUNTED in broken


def test_what_others_say_to_each_other_is_not(world):
    world.outcome.stored.append(Stored("id-d", "dm:bob:carol", "bob", "bob-d", "bob-d"))
    assert world.broken() == {}


def test_without_a_history_nobody_can_know_of_it_unless_it_was_brought(ask):
    ask.outcome.stored.append(Stored("id-d", DIRECT, "bob", "bob-d", "bob-d"))
    assert ask.broken() == {}
    ask.told(("message", "id-d"), "")
    ask.rooms[DIRECT] = {**ask.room, "rows": [], "unread": 0, "last_read": ""}
    ask.lose("bob-4")
    ask.told(("message", "id-bob-4"), "")
    assert "bob-4 was brought, and is missing" in ask.broken()[WRONG][0]


def test_a_gap_excuses_what_is_missing_at_it_and_nothing_else(ask):
    ask.lose("bob-2")
    ask.put("bob-1", gap("id-bob-1"))
    assert ask.broken() == {}
    ask.lose("bob-4")
    ask.room["unread"] = 1
    broken = ask.broken()
    assert "bob-4 is missing, and nothing says so there" in broken[WRONG][0]
    assert "1 counted as unread, 2 are" in broken[MISCOUNTED][0]


# ---- read marks


def test_a_read_mark_that_was_forgotten_is_found_though_the_count_agrees(world):
    world.room.update(last_read="", unread=5)
    assert "was read up to id-bob-3, and is not" in world.broken()[MISCOUNTED][0]


def test_what_counts_as_read_unseen_is_found_though_the_count_agrees(world):
    world.room.update(last_read="id-bob-5", unread=0)
    assert "bob-4, bob-5 counts as read, unseen" in world.broken()[MISCOUNTED][0]


def test_a_mark_that_the_server_does_not_know_is_found(world):
    world.outcome.marks[LOBBY, "alice"] = "id-bob-1"
    assert "the server does not know" in world.broken()[MISCOUNTED][0]
    world.outcome.ledger.muddled.add(("alice", ("read", LOBBY, "alice")))
    assert world.broken() == {}


# ---- edits, deletions, redactions, reactions, drafts


def test_the_last_edit_that_was_kept_is_what_the_server_has_and_its_author_sees(world):
    world.did("edit", "id-alice-1", name="alice-1", value="alice-1 a")
    assert LOST in world.broken()
    world.store("alice-1", body="alice-1 a")
    assert "as its author changed it" in world.broken()[WRONG][0]
    world.show("alice-1", body="alice-1 a", text="alice-1 a")
    assert world.broken() == {}
    world.did("edit", "id-alice-1", name="alice-1", value="alice-1 b", kept=False)
    assert world.broken() == {}


def test_a_change_that_was_told_is_shown(world):
    world.did("redact", "id-bob-2", name="bob-2", value="mask")
    world.outcome.deeds[-1].user = "mia"
    world.store("bob-2", body="mask", redacted=True)
    assert world.broken() == {}
    world.told(("body", "id-bob-2"), "mask")
    assert "a change that was told" in world.broken()[WRONG][0]


def test_words_that_nobody_said_are_found(world):
    world.show("bob-2", body="other", text="other")
    assert "has other words" in world.broken()[WRONG][0]


def test_a_deletion_that_was_not_asked_for_or_not_done_is_found(world):
    world.did("delete", "id-alice-1", name="alice-1")
    assert LOST in world.broken()
    world.store("alice-1", body="", deleted=True)
    world.show("alice-1", body="", text="", deleted=True)
    assert world.broken() == {}
    world.store("bob-1", body="", deleted=True)
    assert LOST in world.broken()


def test_a_reaction_that_did_not_arrive_is_found(world):
    world.did("react", "id-bob-1", name="bob-1", value="👍", action="add")
    assert LOST in world.broken()
    world.store("bob-1", reactions=frozenset({("👍", "alice")}))
    assert world.broken() == {}
    world.told(("reaction", "id-bob-1", "👍", "alice"), "add")
    assert "not shown as it was told" in world.broken()[WRONG][0]
    world.show("bob-1", reactions={"👍": ["alice"]})
    assert world.broken() == {}


def test_a_draft_that_is_not_there_is_found(world):
    world.did("draft", LOBBY, value="half a")
    assert LOST in world.broken()
    world.room["drafts"] = {"": "half a"}
    assert world.broken() == {}


def test_what_is_shown_is_what_is_on_the_disk(world):
    world.disk[0]["reactions"] = {"👍": ["bob"]}
    assert any("otherwise than it is on the disk" in one for one in world.broken()[WRONG])


# ---- sending


def test_a_second_send_that_nobody_asked_for_is_found_though_the_network_doubled_it(world):
    world.outcome.ledger.doubled["alice-1"] += 1
    world.outcome.ledger.sent["op-alice-1"].append(Send("alice", "alice-1", 3.0))
    assert "sent again after 2.0 s, unasked" in world.broken()[TWICE][0]
    world.outcome.ledger.looks["alice"].append(2.0)
    assert world.broken() == {}
    world.outcome.ledger.looks["alice"].clear()
    world.did("resend", "op-alice-1", at=2.5)
    assert world.broken() == {}


def test_what_is_stored_twice_or_not_at_all_is_found_unless_its_user_said_so(world):
    again = Said("alice", "alice-2", LOBBY, "alice-2")
    world.outcome.said.append(again)
    world.outcome.kept["alice-2"] = "op-alice-2"
    assert "alice-2 was kept" in world.broken()[LOST][0]
    world.did("discard", "op-alice-2")
    assert world.broken() == {}
    twin = world.outcome.stored[3]._replace(id="id-twin")
    world.outcome.stored.insert(4, twin)
    world.put("alice-1", row("id-twin", "alice-1", "alice"))
    assert "alice-1 is stored 2 times" in world.broken()[TWICE][0]
    world.did("resend", "op-alice-1")
    assert world.broken() == {}


def test_an_order_that_is_not_the_servers_is_found(world):
    for rows in (world.rows, world.disk):
        rows[0], rows[1] = rows[1], rows[0]
    assert INVERTED in world.broken()


# ---- what is printed is what is held


def test_the_bounds_of_one_client_are_those_that_are_printed():
    report = Report()
    report.single(10, 33.9)
    assert report.broken == []
    assert "<= 34 s" in str(report.table)
    report.single(10, 34.1)
    assert report.broken


@pytest.mark.parametrize(
    ("cuts", "rss", "holds"),
    [
        (60, [80.0] * 6 + [90.0] * 54, True),
        (59, [90.0] * 60, False),
        (60, [80.0] * 10 + [101.0] * 50, False),
        (60, [80.0] * 40 + [84.0] * 20, True),
        (60, [80.0] * 50 + [84.0] * 10, False),
    ],
    ids=["a warm-up", "a cut too few", "a drift", "a step", "no plateau"],
)
def test_a_soak_is_cut_as_often_as_is_said_and_comes_to_a_plateau(cuts, rss, holds):
    report = Report()
    report.soak(Endurance(36_000, 60, cuts, cuts + 1, rss=rss))
    assert (report.broken == []) is holds
