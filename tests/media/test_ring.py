"""The ring between the network and a device: prefill, gaps, a cap, and no needless delay."""

import numpy as np
import pytest

from wschat_tui.media.ring import CAP, IDLE, PREFILL, REFILL, Ring

MS = 96
"""Bytes of a millisecond."""


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(clock) -> Ring:
    return Ring(clock)


def sound(ms: int, value: int = 1) -> bytes:
    return np.full(ms * 48, value, np.int16).tobytes()


def play(ring: Ring, clock: Clock, ms: int) -> bytes:
    """What a device hears in so much time, 20 ms after 20 ms."""
    out = b""
    for _ in range(ms // 20):
        clock.now += 0.02
        out += ring.take(20 * MS)
    return out


def flow(ring: Ring, clock: Clock, ms: int) -> bytes:
    """The same while as much comes."""
    out = b""
    for _ in range(ms // 20):
        ring.put(sound(20))
        out += play(ring, clock, 20)
    return out


def test_nothing_is_heard_before_enough_is_there(ring) -> None:
    ring.put(sound(PREFILL - 1))
    assert not any(ring.take(20 * MS))
    ring.put(sound(1))
    assert ring.take(20 * MS) == sound(20)


def test_what_goes_in_comes_out_in_order(ring) -> None:
    data = np.arange(60 * 48, dtype=np.int16).tobytes()
    ring.put(data)
    assert ring.take(25 * MS) + ring.take(35 * MS) == data


def test_a_ring_that_ran_dry_waits_for_less_than_at_first(ring, clock) -> None:
    ring.put(sound(PREFILL))
    play(ring, clock, 80)
    ring.put(sound(REFILL))
    assert ring.take(20 * MS) == sound(20)


def test_a_short_hole_is_no_gap_and_a_long_one_is_one(ring, clock) -> None:
    ring.put(sound(PREFILL))
    play(ring, clock, 120)
    assert ring.gaps == 0
    play(ring, clock, 20)
    assert ring.gaps == 1
    play(ring, clock, 200)
    assert ring.gaps == 1


def test_every_gap_counts(ring, clock) -> None:
    for expected in (1, 2, 3):
        ring.put(sound(PREFILL))
        play(ring, clock, 200)
        assert ring.gaps == expected


def test_silence_before_the_first_sound_is_no_gap(ring, clock) -> None:
    play(ring, clock, 1000)
    ring.put(sound(20))
    play(ring, clock, 1000)
    assert ring.gaps == 0


def test_silence_of_a_side_that_sends_none_is_one_gap_at_most(ring, clock) -> None:
    ring.put(sound(PREFILL))
    play(ring, clock, 10_000)
    assert ring.gaps == 1


def test_too_much_is_cut_down_and_the_newest_is_kept(ring) -> None:
    ring.put(sound(CAP, 1))
    assert ring.held == CAP
    ring.put(sound(20, 2))
    assert ring.held == PREFILL
    assert ring.dropped == CAP + 20 - PREFILL
    assert ring.take(60 * MS)[-20 * MS :] == sound(20, 2)


def test_what_only_makes_sound_late_is_shed_little_by_little(ring, clock) -> None:
    ring.put(sound(150))
    before = ring.held
    out = flow(ring, clock, 20_000)
    assert ring.held < before
    assert IDLE - 20 <= ring.held <= IDLE + 20
    assert ring.gaps == 0
    # All samples are ones: what was blended is as loud as what it was made of.
    assert set(np.frombuffer(out, np.int16)) == {1}


def test_a_ring_that_ran_dry_leaves_more_alone_for_a_while(ring, clock) -> None:
    ring.put(sound(PREFILL))
    play(ring, clock, 80)
    ring.put(sound(90))
    flow(ring, clock, 10_000)
    careful = ring.held
    assert careful >= 70
    flow(ring, clock, 30_000)
    assert ring.held < careful


def test_what_is_needed_for_uneven_packets_is_kept(ring, clock) -> None:
    ring.put(sound(80))
    for _ in range(100):
        play(ring, clock, 60)
        ring.put(sound(60))
    assert ring.gaps == 0
    assert ring.held >= 60
