"""Calls from the wish or the first offer to the answer."""

import pytest

from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallIce, CallOffer
from wschat_tui.state.calls.call_effects import CloseMedia, OpenMedia, Ring, TakeCandidate
from wschat_tui.state.calls.call_inputs import (
    CallAsked,
    CallsKnown,
    HangUpAsked,
    MediaCandidate,
    MediaDescribed,
    MediaEnded,
    MuteAsked,
    ShowAsked,
)
from wschat_tui.state.effects import Notify
from wschat_tui.state.inputs import SessionOpened
from wschat_tui.state.server_inputs import IdentityKnown

HOST = "candidate:1 1 udp 1 192.0.2.1 9 typ host"


def shape(call):
    return call.peer, call.outgoing, call.kind, call.phase


# ---- I call


def test_calling_opens_media_rings_and_sends_the_offer_at_once(phone, make):
    effects = phone.dial("bob", "video")
    assert effects == [Ring("outgoing"), OpenMedia("op001", "video", "camera")]
    assert shape(phone.call) == ("bob", True, "video", "out_ringing")
    phone.described(text=make.sdp(3))
    (offer,) = phone.sent
    assert (type(offer), offer.target_id, offer.call_type) == (CallOffer, "bob", "video")
    assert offer.sdp.sdp == make.sdp(3)
    assert phone.call.told


@pytest.mark.parametrize(
    ("kind", "chosen", "shows"),
    [
        ("audio", "", ""),
        ("video", "", "camera"),
        ("screen", "", "screen"),
        ("video", "file", "file"),
        ("screen", "terminal", "terminal"),
    ],
)
def test_a_kind_has_its_usual_picture(phone, kind, chosen, shows):
    phone.dial("bob", kind, shows=chosen, what="a\x1bb")
    (opened,) = [one for one in phone.orders if isinstance(one, OpenMedia)]
    assert (opened.shows, opened.what) == (shows, "a\x1bb")
    assert (phone.call.shows, phone.call.shows_what) == (shows, "a\u241bb")


def test_candidates_follow_the_offer(phone):
    phone.place()
    found = IceCandidate(candidate=HOST)
    phone.media(MediaCandidate, "x", found)
    assert phone.sent == [CallIce(target_id="bob", candidate=found)]
    phone.media(MediaCandidate, "y", None)
    assert phone.sent == [CallIce(target_id="bob", candidate=None)]


def test_a_direct_chat_is_there_as_soon_as_somebody_is_called(phone):
    phone.dial("bob")
    assert phone.scene.room("dm:alice:bob").joined


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("alice", "There is nobody else to call under that name."),
        ("", "There is nobody else to call under that name."),
        ("x" * 1024, "There is nobody else to call under that name."),
    ],
)
def test_nobody_is_not_called(phone, user, said):
    phone.dial(user)
    assert (phone.call, phone.words, phone.orders) == (None, [said], [])


def test_without_media_nobody_is_called_and_the_reason_is_told(phone):
    phone.scene.play(CallsKnown(False, "Install the extra `calls`."))
    phone.dial()
    assert phone.words == ["bob was not called. Install the extra `calls`."]
    phone.scene.play(CallsKnown(False))
    phone.dial()
    assert phone.words == ["bob was not called. This installation takes no calls."]


def test_one_call_at_a_time(phone):
    phone.place("bob")
    phone.dial("carol")
    assert phone.words == ["You are in a call with bob: hang up first."]
    assert phone.call.peer == "bob"


def test_nobody_is_called_while_there_is_no_connection(phone):
    phone.scene.down()
    phone.dial()
    assert (phone.call, phone.words) == (None, ["You are not connected: bob was not called."])


def test_nobody_answers(phone):
    """F24: an offer that is not answered in 45 s ends, and says so."""
    phone.place()
    phone.wait(44)
    assert phone.call.phase == "out_ringing"
    phone.wait(1)
    assert phone.sent == [CallEnd(target_id="bob", reason="no_answer")]
    assert (phone.rows(), phone.words) == (["voice call, no answer"], ["bob did not answer."])
    assert (phone.over.reason, phone.over.by_me) == ("no_answer", True)


def test_what_was_never_placed_is_not_said_to_have_rung(phone):
    phone.dial()
    phone.wait(45)
    assert phone.sent == []
    assert phone.words == ["No connection to bob came about. The server could not be reached."]
    assert phone.over.reason == "failed"


@pytest.mark.parametrize("described", [True, False])
def test_calling_is_given_up(phone, described):
    phone.dial()
    if described:
        phone.described()
    phone.hang_up()
    assert phone.sent == [CallEnd(target_id="bob", reason="cancelled")] * described
    assert phone.orders == [CloseMedia("op001"), Ring("off")]
    assert (phone.rows(), phone.words) == (["voice call, cancelled"], [])
    assert phone.over.sentence == "You stopped calling bob."
    (row,) = phone.scene.room("dm:alice:bob").messages
    assert (row.author, phone.scene.unread("dm:alice:bob")) == ("alice", (0, 0))


# ---- somebody calls


def test_a_call_rings_with_nothing_opened(phone, make):
    """S21: ringing is words alone, no connection and no device."""
    effects = phone.say(phone.offer(kind="video"))
    said = Notify("bob is calling you (video call).", scope="dm:alice:bob", bell=True)
    assert effects == [Ring("incoming"), said]
    assert shape(phone.call) == ("bob", False, "video", "in_ringing")
    assert (phone.call.media, phone.rows()) == ("", [])


def test_a_call_is_taken(phone, make):
    phone.say(phone.offer(text=make.sdp(7), offer_id="theirs"))
    effects = phone.accept("camera", what="")
    name = phone.call.media
    assert effects == [Ring("off"), OpenMedia(name, "audio", "camera", offer=make.sdp(7))]
    assert phone.call.phase == "connecting"
    phone.described("answer", make.sdp(4))
    (answer,) = phone.sent
    assert (type(answer), answer.target_id, answer.sdp.sdp) == (CallAnswer, "bob", make.sdp(4))
    assert answer.sdp.model_extra == {"call_id": "op001", "offer_id": "theirs"}
    phone.connected()
    assert phone.call.phase == "active"


def test_calling_whoever_rings_takes_their_call(phone):
    phone.say(phone.offer())
    effects = phone.dial("bob", "video")
    assert effects[1].shows == "camera"
    assert (phone.call.phase, phone.call.outgoing) == ("connecting", False)
    phone.say(phone.end())
    phone.say(phone.offer("carol"))
    phone.scene.now += 5_000
    phone.dial("bob")
    assert phone.words == ["You are in a call with carol: hang up first."]


def test_a_call_is_declined(phone):
    phone.say(phone.offer())
    phone.decline()
    assert phone.sent == [CallEnd(target_id="bob", reason="declined")]
    assert phone.orders == [Ring("off")]
    assert (phone.rows(), phone.words) == (["voice call, declined"], [])
    assert phone.scene.unread("dm:alice:bob") == (0, 0)
    assert phone.over.sentence == "You declined the call of bob."


def test_hanging_up_declines_what_rings(phone):
    phone.say(phone.offer())
    phone.hang_up()
    assert phone.sent == [CallEnd(target_id="bob", reason="declined")]


@pytest.mark.parametrize("way", ["accept", "decline"])
def test_only_the_call_that_the_user_saw_is_answered(phone, way):
    phone.say(phone.offer("bob"))
    seen = phone.call.id
    phone.say(phone.end("bob", "cancelled"))
    phone.say(phone.offer("carol"))
    getattr(phone, way)(call=seen)
    assert (phone.call.peer, phone.call.phase) == ("carol", "in_ringing")
    getattr(phone, way)(call=phone.call.id)
    assert phone.call is None or phone.call.phase == "connecting"


@pytest.mark.parametrize("way", ["accept", "decline"])
def test_what_does_not_ring_is_not_answered(phone, way):
    assert getattr(phone, way)() == []
    phone.place()
    assert getattr(phone, way)() == []
    assert phone.call.phase == "out_ringing"


def test_it_rings_on_while_the_server_comes_and_goes(phone):
    """F24: a lost connection is no lost call."""
    phone.say(phone.offer())
    assert phone.scene.down() == []
    assert phone.sent == phone.orders == []
    phone.scene.up()
    assert (phone.call.phase, phone.orders) == ("in_ringing", [])


@pytest.mark.parametrize("reason", ["cancelled", "hangup", "no_answer", "", "busy", "whatever"])
def test_a_caller_who_gives_up_leaves_a_missed_call(phone, reason):
    phone.say(phone.offer(kind="video"))
    phone.say(phone.end(reason=reason))
    assert (phone.rows(), phone.words) == (
        ["missed video call"],
        ["Missed video call from bob."],
    )
    assert (phone.sent, phone.orders) == ([], [Ring("off")])
    assert phone.scene.unread("dm:alice:bob") == (1, 1)
    assert (phone.over.reason, phone.over.by_me) == (reason, False)


def test_a_call_that_nobody_takes_is_missed_and_the_caller_stops_it(phone):
    """Another device of mine may be in it: this one only falls silent."""
    phone.say(phone.offer())
    phone.wait(44)
    assert phone.call is not None
    phone.wait(1)
    assert (phone.call, phone.sent, phone.rows()) == (None, [], ["missed voice call"])
    assert phone.scene.unread("dm:alice:bob") == (1, 1)
    assert phone.over.by_me


def test_a_call_that_was_taken_is_no_news(phone):
    phone.take()
    phone.say(phone.end())
    assert phone.rows() == ["voice call, 0 s"]
    assert phone.scene.unread("dm:alice:bob") == (0, 0)


def test_an_offer_may_come_again_while_it_rings(phone, make):
    phone.say(phone.offer(text=make.sdp(7)))
    effects = phone.say(phone.offer(text=make.sdp(8), kind="video"))
    assert effects == []
    phone.accept()
    assert phone.orders[1].offer == make.sdp(8)
    assert phone.orders[1].kind == "video"


def test_one_that_cannot_be_used_ends_what_rings(phone):
    phone.say(phone.offer())
    phone.say(phone.offer(text="v=0"))
    assert phone.sent == [CallEnd(target_id="bob", reason="unsupported")]
    why = "Their offer cannot be used, it has neither sound nor pictures"
    assert phone.rows() == [f"voice call, not possible between these two programs: {why}"]


def test_muting_ahead_counts_for_the_call(phone):
    phone.scene.play(MuteAsked(False))
    phone.say(phone.offer())
    assert phone.scene.play(MuteAsked(False)) == []
    assert phone.scene.play(ShowAsked("x", phone.now, "camera")) == []
    phone.accept()
    assert not phone.orders[1].microphone
    assert phone.orders[1].shows == ""


# ---- candidates ahead of their description


def test_candidates_wait_while_it_rings(phone):
    """S21: nobody is reached, and no address told, before the call is taken."""
    phone.say(phone.offer(), phone.ice(text=HOST), phone.ice(text=None))
    assert phone.orders == [Ring("incoming")]
    phone.accept()
    media = phone.call.media
    assert phone.orders[2:] == [
        TakeCandidate(media, IceCandidate(candidate=HOST, sdpMid="0")),
        TakeCandidate(media, None),
    ]
    phone.say(phone.ice(text=HOST.replace("1 udp", "2 udp")))
    assert [type(one) for one in phone.orders] == [TakeCandidate]


def test_candidates_that_came_before_the_offer_are_kept_a_moment(phone):
    phone.say(phone.ice(text=HOST), phone.offer())
    phone.accept()
    assert [type(one) for one in phone.orders] == [Ring, OpenMedia, TakeCandidate]


def test_they_are_not_kept_for_long(phone):
    phone.say(phone.ice(text=HOST))
    phone.scene.now += 10_000
    phone.say(phone.offer())
    assert phone.call.early == ()
    phone.hang_up()
    phone.wait(61)
    assert phone.scene.state.callers == ()


def test_those_of_a_call_that_ended_are_late(phone):
    phone.take()
    phone.hang_up()
    phone.say(phone.ice(text=HOST))
    phone.say(phone.offer(text=None, offer_id="new"))
    assert phone.call.early == ()


def test_no_more_than_64_are_kept_or_given(phone):
    phone.say(*[phone.ice(text=HOST)] * 70, phone.offer(), *[phone.ice(text=HOST)] * 70)
    assert len(phone.call.early) == 64
    phone.accept()
    assert len([one for one in phone.orders if isinstance(one, TakeCandidate)]) == 64
    phone.say(phone.ice(text=HOST))
    assert phone.orders == []


def test_strangers_candidates_take_no_endless_room(phone):
    phone.say(*(phone.ice(f"u{number}", HOST) for number in range(100)))
    assert len(phone.scene.state.callers) == 64


def test_a_flood_of_strangers_candidates_does_not_make_a_flood_of_calls_new(phone):
    """Who rang a moment ago is remembered whatever else comes."""
    phone.say(phone.offer("carol", text="v=0"))
    phone.say(*(phone.ice(f"u{number}", HOST) for number in range(100)))
    phone.say(phone.offer("carol", text="v=0"))
    assert phone.sent == []


@pytest.mark.parametrize("text", ["candidate:1 1 udp 1 169.254.169.254 80 typ host", "nonsense"])
def test_candidates_that_are_not_to_be_tried_go_nowhere(phone, text):
    phone.say(phone.ice(text=text), phone.offer(), phone.ice(text=text))
    assert phone.call.early == ()
    phone.accept()
    phone.say(phone.ice(text=text))
    assert phone.orders == []


def test_candidates_of_another_description_are_left_out(phone, make):
    phone.say(phone.offer(text=make.sdp(7)))
    phone.say(phone.ice(usernameFragment="frag6"), phone.ice(usernameFragment="frag7"))
    phone.accept()
    (given,) = [one for one in phone.orders if isinstance(one, TakeCandidate)]
    assert given.candidate.usernameFragment == "frag7"


@pytest.mark.parametrize(("server", "given"), [("localhost:1", 1), ("chat.example.org:443", 0)])
def test_this_machine_is_only_tried_where_the_server_runs_on_it(phone, server, given):
    phone.scene.play(SessionOpened("alice", "work", server, "standard", "memory"))
    local = HOST.replace("192.0.2.1", "127.0.0.1")
    phone.say(phone.offer(text=phone.offer()[1]["sdp"]["sdp"] + f"a={local}\r\n"))
    phone.say(phone.ice(text=local))
    phone.accept()
    opened, *candidates = phone.orders[1:]
    assert (opened.offer.count("127.0.0.1"), len(candidates)) == (given, given)


# ---- floods


def test_one_that_calls_again_at_once_rings_when_the_pause_is_over(phone):
    phone.say(phone.offer())
    phone.say(phone.end(reason="cancelled"))
    effects = phone.say(phone.offer(kind="video"))
    assert effects == []
    assert (phone.call.phase, phone.call.quiet) == ("in_ringing", True)
    phone.wait(4)
    assert phone.call.quiet
    effects = phone.wait(1)
    assert [type(one) for one in effects] == [Ring, Notify]
    assert not phone.call.quiet
    assert phone.wait(30) == []


def test_one_that_has_not_rung_yet_can_be_taken(phone):
    phone.say(phone.offer())
    phone.say(phone.end(reason="cancelled"), phone.offer())
    phone.accept()
    assert (phone.call.phase, phone.call.quiet) == ("connecting", False)


def test_a_thousand_calls_ring_once(phone):
    """S25: a flood of calls."""
    rounds = [phone.offer(), phone.end(reason="cancelled")] * 1000
    effects = phone.say(*rounds)
    assert [type(one) for one in effects] == [Ring, Notify, Notify, Ring]
    assert phone.rows() == ["missed voice call"]


def test_a_thousand_offers_of_one_call_ring_once(phone):
    """S25: a flood of offers."""
    effects = phone.say(*[phone.offer()] * 1000)
    assert [type(one) for one in effects] == [Ring, Notify]


def test_late_offers_of_a_call_that_ended_do_not_ring(phone, make):
    """A peer without marks keeps its certificate for as long as its call lives."""
    phone.take()
    phone.hang_up()
    phone.scene.now += 9_999
    phone.say(phone.offer(text=make.sdp(7)))
    assert phone.call is None
    phone.say(phone.offer(text=make.sdp(8)))
    assert phone.call.phase == "in_ringing"


def test_they_do_after_a_while(phone, make):
    phone.take()
    phone.hang_up()
    phone.scene.now += 10_000
    phone.say(phone.offer(text=make.sdp(7)))
    assert phone.call.phase == "in_ringing"


def test_peers_with_marks_may_keep_their_certificate(phone, make):
    phone.take(offer_id="o1")
    phone.hang_up()
    phone.say(phone.offer(text=make.sdp(7), offer_id="o2"))
    assert phone.call.phase == "in_ringing"


def test_offers_within_a_call_are_not_late(phone, make):
    phone.take()
    phone.hang_up()
    phone.talk()
    phone.say(phone.offer(text=make.sdp(7)))
    assert phone.call.negotiation == "answering"


def test_descriptions_of_media_that_are_closed_are_late(phone):
    phone.dial()
    media = phone.call.media
    phone.hang_up()
    assert phone.scene.play(MediaDescribed(media, "x", phone.now, "offer", "v=0")) == []
    assert phone.scene.play(MediaDescribed("", "x", phone.now, "offer", "v=0")) == []
    phone.say(phone.offer())
    assert phone.scene.play(MediaEnded("", "x", phone.now, "failed")) == []


def test_a_call_can_be_placed_before_it_is_known_who_i_am(scene, wire):
    scene.open(me="")
    scene.up()
    scene.play(CallsKnown(True), CallAsked("c1", scene.now, "bob", "audio"))
    assert scene.state.call.phase == "out_ringing"
    scene.play(HangUpAsked("h", scene.now))
    scene.play(IdentityKnown("alice"))
    (row,) = scene.room("dm:alice:bob").messages
    assert (row.author, row.body) == ("alice", "voice call, cancelled")
    assert scene.unread("dm:alice:bob") == (0, 0)
