"""My messages on their way out, and the outbox rule."""

import pytest

from wschat_tui.protocol.requests import ChatSend
from wschat_tui.state.effects import GiveBack, Notify, Transmit
from wschat_tui.state.history.archive_effects import ArchiveOrder, DropOutgoing, KeepOutgoing
from wschat_tui.state.inputs import (
    DiscardAsked,
    DraftKept,
    HistoryFailed,
    LinkStopped,
    ResendAsked,
    Typed,
    Unsendable,
    Unsent,
    Unverified,
    Written,
)
from wschat_tui.state.select import in_doubt, unsettled, waiting

LOBBY = "network:lobby"
BOB = "dm:alice:bob"


def ask_for(body, scope=LOBBY, **more):
    return ChatSend(scope=scope, body=body, **more)


def resend(scene, op_id):
    return scene.play(ResendAsked(op_id, scene.now))


# ---- the straight way


def test_it_is_shown_at_once_and_goes_out(online):
    effects = online.post("o1", "hello")
    assert effects == [Transmit("o1", ask_for("hello"))]
    message = online.message("o1")
    assert (message.body, message.author, message.delivery) == ("hello", "alice", "sending")
    online.play(Written("o1", online.T + 5))
    assert (online.row("o1").phase, online.row("o1").sent_at) == ("inflight", online.T + 5)


def test_the_ack_names_it_and_the_echo_changes_nothing_more(online, wire):
    online.send("o1", "hello")
    online.hear(wire.ack("o1", "m1"))
    assert online.ids() == ["m1"]
    assert (online.message("m1").delivery, online.message("m1").op_id) == ("sent", "o1")
    online.hear(wire.said("m1", "alice", "hello", at=3))
    assert online.ids() == ["m1"]
    assert online.message("m1").at == online.T + 3000
    assert online.state.outbox == ()


def test_the_echo_may_come_first(online, wire):
    """F15: and the ack after it."""
    online.send("o1", "hello")
    online.hear(wire.said("m1", "alice", "hello"))
    assert (online.ids(), online.message("m1").delivery) == (["m1"], "sent")
    assert online.row("o1").message_id == "m1"
    online.hear(wire.ack("o1", "m1"))
    assert (online.ids(), online.state.outbox) == (["m1"], ())


def test_what_was_acked_without_an_echo_stands_by_the_time_of_its_ack(online, wire):
    """F15: the disk has rows by their time, and it waited for long since it was typed."""
    online.send("o1", "hello")
    online.hear(wire.said("m1", "bob", "meanwhile", at=30.0))
    online.hear(wire.ack("o1", "m2"))
    assert online.ids() == ["m1", "m2"]
    assert online.message("m2").at >= online.message("m1").at


def test_both_in_one_frame_and_each_twice(online, wire):
    """F15: the second ack and the second echo change nothing."""
    online.send("o1", "hello")
    echo, ack = wire.said("m1", "alice", "hello"), wire.ack("o1", "m1")
    online.hear(echo, ack, ack, echo)
    assert (online.ids(), online.state.outbox) == (["m1"], ())
    assert online.unread() == (0, 0)


def test_what_outlives_the_process_is_told_in_step(online, wire):
    online.send("o1", "hello")
    online.hear(wire.ack("o1", "m1"))
    kept = [one for one in online.effects if isinstance(one, ArchiveOrder)]
    assert kept == [DropOutgoing("o1")]


def test_one_waits_for_its_ack_at_a_time_and_the_order_holds(online, wire):
    assert online.send("o1", "one") == [Transmit("o1", ask_for("one"))]
    assert online.send("o2", "two") == []
    assert online.send("o3", "three") == []
    assert [online.message(f"o{i}").delivery for i in (1, 2, 3)] == ["sending", "queued", "queued"]
    assert waiting(online.state) == unsettled(online.state) == 3
    assert online.hear(wire.ack("o1", "m1")) == [Transmit("o2", ask_for("two"))]
    online.play(Written("o2", online.T))
    assert online.hear(wire.ack("o2", "m2")) == [Transmit("o3", ask_for("three"))]
    assert online.bodies() == ["one", "two", "three"]


def test_an_echo_does_without_its_ack_after_two_seconds(online, wire):
    online.send("o1", "one")
    online.post("o2", "two")
    assert online.hear(wire.said("m1", "alice", "one")) == []
    assert online.tick(1_999) == []
    assert online.tick(1) == [Transmit("o2", ask_for("two"))]
    online.play(Written("o2", online.T))
    online.hear(wire.ack("o2", "m2"), wire.ack("o1", "m1"))
    assert (online.ids(), online.state.outbox) == (["m1", "m2"], ())


def test_a_reply_goes_to_its_thread_and_a_direct_message_to_its_user(online):
    online.post("o1", "yes", parent_id="m7")
    assert online.sent == [("o1", ask_for("yes", parent_id="m7"))]
    assert online.message("o1").parent_id == "m7"
    online.post("o2", "psst", scope="dm:bob")
    assert online.message("o2").scope == BOB
    online.play(Unsent(("o1",)), Unsendable("o1", "no"))
    assert online.sent[-1] == ("o2", ask_for("psst", scope="dm:bob"))


def test_files_go_along(online):
    online.post("o1", "", attachments=("https://x.test/a.png",))
    assert online.sent == [("o1", ask_for("", attachments=("https://x.test/a.png",)))]
    assert online.message("o1").attachments[0].name == "a.png"


def test_posting_ends_the_draft_the_divider_and_being_held_unread(online, wire):
    online.visit("host")
    online.hear(wire.said("m1", "bob"))
    online.visit(LOBBY)
    online.play(DraftKept(LOBBY, "", "hel"), DraftKept(LOBBY, "m1", "thread"))
    online.post("o1", "hello")
    room = online.room()
    assert (room.divider, dict(room.drafts.items())) == ("", {"m1": "thread"})
    kept = [one for one in online.effects if isinstance(one, KeepOutgoing)]
    assert [(one.row.phase, one.emptied) for one in kept] == [("queued", True), ("handed", False)]


def test_it_goes_below_what_came_while_it_waited(scene, wire):
    scene.open()
    scene.post("o1", "queued offline")
    scene.up()
    scene.hear(wire.said("m1", "bob", "meanwhile"))
    assert scene.ids() == ["o1", "m1"]
    scene.play(Written("o1", scene.T))
    scene.hear(wire.ack("o1", "m2"))
    assert scene.ids() == ["m1", "m2"]


# ---- what the user gets wrong


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_is_not_posted(online, text):
    assert online.post("o1", text) == []
    assert online.ids() == []


@pytest.mark.parametrize(("text", "goes"), [("é" * 2048, True), ("é" * 2048 + "a", False)])
def test_bytes_are_counted_and_what_is_too_long_comes_back(online, text, goes):
    effects = online.post("o1", text, parent_id="m1")
    if goes:
        assert online.ids() == ["o1"]
    else:
        sentence = (
            "The message has 4,097 bytes and the server takes 4,096; it was not sent, shorten it."
        )
        assert effects == [GiveBack(LOBBY, text, "m1"), Notify(sentence, "warning", LOBBY)]


@pytest.mark.parametrize(
    ("scope", "more", "field"),
    [("", {}, "scope"), ("x" * 1025, {}, "scope"), (LOBBY, {"attachments": ("",)}, "attachments")],
)
def test_what_the_wire_has_no_word_for_comes_back(online, scope, more, field):
    online.play(Typed("o1", online.T, scope, "hello", **more))
    assert online.given_back == [GiveBack(scope, "hello")]
    assert online.words == [
        f"That cannot be sent: its {field} is empty or too long. What you typed is kept."
    ]
    assert online.state.outbox == ()


def test_half_a_character_of_a_broken_paste_does_no_harm(online):
    online.post("o1", "a\ud83d!")
    assert online.sent == [("o1", ask_for("a?!"))]


# ---- without a connection


def test_offline_it_waits_and_goes_when_the_link_is_up(scene):
    scene.open()
    assert scene.post("o1", "one") == []
    scene.post("o2", "two")
    assert scene.message("o1").delivery == "queued"
    assert Transmit("o1", ask_for("one")) in scene.rejoin()
    assert "o2" not in dict(scene.sent)


def test_what_was_never_written_is_queued_again(online):
    online.post("o1")
    online.down()
    assert (online.row("o1").phase, online.message("o1").delivery) == ("queued", "queued")
    online.play(Unsent(("o1", "unknown")))
    online.rejoin()
    assert ("o1", ask_for("hi")) in online.sent


def test_what_was_queued_or_has_failed_stays_so_when_the_link_goes(online, wire):
    online.send("o1")
    online.hear(wire.refusal("o1"))
    online.send("o2")
    online.post("o3")
    online.down()
    phases = {row.op_id: row.phase for row in online.state.outbox}
    assert phases == {"o1": "failed", "o2": "unconfirmed", "o3": "queued"}


def test_unsent_on_its_own_queues_it_again(online):
    online.post("o1")
    online.play(Unsent(("o1",)))
    assert online.row("o1").phase == "queued"
    online.play(Written("o1", online.T))
    assert online.row("o1").phase == "queued"


def test_what_was_written_is_in_doubt_when_the_link_goes(online):
    """F1: neither sent nor failed."""
    online.send("o1")
    online.down()
    message = online.message("o1")
    assert message.delivery == "unconfirmed"
    assert message.problem == "The connection was lost before the confirmation"
    assert in_doubt(online.state, message) == "o1"
    online.up()
    assert "o1" not in dict(online.sent)


def test_giving_up_leaves_it_in_doubt_too(online):
    online.send("o1")
    online.play(LinkStopped("No.", online.T))
    assert online.message("o1").delivery == "unconfirmed"


def test_the_message_that_closed_the_connection_is_never_sent_by_itself(online):
    """F12: it would close the next one, too."""
    online.send("o1")
    online.down(poison="o1")
    assert online.message("o1").delivery == "failed"
    assert online.message("o1").problem == "The server closed the connection over it"
    online.up()
    assert "o1" not in dict(online.sent)


def test_one_whose_echo_came_is_delivered_though_the_link_goes(online, wire):
    for poison in ("", "o1"):
        online.send("o1")
        online.hear(wire.said(f"m{poison}", "alice", "hi"))
        online.down(poison)
        assert online.state.outbox == ()
        assert online.message(f"m{poison}").delivery == "sent"
        online.rejoin()
        online.hear(wire.deleted(f"m{poison}", "hard"))


# ---- no ack


def test_without_an_ack_it_is_in_doubt_after_ten_seconds_and_others_go_on(online):
    """F16: it is shown so, and is not sent again."""
    online.send("o1", "one")
    online.post("o2", "two")
    assert online.tick(9_999) == []
    assert online.tick(1) == [Transmit("o2", ask_for("two"))]
    message = online.message("o1")
    assert (message.delivery, message.problem) == ("unconfirmed", "No confirmation in 10 s")


def test_an_echo_without_an_ack_counts_as_delivered(online, wire):
    online.send("o1")
    online.hear(wire.said("m1", "alice", "hi"))
    online.tick(10_000)
    assert (online.state.outbox, online.message("m1").delivery) == ((), "sent")
    assert online.message("m1").problem == ""


@pytest.mark.parametrize("first", ["ack", "echo"])
def test_a_late_word_settles_the_doubt(online, wire, first):
    """F15: an ack or an echo after the ten seconds."""
    online.send("o1")
    online.tick(10_000)
    ack, echo = wire.ack("o1", "m1"), wire.said("m1", "alice", "hi")
    online.hear(*((ack, echo) if first == "ack" else (echo, ack)))
    message = online.message("m1")
    assert (online.ids(), message.delivery, message.problem) == (["m1"], "sent", "")
    assert online.state.outbox == ()


def test_it_can_be_sent_again_by_hand_under_the_same_op_id(online):
    online.send("o1")
    online.tick(10_000)
    online.play(Unverified(LOBBY, online.state.checks[LOBBY].name, online.now, absent=True))
    assert resend(online, "o1") == [Transmit("o1", ask_for("hi"))]
    assert (online.message("o1").delivery, online.message("o1").problem) == ("sending", "")
    assert resend(online, "o1") == []


def test_sent_again_offline_it_waits(online):
    online.send("o1")
    online.down()
    resend(online, "o1")
    assert online.message("o1").delivery == "queued"


def test_a_second_try_that_arrives_as_well_is_shown_as_the_second_message_it_is(online, wire):
    online.send("o1")
    online.tick(10_000)
    resend(online, "o1")
    online.play(Written("o1", online.now))
    online.hear(wire.said("m1", "alice", "hi"), wire.ack("o1", "m1"), wire.ack("o1", "m2"))
    online.hear(wire.said("m2", "alice", "hi"))
    assert online.ids() == ["m1", "m2"]
    assert online.unread() == (0, 0)


@pytest.mark.parametrize("phase", ["queued", "failed", "unconfirmed"])
def test_it_can_be_given_up_unless_it_is_on_its_way(online, wire, phase):
    online.send("o0")
    online.send("o1", "what")
    if phase != "queued":
        online.hear(wire.ack("o0", "m0"))
        online.play(DiscardAsked("o1"))
        assert online.ids() == ["m0", "o1"]
        online.play(Written("o1", online.T))
        _ = online.tick(10_000) if phase == "unconfirmed" else online.hear(wire.refusal("o1"))
    assert online.message("o1").delivery == phase
    online.play(DiscardAsked("o1"))
    assert online.message("o1") is None
    if phase == "unconfirmed":
        assert online.row("o1").phase == "discarded"
    else:
        assert online.row("o1") is None
        assert DropOutgoing("o1") in online.effects


def test_what_is_unknown_is_neither_sent_nor_given_up(online):
    assert resend(online, "o9") == []
    assert online.play(DiscardAsked("o9")) == []


# ---- refused


def test_a_refusal_says_why_and_the_next_goes(online, wire):
    online.send("o1", "one")
    online.post("o2", "two")
    assert online.hear(wire.refusal("o1", message="Too rude\x1b.")) == [
        Transmit("o2", ask_for("two"))
    ]
    message = online.message("o1")
    assert (message.delivery, message.problem) == ("failed", "Too rude␛")


def test_a_refusal_without_words_gives_its_code(online, wire):
    online.send("o1")
    online.hear(wire.refusal("o1", code="ERR_X", message=""))
    assert online.message("o1").problem == "ERR_X"


def test_what_the_link_does_not_take_fails_with_its_reason(online):
    online.post("o1")
    online.play(Unsendable("o1", "This is too large to send."))
    assert online.message("o1").problem == "This is too large to send"


def test_a_rate_limit_without_op_id_fails_nothing(online, wire):
    """F17: the one in flight waits for its ack."""
    online.send("o1")
    online.hear(wire.refusal(code="ERR_RATE_LIMIT", message="slow"))
    assert online.words == ["The server asks for fewer messages; sending goes on more slowly."]
    assert online.message("o1").delivery == "sending"
    online.tick(10_000)
    assert online.message("o1").delivery == "unconfirmed"


# ---- twins: the same words more than once


def test_the_same_words_twice_are_two_messages(online, wire):
    online.send("o1")
    online.post("o2")
    online.hear(wire.said("m1", "alice", "hi"), wire.ack("o1", "m1"))
    online.play(Written("o2", online.T))
    online.hear(wire.said("m2", "alice", "hi"), wire.ack("o2", "m2"))
    assert online.ids() == ["m1", "m2"]
    assert [one.op_id for one in online.room().messages] == ["o1", "o2"]


def test_an_echo_goes_to_the_one_in_flight_before_one_in_doubt(online, wire):
    online.send("o1")
    online.tick(10_000)
    online.send("o2")
    online.hear(wire.said("m2", "alice", "hi"), wire.ack("o2", "m2"))
    assert online.message("o1").delivery == "unconfirmed"
    assert online.message("m2").op_id == "o2"


def test_the_same_words_from_another_device_take_only_the_place_of_an_echo(online, wire):
    online.send("o1")
    online.hear(wire.said("phone", "alice", "hi"))
    assert online.row("o1").message_id == "phone"
    online.hear(wire.ack("o1", "m1"))
    assert online.ids() == ["phone", "m1"]
    assert [(one.op_id, one.delivery) for one in online.room().messages] == [
        ("", "received"),
        ("o1", "sent"),
    ]
    online.hear(wire.said("m1", "alice", "hi"))
    assert online.ids() == ["phone", "m1"]


def test_and_so_where_mine_is_refused_after_it(online, wire):
    online.send("o1")
    online.hear(wire.said("phone", "alice", "hi"))
    online.hear(wire.refusal("o1"))
    assert online.ids() == ["phone", "o1"]
    assert online.message("o1").delivery == "failed"


def test_and_so_where_the_other_went_before_the_ack(online, wire):
    online.send("o1")
    online.hear(wire.said("phone", "alice", "hi"), wire.deleted("phone", "hard"))
    assert online.ids() == []
    online.hear(wire.ack("o1", "m1"))
    assert (online.ids(), online.message("m1").delivery) == (["m1"], "sent")


def test_echoes_that_were_mistaken_for_each_other_are_sorted_out_by_the_acks(online, wire):
    online.send("o1")
    online.hear(wire.said("phone", "alice", "hi"))
    online.post("o2")
    online.hear(wire.said("m1", "alice", "hi"))
    assert online.message("m1").op_id == ""
    online.hear(wire.ack("o1", "m1"))
    assert online.message("m1").op_id == "o1"
    assert online.message("o2").delivery == "sending"
    online.play(Written("o2", online.now))
    online.hear(wire.ack("o2", "m2"))
    assert sorted(online.ids()) == ["m1", "m2", "phone"]
    assert online.message("m2").op_id == "o2"


@pytest.mark.parametrize(
    "other",
    [
        {"who": "bob"},
        {"body": "hi!"},
        {"scope": "host"},
        {"parent_id": "m0"},
        {"attachments": ["https://x.test/a"]},
    ],
)
def test_what_differs_is_no_echo(online, wire, other):
    online.send("o1")
    online.hear(wire.said("m1", **{"who": "alice", "body": "hi"} | other))
    assert online.row("o1").message_id == ""
    assert online.message("m1") is not None


def test_what_was_not_written_yet_has_no_echo(online, wire):
    online.post("o1")
    online.hear(wire.said("phone", "alice", "hi"))
    assert online.ids() == ["o1", "phone"]


def test_a_refused_message_has_no_echo(online, wire):
    online.send("o1")
    online.hear(wire.refusal("o1"), wire.said("phone", "alice", "hi"))
    assert online.message("o1").delivery == "failed"


def test_an_echo_that_the_server_changed_is_merged_by_its_ack(online, wire):
    online.send("o1", "hi  ")
    online.hear(wire.said("m1", "alice", "hi"))
    assert online.ids() == ["o1", "m1"]
    online.hear(wire.ack("o1", "m1"))
    assert online.ids() == ["m1"]
    assert (online.message("m1").op_id, online.message("m1").delivery) == ("o1", "sent")


# ---- acks that say less, or nonsense


@pytest.mark.parametrize("data", [None, {}, {"message_id": None}, {"message_id": 7}, "sent", []])
def test_an_ack_without_an_id_delivers_and_the_echo_names(online, wire, data):
    online.send("o1")
    online.post("o2", "next")
    online.hear(wire.envelope("ack", data, op_id="o1"))
    assert online.message("o1").delivery == "sent"
    assert online.sent == [("o2", ask_for("next"))]
    online.hear(wire.said("m1", "alice", "hi"))
    assert (online.message("m1").op_id, online.message("o1")) == ("o1", None)
    assert online.state.nameless == ()
    online.hear(wire.said("m3", "alice", "hi"))
    assert "m3" in online.ids()


def test_an_ack_without_an_id_after_the_echo(online, wire):
    online.send("o1")
    online.hear(wire.said("m1", "alice", "hi"), wire.ack("o1"))
    assert (online.ids(), online.state.outbox) == (["m1"], ())


def test_history_names_what_the_ack_did_not(online, wire):
    online.send("o1")
    online.hear(wire.ack("o1"))
    online.page(wire.said("m1", "alice", "hi"))
    assert online.ids() == ["m1"]


def test_a_server_that_keeps_our_op_id_as_the_id(online, wire):
    for number, order in enumerate(["ack first", "echo first"]):
        op_id = f"o{number}"
        online.send(op_id)
        ack, echo = wire.ack(op_id, op_id), wire.said(op_id, "alice", "hi")
        online.hear(*((ack, echo) if order == "ack first" else (echo, ack)))
        assert online.message(op_id).delivery == "sent"
    assert online.ids() == ["o0", "o1"]
    online.send("o2")
    online.hear(wire.said("o2", "alice", "hi"), wire.refusal("o2"))
    assert (online.ids(), online.message("o2").delivery) == (["o0", "o1", "o2"], "failed")


def test_an_ack_that_names_something_else_of_ours_is_an_ack_without_an_id(online, wire):
    online.hear(wire.said("m0", "bob"))
    online.down()
    online.rejoin()
    online.play(HistoryFailed(LOBBY, "No."))
    assert online.ids() == ["m0", "gap:m0"]
    online.send("o1", "one")
    online.post("o2", "two")
    online.hear(wire.ack("o1", "o2"))
    assert (online.message("o1").delivery, online.message("o2").delivery) == ("sent", "sending")
    online.play(Written("o2", online.T))
    online.hear(wire.ack("o2", "gap:m0"))
    assert online.message("gap:m0").kind == "gap"
    assert online.message("o2").delivery == "sent"


def test_somebody_elses_word_under_our_op_id_changes_nothing(online, wire):
    online.send("o1")
    before = online.message("o1")
    online.hear(wire.said("o1", "mallory", "gotcha"), wire.deleted("o1", "hard"))
    online.hear(wire.read("o1", "bob"), wire.said("o1", "alice", "other words"))
    assert online.message("o1") is before
    online.post("o2")
    online.hear(wire.said("o2", "alice", "hi"))
    assert online.ids() == ["o1", "o2"]
    assert online.message("o2").delivery == "queued"


def test_nobody_takes_the_op_id_of_a_message_whose_echo_came(online, wire):
    online.send("o1")
    online.hear(wire.said("phone", "alice", "hi"))
    online.hear(wire.said("o1", "mallory"))
    online.page(wire.said("o1", "mallory"))
    online.send("o2", "other")
    online.hear(wire.said("o1", "alice", "other"), wire.ack("o2", "o1"))
    assert online.ids() == ["phone", "o2"]
    online.hear(wire.refusal("o1"))
    assert online.ids() == ["phone", "o2", "o1"]
    assert online.message("o1").delivery == "failed"


def test_an_ack_for_nobody_is_nothing(online, wire):
    before = online.room()
    online.hear(wire.ack("o9", "m9"), wire.ack("o9"))
    assert online.room() is before


def test_changes_that_were_told_before_the_ack_named_their_message(online, wire):
    online.send("o1")
    online.hear(wire.reacted("m1", "bob"), wire.ack("o1", "m1"))
    assert online.message("m1").reactions[0].users == ("bob",)
    assert not online.state.early
