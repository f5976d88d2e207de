"""Whether the other side is heard, and what silence leads to."""

import pytest

from wschat_tui.protocol.requests import CallEnd, CallOffer
from wschat_tui.state.calls.call import CallStats
from wschat_tui.state.calls.call_effects import Reoffer
from wschat_tui.state.calls.call_inputs import (
    MediaConnected,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
    MediaNotice,
    MediaPicture,
    MediaVerified,
)
from wschat_tui.state.server_inputs import IdentityKnown


def test_a_path_alone_is_no_call_yet(phone):
    phone.place()
    phone.say(phone.answer())
    phone.media(MediaConnected, phone.now)
    assert phone.call.phase == "connecting"
    phone.media(MediaFlowing, phone.now)
    assert phone.call.phase == "active"


def test_somebody_who_sends_nothing_is_heard_by_their_reports(phone):
    phone.place()
    phone.say(phone.answer())
    phone.measured(3)
    assert phone.call.phase == "connecting"
    phone.media(MediaConnected, phone.now)
    phone.measured(3)
    assert phone.call.phase == "connecting"
    phone.measured(4)
    assert phone.call.phase == "active"
    assert phone.call.stats == CallStats(received_packets=4)


def test_no_path_is_found(phone):
    """F24: 20 s without media end it, with the reason."""
    phone.place()
    phone.say(phone.answer())
    phone.wait(19)
    assert phone.call.phase == "connecting"
    phone.wait(1)
    assert phone.sent == [CallEnd(target_id="bob", reason="failed")]
    assert phone.rows() == ["voice call, no connection came about"]


def test_media_that_nobody_waits_for_change_nothing(phone):
    phone.place()
    phone.media(MediaConnected, phone.now)
    phone.media(MediaFlowing, phone.now)
    assert (phone.call.phase, phone.call.heard_at) == ("out_ringing", None)


def test_the_duration_begins_when_media_first_flow(phone):
    phone.place()
    phone.wait(5)
    phone.say(phone.answer())
    phone.wait(2)
    phone.connected()
    assert phone.call.active_at == phone.call.phase_at == phone.now
    assert phone.call.began_at == phone.now - 7_000


def test_as_long_as_packets_come_all_is_well(phone):
    phone.talk()
    for packets in range(1, 60):
        phone.wait(1)
        phone.measured(packets)
    assert not phone.call.reconnecting
    phone.wait(4)
    assert not phone.call.reconnecting


def test_figures_that_do_not_rise_prove_nothing(phone):
    phone.talk()
    for _ in range(5):
        phone.wait(1)
        phone.measured(0)
    assert phone.call.reconnecting


def test_silence_is_shown_and_a_new_path_is_looked_for_once(phone):
    phone.talk()
    effects = phone.wait(5)
    assert effects == [Reoffer("op001", anew=True)]
    assert phone.call.reconnecting
    assert phone.wait(14) == []
    phone.wait(1)
    assert phone.sent == [CallEnd(target_id="bob", reason="lost")]
    assert phone.rows() == ["voice call, 20 s, the connection was lost"]
    assert phone.words == ["The connection to bob was lost."]


def test_the_other_side_looks_where_its_id_sorts_first(phone):
    phone.peer = "aaron"
    phone.place("aaron")
    phone.say(phone.answer("aaron"))
    phone.connected()
    assert phone.wait(5) == []
    assert phone.call.reconnecting


def test_nobody_looks_who_does_not_know_their_own_id(new_scene, wire, phone):
    scene = new_scene()
    scene.open(me="")
    scene.up()
    anonymous = type(phone)(scene, wire)
    anonymous.talk()
    assert anonymous.wait(5) == []
    scene.play(IdentityKnown("alice"))
    assert anonymous.wait(1) == [Reoffer("op001", anew=True)]


def test_what_comes_again_ends_the_silence_and_the_next_one_is_looked_after(phone):
    phone.talk()
    phone.wait(6)
    phone.media(MediaFlowing, phone.now)
    assert not phone.call.reconnecting
    assert phone.call.phase == "active"
    effects = phone.wait(5)
    assert effects == [Reoffer("op001", anew=True)]
    assert phone.wait(5) == []
    assert phone.call.reconnecting


def test_a_handshake_on_a_new_path_is_a_sign_of_life(phone):
    phone.talk()
    phone.wait(18)
    phone.media(MediaConnected, phone.now)
    phone.wait(4)
    assert phone.call is not None


def test_without_a_server_no_path_is_looked_for_until_it_is_back(phone):
    """F24: media outlive the socket."""
    phone.talk()
    phone.scene.down()
    assert phone.wait(6) == []
    phone.scene.up()
    assert phone.wait(1) == [Reoffer("op001", anew=True)]


def test_the_offer_of_a_new_path_is_more_of_the_same_call(phone, make):
    phone.talk(call_id="theirs")
    phone.wait(5)
    phone.described(text=make.sdp(2))
    (offer,) = phone.sent
    assert isinstance(offer, CallOffer)
    assert offer.sdp.model_extra == {"call_id": "theirs", "offer_id": phone.call.offered_as}
    phone.say(phone.answer(text=make.sdp(9), call_id="theirs"))
    assert phone.call.fingerprint == make.fingerprint(9)
    phone.connected()
    assert not phone.call.reconnecting


# ---- clocks


def test_a_clock_that_is_set_forward_loses_no_call(phone):
    """F23: the machine's clock is set while somebody talks."""
    phone.talk()
    phone.scene.tick(3_600_000)
    assert phone.call.reconnecting
    phone.measured(5)
    phone.wait(1)
    assert not phone.call.reconnecting


@pytest.mark.parametrize("phase", ["out_ringing", "connecting", "active"])
def test_a_clock_that_is_set_back_lets_nothing_last_longer(phone, phase):
    """F23: nor does it ring for an hour."""
    phone.place()
    if phase != "out_ringing":
        phone.say(phone.answer())
    if phase == "active":
        phone.connected()
    phone.scene.tick(-3_600_000)
    phone.wait(46)
    assert phone.call is None
    assert phone.over.ended_at >= phone.over.began_at


def test_nor_does_it_make_a_hang_up_wait(phone):
    phone.talk()
    phone.media(MediaEnded, "x", phone.now, "closed")
    phone.scene.tick(-3_600_000)
    phone.wait(2)
    assert phone.over.reason == "hangup"


# ---- what media tell beside


def test_what_media_tell_is_shown(phone):
    phone.talk()
    phone.media(MediaPicture, True)
    phone.media(MediaVerified, ("able", "baker"))
    phone.media(MediaNotice, "No micro\x1bphone.")
    call = phone.call
    assert (call.picture, call.words, call.notice) == (
        True,
        ("able", "baker"),
        "No micro\u241bphone.",
    )
    phone.media(MediaMeasured, phone.now, CallStats(round_trip=12.5, received_packets=1))
    assert phone.call.stats.round_trip == 12.5
    phone.hang_up()
    assert phone.over.stats.round_trip == 12.5
