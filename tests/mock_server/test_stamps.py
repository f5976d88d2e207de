"""Times, ids and budgets: what the hub is told."""

from datetime import UTC

import pytest

from mock_server.clock import SEEDED_START, SeededClock, WallClock, from_rfc3339, rfc3339
from mock_server.ids import RandomIds, SeededIds
from mock_server.pace import Bucket


def test_a_seeded_clock_moves_when_it_is_read_or_told_to():
    clock = SeededClock()
    assert clock.now() == SEEDED_START + 1
    clock.advance(1.5)
    assert clock.now() == SEEDED_START + 1502
    clock.reach(SEEDED_START)
    assert clock.now() == SEEDED_START + 1503
    clock.reach(SEEDED_START + 9000)
    assert clock.now() == SEEDED_START + 9001
    assert clock.zone is UTC


def test_the_wall_clock_runs_by_itself():
    clock = WallClock()
    before = clock.now()
    clock.reach(before + 10**9)
    assert before <= clock.now() < before + 10**9


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-05T10:00:00Z", SEEDED_START),
        ("2026-01-05T11:00:00.000+01:00", SEEDED_START),
        ("2026-01-05T10:00:00", SEEDED_START),
        ("yesterday", None),
        ("", None),
        ("9999-12-31T23:59:59-23:59", 253402387139000),
    ],
)
def test_times_as_the_wire_writes_them(text, at):
    assert from_rfc3339(text) == at


def test_a_time_survives_being_written():
    assert rfc3339(SEEDED_START) == "2026-01-05T10:00:00.000Z"
    assert from_rfc3339(rfc3339(SEEDED_START + 7)) == SEEDED_START + 7


def test_random_ids_sort_by_time_and_differ():
    ids = RandomIds()
    made = [ids.new("msg", "alice", at) for at in (1, 2, 3)]
    assert made == sorted(made)
    assert ids.new("msg", "alice", 1) != ids.new("msg", "alice", 1)
    assert len(ids.secret("alice")) >= 40
    assert ids.secret("alice") != ids.secret("alice")


def test_seeded_ids_depend_on_the_seed_and_the_owners_own_count():
    one, other = SeededIds(7), SeededIds(7)
    other.new("msg", "bob", 1)
    other.secret("alice")
    assert one.new("msg", "alice", 1) == other.new("msg", "alice", 99)
    assert one.new("msg", "alice", 1) != one.new("msg", "alice", 1)
    assert SeededIds(8).new("msg", "alice", 1) != SeededIds(7).new("msg", "alice", 1)
    assert one.secret("bob") == SeededIds(7).secret("bob")


def test_a_bucket_gives_its_burst_and_then_its_rate():
    bucket = Bucket(rate=8, burst=3)
    assert [bucket.take(5.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(5.125), bucket.take(5.125)] == [True, False]
    assert [bucket.take(99.0) for _ in range(4)] == [True, True, True, False]


def test_a_rate_of_none_sets_no_limit():
    bucket = Bucket(rate=0, burst=1)
    assert all(bucket.take(0.0) for _ in range(100))
