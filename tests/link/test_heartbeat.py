"""When to ping, round trips, and silence told from half of what proves a link dead (F2)."""

import pytest

from wschat_tui.link.heartbeat import Heartbeat
from wschat_tui.link.news import RoundTrip, Silent


@pytest.fixture
def heart():
    return Heartbeat(100.0, every=25.0, dead_after=33.0, step=1.0)


def test_pings_at_once_and_then_every_25_seconds(heart):
    assert heart.beat(100.0, 100.0).ping
    assert not heart.beat(124.9, 124.0).ping
    assert heart.beat(125.0, 124.0).ping


def test_round_trip_counts_from_the_writing(heart):
    heart.pinged("p")
    heart.written("other", 100.5)
    heart.written("p", 101.0)
    assert heart.answered("p", 101.25) == RoundTrip(0.25)
    assert heart.answered("p", 101.5) is None


def test_pong_without_op_id_answers_the_ping_that_is_out(heart):
    heart.pinged("p")
    heart.written("p", 101.0)
    assert heart.answered(None, 102.0) == RoundTrip(1.0)
    assert heart.answered(None, 103.0) is None


def test_pong_before_the_ping_left_or_of_somebody_else_says_nothing(heart):
    heart.pinged("p")
    assert heart.answered("x", 101.0) is None
    assert heart.answered("p", 101.0) is None


def test_ping_that_nobody_answered_is_told_at_the_next(heart):
    heart.beat(100.0, 100.0)
    heart.pinged("p")
    heart.written("p", 100.0)
    beat = heart.beat(125.0, 124.0)
    assert beat.news == (RoundTrip(None),)
    assert heart.answered("p", 126.0) is None


def test_a_late_pong_of_an_older_ping_is_not_the_newer_ones(heart):
    heart.pinged("old")
    heart.written("old", 100.0)
    heart.pinged("new")
    heart.written("new", 125.0)
    assert heart.answered("old", 125.1) is None
    assert heart.answered("new", 125.2) == RoundTrip(pytest.approx(0.2))


def test_silence_is_told_from_half_of_the_limit_each_second_until_it_ends(heart):
    heart.beat(100.0, 100.0)
    assert heart.beat(116.4, 100.0).news == ()
    assert heart.beat(116.5, 100.0).news == (Silent(16.5),)
    assert heart.beat(117.0, 100.0).news == ()
    assert heart.beat(117.5, 100.0).news == (Silent(17.5),)
    assert heart.beat(118.5, 118.0).news == (Silent(0.0),)
    assert heart.beat(119.5, 118.0).news == ()


def test_waits_until_something_can_be_due(heart):
    assert heart.beat(100.0, 100.0).wait == pytest.approx(16.5)
    assert heart.beat(110.0, 109.0).wait == pytest.approx(15.0)
    assert heart.beat(116.0, 114.0).wait == pytest.approx(9.0)
    assert heart.beat(132.0, 110.0).wait == pytest.approx(1.0)


def test_dead_after_33_seconds_without_a_byte(heart):
    assert not heart.beat(132.9, 100.0).dead
    assert heart.beat(133.0, 100.0).dead
    assert not heart.beat(133.0, 120.0).dead


def test_every_wait_makes_progress_until_death(heart):
    now, told = 100.0, []
    while not (beat := heart.beat(now, 100.0)).dead:
        told += beat.news
        now += beat.wait + 1e-9
        assert len(told) < 100
    assert now == pytest.approx(133.0)
    seconds = [news.seconds for news in told if isinstance(news, Silent)]
    assert seconds == pytest.approx([16.5 + step for step in range(17)], abs=1e-6)
