"""The first answer, which answer counts, and calls that both sides place at once."""

import pytest

from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallOffer
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    OpenMedia,
    Ring,
    TakeCandidate,
    TakeDescription,
)
from wschat_tui.state.calls.call_inputs import HangUpAsked, MediaDescribed


@pytest.fixture
def zoe(new_scene, wire, phone):
    """The same client as one whose id sorts last."""
    scene = new_scene()
    scene.open(me="zoe")
    scene.up()
    return type(phone)(scene, wire)


def test_an_answer_connects(phone, make):
    phone.place()
    phone.say(phone.answer(text=make.sdp(7)))
    assert phone.orders == [Ring("off"), TakeDescription("op001", "answer", make.sdp(7))]
    assert (phone.call.phase, phone.sent) == ("connecting", [])
    phone.connected()
    assert (phone.call.phase, phone.call.active_at) == ("active", phone.now)


def test_candidates_before_the_answer_are_given_after_it(phone):
    phone.place()
    phone.say(phone.ice(), phone.ice(text=None))
    assert phone.orders == []
    phone.say(phone.answer())
    kinds = [type(one) for one in phone.orders]
    assert kinds == [Ring, TakeDescription, TakeCandidate, TakeCandidate]


def test_a_marked_answer_makes_the_others_devices_quiet(phone):
    phone.place()
    phone.say(phone.answer(call_id="theirs"))
    assert phone.sent == [CallEnd(target_id="bob", reason="answered_elsewhere:theirs")]
    assert phone.call.answered_as == "theirs"


@pytest.mark.parametrize("mark", [None, 7, "x" * 257, ""])
def test_a_mark_that_is_none_of_ours_counts_as_none(phone, mark):
    phone.place()
    phone.say(phone.answer(call_id=mark))
    assert (phone.sent, phone.call.answered_as) == ([], "")


def test_a_second_answer_is_late(phone, make):
    phone.talk(call_id="first")
    for again in (phone.answer(call_id="second"), phone.answer(text=make.sdp(9))):
        assert phone.say(again) == []
    assert phone.call.answered_as == "first"


def test_an_answer_to_an_older_offer_is_late(phone):
    phone.place()
    (older,) = [one for one in phone.requests if isinstance(one[1], CallOffer)] or [None]
    assert older is None
    phone.hang_up()
    phone.place()
    phone.say(phone.answer(offer_id="op001.0"))
    assert phone.call.phase == "out_ringing"
    phone.say(phone.answer(offer_id=phone.call.offered_as))
    assert phone.call.phase == "connecting"


def test_an_answer_before_the_offer_answers_something_else(phone):
    phone.dial()
    phone.say(phone.answer())
    assert phone.call.phase == "out_ringing"
    phone.described()
    phone.unsent()
    phone.say(phone.answer())
    assert phone.call.phase == "out_ringing"


def test_somebody_elses_answer_is_none(phone):
    phone.place("bob")
    phone.say(phone.answer("carol"), phone.ice("carol"), phone.end("carol"))
    assert phone.call.phase == "out_ringing"


def test_an_answer_that_cannot_be_used_ends_the_call(phone):
    phone.place()
    phone.say(phone.answer(text="v=0"))
    assert phone.sent == [CallEnd(target_id="bob", reason="unsupported")]
    why = "Their answer cannot be used, it has neither sound nor pictures"
    assert phone.words == [f"A call with bob is not possible. {why}."]
    assert phone.orders == [CloseMedia("op001"), Ring("off")]


# ---- both at once


def test_of_two_offers_that_of_the_id_that_sorts_first_stands(phone, make):
    phone.place("bob")
    assert phone.say(phone.offer(text=make.sdp(7)), phone.offer(text="v=0")) == []
    assert phone.call.phase == "out_ringing"
    phone.say(phone.answer(text=make.sdp(8)))
    assert phone.call.fingerprint == make.fingerprint(8)


def test_the_other_side_drops_its_own_and_answers(zoe, make):
    zoe.place("bob", "video")
    zoe.say(zoe.offer(text=make.sdp(7)))
    assert zoe.orders == [
        CloseMedia("op001"),
        Ring("off"),
        OpenMedia("op001.1", "audio", "camera", offer=make.sdp(7)),
    ]
    call = zoe.call
    assert (call.phase, call.outgoing, call.answered_as) == ("connecting", False, "op001")
    assert zoe.sent == []
    zoe.described("answer")
    (answer,) = zoe.sent
    assert isinstance(answer, CallAnswer)
    assert answer.sdp.model_extra == {"call_id": "op001"}


def test_its_offer_stops_ringing_at_the_others_devices(zoe):
    zoe.place("bob")
    zoe.say(zoe.offer(offer_id="o7"))
    assert zoe.sent == [CallEnd(target_id="bob", reason="answered_elsewhere:op001")]


def test_an_offer_that_nobody_has_heard_needs_not_be_stopped(zoe):
    zoe.dial("bob")
    zoe.say(zoe.offer(offer_id="o7"))
    assert zoe.sent == []
    media = "op001"
    assert zoe.scene.play(MediaDescribed(media, "x", zoe.now, "offer", "v=0")) == []


def test_frames_of_the_offer_that_was_dropped_go_nowhere(zoe):
    zoe.dial("bob")
    zoe.described()
    zoe.unsent()
    zoe.say(zoe.offer())
    assert zoe.call.pending == ()


def test_candidates_of_the_offer_that_stands_are_given(zoe):
    zoe.place("bob")
    zoe.say(zoe.ice(usernameFragment="frag7"), zoe.offer())
    assert isinstance(zoe.orders[-1], TakeCandidate)


def test_who_withdraws_an_offer_that_was_dropped_ends_nothing(phone):
    """They hung up before my offer reached them: it rings there now."""
    phone.place("bob")
    phone.say(phone.offer(), phone.end(reason="cancelled"))
    assert phone.call.phase == "out_ringing"
    phone.say(phone.end(reason="declined"))
    assert phone.call is None


def test_an_offer_that_stands_and_cannot_be_used_ends_the_call(zoe):
    zoe.place("bob")
    zoe.say(zoe.offer(text="v=0"))
    assert zoe.sent == [CallEnd(target_id="bob", reason="unsupported")]
    assert zoe.call is None


def test_hanging_up_after_giving_way_ends_the_call_that_stands(zoe):
    zoe.place("bob")
    zoe.say(zoe.offer())
    zoe.scene.play(HangUpAsked("h", zoe.now))
    assert zoe.sent == [CallEnd(target_id="bob", reason="hangup")]
    assert zoe.over.outgoing is False
