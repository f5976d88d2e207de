"""Ways out of a call, what is said of them, and what is left behind."""

import pytest

from wschat_tui.protocol.requests import CallEnd
from wschat_tui.state.calls.call_effects import CloseMedia
from wschat_tui.state.calls.call_inputs import MediaEnded
from wschat_tui.state.effects import Notify

OTHERS = {
    "": ("ended", "bob ended the call."),
    "hangup": ("ended", "bob hung up."),
    "declined": ("declined", "bob declined the call."),
    "busy": ("busy", "bob is in another call."),
    "no_answer": ("no answer", "bob did not answer."),
    "failed": ("no connection came about", "No connection to bob came about."),
    "unsupported": (
        "not possible between these two programs",
        "A call with bob is not possible.",
    ),
    "error": ("something went wrong", "The call with bob failed."),
    "out\x1b of \u202e luck": (
        "out\u241b of <U+202E> luck",
        "The call with bob ended: out\u241b of <U+202E> luck.",
    ),
}


@pytest.mark.parametrize("reason", OTHERS)
def test_they_end_what_rings_there(phone, reason):
    phone.place()
    phone.say(phone.end(reason=reason))
    row, said = OTHERS[reason]
    assert phone.rows() == [f"voice call, {row}"]
    assert phone.words == [said]
    assert phone.call is None
    assert (phone.over.by_me, phone.over.sentence) == (False, said)


def test_their_other_devices_that_ring_are_told(phone):
    phone.place()
    phone.say(phone.end(reason="declined"))
    assert phone.sent == [CallEnd(target_id="bob", reason="declined")]


def test_a_reason_is_shown_in_short(phone):
    phone.place()
    phone.say(phone.end(reason="x" * 1000))
    assert len(phone.rows()[0]) < 100
    assert len(phone.words[0]) < 150


@pytest.mark.parametrize(
    ("seconds", "words"), [(12, "12 s"), (192, "3 min 12 s"), (3780, "1 h 3 min")]
)
def test_a_call_that_was_on_says_how_long(phone, seconds, words):
    phone.talk()
    phone.scene.now += seconds * 1000
    phone.hang_up()
    assert phone.sent == [CallEnd(target_id="bob", reason="hangup")]
    assert phone.rows() == [f"voice call, {words}"]
    assert phone.words == []
    assert phone.orders[0] == CloseMedia("op001")
    over = phone.over
    assert (over.id, over.peer, over.outgoing, over.kind) == ("op001", "bob", True, "audio")
    assert (over.by_me, over.reason) == (True, "hangup")
    assert over.sentence == "You ended the call with bob."
    assert over.ended_at - over.active_at == seconds * 1000


def test_they_hang_up(phone):
    phone.talk()
    phone.say(phone.end())
    assert phone.sent == []
    (word,) = [one for one in phone.scene.effects if isinstance(one, Notify)]
    assert word == Notify("bob hung up.", "information", "dm:alice:bob")


def test_an_end_comes_twice(phone):
    phone.talk()
    phone.say(phone.end(), phone.end(reason="lost"))
    assert phone.rows() == ["voice call, 0 s"]
    assert phone.hang_up() == []


@pytest.mark.parametrize("reason", ["hangup", "lost", "busy", "error", "unsupported", "aliens"])
def test_whatever_they_say_ends_a_call_that_is_on(phone, reason):
    phone.talk()
    phone.say(phone.end(reason=reason))
    assert phone.call is None


@pytest.mark.parametrize("reason", ["declined", "no_answer", "cancelled"])
def test_a_device_of_theirs_that_rings_ends_nothing_that_is_on(phone, reason):
    phone.talk()
    phone.say(phone.end(reason=reason))
    assert phone.call.phase == "active"


@pytest.mark.parametrize("reason", ["declined", "no_answer", "cancelled"])
def test_the_one_who_called_may_say_anything(phone, reason):
    phone.take()
    phone.say(phone.end(reason=reason))
    assert phone.call is None


def test_an_end_before_my_offer_is_of_something_else(phone):
    phone.dial()
    phone.say(phone.end(reason="declined"))
    assert phone.call.phase == "out_ringing"


def test_declined_on_another_device(phone):
    phone.say(phone.offer())
    phone.say(phone.end(reason="declined"))
    assert phone.rows() == ["voice call, declined on another device"]
    assert phone.scene.unread("dm:alice:bob") == (0, 0)
    (word,) = [one for one in phone.scene.effects if isinstance(one, Notify)]
    said = "The call of bob was declined on another device."
    assert word == Notify(said, "information", "dm:alice:bob")


def test_declined_on_another_device_while_this_one_takes_it(phone):
    phone.take()
    phone.say(phone.end(reason="declined"))
    assert phone.call is None
    assert phone.over.sentence == "The call of bob was declined on another device."


# ---- several devices


def test_answered_on_another_device(phone):
    phone.say(phone.offer())
    phone.say(phone.end(reason="answered_elsewhere:theirs"))
    assert phone.rows() == ["voice call, answered on another device"]
    assert phone.words == ["The call of bob was answered on another device."]
    assert (phone.sent, phone.scene.unread("dm:alice:bob")) == ([], (0, 0))


def test_the_device_that_answered_goes_on(phone):
    phone.say(phone.offer())
    phone.accept()
    mine = phone.call.answered_as
    phone.say(phone.end(reason=f"answered_elsewhere:{mine}"))
    assert phone.call.phase == "connecting"
    phone.say(phone.end(reason="answered_elsewhere:faster"))
    assert (phone.call, phone.sent) == (None, [])
    assert phone.rows() == ["voice call, answered on another device"]


def test_a_call_that_went_on_elsewhere_is_over_here(phone):
    phone.talk(call_id="theirs")
    phone.say(phone.end(reason="answered_elsewhere:theirs"))
    assert phone.call.phase == "active"
    phone.say(phone.end(reason="answered_elsewhere:other"))
    assert phone.rows() == ["voice call, 0 s, it went on elsewhere"]
    assert phone.words == ["The call with bob went on at another device."]
    assert (phone.sent, phone.over.reason) == ([], "replaced")


@pytest.mark.parametrize("place", ["place", "talk"])
def test_a_call_without_marks_is_meant_by_none(phone, place):
    getattr(phone, place)()
    before = phone.call.phase
    phone.say(phone.end(reason="answered_elsewhere:other"))
    assert phone.call.phase == before


def test_an_end_of_that_name_without_a_mark_is_a_reason(phone):
    phone.talk()
    phone.say(phone.end(reason="answered_elsewhere"))
    assert phone.rows() == ["voice call, 0 s, answered on another device"]


def test_more_of_a_call_of_another_device_is_not_for_this_one(phone):
    assert phone.say(phone.offer(call_id="theirs")) == []
    assert phone.call is None
    phone.place("carol")
    assert phone.say(phone.offer("bob", call_id="theirs")) == []
    phone.say(phone.answer("carol", call_id="hers"))
    assert phone.say(phone.offer("carol", call_id="theirs")) == []
    assert phone.call.negotiation == "stable"


# ---- media that end


@pytest.mark.parametrize(
    ("told", "phase", "reason"),
    [
        ("failed", "ringing", "failed"),
        ("error", "ringing", "error"),
        ("failed", "connecting", "failed"),
        ("closed", "ringing", "failed"),
        ("unsupported", "connecting", "unsupported"),
        ("error", "connecting", "error"),
        ("failed", "active", "lost"),
        ("error", "active", "error"),
    ],
)
def test_media_that_end_end_the_call(phone, told, phase, reason):
    phone.place()
    if phase != "ringing":
        phone.say(phone.answer())
    if phase == "active":
        phone.connected()
    phone.media(MediaEnded, "x", phone.now, told, "It broke.")
    assert phone.sent == [CallEnd(target_id="bob", reason=reason)]
    assert phone.over.reason == reason
    assert phone.words[0].endswith(". It broke.")
    (word,) = [one for one in phone.scene.effects if isinstance(one, Notify)]
    assert word.level == ("information" if phase == "active" else "warning")


def test_media_that_the_other_side_closes_wait_for_its_word(phone):
    """It goes by the server, and comes later."""
    phone.talk()
    assert phone.media(MediaEnded, "x", phone.now, "closed") == []
    phone.say(phone.end(reason="error"))
    assert phone.words == ["The call with bob failed."]


@pytest.mark.parametrize("on", [True, False])
def test_without_a_word_it_hung_up(phone, on):
    phone.place()
    phone.say(phone.answer())
    if on:
        phone.connected()
    phone.media(MediaEnded, "x", phone.now, "closed")
    assert phone.wait(1) == []
    phone.wait(1)
    assert (phone.sent, phone.words) == ([], ["bob hung up."])


def test_a_new_path_may_follow_what_was_closed(phone, make):
    phone.talk(call_id="theirs")
    phone.media(MediaEnded, "x", phone.now, "closed")
    phone.say(phone.offer(text=make.sdp(8), call_id="theirs"))
    phone.described("answer")
    phone.wait(2)
    phone.connected()
    assert (phone.call.phase, phone.call.closed_at) == ("active", None)


def test_what_flows_is_not_closed(phone):
    phone.talk()
    phone.media(MediaEnded, "x", phone.now, "closed")
    phone.connected()
    phone.wait(3)
    assert phone.call is not None


def test_a_failure_before_the_offer_is_nobody_elses(phone):
    phone.dial()
    phone.media(MediaEnded, "x", phone.now, "error", "No such file.")
    assert phone.sent == []
    assert phone.rows() == ["voice call, something went wrong: No such file."]
