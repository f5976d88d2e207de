"""Connecting, rooms, presence, tokens and membership: who learns what."""

import pytest

from wschat_tui.protocol.requests import AuthRefresh, PresenceSet, RoomJoin, RoomLeave

LOBBY = "network:lobby"


def who(heard):
    return [(one.by, one.type) for one in heard]


def presences(heard):
    return [
        (one.by, one.data["user_id"], one.data["status"])
        for one in heard
        if one.type == "presence.update"
    ]


def refused(heard):
    (only,) = heard
    assert (only.type, only.op_id) == ("error", "op")
    assert only.data["code"] == "ERR_HANDLER_FAILED"
    return only.data["message"]


def test_who_connects_learns_who_is_there_and_is_announced(make_stage):
    stage = make_stage("bob", "carol")
    heard = stage.connect("alice")
    assert who(heard) == [
        ("alice", "presence.update"),
        ("alice", "presence.update"),
        ("bob", "device.online"),
        ("carol", "device.online"),
        ("bob", "presence.update"),
        ("carol", "presence.update"),
    ]
    assert presences(heard) == [
        ("alice", "bob", "online"),
        ("alice", "carol", "online"),
        ("bob", "alice", "online"),
        ("carol", "alice", "online"),
    ]
    assert heard[2].data == {"device_id": stage.device("alice"), "user_id": "alice"}
    assert heard[4].data == {"user_id": "alice", "status": "online"}


def test_deployed_servers_tell_devices_to_their_user_alone(make_stage):
    stage = make_stage("alice", "bob", dialect="goconnect")
    heard = stage.connect("alice/2")
    assert who(heard) == [
        ("alice/2", "presence.update"),
        ("alice", "device.online"),
        ("alice", "presence.update"),
        ("bob", "presence.update"),
    ]
    assert heard[3].data["since"] == "2026-01-05T10:00:00.000Z"


def test_who_disconnects_is_offline_with_the_last_device(make_stage):
    stage = make_stage("alice", "alice/2", "bob")
    heard = stage.disconnect("alice")
    assert who(heard) == [
        ("alice/2", "device.offline"),
        ("bob", "device.offline"),
        ("alice/2", "presence.update"),
        ("bob", "presence.update"),
    ]
    assert presences(heard) == [("alice/2", "alice", "online"), ("bob", "alice", "online")]
    assert presences(stage.disconnect("alice/2")) == [("bob", "alice", "offline")]
    assert stage.disconnect("bob") == []


def test_a_status_lasts_until_the_last_device_is_gone(make_stage):
    stage = make_stage("alice", "bob")
    heard = stage.ask("alice", PresenceSet(status="away"))
    assert who(heard) == [("alice", "ack"), ("bob", "presence.update")]
    assert heard[0].data == {"op_id": "op", "data": None}
    assert presences(stage.connect("alice/2"))[1:] == [
        ("alice", "alice", "away"),
        ("bob", "alice", "away"),
    ]
    assert presences(stage.disconnect("alice")) == [
        ("bob", "alice", "away"),
        ("alice/2", "alice", "away"),
    ]
    stage.disconnect("alice/2")
    assert ("bob", "alice", "online") in presences(stage.connect("alice"))


def test_who_appears_offline_is_seen_by_own_devices_alone(make_stage):
    stage = make_stage("alice", "bob")
    assert presences(stage.ask("alice", PresenceSet(status="offline"))) == [
        ("bob", "alice", "offline")
    ]
    assert who(stage.connect("alice/2")) == [
        ("alice/2", "presence.update"),
        ("alice", "device.online"),
        ("alice", "presence.update"),
    ]
    assert presences(stage.connect("carol")) == [
        ("carol", "bob", "online"),
        ("alice", "carol", "online"),
        ("bob", "carol", "online"),
        ("alice/2", "carol", "online"),
    ]
    assert who(stage.ask("alice", RoomJoin(room=LOBBY))) == [("alice", "ack")]
    stage.ask("bob", RoomJoin(room=LOBBY))
    assert who(stage.ask("alice", RoomLeave(room=LOBBY))) == [("alice", "ack")]
    assert who(stage.disconnect("alice/2")) == [
        ("alice", "device.offline"),
        ("alice", "presence.update"),
    ]
    assert stage.disconnect("alice") == []


def test_a_status_reaches_ones_other_devices_though_they_share_no_room(make_stage):
    stage = make_stage("alice", "alice/2")
    for room in ("host", "tenant:example"):
        stage.ask("alice/2", RoomLeave(room=room))
    heard = stage.ask("alice", PresenceSet(status="busy"))
    assert presences(heard) == [("alice/2", "alice", "busy")]


def test_joining_introduces_the_joiner_and_those_present(make_stage, dialect):
    stage = make_stage("alice", "bob", "carol", dialect=dialect)
    stage.ask("bob", RoomJoin(room=LOBBY))
    heard = stage.ask("alice", RoomJoin(room=LOBBY))
    updates = [("alice", "bob", "online"), ("bob", "alice", "online")]
    assert presences(heard) == updates
    (ack,) = (one for one in heard if one.type == "ack")
    assert (ack.data["data"] if dialect == "standard" else ack.data) == {
        "room": LOBBY,
        "status": "joined",
    }
    assert heard.index(ack) == (0 if dialect == "standard" else 2)


@pytest.mark.parametrize(
    ("user", "room", "sentence"),
    [
        (
            "alice",
            "network:vault",
            "Only members may enter the network 'vault', and you are not one.",
        ),
        ("mia", "network:vault", None),
        ("root", "network:vault", None),
        ("alice", "network:nope", "There is no network 'nope'."),
        ("alice", "tenant:example", None),
        ("alice", "tenant:else", "You do not belong to the tenant 'else'."),
        ("alice", "dm:bob", None),
        ("alice", "dm:bob:alice", None),
        ("alice", "dm:bob:carol", "This direct chat is between two other people."),
        ("alice", "dm:nobody", "There is no user 'nobody'."),
        ("alice", "any room", None),
        ("alice", "network:", None),
    ],
)
def test_who_may_join_what(make_stage, user, room, sentence):
    stage = make_stage(user)
    heard = stage.ask(user, RoomJoin(room=room))
    assert (None if heard[0].type == "ack" else refused(heard)) == sentence


def test_a_direct_chat_is_joined_under_its_one_name(make_stage):
    stage = make_stage("bob")
    (ack,) = stage.ask("bob", RoomJoin(room="dm:alice"))
    assert ack.data["data"]["room"] == "dm:alice:bob"


def test_joining_host_again_depends_on_the_server(make_stage):
    standard = make_stage("alice", "bob")
    assert who(standard.ask("alice", RoomJoin(room="host")))[0] == ("alice", "ack")
    deployed = make_stage("alice", "root", dialect="goconnect")
    sentence = "Connecting joins host already; only admins may join it by hand."
    assert refused(deployed.ask("alice", RoomJoin(room="host"))) == sentence
    assert ("root", "ack") in who(deployed.ask("root", RoomJoin(room="host")))


def test_leaving_is_seen_when_the_last_device_leaves(make_stage):
    stage = make_stage("alice", "alice/2", "bob", rooms=(LOBBY,))
    assert who(stage.ask("alice", RoomLeave(room=LOBBY))) == [("alice", "ack")]
    heard = stage.ask("alice/2", RoomLeave(room=LOBBY))
    assert heard[0].data["data"] == {"room": LOBBY, "status": "left"}
    assert presences(heard) == [("bob", "alice", "offline")]
    assert refused(stage.ask("alice", RoomLeave(room=LOBBY))) == f"You are not in '{LOBBY}'."
    assert who(stage.ask("bob", RoomLeave(room=LOBBY))) == [("bob", "ack")]


def test_a_refresh_token_is_traded_once(make_stage, dialect):
    stage = make_stage("alice", dialect=dialect)
    accounts = stage.hub.accounts
    pair = accounts.grant(stage.world.users["alice"], stage.clock.now(), stage.ids)
    (ack,) = stage.ask("alice", AuthRefresh(refresh_token=pair.refresh_token))
    new = ack.data["data"] if dialect == "standard" else ack.data
    assert new.keys() == {"access_token", "refresh_token", "expires_in"}
    assert accounts.by_access(new["access_token"], stage.clock.now()).id == "alice"
    again = stage.ask("alice", AuthRefresh(refresh_token=pair.refresh_token))
    sentence = "The refresh token is wrong, expired or already used; log in again."
    assert refused(again) == sentence


def test_nobody_trades_the_token_of_another(make_stage):
    stage = make_stage("alice", "bob")
    accounts = stage.hub.accounts
    pair = accounts.grant(stage.world.users["bob"], stage.clock.now(), stage.ids)
    refused(stage.ask("alice", AuthRefresh(refresh_token=pair.refresh_token)))
    assert stage.ask("bob", AuthRefresh(refresh_token=pair.refresh_token))[0].type == "ack"


def test_a_new_member_is_told_to_the_networks_room_and_to_the_member(make_stage, dialect):
    stage = make_stage("root", "mia", "alice", "bob", dialect=dialect)
    for name in ("root", "mia"):
        stage.ask(name, RoomJoin(room="network:vault"))
    heard = stage.member("root", "vault", "alice", joins=True)
    assert who(heard) == [(name, "member.joined") for name in ("root", "mia", "alice")]
    extras = {"role": "member"} if dialect == "goconnect" else {}
    assert heard[0].data == {"network_id": "vault", "user_id": "alice", **extras}
    assert stage.member("root", "vault", "alice", joins=True) == []
    stage.ask("alice", RoomJoin(room="network:vault"))
    heard = stage.member("root", "vault", "alice", joins=False)
    assert who(heard) == [
        *((name, "member.left") for name in ("root", "mia", "alice")),
        ("root", "presence.update"),
        ("mia", "presence.update"),
    ]
    assert stage.member("root", "vault", "alice", joins=False) == []
    assert "Only members" in refused(stage.ask("alice", RoomJoin(room="network:vault")))


def test_a_member_who_is_not_in_the_room_leaves_without_a_presence(make_stage):
    stage = make_stage("root", "bob")
    assert who(stage.member("root", "lobby", "bob", joins=False)) == [("bob", "member.left")]
