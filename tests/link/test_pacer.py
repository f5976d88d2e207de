"""The send budget of the protocol page's section 1, second by second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.link.pacer import Outgoing, Pacer, outgoing
from wschat_tui.protocol.requests import (
    AuthRefresh,
    CallEnd,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatSend,
    ChatTyping,
    PresencePing,
    RoomJoin,
)


def frame(name, *, urgent=False, topic=None):
    return Outgoing(name, "{}", urgent, topic)


def taken(pacer, now):
    """All that may go at this moment."""
    names = []
    while isinstance(due := pacer.pop(now), Outgoing):
        names.append(due.op_id)
    return names


def test_empty():
    assert Pacer(0.0).pop(0.0) is None
    assert len(Pacer(0.0)) == 0


def test_burst_then_eight_a_second():
    pacer = Pacer(0.0)
    for number in range(60):
        pacer.push(frame(str(number)))
    assert len(taken(pacer, 0.0)) == 15
    assert pacer.pop(0.0) == pytest.approx(0.125)
    assert taken(pacer, 0.124) == []
    assert taken(pacer, 0.125) == ["15"]
    assert len(taken(pacer, 1.125)) == 8
    assert len(pacer) == 36


def test_budget_never_exceeds_the_burst():
    pacer = Pacer(0.0, rate=2.0, burst=3)
    for number in range(9):
        pacer.push(frame(str(number)))
    assert len(taken(pacer, 1000.0)) == 3


def test_clock_that_stands_or_runs_back_gives_nothing():
    pacer = Pacer(10.0, rate=1.0, burst=1)
    pacer.push(frame("a"))
    pacer.push(frame("b"))
    assert taken(pacer, 10.0) == ["a"]
    assert taken(pacer, 5.0) == []
    assert taken(pacer, 10.5) == []
    assert taken(pacer, 11.0) == ["b"]


def test_urgent_goes_first_and_each_kind_in_order():
    pacer = Pacer(0.0)
    for name in ("a", "B", "c", "D"):
        pacer.push(frame(name, urgent=name.isupper()))
    assert taken(pacer, 0.0) == ["B", "D", "a", "c"]


def test_same_topic_is_replaced_where_it_waits():
    pacer = Pacer(0.0)
    pacer.push(frame("old", topic=("chat.typing", "host")))
    pacer.push(frame("other", topic=("chat.typing", "team")))
    pacer.push(frame("read", topic=("chat.read", "host")))
    pacer.push(frame("new", topic=("chat.typing", "host")))
    assert taken(pacer, 0.0) == ["new", "other", "read"]


def test_without_topic_nothing_is_replaced():
    pacer = Pacer(0.0)
    for _ in range(3):
        pacer.push(frame("same"))
    assert taken(pacer, 0.0) == ["same"] * 3


def test_slow_down_pauses_and_leaves_no_burst():
    pacer = Pacer(0.0)
    pacer.push(frame("a"))
    pacer.push(frame("b"))
    pacer.slow_down(1.0, 2.0)
    assert pacer.pop(1.0) == pytest.approx(2.125)
    assert taken(pacer, 3.0) == []
    assert pacer.pop(3.0) == pytest.approx(0.125)
    assert taken(pacer, 3.125) == ["a"]
    assert taken(pacer, 3.25) == ["b"]


def test_slow_down_again_does_not_shorten_the_first():
    pacer = Pacer(0.0)
    pacer.push(frame("a"))
    pacer.slow_down(0.0, 5.0)
    pacer.slow_down(1.0, 2.0)
    assert taken(pacer, 5.0) == []
    assert taken(pacer, 5.125) == ["a"]


def test_drain_gives_all_that_wait_and_keeps_none():
    pacer = Pacer(0.0)
    for name in ("a", "B", "c"):
        pacer.push(frame(name, urgent=name.isupper()))
    assert [each.op_id for each in pacer.drain()] == ["B", "a", "c"]
    assert pacer.drain() == ()
    assert pacer.pop(0.0) is None


@pytest.mark.parametrize(
    ("request_", "urgent", "topic"),
    [
        (ChatSend(scope="host", body="x"), True, None),
        (ChatEdit(message_id="m", new_body="x"), True, None),
        (CallEnd(target_id="bob", reason="hangup"), True, None),
        (AuthRefresh(refresh_token="secret"), True, None),
        (RoomJoin(room="host"), False, None),
        (ChatReaction(message_id="m", reaction="+", action="add", scope="host"), False, None),
        (PresencePing(), False, None),
        (ChatTyping(scope="host", typing=True), False, ("chat.typing", "host")),
        (ChatRead(message_id="m", room="team"), False, ("chat.read", "team")),
    ],
    ids=lambda value: getattr(value, "frame_type", ""),
)
def test_rank(request_, urgent, topic):
    made = outgoing("op", request_, "é{}")
    assert (made.op_id, made.urgent, made.topic, made.size) == ("op", urgent, topic, 4)
    assert outgoing("op", request_, "", urgent=not urgent).urgent is not urgent


steps = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.booleans()),
        st.tuples(st.just("wait"), st.floats(0.0, 3.0)),
        st.tuples(st.just("slow"), st.floats(0.0, 3.0)),
    ),
    max_size=60,
)


@given(steps)
def test_nothing_without_topic_is_lost_and_the_rate_holds(steps):
    pacer, now, pushed, gone = Pacer(0.0), 0.0, [], []
    for kind, value in steps:
        if kind == "push":
            pushed.append(str(len(pushed)))
            pacer.push(frame(pushed[-1], urgent=value))
        elif kind == "wait":
            now += value
        else:
            pacer.slow_down(now, value)
        gone += [(now, name) for name in taken(pacer, now)]
    for at, _ in gone:
        within = sum(at <= other < at + 1.0 for other, _ in gone)
        assert within <= 15 + 8 + 1
    rest = [each.op_id for each in pacer.drain()]
    assert sorted([name for _, name in gone] + rest) == sorted(pushed)


@given(st.lists(st.booleans(), max_size=40))
def test_waiting_as_told_is_always_enough(urgents):
    pacer, now = Pacer(0.0), 0.0
    for number, urgent in enumerate(urgents):
        pacer.push(frame(str(number), urgent=urgent))
    for _ in urgents:
        due = pacer.pop(now)
        if isinstance(due, float):
            now += due
            due = pacer.pop(now)
        assert isinstance(due, Outgoing)
