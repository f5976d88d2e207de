"""What views ask of the state."""

from dataclasses import replace

import pytest

from wschat_tui.state import select
from wschat_tui.state.inputs import (
    DeleteAsked,
    DraftKept,
    EditAsked,
)
from wschat_tui.state.model import State
from wschat_tui.state.server_inputs import MemberListed, MembersListed, RoomListed, RoomsListed

LOBBY = "network:lobby"
BOB = "dm:alice:bob"


@pytest.fixture
def peopled(online, wire):
    """Bob and carol are known by name; the room list has one of each kind."""
    online.play(
        MembersListed(LOBBY, (MemberListed("bob", "Bob B."), MemberListed("carol", "Carol"))),
        RoomsListed((RoomListed("network:t7", "The Team"),), "s", online.T),
    )
    online.hear(
        wire.said("b1", "bob", scope="dm:bob"),
        wire.said("c1", "carol", "@alice", scope="dm:carol"),
        wire.said("d1", "bob", scope="den"),
    )
    return online


def test_names_and_titles(peopled):
    state = peopled.state
    assert select.name_of(state, "bob") == "Bob B."
    assert select.name_of(state, "stran\x1bger") == "stran␛ger"
    assert select.title_of(state, BOB) == "Bob B."
    assert select.title_of(state, "dm:zoe") == "zoe"
    assert select.title_of(state, "network:t7") == "The Team"
    assert select.title_of(state, LOBBY) == "lobby"
    assert select.title_of(state, "tenant:acme") == "acme"
    assert select.title_of(state, "de\nn") == "de n"
    assert select.title_of(state, "dm:carol:dave") == "carol:dave"
    assert select.peer_of(state, BOB) == "bob"
    assert select.peer_of(state, LOBBY) is None
    assert select.person_of(state, "nobody").status == "offline"


def test_the_order_of_the_room_list(peopled):
    assert [room.scope for room in select.ordered_rooms(peopled.state)] == [
        "host",
        "den",
        LOBBY,
        "network:t7",
        BOB,
        "dm:alice:carol",
    ]
    assert select.section_of(BOB) == "direct"
    assert select.section_of("den") == "rooms"


def test_the_next_unread_goes_down_and_around(peopled, wire):
    peopled.hear(wire.said("l1", "bob"))
    assert select.next_unread(peopled.state) == BOB
    peopled.visit(BOB)
    assert select.next_unread(peopled.state) == "dm:alice:carol"
    peopled.see("c1", "dm:alice:carol")
    assert select.next_unread(peopled.state) == "den"
    assert select.next_unread(peopled.state, mentions=True) is None
    assert select.next_unread(State()) is None


def test_the_next_mention(peopled):
    assert select.next_unread(peopled.state, mentions=True) == "dm:alice:carol"


def test_the_open_room(peopled):
    assert select.current_room(peopled.state) is peopled.room()
    assert select.current_room(State()) is None


def test_messages_by_id(peopled, wire):
    assert select.message_of(peopled.state, "b1").body == "hello"
    assert select.message_of(peopled.state, "zz") is None


def test_a_thread_is_its_root_and_replies(peopled, wire):
    peopled.hear(
        wire.said("r1", "bob"),
        wire.said("r2", "carol"),
        wire.said("r3", "bob", parent_id="r1"),
        wire.said("r4", "bob", parent_id="r0"),
    )
    threads = {
        root: [one.id for one in select.thread_of(peopled.state, root)] for root in ("r1", "r0")
    }
    assert threads == {"r1": ["r1", "r3"], "r0": ["r4"]}
    assert select.thread_of(State(), "r1") == ()


@pytest.mark.parametrize(
    ("role", "mine", "theirs"),
    [
        ("", "edit delete redact react", "redact react"),
        ("member", "edit delete react", "react"),
        ("moderator", "edit delete redact react", "delete redact react"),
        ("admin", "edit delete redact react", "edit delete redact react"),
    ],
)
def test_what_one_may(online, wire, role, mine, theirs):
    online.play(MembersListed(LOBBY, (MemberListed("alice", "", role=role),)))
    online.hear(wire.said("m1", "alice"), wire.said("m2", "bob"))
    online.hear(wire.envelope("member.joined", {"network_id": "lobby", "user_id": "dave"}))
    online.send("o1")
    state = online.state

    def may(message_id):
        message = select.message_of(state, message_id)
        found = {
            "edit": select.may_edit(state, message),
            "delete": select.may_delete(state, message),
            "redact": select.may_redact(state, message),
            "react": select.may_react(message),
        }
        return " ".join(verb for verb, allowed in found.items() if allowed)

    assert (may("m1"), may("m2")) == (mine, theirs)
    assert may("o1") == ""
    assert may(online.ids()[2]) == ""
    online.hear(wire.deleted("m1"), wire.redacted("m2"))
    state = online.state
    assert may("m1") == ""
    assert "edit" not in may("m2")


def test_my_role_is_unknown_while_i_am():
    assert select.my_role(State()) == ""


def test_nothing_is_in_doubt(online, wire):
    online.hear(wire.said("m1", "alice"))
    assert select.in_doubt(online.state, online.message("m1")) is None
    online.send("o1")
    assert select.in_doubt(online.state, online.message("o1")) is None


def test_what_would_go_with_the_program(online, wire):
    assert select.unsettled(online.state) == 0
    online.hear(wire.said("m1", "alice"))
    online.send("o1")
    online.play(EditAsked("o2", online.T, "m1", "other"), DeleteAsked("o3", online.T, "m1"))
    assert select.unsettled(online.state) == 2
    online.hear(wire.said("m2", "alice", "hi"))
    assert select.unsettled(online.state) == 1


def test_who_reads_is_told_without_me(online, wire):
    online.hear(wire.said("m1", "bob"))
    state = online.state
    room = online.room()
    room = replace(room, receipts=room.receipts.insert("alice", "m1").insert("bob", "m1"))
    assert select.readers(state, room, "m1") == ("bob",)


def test_those_who_are_there_come_first(online, wire):
    online.play(MembersListed(LOBBY, tuple(MemberListed(one, one) for one in "dcbaez")))
    online.hear(
        wire.presence("e", "online"),
        wire.presence("b", "away"),
        wire.presence("c", "busy"),
        wire.presence("a", "invisible"),
        wire.presence("z", "invisible"),
    )
    assert [one.id for one in select.people_here(online.state, online.room())] == list("ecbazd")


def test_what_is_typed_and_not_sent_is_counted(peopled):
    assert select.drafts(peopled.state) == 0
    peopled.play(DraftKept(LOBBY, "", "half a thought"), DraftKept(BOB, "", "another"))
    assert select.drafts(peopled.state) == 2
    peopled.play(DraftKept(BOB, "", ""))
    assert select.drafts(peopled.state) == 1
