"""Whatever happens to a call in whatever order: it stays sound, it ends, and it leaves nothing."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from wschat_tui.state import inputs, server_inputs
from wschat_tui.state.calls import call_inputs as calls
from wschat_tui.state.calls.call import CallStats
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce

T = 1_700_000_000_000

# For zoe each sorts first, for aaron each sorts last.
ME = ["aaron", "bob", "zoe", ""]
PEERS = ["alice", "carol", "bob"]
REASONS = ["hangup", "declined", "busy", "cancelled", "no_answer", "", "answered_elsewhere", "\x1b"]
ADDRESSES = ["192.0.2.1", "127.0.0.1", "fe80::1", "nonsense"]

flag = st.booleans()
peer = st.sampled_from(PEERS)
shows = st.sampled_from(["", "camera", "screen", "file"])
mark = st.sampled_from(["", "known", "other", None, 7])
number = st.integers(1, 3)
seldom = st.sampled_from([False, False, False, False, True])
"""For what ends calls: else few would live long enough for anything to happen to them."""


class AnyOrder(RuleBasedStateMachine):
    """A client whose calls are at anybody's mercy; what it stands on is put in by the test."""

    wire = make = valid = ledger = None

    def __init__(self):
        super().__init__()
        self.state = State()
        self.now = T
        self.names = 0
        self.book = type(self).ledger()
        self.known = ["old"]

    def play(self, *items):
        before = self.state
        self.state, effects = reduce(before, *items)
        type(self).valid(self.state)
        self.book.keep(effects).agrees(self.state)
        assert reduce(before, *items) == (self.state, effects)
        for one in effects:
            if hasattr(one, "request"):
                self.known.append(one.op_id)
        if self.state.call is not None:
            self.known += [self.state.call.answered_as, self.state.call.offered_as]

    def hear(self, kind, who, times=1, **data):
        received = (self.wire.envelope(kind, {"from_user": who, **data}),) * times
        self.play(inputs.Heard(received, self.now, self.fresh()))

    def fresh(self):
        self.names += 1
        return f"n{self.names:04}"

    def media(self, kind, *values, late=False):
        call = self.state.call
        name = "old" if late or call is None else call.media
        self.play(kind(name, *values))

    def marked(self, mark):
        return self.known[-1] if mark == "known" else mark

    def described(self, kind, number, mark, other, broken):
        text = "v=0" if broken else self.make.sdp(number)
        marks = {"call_id": self.marked(mark), "offer_id": self.marked(other)}
        return {"sdp": {"type": kind, "sdp": text, **marks}}

    @initialize(me=st.sampled_from(ME), online=seldom.map(lambda one: not one), ready=seldom)
    def begin(self, me, online, ready):
        self.play(inputs.SessionOpened(me, "p", "localhost:1", "standard", "m"))
        self.play(calls.CallsKnown(ready or online))
        if online:
            self.play(inputs.LinkUp(self.now, self.fresh()))

    @rule(who=st.sampled_from(["alice", "carol"]), mine=flag, marks=flag, on=flag)
    def a_call_is_made(self, who, mine, marks, on):
        """All goes well for a moment, as far as it can."""
        mark = "known" if marks else ""
        if mine:
            self.play(calls.CallAsked(self.fresh(), self.now, who, "audio"))
            self.media_describe(answer=False, number=1, late=False)
            self.they_answer(who, 2, mark, "", broken=False)
        else:
            self.they_offer(who, "audio", 2, "", mark, broken=False, times=1)
            self.play(calls.CallAccepted(self.fresh(), self.now))
            self.media_describe(answer=True, number=1, late=False)
        if on:
            self.media_flow(late=False, packets=9)

    # ---- the other side

    @rule(
        who=peer,
        kind=st.sampled_from(["audio", "video", "screen"]),
        number=number,
        mark=mark,
        other=mark,
        broken=seldom,
        times=st.sampled_from([1, 1, 3]),
    )
    def they_offer(self, who, kind, number, mark, other, broken, times):
        data = self.described("offer", number, mark, other, broken)
        self.hear("call.offer", who, times, call_type=kind, **data)

    @rule(who=peer, number=number, mark=mark, other=mark, broken=seldom)
    def they_answer(self, who, number, mark, other, broken):
        self.hear("call.answer", who, **self.described("answer", number, mark, other, broken))

    @rule(who=peer, address=st.sampled_from(ADDRESSES), last=flag, times=st.sampled_from([1, 70]))
    def they_find_a_candidate(self, who, address, last, times):
        candidate = None if last else {"candidate": f"candidate:1 1 udp 1 {address} 9 typ host"}
        self.hear("call.ice", who, times, candidate=candidate)

    @rule(who=peer, reason=st.sampled_from(REASONS), mark=mark, sure=seldom)
    def they_end_it(self, who, reason, mark, sure):
        if not sure:
            reason, mark = "answered_elsewhere", mark or "other"
        named = f"{reason}:{self.marked(mark)}" if mark and reason.startswith("ans") else reason
        self.hear("call.end", who, reason=named)

    # ---- the user

    @rule(who=peer | st.just(""), kind=st.sampled_from(["audio", "video"]), shows=shows)
    def call(self, who, kind, shows):
        self.play(calls.CallAsked(self.fresh(), self.now, who, kind, shows))

    @rule(shows=shows)
    def accept(self, shows):
        self.play(calls.CallAccepted(self.fresh(), self.now, shows))

    @rule(way=st.sampled_from([calls.CallDeclined, calls.HangUpAsked]), sure=seldom)
    def give_up(self, way, sure):
        if sure:
            self.play(way(self.fresh(), self.now))

    @rule(shows=shows, on=flag)
    def change_what_is_sent(self, shows, on):
        self.play(calls.ShowAsked(self.fresh(), self.now, shows), calls.MuteAsked(on))

    @rule(path=st.sampled_from(["", "a.webm"]))
    def record(self, path):
        self.play(calls.RecordAsked(self.fresh(), self.now, path))

    @rule(ready=flag)
    def it_is_known_whether_calls_are_possible(self, ready):
        self.play(calls.CallsKnown(ready))

    # ---- media

    @rule(answer=flag, number=number, late=seldom)
    def media_describe(self, answer, number, late):
        kind = "answer" if answer else "offer"
        values = self.fresh(), self.now, kind, self.make.sdp(number)
        self.media(calls.MediaDescribed, *values, late=late)

    @rule(late=flag)
    def media_find_a_candidate(self, late):
        self.media(calls.MediaCandidate, self.fresh(), None, late=late)

    @rule(late=seldom, packets=st.integers(0, 9))
    def media_flow(self, late, packets):
        self.media(calls.MediaConnected, self.now, late=late)
        self.media(calls.MediaMeasured, self.now, CallStats(received_packets=packets), late=late)
        self.media(calls.MediaFlowing, self.now, late=late)

    @rule(on=flag)
    def media_tell(self, on):
        self.media(calls.MediaPicture, on)
        self.media(calls.MediaVerified, ("able",) * on)
        self.media(calls.MediaNotice, "No camera." if on else "")
        self.media(calls.MediaRecording, self.fresh(), self.now, "a.webm" if on else "")

    @rule()
    def media_have_changed(self):
        self.media(calls.NegotiationNeeded, self.now)

    @rule(reason=st.sampled_from(["failed", "unsupported", "error"]), late=flag, sure=seldom)
    def media_end(self, reason, late, sure):
        if not sure:
            reason = "closed"
        self.media(calls.MediaEnded, self.fresh(), self.now, reason, "Gone.", late=late)

    # ---- the link and the clock

    @rule(up=flag, poison=seldom, stopped=seldom)
    def the_link(self, up, poison, stopped):
        op_id = self.known[-1] if poison else ""
        if up:
            self.play(inputs.LinkUp(self.now, self.fresh()))
        elif stopped:
            self.play(inputs.LinkStopped("Over.", self.now, op_id))
        else:
            self.play(inputs.LinkDown("Lost.", self.now, self.now + 1, 1, op_id))

    @rule(back=st.integers(1, 5), way=st.sampled_from([0, 0, 0, 1, 1, 1, 2, 3]))
    def a_frame(self, back, way):
        op_id = self.known[-min(back, len(self.known))]
        if way == 0:
            self.play(inputs.Written(op_id, self.now))
        elif way == 1:
            self.play(inputs.Unsent((op_id,)))
        elif way == 2:
            self.play(inputs.Unsendable(op_id, "No."))
        else:
            received = (self.wire.refusal(op_id),)
            self.play(inputs.Heard(received, self.now, self.fresh()))

    @rule(later=st.sampled_from([0, 299, 1_000, 1_000, 1_000, 5_000, 10_000]), sure=seldom)
    def time_passes(self, later, sure):
        self.now += 45_000 if sure and later == 0 else -60_000 if sure else later
        self.play(inputs.Tick(self.now))

    @rule(who=st.sampled_from(ME))
    def it_is_known_who_i_am(self, who):
        call = self.state.call
        if call is None or call.peer != who:
            self.play(server_inputs.IdentityKnown(who))

    def teardown(self):
        """Nobody says anything more: two minutes later all is over."""
        for _ in range(120):
            self.now += 1_000
            self.play(inputs.Tick(self.now))
        assert self.state.call is None
        assert (self.state.callers, self.state.farewells) == ((), ())
        assert (self.book.tone, self.book.media) == ("off", None)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_order_of_inputs_leaves_a_sound_call(wire, make, valid, ledger, monkeypatch):
    for name, value in {"wire": wire, "make": make, "ledger": type(ledger)}.items():
        monkeypatch.setattr(AnyOrder, name, value)
    monkeypatch.setattr(AnyOrder, "valid", staticmethod(valid))
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=80, stateful_step_count=60))
