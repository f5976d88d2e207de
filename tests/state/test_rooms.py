"""Rooms: joined, refused, opened, left, listed; drafts, threads and typing of my own."""

import pytest

from wschat_tui.protocol.requests import ChatTyping, RoomJoin, RoomLeave
from wschat_tui.state.effects import ListMembers, ListRooms, Notify, Recall, Transmit
from wschat_tui.state.history.archive_effects import KeepDraft
from wschat_tui.state.inputs import (
    Composing,
    DraftKept,
    JoinAsked,
    LeaveAsked,
    SessionOpened,
    ThreadOpened,
)
from wschat_tui.state.server_inputs import RoomListed, RoomsListed

LOBBY = "network:lobby"
TEAM = "network:team"
BOB = "dm:alice:bob"
T = 1_700_000_000_000


def joined(scene):
    return [one.room for _, one in scene.sent if isinstance(one, RoomJoin)]


def join(scene, scope, op_id="j1"):
    return scene.play(JoinAsked(op_id, T, scope))


def leave(scene, scope, op_id="l1"):
    return scene.play(LeaveAsked(op_id, T, scope))


def listed(scene, *rooms):
    rooms = tuple(RoomListed(scope, title) for scope, title in rooms)
    return scene.play(RoomsListed(rooms, scene.stamp(), T))


# ---- the beginning


def test_a_session_begins_in_the_first_room_of_its_profile(scene):
    scene.open(rooms=(TEAM, "dm:bob", "", "x" * 2000))
    assert sorted(scene.state.rooms) == sorted(["host", TEAM, BOB])
    assert (scene.state.focus, scene.state.me, scene.state.profile) == (TEAM, "alice", "work")
    assert scene.state.server == "ws://chat"


def test_without_rooms_it_begins_in_host(scene):
    scene.open(rooms=())
    assert scene.state.focus == "host"


def test_a_second_word_about_the_session_moves_nobody(scene):
    scene.open()
    scene.play(SessionOpened("mallory", "p", "s", "goconnect", "keyring"))
    assert (scene.state.me, scene.state.focus, scene.state.dialect) == ("alice", LOBBY, "goconnect")


def test_going_online_joins_rooms_and_looks_for_networks(scene):
    scene.open(rooms=(TEAM, "den", "tenant:a", "dm:bob"))
    effects = scene.up()
    assert effects[0] == ListRooms()
    assert joined(scene) == ["den", TEAM]
    assert Recall(TEAM) in effects


def test_every_reconnect_joins_again_and_not_twice_what_waits(online, wire):
    online.down()
    join(online, "den")
    online.up()
    assert sorted(joined(online)) == ["den", LOBBY]


# ---- the server's networks


def test_networks_are_joined_named_and_their_members_asked_for(online):
    effects = listed(online, (TEAM, "The\x1b Team"), (LOBBY, ""), ("", "nothing"))
    assert joined(online) == [TEAM]
    assert (online.room(TEAM).title, online.room().title) == ("The␛ Team", "")
    assert [one.scope for one in effects if isinstance(one, ListMembers)] == [TEAM, LOBBY]
    assert online.state.focus == LOBBY


def test_a_title_stays_where_a_later_list_has_none(online):
    listed(online, (TEAM, "Team"))
    listed(online, (TEAM, ""), ("elsewhere", "E"))
    assert online.room(TEAM).title == "Team"


def test_the_same_list_again_changes_nothing(online):
    listed(online, (TEAM, "Team"))
    before = online.state
    listed(online, (TEAM, "Team"))
    assert online.state is before


def test_a_newcomer_sees_the_first_network_rather_than_an_empty_host(scene):
    scene.open(rooms=())
    scene.up()
    listed(scene, (TEAM, "Team"), (LOBBY, "Lobby"))
    assert scene.state.focus == TEAM
    scene.visit("host")
    scene.down()
    scene.up()
    listed(scene, (TEAM, "Team"), (LOBBY, "Lobby"))
    assert scene.state.focus == "host"


@pytest.mark.parametrize("scope", ["host", LOBBY, TEAM])
@pytest.mark.parametrize("what", ["history", "my history", "news"])
def test_what_is_told_before_the_networks_makes_no_difference(scene, wire, what, scope):
    scene.open(rooms=())
    scene.up()
    said = wire.said("m1", "alice" if what == "my history" else "bob", scope=scope)
    if what != "news":
        scene.page(said, scope=scope)
    else:
        scene.hear(said)
    listed(scene, (TEAM, "Team"), (LOBBY, "Lobby"))
    assert scene.state.focus == TEAM


@pytest.mark.parametrize(
    "why", ["chosen", "later", "draft", "mine", "queued", "thread", "nothing new", "not yet"]
)
def test_who_is_busy_in_host_stays_there(scene, wire, why):
    if why != "not yet":
        scene.open(rooms=())
    if why not in ("not yet", "queued"):
        scene.up()
    if why == "chosen":
        scene.visit("host")
    if why == "later":
        listed(scene)
    if why == "draft":
        scene.play(DraftKept("host", "", "hel"))
    if why in ("mine", "queued"):
        scene.post("o1", "hello", scope="host")
    if why == "mine":
        scene.hear(wire.said("m1", "alice", "hello", scope="host"), wire.ack("o1", "m1"))
        assert scene.state.outbox == ()
    if why == "thread":
        scene.hear(wire.said("m1", "bob", scope="host"))
        scene.play(ThreadOpened("m1"))
    listed(scene, *(() if why == "nothing new" else ((TEAM, "Team"),)))
    assert scene.state.focus == ("" if why == "not yet" else "host")


def test_a_network_that_refuses_says_so_to_nobody(online, wire):
    listed(online, (TEAM, "Team"))
    (op_id,) = (op_id for op_id, one in online.sent if isinstance(one, RoomJoin))
    online.hear(wire.refusal(op_id, message="Members only."))
    assert online.words == []
    assert (online.room(TEAM).joined, online.room(TEAM).refused) == (False, "Members only")


# ---- joining


def test_joining_opens_a_room_at_once(online):
    effects = join(online, "den")
    assert Transmit("j1", RoomJoin(room="den")) in effects
    assert Recall("den") in effects
    assert (online.state.focus, online.room("den").history) == ("den", "loading")


def test_joining_a_network_asks_who_is_in_it(online):
    assert ListMembers(TEAM) in join(online, TEAM)


@pytest.mark.parametrize("scope", ["host", "tenant:a", "dm:bob"])
def test_some_rooms_are_joined_by_being_there(online, scope):
    join(online, scope)
    assert joined(online) == []
    assert online.state.focus == (BOB if scope == "dm:bob" else scope)


@pytest.mark.parametrize("scope", ["", "x" * 1025])
def test_what_no_room_can_be_called(online, scope):
    before = online.state.rooms
    join(online, scope)
    assert online.words == [
        "That cannot be sent: its room is empty or too long. What you typed is kept."
    ]
    assert online.state.rooms is before


def test_a_refused_join_says_why_and_goes_back(online, wire):
    join(online, "vault")
    online.hear(wire.refusal("j1", message="Members only."))
    assert online.words == ["You cannot join vault: Members only. Nothing else changed."]
    assert online.state.focus == LOBBY
    assert "vault" not in online.state.rooms


def test_a_refused_join_of_a_room_one_is_not_looking_at(online, wire):
    join(online, "vault")
    online.visit("host")
    online.hear(wire.refusal("j1", code="ERR_X", message=""))
    assert online.words == ["You cannot join vault: ERR_X. Nothing else changed."]
    assert online.state.focus == "host"


def test_where_one_came_from_may_be_gone_too(online, wire):
    join(online, "den")
    online.hear(wire.ack("j1"))
    join(online, "vault", "j2")
    leave(online, "den")
    online.hear(wire.refusal("j2"))
    assert online.state.focus == "host"


@pytest.mark.parametrize("what", ["messages", "draft", "mine"])
def test_a_refused_room_in_which_something_is_stays_listed(online, wire, what):
    join(online, "vault")
    if what == "messages":
        online.hear(wire.said("m1", "bob", scope="vault"))
    if what == "draft":
        online.play(DraftKept("vault", "", "dear all"))
    if what == "mine":
        online.post("o1", scope="vault")
    online.hear(wire.refusal("j1", message="Out."))
    room = online.room("vault")
    assert (room.joined, room.refused, room.unread) == (False, "Out", 0)
    assert online.state.focus == LOBBY


def test_being_refused_after_a_reconnect_keeps_what_was_loaded(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.down()
    online.up()
    (op_id,) = (op_id for op_id, one in online.sent if isinstance(one, RoomJoin))
    online.hear(wire.refusal(op_id, message="Banned."))
    assert online.words == ["You cannot join lobby: Banned. What was loaded stays."]
    assert (online.ids(), online.room().joined) == (["m1"], False)
    assert online.state.focus == "host"


def test_an_answer_about_a_room_that_was_left_is_nothing(online, wire):
    join(online, "den")
    online.state.operations["j1"]
    leave(online, "den")
    assert online.hear(wire.refusal("j1")) == [Transmit("l1", RoomLeave(room="den"))]


def test_joining_again_after_a_refusal(online, wire):
    join(online, TEAM)
    online.hear(wire.said("m1", "bob", scope=TEAM))
    online.hear(wire.refusal("j1", message="Out."))
    online.visit(TEAM)
    assert joined(online) == [TEAM]
    assert (online.room(TEAM).joined, online.room(TEAM).refused) == (True, "")
    assert online.state.focus == TEAM


def test_joining_again_offline_looks_for_what_was_missed_later(online, wire):
    online.hear(wire.said("m1", "bob"))
    leave(online, LOBBY)
    online.down()
    assert join(online, LOBBY) == [ListMembers(LOBBY)]
    online.up()
    assert Recall(LOBBY, hole="m1", hole_at=T + 1000) in online.effects


# ---- opening


def test_opening_marks_where_the_news_begin(online, wire):
    online.visit("host")
    online.hear(wire.said("m1", "alice"), wire.said("m2", "bob"), wire.said("m3", "bob"))
    online.visit(LOBBY)
    assert online.room().divider == "m2"
    online.see("m3")
    online.visit("host")
    assert online.room().divider == ""
    online.visit(LOBBY)
    assert online.room().divider == ""


def test_opening_what_is_open_keeps_divider_and_thread(online, wire):
    online.visit("host")
    online.hear(wire.said("m1", "bob"))
    online.visit(LOBBY)
    online.play(ThreadOpened("m1"))
    before = online.state
    online.visit(LOBBY)
    assert online.state is before
    online.visit("host")
    assert online.state.thread == ""


def test_a_direct_chat_opens_without_being_joined(online):
    effects = online.visit("dm:bob")
    assert effects == [Recall(BOB)]
    assert online.state.focus == BOB
    assert online.visit("dm:alice:bob") == []


def test_an_unknown_room_is_joined(online):
    online.visit("den")
    assert joined(online) == ["den"]


# ---- leaving


def test_leaving_a_room_forgets_it(online, wire):
    join(online, "den")
    online.hear(wire.ack("j1"), wire.said("m1", "bob", scope="den"))
    assert Transmit("l1", RoomLeave(room="den")) in leave(online, "den")
    assert "den" not in online.state.rooms
    assert online.state.focus == "host"
    online.hear(wire.ack("l1"))
    assert online.state.operations == type(online.state.operations)()


def test_leaving_a_network_keeps_it_listed_and_read(online, wire):
    online.hear(wire.said("m1", "bob", "@alice"), wire.types("bob"))
    leave(online, LOBBY)
    room = online.room()
    assert (room.joined, room.unread, room.mentions, room.divider) == (False, 0, 0, "")
    assert (online.ids(), room.typing) == (["m1"], ())
    online.hear(wire.ack("l1"))
    online.visit(LOBBY)
    assert joined(online) == [LOBBY]
    assert Recall(LOBBY, hole="m1", hole_at=T + 1000) in online.effects


def test_leaving_a_direct_chat_tells_nobody(online, wire):
    online.hear(wire.said("m1", "bob", scope="dm:bob"))
    assert leave(online, "dm:bob") == []
    assert BOB not in online.state.rooms
    assert "m1" not in online.state.places


@pytest.mark.parametrize("what", ["draft", "message"])
def test_what_was_typed_keeps_a_room_listed(online, what):
    online.visit("dm:bob")
    if what == "draft":
        online.play(DraftKept(BOB, "", "dear bob"))
    else:
        online.down()
        online.post("o1", scope=BOB)
    leave(online, BOB)
    assert not online.room(BOB).joined
    assert online.state.focus == "host"
    online.visit(BOB)
    assert online.state.focus == BOB


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        ("host", "Connecting joins host; it cannot be left."),
        ("tenant:a", "Connecting joins a; it cannot be left."),
    ],
)
def test_some_rooms_cannot_be_left(online, wire, scope, sentence):
    online.hear(wire.said("m1", "bob", scope=scope))
    assert leave(online, scope) == [Notify(sentence, "warning", scope)]
    assert scope in online.state.rooms


def test_a_room_one_is_not_in_cannot_be_left(online):
    assert leave(online, "den") == [Notify("You are not in that room.", "warning")]


def test_a_refused_leave_says_why(online, wire):
    leave(online, LOBBY)
    online.hear(wire.refusal("l1", message="Stay."))
    assert online.words == ["Leaving was refused: Stay."]


def test_leaving_offline_takes_back_the_wish_to_join(online):
    online.down()
    join(online, "den")
    assert leave(online, "den") == []
    leave(online, LOBBY, "l2")
    online.up()
    assert joined(online) == []
    assert not [one for _, one in online.sent if isinstance(one, RoomLeave)]


def test_a_connection_that_is_gone_has_left(online):
    leave(online, LOBBY)
    online.down()
    online.up()
    assert (joined(online), len(online.state.operations)) == ([], 0)


def test_leaving_a_room_one_does_not_look_at(online):
    join(online, "den")
    online.visit(LOBBY)
    leave(online, "den")
    assert online.state.focus == LOBBY


# ---- drafts, threads, typing


def test_drafts_are_kept_and_remembered_by_room_and_thread(online):
    online.play(DraftKept(LOBBY, "", "hel"), DraftKept(LOBBY, "m1", "yes"))
    assert online.effects == (
        KeepDraft(LOBBY, "", "hel"),
        KeepDraft(LOBBY, "m1", "yes"),
    )
    before = online.state
    online.play(
        DraftKept(LOBBY, "", "hel"), DraftKept("nowhere", "", "x"), DraftKept(LOBBY, "m9", "")
    )
    assert (online.state, online.effects) == (before, ())
    assert online.state is before
    online.play(DraftKept(LOBBY, "", ""))
    assert dict(online.room().drafts.items()) == {"m1": "yes"}


def test_a_draft_of_a_direct_chat_in_either_spelling(online):
    online.visit(BOB)
    online.play(DraftKept("dm:bob", "", "dear"))
    assert online.room(BOB).drafts[""] == "dear"


def test_a_thread_opens_at_its_root(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "carol", parent_id="m1"))
    online.hear(wire.said("m3", "carol", parent_id="m0"))
    for message_id, root in [
        ("m1", "m1"),
        ("m2", "m1"),
        ("m3", "m0"),
        ("m9", ""),
        ("m1", "m1"),
        ("", ""),
    ]:
        online.play(ThreadOpened(message_id))
        assert online.state.thread == root


def test_what_is_on_its_way_has_no_thread_yet(online):
    online.send("o1")
    online.play(ThreadOpened("o1"))
    assert online.state.thread == ""


def test_typing_is_told_while_online_and_where_one_is(online):
    online.visit(BOB)
    assert online.play(Composing("t1", T, "dm:alice:bob", True)) == [
        Transmit("t1", ChatTyping(scope="dm:bob", typing=True))
    ]
    assert online.play(Composing("t2", T, "nowhere", True), Composing("t3", T, "", True)) == []
    online.down()
    assert online.play(Composing("t4", T, LOBBY, False)) == []
