"""Edits, deletions, redactions, reactions, status: asked, acked, refused, in doubt, asked again."""

import pytest

from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRedact,
    PresenceSet,
    RoomJoin,
)
from wschat_tui.state.effects import GiveBack, Notify, Transmit
from wschat_tui.state.inputs import (
    DeleteAsked,
    DiscardAsked,
    EditAsked,
    JoinAsked,
    LeaveAsked,
    ReactAsked,
    RedactAsked,
    ResendAsked,
    StatusAsked,
    Unsendable,
    Unsent,
    Written,
)
from wschat_tui.state.select import in_doubt

LOBBY = "network:lobby"
T = 1_700_000_000_000


def edit(op_id, text, message_id="m1"):
    return EditAsked(op_id, T, message_id, text)


def ops(scene):
    return sorted(scene.state.operations)


@pytest.fixture
def talk(online, wire):
    """One message of mine, one of bob's."""
    online.hear(wire.said("m1", "alice", "helo"), wire.said("m2", "bob", "hello"))
    return online


# ---- edits


def test_an_edit_is_asked_and_made_by_its_event(talk, wire):
    assert talk.play(edit("o1", "hello")) == [
        Transmit("o1", ChatEdit(message_id="m1", new_body="hello"))
    ]
    assert talk.message("m1").body == "helo"
    talk.hear(wire.edited("m1", "hello"), wire.ack("o1"))
    assert (talk.message("m1").body, talk.message("m1").revision) == ("hello", 1)
    assert ops(talk) == []


def test_an_edit_is_made_by_its_ack_where_no_event_tells(talk, wire):
    talk.play(edit("o1", "hello"))
    talk.hear(wire.ack("o1"))
    assert (talk.message("m1").body, talk.message("m1").edited) == ("hello", True)


def test_an_ack_that_comes_late_does_not_undo_what_was_told_since(talk, wire):
    talk.play(edit("o1", "hello"))
    talk.hear(wire.edited("m1", "hello"), wire.edited("m1", "from my phone"), wire.ack("o1"))
    assert talk.message("m1").body == "from my phone"


def test_an_edit_of_what_was_deleted_or_redacted_meanwhile_uncovers_nothing(talk, wire):
    talk.play(edit("o1", "hello"), edit("o2", "hi", "m2"))
    talk.hear(wire.deleted("m1"), wire.redacted("m2"), wire.ack("o1"), wire.ack("o2"))
    assert (talk.message("m1").body, talk.message("m2").body) == ("", "[gone]")


def test_an_edit_that_changes_nothing_is_not_asked(talk):
    assert talk.play(edit("o1", "helo")) == []


def test_an_edit_too_long_comes_back(talk):
    text = "é" * 2048 + "a"
    assert talk.play(edit("o1", text)) == [
        GiveBack(LOBBY, text),
        Notify(
            "The edit has 4,097 bytes and the server takes 4,096; it is back in the composer.",
            "warning",
            LOBBY,
        ),
    ]


def test_half_a_character_in_an_edit_does_no_harm(talk):
    talk.play(edit("o1", "a\udc80"))
    assert talk.sent == [("o1", ChatEdit(message_id="m1", new_body="a?"))]


def test_a_refused_edit_is_given_back_where_it_came_from(talk, wire):
    talk.hear(wire.said("m3", "alice", "reply", parent_id="m2"))
    talk.play(edit("o1", "better", "m3"))
    talk.hear(wire.refusal("o1", message="Too old."))
    assert talk.given_back == [GiveBack(LOBBY, "better", "m2")]
    assert talk.words == ["The edit was refused: Too old. Your text is back in the composer."]
    assert talk.message("m3").body == "reply"


@pytest.mark.parametrize("asked", [edit("o1", "text", "m9"), RedactAsked("o1", T, "m9", "text")])
def test_what_was_typed_for_a_message_that_is_gone_comes_back(talk, asked):
    talk.play(asked)
    assert talk.given_back == [GiveBack(LOBBY, "text")]
    assert len(talk.words) == 1
    assert "any more" in talk.words[0]


@pytest.mark.parametrize(
    "asked",
    [
        EditAsked("o2", T, "o1", "text"),
        DeleteAsked("o2", T, "o1"),
        RedactAsked("o2", T, "o1"),
        ReactAsked("o2", T, "o1", "👍"),
    ],
)
def test_what_is_on_its_way_cannot_be_changed_yet(talk, asked):
    talk.send("o1")
    talk.play(asked)
    assert talk.sent == []
    assert "still on its way" in talk.words[0]


# ---- deletions and redactions


@pytest.mark.parametrize("told", [True, False])
def test_a_deletion(talk, wire, told):
    assert talk.play(DeleteAsked("o1", T, "m1")) == [
        Transmit("o1", ChatDelete(message_id="m1", mode="soft"))
    ]
    if told:
        talk.hear(wire.deleted("m1"))
    talk.hear(wire.ack("o1"))
    assert talk.message("m1").deleted
    assert talk.message("m1").revision == 1


@pytest.mark.parametrize("told", [True, False])
def test_a_hard_deletion(talk, wire, told):
    talk.play(DeleteAsked("o1", T, "m1", "hard"))
    if told:
        talk.hear(wire.deleted("m1", "hard"))
    talk.hear(wire.ack("o1"))
    assert talk.ids() == ["m2"]


def test_a_deletion_of_what_is_not_there_has_succeeded(talk, wire):
    talk.play(DeleteAsked("o1", T, "m1"))
    talk.hear(wire.refusal("o1", code="ERR_NOT_FOUND"))
    assert talk.message("m1").deleted
    assert talk.words == []


def test_a_refused_deletion_says_why(talk, wire):
    talk.play(DeleteAsked("o1", T, "m2"))
    talk.hear(wire.refusal("o1", message="Not yours."))
    assert talk.words == ["The deletion was refused: Not yours."]
    assert not talk.message("m2").deleted


@pytest.mark.parametrize(("mask", "shown"), [("[spam]", "[spam]"), ("", "[REDACTED]")])
def test_a_redaction_by_its_ack(talk, wire, mask, shown):
    assert talk.play(RedactAsked("o1", T, "m2", mask)) == [
        Transmit("o1", ChatRedact(message_id="m2", mask=mask))
    ]
    talk.hear(wire.ack("o1"))
    assert talk.message("m2").body == shown


def test_the_servers_mask_stands(talk, wire):
    talk.play(RedactAsked("o1", T, "m2", "[mine]"))
    talk.hear(wire.redacted("m2", "[REDACTED]"), wire.ack("o1"))
    assert talk.message("m2").body == "[REDACTED]"


def test_a_refused_redaction_gives_the_mask_back(talk, wire):
    talk.play(RedactAsked("o1", T, "m2", "[mask]"))
    talk.hear(wire.refusal("o1"))
    assert talk.given_back == [GiveBack(LOBBY, "[mask]")]
    assert talk.words == ["The redaction was refused: No. The mask you typed is in the composer."]


# ---- reactions


def reaction(op_id, action="add", text="👍"):
    return Transmit(op_id, ChatReaction(message_id="m2", reaction=text, action=action, scope=LOBBY))


def react(op_id, text="👍"):
    return ReactAsked(op_id, T, "m2", text)


def test_a_reaction_is_given_and_taken_back(talk, wire):
    assert talk.play(react("o1")) == [reaction("o1")]
    talk.play(Written("o1", T))
    talk.hear(wire.reacted("m2", "bob"), wire.reacted("m2", "alice", "🎉"))
    assert ops(talk) == ["o1"]
    talk.hear(wire.reacted("m2", "alice"))
    assert ops(talk) == []
    assert talk.play(react("o2")) == [reaction("o2", "remove")]


def test_twice_before_anything_happened_is_given_and_taken_back(scene, talk):
    talk.down()
    assert talk.play(react("o1")) == []
    talk.play(react("o2", "🎉"))
    talk.play(react("o3"))
    assert ops(talk) == ["o2", "o3"]
    orders = talk.up()
    assert reaction("o2", text="🎉") in orders
    assert reaction("o3", "remove") in orders
    talk.play(react("o4"))
    assert talk.sent == [("o4", reaction("o4").request)]


def test_a_reaction_that_was_not_written_is_sent_when_the_link_is_back(talk):
    talk.play(react("o1"))
    talk.down()
    talk.play(Unsent(("o1",)))
    assert reaction("o1") in talk.up()


def test_a_reaction_that_was_written_into_a_dying_link_is_sent_again(talk, wire):
    """F1: that the socket took it says nothing of the server."""
    talk.play(react("o1"))
    talk.play(Written("o1", talk.now))
    talk.hear(wire.reacted("m1", "alice"), wire.reacted("m2", "alice", action="remove"))
    talk.down()
    assert reaction("o1") in talk.up()
    talk.hear(wire.reacted("m2", "alice"))
    talk.down()
    assert reaction("o1") not in talk.up()


def test_a_clock_that_is_set_back_leaves_no_edit_in_the_air(talk):
    """F23."""
    talk.play(edit("o1", "hello"))
    talk.play(Written("o1", talk.now))
    talk.tick(-3_600_000)
    assert in_doubt(talk.state, talk.message("m1")) == "o1"


@pytest.mark.parametrize("text", ["", "x" * 1025])
def test_a_reaction_the_wire_has_no_word_for(talk, text):
    talk.play(react("o1", text))
    assert talk.words == [
        "That cannot be sent: its reaction is empty or too long. What you typed is kept."
    ]
    assert talk.sent == []


# ---- status


def test_status_is_set_at_once(talk, wire):
    assert talk.play(StatusAsked("o1", T, "busy")) == [Transmit("o1", PresenceSet(status="busy"))]
    assert talk.state.status == "busy"
    talk.hear(wire.ack("o1"))
    assert (talk.state.status, ops(talk)) == ("busy", [])


def test_a_refused_status_is_taken_back(talk, wire):
    talk.play(StatusAsked("o1", T, "busy"))
    talk.hear(wire.refusal("o1"))
    assert talk.state.status == "online"
    assert talk.words == ["The new status was refused: No."]


def test_what_the_server_had_before_does_not_stand_against_what_is_being_set(talk, wire):
    talk.play(StatusAsked("o1", T, "busy"))
    talk.hear(wire.presence("alice", "online"))
    assert talk.state.status == "busy"
    talk.hear(wire.ack("o1"), wire.presence("alice", "away"))
    assert talk.state.status == "away"


def test_the_status_is_told_again_after_a_reconnect(talk, wire):
    talk.play(StatusAsked("o1", T, "away"))
    talk.hear(wire.ack("o1"))
    talk.down()
    talk.up()
    assert [one for _, one in talk.sent if isinstance(one, PresenceSet)] == [
        PresenceSet(status="away")
    ]
    talk.down()
    talk.play(StatusAsked("o2", T, "online"))
    talk.up()
    assert [one for one in talk.sent if isinstance(one[1], PresenceSet)] == [
        ("o2", PresenceSet(status="online"))
    ]


def test_of_two_the_second_waits_for_the_first(talk, wire):
    talk.play(StatusAsked("o1", T, "busy"), StatusAsked("o2", T, "away"))
    assert talk.sent == [("o1", PresenceSet(status="busy"))]
    talk.play(StatusAsked("o3", T, "offline"))
    assert (talk.sent, ops(talk)) == ([], ["o1", "o3"])
    talk.hear(wire.ack("o1"))
    assert talk.state.status == "offline"
    assert talk.sent == [("o3", PresenceSet(status="offline"))]


def test_edits_of_two_messages_do_not_wait_for_each_other(talk):
    talk.play(edit("o1", "a"), edit("o2", "b", "m2"), DeleteAsked("o3", T, "m1"))
    assert [op_id for op_id, _ in talk.sent] == ["o1", "o2", "o3"]


@pytest.mark.parametrize("end", ["ack", "refusal", "doubt"])
def test_the_second_edit_goes_however_the_first_ends(talk, wire, end):
    talk.play(edit("o1", "one"), Written("o1", T), edit("o2", "two"))
    if end == "doubt":
        talk.tick(10_000)
    else:
        talk.hear(getattr(wire, end)("o1"))
    assert talk.sent == [("o2", ChatEdit(message_id="m1", new_body="two"))]
    talk.hear(wire.ack("o2"))
    assert talk.message("m1").body == "two"


# ---- doubt, loss


def test_an_edit_without_an_ack_is_in_doubt_and_can_be_asked_again(talk, wire):
    talk.play(edit("o1", "hello"), Written("o1", T))
    talk.tick(9_999)
    assert in_doubt(talk.state, talk.message("m1")) is None
    talk.tick(1)
    assert talk.message("m1").problem == "The edit is not confirmed"
    assert in_doubt(talk.state, talk.message("m1")) == "o1"
    before = talk.state.operations["o1"]
    talk.tick(1_000)
    assert talk.state.operations["o1"] is before
    talk.play(ResendAsked("o1", T))
    assert talk.sent == [("o1", ChatEdit(message_id="m1", new_body="hello"))]
    assert talk.message("m1").problem == ""
    assert talk.play(ResendAsked("o1", T)) == []
    talk.hear(wire.ack("o1"))
    assert talk.message("m1").body == "hello"


def test_or_let_be(talk):
    talk.play(edit("o1", "hello"), Written("o1", T), DiscardAsked("o1"))
    assert ops(talk) == ["o1"]
    talk.tick(10_000)
    talk.play(DiscardAsked("o1"))
    assert (ops(talk), talk.message("m1").problem) == ([], "")


def test_asked_again_offline_it_waits_for_the_link(talk):
    talk.play(edit("o1", "hello"), Written("o1", T))
    talk.tick(10_000)
    talk.down()
    assert talk.play(ResendAsked("o1", T)) == []
    talk.up()
    assert "o1" in dict(talk.sent)


def test_another_edit_takes_the_place_of_one_in_doubt(talk):
    talk.play(edit("o1", "one"), Written("o1", T))
    talk.tick(10_000)
    talk.play(edit("o2", "two"))
    assert (ops(talk), talk.message("m1").problem) == (["o2"], "")
    assert "o2" in dict(talk.sent)


def test_doubt_about_what_is_no_message_is_said_and_forgotten(talk):
    talk.play(StatusAsked("o1", T, "busy"), Written("o1", T))
    talk.tick(10_000)
    assert talk.words == [
        "The new status was not confirmed in 10 s; ask again if it did not happen."
    ]
    assert ops(talk) == []


def test_doubt_about_a_message_that_went_gives_the_text_back(talk, wire):
    talk.play(edit("o1", "hello"), Written("o1", T))
    talk.hear(wire.deleted("m1", "hard"))
    talk.tick(10_000)
    assert talk.given_back == [GiveBack(LOBBY, "hello")]


def test_what_waited_is_asked_again_when_the_link_is_back(talk, wire):
    talk.play(edit("o2", "one"), Written("o2", T))
    talk.down()
    talk.play(DeleteAsked("o1", T, "m2"), edit("o3", "two"))
    assert ops(talk) == ["o1", "o3"]
    talk.up()
    assert [op_id for op_id, _ in talk.sent][:2] == ["o1", "o3"]
    talk.hear(wire.ack("o3"), wire.ack("o1"))
    assert (talk.message("m1").body, talk.message("m2").deleted) == ("two", True)


def test_one_that_waited_for_another_takes_its_place_when_the_link_goes(talk):
    talk.play(edit("o1", "one"), edit("o2", "two"))
    talk.down()
    assert ops(talk) == ["o2"]
    talk.up()
    assert ("o2", ChatEdit(message_id="m1", new_body="two")) in talk.sent


@pytest.mark.parametrize("op_id", ["o1", "o2"])
def test_what_made_the_server_close_is_not_asked_again(talk, op_id):
    talk.play(edit("o1", "hello"), DeleteAsked("o2", T, "m1"))
    talk.down(poison=op_id)
    assert op_id not in ops(talk)
    assert talk.given_back == ([GiveBack(LOBBY, "hello")] if op_id == "o1" else [])
    assert "made the server close the connection; it is not sent again." in talk.words[0]


def test_what_the_link_does_not_take_is_given_back(talk):
    talk.play(edit("o1", "hello"))
    talk.play(Unsendable("o1", "This is too large to send."))
    assert talk.given_back == [GiveBack(LOBBY, "hello")]
    assert talk.words == [
        "The edit was refused: This is too large to send. Your text is back in the composer."
    ]


def test_an_unknown_op_id_is_nothing(talk):
    before = talk.state
    talk.play(Written("o9", T), Unsent(("o9",)), ResendAsked("o9", T), DiscardAsked("o9"))
    assert talk.state is before


def test_leaving_and_joining_in_one_breath_ends_as_the_last_word_says(talk, wire):
    talk.play(LeaveAsked("o1", T, LOBBY), JoinAsked("o2", T, LOBBY))
    assert [op_id for op_id, _ in talk.sent] == ["o1"]
    talk.hear(wire.ack("o1"))
    assert talk.sent == [("o2", RoomJoin(room=LOBBY))]
    assert talk.room().joined
