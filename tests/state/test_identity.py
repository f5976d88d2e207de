"""Who I am, learned after the fact."""

import pytest

from wschat_tui.protocol.requests import ChatRead, ChatSend
from wschat_tui.state.effects import Recall, Verify
from wschat_tui.state.history.archive_effects import KeepOutgoing
from wschat_tui.state.inputs import (
    DraftKept,
    HistoryFailed,
    JoinAsked,
    LinkDown,
    ReactAsked,
    Written,
)
from wschat_tui.state.server_inputs import IdentityKnown

LOBBY = "network:lobby"
BOB = "dm:alice:bob"


@pytest.fixture
def nobody(scene):
    """Online, without knowing as whom."""
    scene.open(me="")
    scene.rejoin()
    return scene


def test_what_is_known_stands(online):
    before = online.state
    online.play(IdentityKnown("mallory"), IdentityKnown(""))
    assert online.state is before


def test_until_it_is_known_nothing_is_mine_and_only_all_are_called(nobody, wire):
    nobody.hear(wire.said("m1", "alice", "@alice"), wire.said("m2", "bob", "@all"))
    assert nobody.unread() == (2, 1)


def test_once_it_is_known_all_is_counted_anew(nobody, wire):
    nobody.hear(
        wire.said("m1", "alice", "@all"),
        wire.said("m2", "bob", "hi @alice"),
        wire.types("alice"),
        wire.types("carol"),
    )
    nobody.play(IdentityKnown("alice"))
    assert (nobody.state.me, nobody.unread()) == ("alice", (1, 1))
    assert [one.mentions_me for one in nobody.room().messages] == [False, True]
    assert [one.user for one in nobody.room().typing] == ["carol"]


@pytest.mark.parametrize("order", ["echo first", "ack first"])
def test_it_is_learned_from_the_message_that_an_ack_named(nobody, wire, order):
    nobody.send("o1", "hi")
    nobody.hear(wire.said("m0", "alice", "from my phone"))
    echo, ack = wire.said("m1", "alice", "hi"), wire.ack("o1", "m1")
    nobody.hear(*((echo, ack) if order == "echo first" else (ack, echo)))
    if order == "ack first":
        assert nobody.state.me == ""
        assert nobody.ids() == ["m0", "m1"]
        nobody.play(IdentityKnown("alice"))
    assert nobody.state.me == "alice"
    assert sorted(nobody.ids()) == ["m0", "m1"]
    assert nobody.unread() == (0, 0)
    assert {one.author for one in nobody.room().messages} == {"alice"}
    assert nobody.message("m1").op_id == "o1"


def test_both_spellings_of_a_direct_chat_become_one(nobody, wire):
    nobody.visit("dm:bob")
    nobody.play(DraftKept("dm:bob", "t", "x"))
    nobody.send("o1", "hi", scope="dm:bob", parent_id="t9")
    nobody.post("o2", "more", scope="dm:bob")
    nobody.hear(wire.said("m1", "bob", "hello", scope=BOB, at=1))
    assert nobody.unread(BOB) == (1, 0)
    nobody.hear(
        wire.said("m2", "alice", "hi", scope=BOB, parent_id="t9", at=2), wire.ack("o1", "m2")
    )
    assert nobody.state.me == "alice"
    assert sorted(nobody.state.rooms) == sorted(["host", LOBBY, BOB])
    assert nobody.state.focus == BOB
    assert set(nobody.ids(BOB)) == {"m1", "m2", "o2"}
    assert nobody.row("o2").scope == BOB
    assert nobody.sent == [("o2", ChatSend(scope="dm:bob", body="more"))]
    assert dict(nobody.room(BOB).drafts.items()) == {"t": "x"}
    (moved,) = (one for one in nobody.effects if one == KeepOutgoing(nobody.row("o2")))
    assert moved.row.phase == "handed"


def test_where_there_is_only_one_spelling_it_is_renamed(nobody, wire):
    nobody.visit("dm:bob")
    nobody.page(wire.said("m1", "bob", "old", scope=BOB), scope="dm:bob", more=True, cursor="c")
    assert nobody.ids("dm:bob") == ["m1"]
    nobody.play(IdentityKnown("alice"))
    room = nobody.room(BOB)
    assert (room.history, room.cursor, room.last_read) == ("more", "c", "m1")
    assert nobody.ids(BOB) == ["m1"]


@pytest.mark.parametrize("both", [False, True])
def test_where_messages_may_be_missing_goes_by_the_new_spelling_too(nobody, wire, both):
    nobody.visit("dm:bob")
    nobody.page(scope="dm:bob")
    if both:
        nobody.hear(wire.said("m2", "bob", scope=BOB, at=2))
    nobody.play(LinkDown("Lost.", nobody.T, nobody.T + 1, 1))
    assert nobody.room("dm:bob").hole == ":start:dm:bob"
    nobody.play(IdentityKnown("alice"))
    assert nobody.room(BOB).hole == f":start:{BOB}"


def test_of_two_places_where_messages_may_be_missing_the_older_is_kept(nobody, wire):
    nobody.visit("dm:bob")
    nobody.page(wire.said("m1", "bob", at=1, scope="dm:bob"), scope="dm:bob")
    nobody.play(LinkDown("Lost.", nobody.T, nobody.T + 1, 1))
    nobody.rejoin()
    nobody.hear(wire.said("m9", "bob", scope=BOB, at=9))
    nobody.play(LinkDown("Lost.", nobody.T, nobody.T + 1, 1))
    assert (nobody.room("dm:bob").hole, nobody.room(BOB).hole) == ("m1", "m9")
    nobody.play(IdentityKnown("alice"))
    assert nobody.room(BOB).hole == "m1"


def test_what_is_news_in_one_spelling_is_news_in_both(nobody, wire):
    nobody.visit("dm:bob")
    nobody.page(wire.said("m1", "bob", at=1, scope="dm:bob"), scope="dm:bob")
    nobody.see("m1", "dm:bob")
    nobody.visit(BOB)
    # A server answers in either spelling.
    nobody.hear(
        wire.said("m5", "bob", at=5, scope="dm:bob"), wire.said("m6", "bob", at=6, scope=BOB)
    )
    nobody.see("m6", BOB)
    assert (nobody.unread("dm:bob"), nobody.unread(BOB)) == ((1, 0), (0, 0))
    nobody.play(IdentityKnown("alice"))
    assert (nobody.room(BOB).last_read, nobody.unread(BOB)) == ("m1", (2, 0))


def test_what_is_read_in_both_spellings_stays_read(nobody, wire):
    nobody.visit("dm:bob")
    nobody.page(wire.said("m1", "bob", at=1, scope="dm:bob"), scope="dm:bob")
    nobody.hear(wire.said("m2", "bob", at=2, scope=BOB))
    nobody.visit(BOB)
    nobody.see("m2", BOB)
    nobody.hear(wire.said("m3", "bob", at=3, scope="dm:bob"))
    nobody.visit("dm:bob")
    nobody.see("m3", "dm:bob")
    nobody.play(IdentityKnown("alice"))
    assert (nobody.room(BOB).last_read, nobody.unread(BOB)) == ("m3", (0, 0))


def test_looks_for_both_spellings_become_one(nobody):
    nobody.send("o1", "one", scope="dm:bob")
    nobody.tick(10_000)
    nobody.send("o2", "two", scope=BOB)
    nobody.tick(10_000)
    assert len(nobody.state.checks) == 2
    nobody.play(IdentityKnown("alice"))
    (check,) = nobody.state.checks.values()
    assert (check.scope, set(check.rows)) == (BOB, {"o1", "o2"})
    nobody.tick(1)
    assert [one.scope for one in nobody.effects if isinstance(one, Verify)] == [BOB]


@pytest.mark.parametrize("both", [False, True])
def test_a_row_that_says_so_too(nobody, wire, both):
    nobody.visit("dm:bob")
    nobody.page(scope="dm:bob")
    nobody.play(LinkDown("Lost.", nobody.T, nobody.T + 1, 1))
    nobody.rejoin()
    nobody.hear(wire.said("m1", "bob", scope="dm:bob", at=1))
    nobody.play(HistoryFailed("dm:bob", "No."))
    assert nobody.ids("dm:bob") == ["gap::start:dm:bob", "m1"]
    if both:
        nobody.hear(wire.said("m2", "bob", scope=BOB, at=2))
    nobody.play(IdentityKnown("alice"))
    assert nobody.ids(BOB) == [f"gap::start:{BOB}", "m1", *(["m2"] if both else [])]


def test_drafts_receipts_and_members_of_both_are_kept(nobody, wire):
    nobody.visit("dm:bob")
    nobody.page(wire.said("m1", "alice", scope=BOB), scope="dm:bob")
    nobody.hear(wire.read("m1", "bob"))
    nobody.hear(wire.said("m2", "bob", scope=BOB, at=2))
    nobody.play(DraftKept("dm:bob", "", "one"), DraftKept(BOB, "", "two"))
    nobody.play(IdentityKnown("alice"))
    room = nobody.room(BOB)
    assert room.drafts[""] == "two\none"
    assert room.receipts["bob"] == "m1"
    assert set(room.members) == {"alice", "bob"}
    assert nobody.ids(BOB) == ["m1", "m2"]


def test_what_waits_goes_by_the_new_spelling_too(nobody, wire):
    nobody.visit("dm:bob")
    nobody.page(wire.said("m1", "bob", scope=BOB), scope="dm:bob")
    nobody.send("o1", "named later", scope="dm:bob")
    nobody.hear(wire.ack("o1"))
    nobody.play(ReactAsked("o2", nobody.T, "m1", "👍"), JoinAsked("o3", nobody.T, "den"))
    nobody.play(IdentityKnown("alice"))
    assert nobody.state.operations["o2"].scope == BOB
    assert nobody.state.operations["o3"].scope == "den"
    assert nobody.state.nameless[0].scope == BOB
    nobody.hear(wire.said("m2", "alice", "named later", scope=BOB))
    assert nobody.ids(BOB) == ["m1", "m2"]


def test_a_page_in_the_old_spelling_still_finds_its_room(nobody, wire):
    effects = nobody.visit("dm:bob")
    assert effects == [Recall("dm:bob")]
    nobody.play(IdentityKnown("alice"))
    nobody.page(wire.said("m1", "bob", scope=BOB), scope="dm:bob")
    assert nobody.ids(BOB) == ["m1"]
    nobody.hear(wire.said("m2", "bob", scope=BOB))
    nobody.see("m2", BOB)
    assert nobody.sent == [("seen-m2", ChatRead(message_id="m2", room="dm:bob"))]


@pytest.mark.parametrize("scope", ["dm:carol:dave", "dm:bobby", "host"])
def test_while_it_is_not_known_a_page_holds_no_other_chats(nobody, wire, scope):
    nobody.visit("dm:bob")
    nobody.page(wire.said("m1", "bob", scope=scope), scope="dm:bob")
    assert nobody.ids("dm:bob") == []


def test_mine_that_waited_gets_its_author(nobody, wire):
    nobody.send("o1")
    assert nobody.message("o1").author == ""
    nobody.play(IdentityKnown("alice"))
    assert nobody.message("o1").author == "alice"
    nobody.hear(wire.said("m1", "alice", "hi"))
    assert nobody.ids() == ["m1"]


def test_a_login_that_comes_before_the_first_message(scene, wire):
    scene.open(me="")
    scene.play(IdentityKnown("alice"))
    scene.rejoin()
    scene.post("o1")
    scene.play(Written("o1", scene.T))
    scene.hear(wire.said("m1", "alice", "hi"))
    assert scene.ids() == ["m1"]
