"""`call.*` goes to every connection of the target; the server counts the calls and never answers."""

import pytest

from mock_server.calls import RING_FOR, Calls
from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallIce, CallOffer

OFFER = {"type": "offer", "sdp": "v=0"}
ANSWER = {"type": "answer", "sdp": "v=0"}
CANDIDATE = {"candidate": "candidate:1 1 UDP 1 192.0.2.1 9 typ host", "sdpMid": "0"}


def offer(target="bob", call_type="video"):
    return CallOffer(target_id=target, call_type=call_type, sdp=OFFER)


@pytest.mark.parametrize(
    ("dialect", "request_", "told"),
    [
        ("standard", offer(), {"from_user": "alice", "call_type": "video", "sdp": OFFER}),
        ("goconnect", offer(), {"fromUser": "alice", "callType": "video", "signal": OFFER}),
        (
            "standard",
            CallAnswer(target_id="bob", sdp=ANSWER),
            {"from_user": "alice", "sdp": ANSWER},
        ),
        (
            "goconnect",
            CallAnswer(target_id="bob", sdp=ANSWER),
            {"fromUser": "alice", "signal": ANSWER},
        ),
        (
            "standard",
            CallIce(target_id="bob", candidate=CANDIDATE),
            {"from_user": "alice", "candidate": CANDIDATE},
        ),
        ("standard", CallIce(target_id="bob"), {"from_user": "alice", "candidate": None}),
        ("goconnect", CallIce(target_id="bob"), {"fromUser": "alice", "signal": None}),
        (
            "standard",
            CallEnd(target_id="bob", reason="busy"),
            {"from_user": "alice", "reason": "busy"},
        ),
        (
            "goconnect",
            CallEnd(target_id="bob", reason="busy"),
            {"fromUser": "alice", "signal": {"reason": "busy"}},
        ),
    ],
)
def test_a_signal_is_relayed_to_every_device_of_the_target(make_stage, dialect, request_, told):
    stage = make_stage("alice", "alice/2", "bob", "bob/2", dialect=dialect)
    heard = stage.ask("alice", request_)
    assert heard == [(name, request_.frame_type, None, told) for name in ("bob", "bob/2")]


def test_an_offer_to_somebody_offline_is_answered_by_silence(make_stage):
    assert make_stage("alice").ask("alice", offer()) == []


@pytest.mark.parametrize(
    ("target", "sentence"),
    [("nobody", "There is no user 'nobody' to call."), ("alice", "You cannot call yourself.")],
)
@pytest.mark.parametrize(
    "make",
    [
        offer,
        lambda target: CallAnswer(target_id=target, sdp=ANSWER),
        lambda target: CallIce(target_id=target),
        lambda target: CallEnd(target_id=target, reason="hangup"),
    ],
)
def test_a_call_needs_somebody_else(make_stage, make, target, sentence):
    (error,) = make_stage("alice").ask("alice", make(target))
    assert (error.type, error.op_id, error.data["message"]) == ("error", "op", sentence)


def test_the_calls_in_flight_are_known(make_stage):
    stage = make_stage("alice", "bob")
    calls, now = stage.hub.calls, stage.clock.now()
    stage.ask("alice", offer())
    (call,) = calls.in_flight(now)
    assert (call.caller_id, call.callee_id, call.phase) == ("alice", "bob", "ringing")
    stage.ask("bob", CallAnswer(target_id="alice", sdp=ANSWER))
    assert calls.between("alice", "bob", now).phase == "connected"
    stage.ask("bob", offer("alice"))
    assert calls.between("alice", "bob", now).phase == "connected"
    stage.ask("alice", CallEnd(target_id="bob", reason="hangup"))
    assert calls.in_flight(now) == []


def test_nobody_rings_for_ever():
    calls = Calls()
    calls.offered("alice", "bob", "audio", 0)
    assert calls.between("bob", "alice", RING_FOR - 1)
    assert calls.between("bob", "alice", RING_FOR) is None
    assert calls.in_flight(RING_FOR) == []
    calls.offered("bob", "alice", "audio", RING_FOR)
    assert calls.between("alice", "bob", RING_FOR).caller_id == "bob"


@pytest.mark.parametrize(("first", "second"), [("alice", "bob"), ("bob", "alice")])
def test_glare_leaves_the_offer_of_who_sorts_first(first, second):
    calls = Calls()
    calls.offered(first, second, "audio", 0)
    calls.offered(second, first, "video", 1)
    assert calls.between("alice", "bob", 2).caller_id == "alice"


def test_what_does_not_fit_changes_nothing():
    calls = Calls()
    calls.signalled("alice", "bob", "end", 0)
    assert calls.in_flight(0) == []
    calls.offered("alice", "bob", "audio", 0)
    calls.signalled("alice", "bob", "answer", 1)
    assert calls.between("alice", "bob", 1).phase == "ringing"
    calls.signalled("bob", "alice", "answer", 1)
    calls.signalled("bob", "alice", "answer", 2)
    assert calls.between("alice", "bob", 2).since == 1
