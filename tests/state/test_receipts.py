"""How far rooms are read: by me here, by me elsewhere, by the others."""

from wschat_tui.protocol.requests import ChatRead
from wschat_tui.state.effects import Transmit
from wschat_tui.state.inputs import UnreadAsked, Written
from wschat_tui.state.select import readers

LOBBY = "network:lobby"
BOB = "dm:alice:bob"


def read_mark(message_id, room=LOBBY):
    return Transmit(f"seen-{message_id}", ChatRead(message_id=message_id, room=room))


def test_seeing_is_told_once(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob", "@alice"))
    assert online.unread() == (2, 1)
    assert online.see("m1") == [read_mark("m1")]
    assert online.unread() == (1, 1)
    assert online.see("m1") == []
    assert online.see("m2") == [read_mark("m2")]
    assert (online.unread(), online.room().last_read) == ((0, 0), "m2")


def test_seeing_further_up_changes_nothing(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"))
    online.see("m2")
    before = online.state
    assert online.see("m1") == []
    assert online.state is before


def test_a_direct_chat_is_named_by_the_other_user(online, wire):
    online.hear(wire.said("m1", "bob", scope="dm:bob"))
    assert online.see("m1", BOB) == [read_mark("m1", "dm:bob")]


def test_what_was_no_news_is_not_told(online, wire):
    online.hear(wire.said("m1", "alice"))
    assert online.see("m1") == []
    assert online.room().last_read == "m1"


def test_what_is_not_there_is_not_seen(online, wire):
    online.hear(wire.said("m1", "bob"))
    before = online.state
    online.see("m9")
    online.see("m1", scope="network:nowhere")
    assert online.state is before


def test_a_message_of_mine_that_is_on_its_way_has_no_name_to_tell(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.send("o1")
    assert online.see("o1") == [Transmit("seen-o1", ChatRead(message_id="m1", room=LOBBY))]
    assert online.room().last_read == "m1"
    online.hear(wire.ack("o1", "m2"))
    assert online.unread() == (0, 0)


def test_a_row_that_tells_of_an_event_is_seen_but_its_message_is_told(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.hear(wire.envelope("member.joined", {"network_id": "lobby", "user_id": "dave"}))
    row = online.ids()[-1]
    assert online.see(row) == [Transmit(f"seen-{row}", ChatRead(message_id="m1", room=LOBBY))]
    assert online.room().last_read == "m1"


def test_a_call_is_news_that_only_this_client_knows_of(online, wire):
    online.hear(wire.offer("bob"))
    row = online.ids(BOB)[-1]
    assert online.unread(BOB) == (1, 1)
    assert online.see(row, BOB) == []
    assert online.unread(BOB) == (0, 0)


def test_offline_the_last_mark_of_a_room_waits(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"))
    online.down()
    assert online.see("m1") == []
    assert online.see("m2") == []
    assert [
        one for one in online.up() if isinstance(one, Transmit) and one.op_id.startswith("seen")
    ] == [read_mark("m2")]
    online.play(Written("seen-m2", online.T))
    online.hear(wire.read("m2", "alice"))
    assert "seen-m2" not in online.state.operations


def test_a_mark_that_was_written_into_a_dying_link_is_told_again(online, wire):
    """F1: that the socket took it says nothing of the server."""
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"), wire.said("m3", "bob"))
    online.see("m2")
    online.play(Written("seen-m2", online.now))
    online.hear(wire.read("m1", "alice"), wire.read("m3", "bob"))
    online.down()
    assert read_mark("m2") in online.up()
    online.hear(wire.read("m3", "alice"))
    online.down()
    assert read_mark("m2") not in online.up()


def test_a_mark_that_nobody_confirms_was_heard_if_the_link_lives_on(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.see("m1")
    online.play(Written("seen-m1", online.now))
    online.tick(59_000)
    assert "seen-m1" in online.state.operations
    online.tick(1_000)
    assert "seen-m1" not in online.state.operations
    assert online.words == []


def test_a_mark_that_is_refused_is_nobodys_concern(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.see("m1")
    online.hear(wire.refusal("seen-m1"))
    assert ("seen-m1" in online.state.operations, online.words) == (False, [])


def test_marking_as_read_by_hand_ends_being_held_unread(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"))
    online.see("m2")
    online.play(UnreadAsked("m2"))
    assert online.unread() == (1, 0)
    online.see("m2", by_hand=True)
    assert online.unread() == (0, 0)


def test_unread_from_the_first_message_on(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"))
    online.see("m2")
    online.play(UnreadAsked("m1"))
    assert (online.room().last_read, online.unread()) == ("", (2, 0))


def test_unread_from_below_one_that_is_on_its_way(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.send("o1")
    online.hear(wire.said("m2", "bob"))
    online.see("m2")
    online.play(UnreadAsked("m2"))
    assert (online.room().last_read, online.unread()) == ("m1", (1, 0))
    online.hear(wire.ack("o1", "m3"))
    assert online.unread() == (1, 0)


def test_the_divider_follows_a_message_of_mine_to_its_name(online, wire):
    online.send("o1")
    online.hear(wire.said("m2", "bob"))
    online.play(UnreadAsked("o1"))
    assert (online.room().divider, online.unread()) == ("o1", (1, 0))
    online.hear(wire.ack("o1", "m1"))
    assert online.room().divider == "m1"


def test_marks_follow_a_message_that_was_acked_before_it_was_named(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.send("o1")
    online.hear(wire.ack("o1"))
    online.see("o1")
    online.hear(wire.said("m3", "bob"))
    assert (online.room().last_read, online.unread()) == ("o1", (1, 0))
    online.down()
    online.hear(wire.said("m2", "alice", "hi"))
    assert (online.ids(), online.room().last_read) == (["m1", "m2", "m3"], "m2")
    assert online.unread() == (1, 0)


def test_unread_from_what_is_gone_is_nothing(online):
    before = online.state
    online.play(UnreadAsked("m9"))
    assert online.state is before


# ---- told by the server


def test_another_device_of_mine_reads_for_me(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"), wire.said("m3", "bob"))
    assert online.hear(wire.read("m2", "alice")) == []
    assert (online.unread(), online.room().last_read) == ((1, 0), "m2")
    online.hear(wire.read("m1", "alice"))
    assert online.room().last_read == "m2"


def test_the_others_only_move_down(online, wire):
    online.hear(wire.said("m1", "alice"), wire.said("m2", "alice"))
    online.hear(wire.read("m2", "bob"), wire.read("m1", "bob"), wire.read("m1", "carol"))
    assert dict(online.room().receipts.items()) == {"bob": "m2", "carol": "m1"}
    room = online.room()
    assert readers(online.state, room, "m1") == ("bob", "carol")
    assert readers(online.state, room, "m2") == ("bob",)
    assert readers(online.state, room, "m9") == ()


def test_the_message_says_which_room_was_read(online, wire):
    online.hear(wire.said("m1", "bob", scope="dm:bob"), wire.read("m1", "bob", room=LOBBY))
    assert dict(online.room(BOB).receipts.items()) == {"bob": "m1"}
    assert not online.room().receipts


def test_a_mark_before_its_message_waits_for_it(online, wire):
    online.hear(wire.read("m1", "bob"), wire.said("m1", "alice"))
    assert online.room().receipts["bob"] == "m1"


def test_a_mark_at_one_that_was_trimmed_is_above_all(online, wire):
    online.hear(wire.said("m1", "alice"), wire.read("m1", "bob"), wire.said("m2", "alice"))
    online.hear(wire.deleted("m1", "hard"))
    assert "bob" not in online.room().receipts
    online.hear(wire.read("m2", "bob"))
    assert online.room().receipts["bob"] == "m2"
