"""Calls that come in, and floods of them (no media yet: they are declined)."""

import pytest

from wschat_tui.protocol.requests import CallEnd
from wschat_tui.state.effects import Notify, Transmit
from wschat_tui.state.inputs import IdentityKnown

BOB = "dm:alice:bob"


def decline(scene, who="bob"):
    return [one for one in scene.sent if one[1] == CallEnd(target_id=who, reason="unsupported")]


@pytest.mark.parametrize("kind", ["audio", "video", "screen"])
def test_a_call_is_declined_and_leaves_a_row(online, wire, kind):
    effects = online.hear(wire.offer("bob", kind))
    (op_id,) = (one.op_id for one in effects if isinstance(one, Transmit))
    sentence = f"bob called ({kind}). It did not ring: this installation takes no calls."
    assert effects == [
        Transmit(op_id, CallEnd(target_id="bob", reason="unsupported")),
        Notify(sentence, "warning", BOB, bell=True),
    ]
    (row,) = online.room(BOB).messages
    assert (row.kind, row.author, row.at) == ("call", "bob", online.T)
    assert row.body == f"missed {kind} call: this installation takes no calls"
    assert online.unread(BOB) == (1, 1)
    assert online.room(BOB).divider == row.id


def test_a_flood_of_a_thousand_is_answered_once(online, wire):
    online.hear(*(wire.offer("bob") for _ in range(1000)))
    assert len(decline(online)) == len(online.ids(BOB)) == len(online.words) == 1
    online.hear(*(wire.said(f"m{i}", "bob", scope="dm:bob") for i in range(50)), wire.offer("bob"))
    assert decline(online) == []


def test_after_a_while_it_rings_again_and_others_ring_too(online, wire):
    online.hear(wire.offer("bob"))
    online.now += 4_999
    online.hear(wire.offer("bob"), wire.offer("carol"))
    assert (decline(online), len(decline(online, "carol"))) == ([], 1)
    online.now += 1
    online.hear(wire.offer("bob"))
    assert len(decline(online)) == 1


def test_a_clock_that_was_set_back_does_not_silence_calls(online, wire):
    online.hear(wire.offer("bob"))
    online.now -= 1_000_000
    online.hear(wire.offer("bob"))
    assert len(decline(online)) == 1


def test_a_call_from_myself_is_none(online, wire):
    before = online.state.rooms
    assert online.hear(wire.offer("alice")) == []
    assert online.state.rooms is before


def test_a_caller_whose_name_no_room_can_have_is_not_heard(online, wire):
    assert online.hear(wire.offer("x" * 1024)) == []


def test_a_flood_is_answered_once_also_while_it_is_not_known_who_i_am(scene, wire):
    scene.open(me="")
    scene.up()
    scene.hear(wire.offer("bob"), wire.offer("bob"))
    assert len(decline(scene)) == 1
    scene.play(IdentityKnown("alice"))
    assert len(scene.ids(BOB)) == 1
    scene.hear(wire.offer("bob"))
    assert decline(scene) == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("call.answer", {"from_user": "bob", "sdp": "v=0"}),
        ("call.ice", {"from_user": "bob", "candidate": None}),
        ("call.end", {"from_user": "bob", "reason": "hangup"}),
    ],
)
def test_signalling_without_a_call_changes_nothing(online, wire, kind, data):
    rooms, people = online.state.rooms, online.state.people
    assert online.hear(wire.envelope(kind, data)) == []
    assert (online.state.rooms, online.state.people) == (rooms, people)
    assert online.state.rooms is rooms
