"""Presence, devices, membership, typing."""

import pytest

from wschat_tui.state.effects import ListRooms
from wschat_tui.state.people import MAX_DEVICES
from wschat_tui.state.select import people_here, person_of, typists
from wschat_tui.state.server_inputs import MemberListed, MembersListed

LOBBY = "network:lobby"


def member(wire, kind, who, network="lobby"):
    return wire.envelope(f"member.{kind}", {"network_id": network, "user_id": who, "role": "x"})


def device(wire, kind, who="bob", device="d1", platform="linux"):
    data = {"device_id": device, "user_id": who, "platform": platform}
    return wire.envelope(f"device.{kind}", data)


def test_presence(online, wire):
    online.hear(wire.presence("bob", "away"), wire.presence("carol", "on\x1bholiday"))
    assert person_of(online.state, "bob").status == "away"
    assert person_of(online.state, "carol").status == "on␛holiday"
    assert person_of(online.state, "dave").status == "offline"
    people = online.state.people
    online.hear(wire.presence("bob", "away"))
    assert online.state.people is people


@pytest.mark.parametrize(("told", "mine"), [("busy", "busy"), ("sleeping", "online")])
def test_my_own_presence_from_another_device(online, wire, told, mine):
    online.hear(wire.presence("alice", told))
    assert online.state.status == mine


def test_devices_come_and_go(online, wire):
    online.hear(device(wire, "online"), device(wire, "online", device="d2", platform=None))
    assert dict(person_of(online.state, "bob").devices.items()) == {"d1": "linux", "d2": ""}
    online.hear(device(wire, "offline"), device(wire, "offline", device="d9"))
    assert dict(person_of(online.state, "bob").devices.items()) == {"d2": ""}


def test_there_is_a_bound_to_devices(online, wire):
    online.hear(*(device(wire, "online", device=f"d{i}") for i in range(MAX_DEVICES + 9)))
    assert len(person_of(online.state, "bob").devices) == MAX_DEVICES


def test_members_who_come_and_go_leave_a_row(online, wire):
    online.hear(member(wire, "joined", "dave"), member(wire, "left", "dave"))
    rows = online.room().messages
    assert [(one.kind, one.author) for one in rows] == [("joined", "dave"), ("left", "dave")]
    assert "dave" not in online.room().members
    assert online.unread() == (0, 0)


def test_the_same_word_twice_is_one_row(online, wire):
    online.hear(member(wire, "joined", "dave"), member(wire, "joined", "dave"))
    assert len(online.ids()) == 1
    assert "dave" in online.room().members


def test_members_of_unknown_networks_are_nothing(online, wire):
    rooms = online.state.rooms
    assert online.hear(member(wire, "joined", "dave", "other")) == []
    assert online.hear(member(wire, "left", "alice", "other")) == []
    assert online.state.rooms is rooms


def test_being_made_a_member_looks_for_the_network(online, wire):
    assert online.hear(member(wire, "joined", "alice", "other")) == [ListRooms()]


def test_being_put_out_of_a_network(online, wire):
    online.hear(member(wire, "left", "alice"))
    assert not online.room().joined
    online.hear(member(wire, "joined", "alice"))
    assert not online.room().joined


def test_a_list_of_members_is_who_is_there(online, wire):
    online.hear(wire.said("m1", "zoe"), wire.presence("bob", "online"))
    online.play(
        MembersListed(
            LOBBY,
            (
                MemberListed("bob", "Bob\u202e", role="moderator"),
                MemberListed("carol", "", status="busy"),
                MemberListed("dave", "Dave"),
            ),
        )
    )
    assert [(one.id, one.name, one.status) for one in people_here(online.state, online.room())] == [
        ("bob", "Bob<U+202E>", "online"),
        ("carol", "carol", "busy"),
        ("dave", "Dave", "offline"),
    ]
    assert person_of(online.state, "bob").role == "moderator"


def test_the_same_list_again_changes_nothing(online):
    told = MembersListed(LOBBY, (MemberListed("bob", "Bob", "away", "member"),))
    online.play(told)
    before = online.state
    online.play(told, MembersListed("nowhere", told.members))
    assert online.state is before


def test_roles_and_statuses_stay_where_a_list_has_none(online):
    online.play(MembersListed(LOBBY, (MemberListed("bob", "Bob", "away", "admin"),)))
    online.play(MembersListed(LOBBY, (MemberListed("bob", "Bob"),)))
    bob = person_of(online.state, "bob")
    assert (bob.status, bob.role) == ("away", "admin")


def test_nothing_is_known_of_anybody_until_a_new_connection_tells(online, wire):
    online.play(MembersListed(LOBBY, (MemberListed("bob", "Bob", "away", "admin"),)))
    online.hear(device(wire, "online", "carol"), wire.presence("dave", "offline"))
    online.down()
    assert person_of(online.state, "bob").status == "away"
    online.up()
    bob, carol = person_of(online.state, "bob"), person_of(online.state, "carol")
    assert (bob.status, bob.name, bob.role) == ("offline", "Bob", "admin")
    assert len(carol.devices) == 0


# ---- typing


def test_typing_begins_ends_and_expires(online, wire):
    online.hear(wire.types("bob"), wire.types("carol"), wire.types("bob"))
    assert typists(online.state, online.room()) == ("carol", "bob")
    online.hear(wire.types("bob", on=False))
    assert typists(online.state, online.room()) == ("carol",)
    online.tick(7_999)
    assert typists(online.state, online.room()) == ("carol",)
    online.tick(1)
    assert online.room().typing == ()


def test_typing_told_again_lasts_longer(online, wire):
    online.hear(wire.types("bob"))
    online.now += 4_000
    online.hear(wire.types("bob"), wire.types("carol"))
    online.tick(4_000)
    assert len(online.room().typing) == 2
    online.tick(4_000)
    assert online.room().typing == ()


def test_my_own_typing_and_that_in_unknown_rooms_is_nothing(online, wire):
    rooms = online.state.rooms
    online.hear(
        wire.types("alice"), wire.types("bob", scope="nowhere"), wire.types("bob", on=False)
    )
    assert online.state.rooms is rooms


def test_typing_in_a_direct_chat_in_either_spelling(online, wire):
    online.visit("dm:bob")
    online.hear(wire.types("bob", scope="dm:bob"))
    assert [one.user for one in online.room("dm:alice:bob").typing] == ["bob"]


def test_nobody_types_while_the_link_is_lost(online, wire):
    online.hear(wire.types("bob"))
    online.down()
    assert online.room().typing == ()
