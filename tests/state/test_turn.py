"""A turn's working copies."""

import pytest

from wschat_tui.state.model import Message, Room, State
from wschat_tui.state.reduce import reduce
from wschat_tui.state.turn import Turn


def test_a_message_far_up_is_found_through_an_index_that_stays_right(online, wire):
    online.hear(*(wire.said(f"m{i}", "bob") for i in range(300)))
    online.hear(
        wire.reacted("m5", "a"),
        wire.deleted("m6", "hard"),
        wire.reacted("m7", "b"),
        *(wire.said(f"n{i}", "bob") for i in range(100)),
        wire.reacted("m8", "c"),
        wire.reacted("n3", "d"),
        wire.deleted("n4", "hard"),
        wire.reacted("n5", "e"),
    )
    given = {one.id: one.reactions[0].users[0] for one in online.room().messages if one.reactions}
    assert given == {"m5": "a", "m7": "b", "m8": "c", "n3": "d", "n5": "e"}
    assert len(online.ids()) == 398


def test_the_window_is_copied_once_a_turn(online, wire):
    online.hear(*(wire.said(f"m{i}", "bob") for i in range(50)))
    before = online.room().messages
    online.hear(*(wire.reacted(f"m{i}", "carol") for i in range(50)))
    assert online.room().messages is not before
    assert [one.id for one in before] == online.ids()
    assert not any(one.reactions for one in before)


def test_reading_copies_nothing(online, wire):
    online.hear(wire.said("m1", "bob"))
    turn = Turn(online.state)
    assert turn.messages(online.lobby) is online.room().messages
    assert turn.find("m1") is online.message("m1")
    assert turn.freeze() == (online.state, ())
    assert turn.freeze()[0] is online.state


def test_a_room_dropped_and_met_again_in_one_turn(online, wire):
    turn = Turn(online.state)
    turn.append(Message("m1", online.lobby, "bob", "", 1))
    turn.recount(online.lobby)
    turn.drop_room(online.lobby)
    turn.drop_room("host")
    turn.drop_room("nowhere")
    assert turn.room(online.lobby) is None
    turn.room_for(online.lobby)
    turn.append(Message("m2", online.lobby, "bob", "", 1))
    state, _ = turn.freeze()
    assert [one.id for one in state.rooms[online.lobby].messages] == ["m2"]
    assert dict(state.places.items()) == {"m2": online.lobby}
    assert "host" not in state.rooms


def test_what_is_not_loaded_cannot_be_changed(online):
    turn = Turn(online.state)
    with pytest.raises(KeyError):
        turn.get("m9")
    assert turn.find("m9") is None


def test_rooms_come_in_the_order_of_their_scopes():
    turn = Turn(State())
    for scope in ("c", "a", "b"):
        turn.put(Room(scope))
    turn.drop_room("b")
    assert [room.scope for room in turn.rooms()] == ["a", "c"]


def test_changing_a_room_that_is_not_there_is_nothing():
    turn = Turn(State())
    turn.change_room("nowhere", unread=3)
    assert turn.freeze()[0].rooms == State().rooms


def test_the_state_given_is_never_changed(online, wire):
    before = online.state
    copy = dict(before.rooms.items())
    online.hear(wire.said("m1", "bob"), wire.said("x1", "bob", scope="new"))
    assert dict(before.rooms.items()) == copy
    again, effects = reduce(before)
    assert again is before
    assert effects == ()
