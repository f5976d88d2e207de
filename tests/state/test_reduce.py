"""The fold: what is counted, whom an error is told to, and that nothing changes where nothing did."""

import pytest

from wschat_tui.protocol.codec import Received, decode_events
from wschat_tui.protocol.requests import PresencePing
from wschat_tui.state.effects import Notify
from wschat_tui.state.inputs import Heard, Tick, Unsendable
from wschat_tui.state.reduce import reduce

LOBBY = "network:lobby"


def test_envelopes_are_counted(online):
    before = online.state.counts.received
    frame = '{"type":"chat.poke"}\n{"type":\n{"type":"presence.pong","data":{"timestamp":"x"}}'
    online.hear(*decode_events(frame))
    counts = online.state.counts
    assert (counts.received - before, counts.unknown, counts.malformed) == (3, 1, 1)
    assert online.effects == ()


def test_nothing_heard_is_nothing_changed(online):
    before = online.state
    assert online.play(Heard((), online.T, "s")) == []
    assert online.play() == []
    assert online.state is before


def test_a_request_in_place_of_an_event_is_counted_and_nothing_else(online):
    rooms = online.state.rooms
    online.hear(Received(None, PresencePing(), "{}"))
    assert online.state.rooms is rooms


def test_an_error_about_nothing_of_ours_is_told(online, wire):
    online.hear(wire.refusal(code="ERR_X", message="Odd\x9b things."))
    assert online.effects == (Notify("The server reports: Odd\ufffd things.", "warning"),)
    online.hear(wire.refusal("o9", message=""))
    assert online.words == ["The server reports: ERR_HANDLER_FAILED."]


def test_the_same_error_a_hundred_times_is_told_once(online, wire):
    online.hear(*(wire.refusal(code="ERR_RATE_LIMIT") for _ in range(100)))
    assert len(online.words) == 1


def test_what_the_link_will_not_send_is_told(online):
    online.play(Unsendable("t1", "This is too\nlarge."))
    assert online.effects == (Notify("This is too large.", "warning"),)


def test_the_clock_of_the_views_moves_by_minutes(online):
    online.play(Tick(60_000_000))
    before = online.state
    assert before.now == 60_000_000
    online.play(Tick(60_059_999))
    assert online.state is before
    online.play(Tick(60_060_000))
    assert online.state.now == 60_060_000


def test_a_turn_of_many_inputs_is_a_turn_of_each(scene, wire, valid):
    inputs = [
        Heard(
            (
                wire.said(f"m{number}", "bob", "@alice"),
                wire.reacted(f"m{number // 2}", "carol"),
                wire.read(f"m{number // 3}", "carol"),
                wire.deleted(f"m{number // 4}", "hard" if number % 8 else "soft"),
            ),
            scene.T + number,
            f"s{number}",
        )
        for number in range(40)
    ]
    scene.open()
    together, _ = reduce(scene.state, *inputs)
    one_by_one = scene.state
    for item in inputs:
        one_by_one, _ = reduce(one_by_one, item)
    assert together.rooms == one_by_one.rooms
    assert together.places == one_by_one.places
    valid(together)


def test_rooms_that_nothing_happened_in_are_the_same_objects(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("n1", "bob", scope="host"))
    host, people = online.room("host"), online.state.people
    online.hear(wire.said("m2", "bob"))
    assert online.room("host") is host
    assert online.state.people is people
    first = online.message("m1")
    online.hear(wire.reacted("m2", "carol"))
    assert online.message("m1") is first


@pytest.mark.parametrize(
    "again",
    ["reaction", "edit", "redaction", "deletion", "presence", "read", "message"],
)
def test_what_is_told_twice_changes_no_room_the_second_time(online, wire, again):
    told = {
        "reaction": wire.reacted("m1", "carol"),
        "edit": wire.edited("m1", "other"),
        "redaction": wire.redacted("m1"),
        "deletion": wire.deleted("m1"),
        "presence": wire.presence("bob", "away"),
        "read": wire.read("m1", "carol"),
        "message": wire.said("m1", "bob"),
    }[again]
    online.hear(wire.said("m1", "bob"), told)
    rooms, people = online.state.rooms, online.state.people
    online.hear(told)
    assert online.state.rooms is rooms
    assert online.state.people is people
