"""Frames of a call on their way: written, not written, refused, and said again."""

import pytest

from wschat_tui.protocol.requests import CallEnd
from wschat_tui.state.calls.call_effects import CloseMedia, Ring
from wschat_tui.state.calls.call_inputs import MediaCandidate, NegotiationNeeded
from wschat_tui.state.effects import Transmit
from wschat_tui.state.inputs import LinkStopped, Unsendable, Unsent, Written


def calls(effects):
    return [
        (one.op_id, one.request.frame_type)
        for one in effects
        if isinstance(one, Transmit) and one.request.frame_type.startswith("call.")
    ]


def test_frames_of_a_call_are_numbered(phone):
    phone.place()
    phone.media(MediaCandidate, "x", None)
    assert calls(phone.scene.effects) == [("op001.call.ice.1", "call.ice")]
    phone.hang_up()
    assert calls(phone.scene.effects) == [("op001.call.end.2", "call.end")]


def test_an_offer_that_did_not_leave_goes_out_when_the_link_is_back(phone):
    phone.dial()
    phone.described()
    phone.media(MediaCandidate, "x", None)
    waiting = tuple(op_id for op_id, _ in phone.requests)
    phone.scene.down()
    phone.scene.play(Unsent(waiting))
    assert not phone.call.told
    phone.wait(3)
    assert calls(phone.scene.up()) == [(waiting[0], "call.offer"), (waiting[1], "call.ice")]
    assert phone.call.told
    phone.write()
    phone.scene.down()
    assert calls(phone.scene.up()) == []


def test_one_that_left_is_not_said_twice(phone):
    phone.place()
    phone.scene.down()
    assert calls(phone.scene.up()) == []
    assert phone.call.told


def test_it_is_not_said_when_nobody_waits_any_more(phone):
    phone.dial()
    phone.described()
    phone.unsent()
    phone.scene.down()
    phone.wait(45)
    assert phone.over.reason == "failed"
    assert calls(phone.scene.up()) == []


def test_an_offer_described_while_the_link_is_down_waits_too(phone):
    phone.dial()
    phone.scene.down()
    assert phone.described() == []
    assert not phone.call.told
    assert calls(phone.scene.up()) == [("op001.call.offer.0", "call.offer")]


def test_giving_up_what_never_left_is_told_to_nobody(phone):
    phone.dial()
    phone.described()
    phone.unsent()
    phone.scene.down()
    phone.hang_up()
    assert calls(phone.scene.up()) == []


def test_a_call_that_ended_meanwhile_is_ended_there_when_the_link_is_back(phone):
    phone.talk()
    phone.scene.down()
    phone.hang_up()
    assert phone.sent == []
    assert phone.orders == [CloseMedia("op001")]
    ((op_id, request),) = phone.requests
    assert request == CallEnd(target_id="bob", reason="hangup")
    phone.scene.now += 44_999
    assert calls(phone.scene.up()) == [(op_id, "call.end")]
    phone.scene.play(Written(op_id, phone.now))
    assert phone.scene.state.farewells == ()
    phone.scene.down()
    assert calls(phone.scene.up()) == []


def test_after_a_while_they_have_noticed_by_themselves(phone):
    phone.talk()
    phone.scene.down()
    phone.hang_up()
    phone.scene.now += 45_000
    assert calls(phone.scene.up()) == []
    phone.talk()
    phone.scene.down()
    phone.hang_up()
    phone.wait(45)
    assert phone.scene.state.farewells == ()


def test_a_new_call_is_not_ended_by_the_end_of_the_last(phone):
    phone.talk()
    phone.hang_up()
    phone.unsent()
    phone.dial()
    phone.scene.down()
    assert calls(phone.scene.up()) == []


def test_nor_is_one_of_theirs(phone):
    phone.talk()
    phone.hang_up()
    phone.dial("carol")
    phone.described()
    phone.hang_up()
    assert len(phone.scene.state.farewells) == 2
    phone.scene.now += 10_000
    phone.say(phone.offer("bob"))
    assert [one.peer for one in phone.scene.state.farewells] == ["carol"]


def test_no_more_ends_are_kept_than_matter(phone):
    for number in range(30):
        phone.dial(f"u{number}")
        phone.described()
        phone.hang_up()
    assert [one.peer for one in phone.scene.state.farewells] == [f"u{n}" for n in range(14, 30)]


def test_media_go_on_without_the_server(phone):
    phone.talk()
    phone.scene.down()
    assert (phone.call.phase, phone.call.signalling_lost) == ("active", True)
    phone.scene.play(LinkStopped("Over.", phone.now))
    assert phone.call.signalling_lost


def test_what_was_not_sent_of_something_else_is_no_matter(phone):
    phone.place()
    phone.scene.play(Unsent(("other",)), Written("other", phone.now))
    assert phone.call.told
    phone.talk()
    phone.unsent()
    assert phone.call.told


# ---- refused


def test_a_user_whom_the_server_does_not_know_ends_the_call(phone, wire):
    phone.place("nobody")
    op_id = "op001.call.offer.0"
    phone.scene.hear(wire.refusal(op_id, message="There is no user 'nobody' to call."))
    assert phone.words == ["No connection to nobody came about. There is no user 'nobody' to call."]
    assert (phone.sent, phone.orders) == ([], [CloseMedia("op001"), Ring("off")])
    assert phone.rows("nobody") == [
        "voice call, no connection came about: There is no user 'nobody' to call"
    ]
    assert phone.scene.hear(wire.refusal("op001.call.ice.1", message="There is no user.")) == []
    assert phone.scene.hear(wire.refusal(op_id, message="There is no user.")) == []


def test_an_offer_too_large_for_the_server_ends_the_call(phone):
    phone.place()
    phone.scene.now += 5_000
    phone.scene.play(Unsendable("op001.call.offer.0", "This is too large to send."))
    assert phone.words == ["No connection to bob came about. This is too large to send."]
    assert phone.over.ended_at >= phone.over.began_at


def test_an_answer_that_is_refused_ends_the_call_and_they_are_told(phone, wire):
    phone.say(phone.offer())
    phone.accept()
    phone.described("answer")
    phone.scene.hear(wire.refusal(f"{phone.call.id}.call.answer.0"))
    assert phone.sent == [CallEnd(target_id="bob", reason="failed")]


def test_an_offer_within_a_call_that_is_refused_ends_nothing(phone, wire):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    phone.scene.hear(wire.refusal("op001.call.offer.1", message="No."))
    assert phone.words == ["The server reports: No."]
    assert (phone.call.phase, phone.call.negotiation) == ("active", "stable")


@pytest.mark.parametrize("kind", ["ice", "end"])
def test_what_little_is_refused_is_not_told_but_for_the_pace(phone, wire, kind):
    phone.talk()
    op_id = f"op001.call.{kind}.1"
    assert phone.scene.hear(wire.refusal(op_id)) == []
    phone.scene.hear(wire.refusal(op_id, code="ERR_RATE_LIMIT"))
    assert phone.words == ["The server asks for fewer messages; sending goes on more slowly."]


def test_what_closes_the_connection_ends_its_call(phone):
    phone.place()
    phone.scene.down(poison="op001.call.offer.0")
    assert phone.words == ["The call with bob failed. The server closed the connection over it."]
    assert phone.call is None


def test_what_closes_the_connection_otherwise_does_not(phone):
    phone.place()
    phone.scene.down(poison="other")
    assert phone.call.phase == "out_ringing"
