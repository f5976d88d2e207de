"""Calls that do not ring here, and floods of them."""

import pytest

from wschat_tui.protocol.requests import CallEnd
from wschat_tui.state.calls.call_inputs import CallsKnown
from wschat_tui.state.effects import Notify, Transmit
from wschat_tui.state.server_inputs import IdentityKnown

BOB = "dm:alice:bob"
WORDS = {"audio": "voice call", "video": "video call", "screen": "screen call"}


def declined(scene, who="bob", reason="unsupported"):
    return [one for one in scene.sent if one[1] == CallEnd(target_id=who, reason=reason)]


@pytest.mark.parametrize("kind", ["audio", "video", "screen"])
def test_without_media_a_call_leaves_a_row(online, wire, kind):
    effects = online.hear(wire.offer("bob", kind))
    (op_id,) = (one.op_id for one in effects if isinstance(one, Transmit))
    why = "this installation takes no calls"
    assert effects == [
        Transmit(op_id, CallEnd(target_id="bob", reason="unsupported")),
        Notify(f"bob called ({WORDS[kind]}). It did not ring: {why}.", "warning", BOB, bell=True),
    ]
    (row,) = online.room(BOB).messages
    assert (row.kind, row.author, row.at) == ("call", "bob", online.T)
    assert row.body == f"missed {WORDS[kind]}: {why}"
    assert online.unread(BOB) == (1, 1)
    assert online.room(BOB).divider == row.id
    assert online.state.call is None


def test_a_flood_of_a_thousand_is_answered_once(online, wire):
    """S25: a flood is not answered with a flood."""
    online.hear(*(wire.offer("bob") for _ in range(1000)))
    assert len(declined(online)) == len(online.ids(BOB)) == len(online.words) == 1
    online.hear(*(wire.said(f"m{i}", "bob", scope="dm:bob") for i in range(50)), wire.offer("bob"))
    assert declined(online) == []


def test_a_flood_of_a_thousand_users_is_answered_a_few_times(online, wire):
    online.hear(*(wire.offer(f"u{number}") for number in range(1000)))
    assert len(online.sent) == len(online.words) == 16
    assert len(online.state.rooms) < 20
    online.now += 5_000
    online.hear(wire.offer("bob"))
    assert len(declined(online)) == 1


def test_after_a_while_it_is_answered_again_and_others_are_too(online, wire):
    online.hear(wire.offer("bob"))
    online.now += 4_999
    online.hear(wire.offer("bob"), wire.offer("carol"))
    assert (declined(online), len(declined(online, "carol"))) == ([], 1)
    online.now += 1
    online.hear(wire.offer("bob"))
    assert len(declined(online)) == 1


def test_a_clock_that_was_set_back_does_not_silence_calls(online, wire):
    online.hear(wire.offer("bob"))
    online.now -= 1_000_000
    online.hear(wire.offer("bob"))
    assert len(declined(online)) == 1


@pytest.mark.parametrize("ready", [True, False])
def test_a_call_from_myself_is_none(online, wire, ready):
    online.play(CallsKnown(ready))
    before = online.state.rooms
    assert online.hear(wire.offer("alice")) == []
    assert online.state.rooms is before


@pytest.mark.parametrize("ready", [True, False])
def test_a_caller_whose_name_no_room_can_have_is_not_heard(online, wire, ready):
    online.play(CallsKnown(ready))
    assert online.hear(wire.offer("x" * 1024)) == []


def test_a_flood_is_answered_once_also_while_it_is_not_known_who_i_am(scene, wire):
    scene.open(me="")
    scene.up()
    scene.hear(wire.offer("bob"), wire.offer("bob"))
    assert len(declined(scene)) == 1
    scene.play(IdentityKnown("alice"))
    assert len(scene.ids(BOB)) == 1
    assert scene.unread(BOB) == (1, 1)
    scene.hear(wire.offer("bob"))
    assert declined(scene) == []


def test_an_offer_that_cannot_be_used_is_turned_away_and_shown_as_such(phone):
    phone.say(phone.offer(text="v=0"))
    assert phone.sent == [CallEnd(target_id="bob", reason="unsupported")]
    why = "its offer cannot be used, it has neither sound nor pictures"
    assert phone.rows() == [f"missed voice call: {why}"]
    assert phone.words == [f"bob called (voice call). It did not ring: {why}."]
    assert (phone.call, phone.orders) == (None, [])


def test_a_second_caller_finds_the_line_busy(phone):
    """S25: one call at a time."""
    phone.place("bob")
    phone.say(phone.offer("carol", kind="video"))
    assert phone.sent == [CallEnd(target_id="carol", reason="busy")]
    assert phone.rows("carol") == ["missed video call: you were in another call"]
    assert phone.call.peer == "bob"
    phone.say(phone.offer("carol"))
    assert (phone.sent, len(phone.rows("carol"))) == ([], 1)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("call.answer", {"from_user": "bob", "sdp": "v=0"}),
        ("call.ice", {"from_user": "bob", "candidate": None}),
        ("call.end", {"from_user": "bob", "reason": "hangup"}),
        ("call.ice", {"from_user": "alice", "candidate": None}),
    ],
)
def test_signalling_without_a_call_changes_nothing_that_is_seen(online, wire, kind, data):
    rooms, people = online.state.rooms, online.state.people
    assert online.hear(wire.envelope(kind, data)) == []
    assert (online.state.rooms, online.state.people) == (rooms, people)
    assert online.state.rooms is rooms
    assert "alice" not in [one.user for one in online.state.callers]
