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
