"""Descriptions within a call: mine, theirs, both at once, and of a peer that has new media."""

import pytest

from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallOffer
from wschat_tui.state.calls.call import CallStats
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    OpenMedia,
    Reoffer,
    SetMicrophone,
    Show,
    TakeDescription,
)
from wschat_tui.state.calls.call_inputs import (
    MediaFlowing,
    MediaNotice,
    MediaPicture,
    MediaVerified,
    MuteAsked,
    NegotiationNeeded,
    ShowAsked,
)
from wschat_tui.state.effects import Notify

AARON = "aaron"


def talk(phone, who, **marks):
    phone.place(who)
    phone.say(phone.answer(who, **marks))
    phone.connected()


def alive(phone, seconds=1):
    """Time passes in a call that is well."""
    effects = []
    for _ in range(seconds):
        phone.scene.now += 1000
        phone.media(MediaFlowing, phone.now)
        effects += phone.orders
        effects += phone.scene.tick(0)
    return effects


# ---- what I send


def test_the_microphone_is_muted(phone):
    phone.talk()
    assert phone.scene.play(MuteAsked(False)) == [SetMicrophone("op001", False)]
    assert not phone.call.microphone
    phone.scene.play(MuteAsked(True))
    assert phone.call.microphone


def test_a_picture_is_shown(phone):
    phone.talk()
    effects = phone.scene.play(ShowAsked("x", phone.now, "command", "to\x1bp"))
    assert effects == [Show("op001", "command", "to\x1bp")]
    assert (phone.call.shows, phone.call.shows_what) == ("command", "to\u241bp")


def test_without_a_call_there_is_nothing_to_mute_or_show(phone):
    assert phone.scene.play(MuteAsked(False)) == []
    assert phone.scene.play(ShowAsked("x", phone.now, "camera")) == []


# ---- my offers


@pytest.mark.parametrize(
    ("shows", "kind"),
    [("", "audio"), ("camera", "video"), ("terminal", "video"), ("screen", "screen")],
)
def test_a_change_is_described(phone, make, shows, kind):
    phone.talk()
    phone.scene.play(ShowAsked("x", phone.now, shows))
    assert phone.media(NegotiationNeeded, phone.now) == [Reoffer("op001")]
    phone.described(text=make.sdp(1, "a=x:1"))
    (offer,) = phone.sent
    assert (type(offer), offer.call_type, offer.sdp.sdp) == (CallOffer, kind, make.sdp(1, "a=x:1"))
    phone.say(phone.answer(text=make.sdp(7, "a=x:2")))
    assert phone.orders == [TakeDescription("op001", "answer", make.sdp(7, "a=x:2"))]
    assert phone.call.negotiation == "stable"


def test_a_change_waits_until_the_call_is_on(phone):
    phone.place()
    assert phone.media(NegotiationNeeded, phone.now) == []
    phone.say(phone.answer())
    assert phone.media(NegotiationNeeded, phone.now) == []
    assert phone.connected() == [Reoffer("op001")]


def test_a_change_waits_until_the_one_before_is_answered(phone):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    assert phone.media(NegotiationNeeded, phone.now) == []
    phone.say(phone.answer())
    assert [type(one) for one in phone.orders] == [TakeDescription, Reoffer]


def test_a_change_waits_for_the_server(phone):
    phone.talk()
    phone.scene.down()
    assert phone.call.signalling_lost
    assert phone.media(NegotiationNeeded, phone.now) == []
    assert Reoffer("op001") in phone.scene.up()
    assert not phone.call.signalling_lost


def test_an_offer_that_nobody_answers_is_made_again(phone):
    phone.talk()
    alive(phone, 30)
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    assert alive(phone, 9) == []
    assert alive(phone, 1) == [Reoffer("op001")]


def test_a_clock_that_is_set_back_does_not_put_it_off(phone):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    phone.scene.tick(-3_600_000)
    assert alive(phone, 10) == [Reoffer("op001")]


def test_it_is_not_while_the_server_cannot_be_reached(phone):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    phone.scene.down()
    assert alive(phone, 20) == []
    phone.scene.up()
    assert (phone.orders, [type(one) for one in phone.sent]) == ([], [CallOffer])
    assert alive(phone, 9) == []
    assert alive(phone, 1) == [Reoffer("op001")]


def test_a_late_answer_within_the_call_is_known_by_its_mark(phone):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    first = phone.call.offered_as
    alive(phone, 10)
    phone.described()
    assert phone.say(phone.answer(offer_id=first)) == []
    assert phone.say(phone.answer(offer_id=phone.call.offered_as)) != []


def test_an_answer_of_another_device_is_none_of_this_call(phone):
    talk(phone, "bob", call_id="theirs")
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    assert phone.say(phone.answer(call_id="other")) == []
    assert phone.say(phone.answer(call_id="theirs")) != []


def test_an_answer_before_the_offer_is_made_is_late(phone):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    assert phone.say(phone.answer()) == []
    assert phone.call.negotiation == "offering"


def test_a_description_that_nobody_asked_for_is_not_sent(phone):
    phone.talk()
    assert phone.described("offer") == []
    assert phone.described("answer") == []


def test_an_answer_that_cannot_be_used_ends_the_call(phone):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    phone.say(phone.answer(text="v=0"))
    assert phone.over.reason == "unsupported"


# ---- theirs


def test_their_offer_is_answered_by_the_media_there_are(phone, make):
    phone.talk()
    effects = phone.say(phone.offer(text=make.sdp(7, "a=x:1"), kind="video", offer_id="o9"))
    assert effects == [TakeDescription("op001", "offer", make.sdp(7, "a=x:1"))]
    phone.described("answer")
    (answer,) = phone.sent
    assert isinstance(answer, CallAnswer)
    assert answer.sdp.model_extra == {"offer_id": "o9"}
    assert (phone.call.kind, phone.call.negotiation) == ("audio", "stable")
    phone.media(MediaPicture, True)
    assert phone.call.picture


def test_offers_that_come_meanwhile_are_answered_by_the_last(phone, make):
    phone.talk()
    phone.say(
        phone.offer(),
        phone.offer(text=make.sdp(7, "a=x:1")),
        phone.offer(text=make.sdp(7, "a=x:2")),
    )
    assert len(phone.orders) == 1
    effects = phone.described("answer")
    assert effects[-1] == TakeDescription("op001", "offer", make.sdp(7, "a=x:2"))


def test_an_offer_that_media_do_not_answer_is_given_up(phone):
    phone.talk()
    alive(phone, 30)
    phone.say(phone.offer())
    assert alive(phone, 9) == []
    assert phone.call.negotiation == "answering"
    alive(phone, 1)
    assert phone.call.negotiation == "stable"
    assert phone.described("answer") == []


def test_an_offer_that_cannot_be_used_ends_the_call(phone):
    phone.talk()
    phone.say(phone.offer(text="v=0"))
    assert phone.sent == [CallEnd(target_id="bob", reason="unsupported")]


def test_an_offer_while_i_answer_the_first_waits(phone, make):
    phone.say(phone.offer())
    phone.accept()
    phone.say(phone.offer(text=make.sdp(7, "a=x:1")))
    assert phone.orders == []
    assert isinstance(phone.described("answer")[-1], TakeDescription)


# ---- both at once


def test_mine_stands_where_my_id_sorts_first(phone):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    assert phone.say(phone.offer()) == []
    phone.say(phone.answer())
    assert phone.call.negotiation == "stable"


def test_theirs_stands_where_their_id_does_and_mine_is_tried_again(phone):
    talk(phone, AARON)
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    effects = phone.say(phone.offer(AARON))
    assert [one.kind for one in effects] == ["offer"]
    assert phone.say(phone.answer(AARON)) == []
    assert phone.described("offer") == []
    phone.described("answer")
    assert phone.call.negotiation == "stable"
    assert alive(phone) == [Reoffer("op001")]


def test_it_is_not_tried_before_a_pause(phone):
    talk(phone, AARON)
    phone.media(NegotiationNeeded, phone.now)
    phone.say(phone.offer(AARON))
    phone.described("answer")
    phone.scene.now += 299
    assert phone.scene.tick(0) == []
    assert phone.scene.tick(1) == [Reoffer("op001")]


# ---- new media on the other side


def test_a_new_path_replaces_the_media_and_not_the_call(phone, make):
    talk(phone, "bob", call_id="theirs")
    phone.scene.play(ShowAsked("x", phone.now, "file", "a\x1bb"), MuteAsked(False))
    phone.media(MediaPicture, True)
    phone.media(MediaVerified, ("able",))
    phone.media(MediaNotice, "No microphone.")
    phone.measured(500)
    phone.scene.now += 60_000
    effects = phone.say(phone.offer(text=make.sdp(8), call_id="theirs"))
    assert effects == [
        CloseMedia("op001"),
        OpenMedia("op001.1", "audio", "file", "a\x1bb", False, make.sdp(8)),
    ]
    call = phone.call
    assert (call.phase, call.reconnecting, call.answered_as) == ("active", True, "theirs")
    assert (call.picture, call.notice, call.stats) == (False, "", CallStats())
    assert call.fingerprint == make.fingerprint(8)
    phone.described("answer")
    assert phone.sent[0].sdp.model_extra == {"call_id": "theirs"}
    phone.connected()
    assert not phone.call.reconnecting
    phone.media(MediaVerified, ("baker",))
    assert phone.call.words == ("baker",)
    assert phone.words == ["The connection to bob is a new one, and so are the words to compare."]
    phone.media(MediaVerified, ("baker",))
    assert phone.words == []
    phone.hang_up()
    assert phone.rows() == ["voice call, 1 min 0 s"]


def test_a_peer_that_fell_and_calls_anew_finds_the_call_again(phone, make):
    talk(phone, "bob", call_id="theirs")
    effects = phone.say(phone.offer(text=make.sdp(8), offer_id="o8"))
    said = Notify("bob called anew, and the call goes on.", scope="dm:alice:bob")
    hushed = CallEnd(target_id="bob", reason="answered_elsewhere:op001.1")
    assert effects[:2] == [CloseMedia("op001"), said]
    assert effects[2].request == hushed
    assert isinstance(effects[3], OpenMedia)
    phone.described("answer")
    assert phone.sent[0].sdp.model_extra == {"call_id": "op001.1", "offer_id": "o8"}


def test_one_without_marks_is_not_told_of_them(phone, make):
    phone.talk()
    effects = phone.say(phone.offer(text=make.sdp(8)))
    assert [type(one) for one in effects] == [CloseMedia, Notify, OpenMedia]
    phone.described("answer")
    assert isinstance(phone.sent[0], CallAnswer)


def test_media_are_replaced_once_in_a_while(phone, make):
    phone.talk()
    many = [phone.offer(text=make.sdp(number)) for number in range(100, 1100)]
    phone.say(*many)
    assert [type(one) for one in phone.orders] == [CloseMedia, OpenMedia]
    phone.described("answer")
    assert phone.orders == []
    assert alive(phone, 4) == []
    closed, opened = alive(phone, 1)
    assert (closed, opened.offer) == (CloseMedia("op001.1"), make.sdp(1099))


def test_new_media_that_find_no_way_lose_the_call(phone, make):
    phone.talk()
    phone.say(phone.offer(text=make.sdp(8)))
    phone.described("answer")
    assert phone.wait(19) == []
    phone.wait(1)
    assert phone.over.reason == "lost"


def test_new_media_count_more_than_my_change(phone, make):
    phone.talk()
    phone.media(NegotiationNeeded, phone.now)
    phone.described()
    phone.say(phone.offer(text=make.sdp(8)))
    assert phone.call.negotiation == "answering"
    assert [type(one) for one in phone.orders] == [CloseMedia, OpenMedia]


def test_a_first_offer_of_somebody_with_whom_a_call_connects_is_late(phone, make):
    """Both called at once, and theirs, which gave way, was overtaken by their answer."""
    phone.place()
    phone.say(phone.answer(text=make.sdp(8)))
    assert phone.say(phone.offer(text=make.sdp(7))) == []
    assert phone.call.fingerprint == make.fingerprint(8)


def test_a_new_path_of_a_call_that_connects_is_taken(phone, make):
    phone.place()
    phone.say(phone.answer(call_id="theirs"))
    effects = phone.say(phone.offer(text=make.sdp(8), call_id="theirs"))
    assert [type(one) for one in effects] == [CloseMedia, OpenMedia]
    assert (phone.call.phase, phone.call.reconnecting) == ("connecting", False)
