"""Ids sort by age, also within a millisecond."""

from uuid import UUID

from wschat_tui.runtime.clock import SystemClock


def test_ids_are_version_7_and_sort():
    clock = SystemClock()
    ids = [clock.op_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000
    assert {UUID(one).version for one in ids} == {7}
    assert {UUID(one).variant for one in ids} == {"specified in RFC 4122"}


def test_the_time_is_in_milliseconds():
    before = SystemClock().now()
    assert 1_700_000_000_000 < before <= SystemClock().now()


def test_a_clock_that_is_set_back_keeps_going_and_one_that_is_set_forward_is_followed():
    """F23: what waits for ten seconds waits for ten, and not for an hour and ten."""
    machine, steady = [1_700_000_000 * 10**9], [5 * 10**9]
    clock = SystemClock(lambda: machine[0], lambda: steady[0])
    assert clock.now() == 1_700_000_000_000

    def passes(seconds, *, shown=None):
        steady[0] += seconds * 10**9
        machine[0] += (seconds if shown is None else shown) * 10**9
        return clock.now()

    assert passes(1) == 1_700_000_001_000
    assert passes(1, shown=-3600) == 1_700_000_002_000
    assert passes(9) == 1_700_000_011_000
    assert passes(1, shown=7200) == machine[0] // 10**6
    assert passes(2) == machine[0] // 10**6
