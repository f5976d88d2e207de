"""Faults that come with any network: acks twice, late, in any order; clocks that jump; bad times."""

from dataclasses import replace
from random import Random

import pytest

from wschat_tui.state.history.archive_effects import DropMessages, KeepMessages
from wschat_tui.state.inputs import Heard, Tick, Typed, Written
from wschat_tui.state.outbox.placing import place
from wschat_tui.state.reading import message_from
from wschat_tui.state.turn import Turn


def on_their_way(scene):
    """The messages that the last turn handed to the link."""
    return [op_id for op_id, request in scene.sent if request.frame_type == "chat.send"]


def test_acks_that_are_doubled_late_and_out_of_order_deliver_each_message_once(online, wire):
    """F15: a tenth twice, a twentieth after ten seconds, half of them on the far side of the echo."""
    chance = Random(15)
    late, at_server = [], []
    online.play(*(Typed(f"o{n:03}", online.now, online.lobby, f"text {n}") for n in range(300)))
    written = on_their_way(online)
    while written:
        (op_id,) = written
        online.play(Written(op_id, online.now))
        online.now += 20
        name = f"m{len(at_server):03}"
        at_server.append(int(op_id[1:]))
        seconds = (online.now - online.T) / 1000
        text = f"text {at_server[-1]}"
        echo = wire.said(name, "alice", text, at=seconds)
        answers = [wire.ack(op_id, name), echo]
        if chance.random() < 0.5:
            answers.reverse()
        if chance.random() < 0.1:
            answers.insert(1, answers[0])
        if chance.random() < 0.05:
            late += answers
            online.now += 10_000
            online.play(Tick(online.now))
        else:
            online.play(Heard(tuple(answers), online.now, online.stamp()))
        written = on_their_way(online)
    chance.shuffle(late)
    online.hear(*late)
    assert at_server == list(range(300))
    assert online.state.outbox == ()
    shown = online.room().messages
    assert sorted(one.body for one in shown) == sorted(f"text {n}" for n in range(300))
    assert {one.delivery for one in shown} == {"sent"}
    assert {one.id for one in shown} == {f"m{n:03}" for n in range(300)}


def test_what_the_server_dropped_for_its_limit_is_never_sent_by_itself(online, wire):
    """F17: the anonymous refusal leaves the one in flight in doubt, and the next goes on."""
    online.send("o1", "one")
    online.post("o2", "two")
    online.hear(wire.refusal(code="ERR_RATE_LIMIT", message="slow"))
    assert on_their_way(online) == []
    online.tick(10_000)
    assert on_their_way(online) == ["o2"]
    assert online.message("o1").delivery == "unconfirmed"
    online.play(Written("o2", online.now))
    online.tick(60_000)
    assert on_their_way(online) == []


def test_a_clock_that_is_set_forward_leaves_a_message_in_doubt_and_the_ack_settles_it(online, wire):
    """F23: an hour passes in the middle of a word, and nothing is lost or sent again."""
    online.send("o1")
    online.post("o2", "next")
    online.tick(3_600_000)
    assert online.message("o1").delivery == "unconfirmed"
    assert on_their_way(online) == ["o2"]
    online.hear(wire.ack("o1", "m1"))
    assert online.message("m1").delivery == "sent"


@pytest.mark.parametrize(
    "text", ["never", "", "0000-00-00T00:00:00Z", "+292277026596-12-04T15:30:08Z"]
)
def test_a_message_with_nonsense_for_a_time_has_that_of_its_coming_or_none(online, wire, text):
    """F23: it stands where it came (irssi CVE-2017-10965); one of the history has no time."""
    online.hear(wire.said("m1", "bob", "one"), wire.said("m2", "bob", "two", created_at=text))
    online.hear(wire.said("m3", "bob", "three", at=3))
    assert online.bodies() == ["one", "two", "three"]
    assert online.message("m2").at == online.now
    online.down()
    online.up()
    online.page(wire.said("m3", "bob", "three", at=3), wire.said("m4", "bob", created_at=text))
    assert online.message("m4").at is None


@pytest.mark.parametrize(
    ("above", "at", "expected"),
    [
        (False, 5, ["m2", "m10", "m20"]),
        (True, 5, ["m10", "m20"]),
        (True, 15, ["m10", "m2", "m20"]),
        (True, 25, ["m10", "m20", "m2"]),
        (True, None, ["m10", "m20", "m2"]),
    ],
)
def test_a_message_that_only_the_disk_has_room_for_leaves_the_window(
    online, wire, above, at, expected
):
    """F18: its neighbours are not loaded, and it is not to stand beside others."""
    state = replace(online.state, archive="ready")
    turn = Turn(state)
    for number in (10, 20):
        turn.append(message_from(wire.said(f"m{number}", "bob", at=number).payload, state))
    turn.change_room(online.lobby, above=above)
    own = message_from(wire.said("m2", "alice", at=at or 1).payload, state)
    turn.append(own if at else replace(own, at=None))
    place(turn, "m2")
    after, effects = turn.freeze()
    assert [one.id for one in after.rooms[online.lobby].messages] == expected
    assert not any(isinstance(one, DropMessages) for one in effects)
    kept = [one.id for each in effects if isinstance(each, KeepMessages) for one in each.messages]
    assert "m2" in kept
