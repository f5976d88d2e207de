"""What the parts of the index are due for is done in small steps, and is never forgotten."""

import sqlite3
from contextlib import closing
from itertools import count

import pytest

from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.search import parts as search_parts
from wschat_tui.storage.search.parts import SHIFT, Due, owe, owed, parts, tend

MESSAGE = """create table message (
    row integer primary key, id text, scope text, author text, body text,
    attachments text not null default '', reactions text not null default '')"""

WRITTEN = 12
"""Rows that FTS5 changes for a page of its output, and some more: trimmed pieces, its structure."""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "history.db"


def opened(file):
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma secure_delete = on")
    return connection


@pytest.fixture
def connection(file):
    connection = opened(file)
    connection.execute("pragma journal_mode = wal")
    connection.execute(MESSAGE)
    search_index.create(connection)
    search_parts.create_due(connection)
    yield connection
    connection.close()


def keep(connection, first, last, step=1 << 30):
    """Messages, each with words of its own."""
    words = (
        (at * step, f"{at:05} {at * 7919 % 99991:05} {at * 104729 % 99989:05}")
        for at in count(first)
    )
    rows = [next(words) for _ in range(first, last)]
    connection.executemany("insert into message (row, body) values (?, ?)", rows)
    search_index.enter(connection, [row for row, _ in rows])
    return [row for row, _ in rows]


def take_in(connection, portion=100):
    while search_index.fill(connection, portion):
        """Until all is done."""


def pieces(connection, part):
    return connection.execute(f"select count(distinct segid) from {part.table}_idx").fetchone()[0]


def found(connection, gram):
    return {
        bucket
        for part in parts(connection)
        for (bucket,) in connection.execute(
            f"select rowid from {part.table} where {part.table} match ?", (f'"{gram}"',)
        )
    }


def waiting(connection):
    return {row for (row,) in connection.execute("select row from search_waiting")}


def steps(connection, portion=100):
    """How many rows of any table each step changes, until there is nothing more to do."""
    more, changed = True, []
    while more:
        before = connection.total_changes
        connection.execute("begin")
        more = search_index.fill(connection, portion)
        connection.execute("commit")
        changed.append(connection.total_changes - before)
    return changed


def test_a_full_part_becomes_one_piece_in_small_steps(connection, monkeypatch):
    monkeypatch.setattr(search_index, "PART_ROWS", 3_000)
    monkeypatch.setattr(search_parts, "MANY_PIECES", 1_000)
    monkeypatch.setattr(search_parts, "PAGES", 2)
    keep(connection, 1, 3_001)
    for _ in range(29):
        assert search_index.fill(connection, 100)
    (part,) = parts(connection)
    assert pieces(connection, part) == 29
    search_index.fill(connection, 100)
    (pages,) = connection.execute(f"select count(*) from {part.table}_data").fetchone()
    assert pages > 50
    changed = steps(connection)
    assert len(changed) > 5
    # All pieces are trimmed in each step.
    assert max(changed) <= 2 * WRITTEN + 4 * 30
    assert pieces(connection, part) == 1
    assert not owed(connection)


def test_what_is_forgotten_is_gone_after_small_steps_also_those_of_a_later_run(
    connection, file, monkeypatch
):
    rows = keep(connection, 1, 3_001)
    take_in(connection)
    monkeypatch.setattr(search_parts, "PAGES", 2)
    before = connection.total_changes
    search_index.forget(connection, [rows[1_233], rows[5]])
    assert connection.total_changes - before < 50
    assert search_index.forgetting(connection)
    for _ in range(3):
        search_index.fill(connection, 100)
    assert search_index.forgetting(connection)
    connection.close()
    with closing(opened(file)) as again:
        assert search_index.forgetting(again)
        changed = steps(again)
        assert len(changed) > 5
        assert max(changed) <= 2 * WRITTEN + 60
        assert not search_index.forgetting(again)
        (part,) = parts(again)
        assert pieces(again, part) == 1
        assert rows[1_233] >> SHIFT not in found(again, "012")


def test_what_is_forgotten_while_a_part_is_merged_is_gone_as_well(connection, monkeypatch):
    rows = keep(connection, 1, 1_501)
    take_in(connection)
    monkeypatch.setattr(search_parts, "PAGES", 1)
    search_index.forget(connection, [rows[10]])
    for _ in range(5):
        search_index.fill(connection, 100)
    body = connection.execute("select body from message where row = ?", (rows[900],)).fetchone()[0]
    search_index.forget(connection, [rows[900]])
    connection.execute("delete from message where row = ?", (rows[900],))
    take_in(connection)
    (part,) = parts(connection)
    assert pieces(connection, part) == 1
    for gram in (body[1:4], body[6:9], body[12:15]):
        assert rows[900] >> SHIFT not in found(connection, gram)


def test_few_messages_at_a_time_never_make_many_pieces(connection):
    for at in range(1, 400):
        keep(connection, at, at + 1)
        take_in(connection)
        assert pieces(connection, parts(connection)[0]) <= 16 + 4
    assert len(found(connection, "000")) >= 9


def test_a_part_is_split_in_small_steps_and_all_is_found_meanwhile(connection, monkeypatch):
    monkeypatch.setattr(search_parts, "QUEUED", 100)
    rows = keep(connection, 1, 2_001)
    take_in(connection)
    (part,) = parts(connection)
    everything = {row >> SHIFT for row in rows}
    owe(connection, part.number, Due.SPLIT)
    while owed(connection):
        before = waiting(connection)
        tend(connection)
        assert len(waiting(connection) - before) <= 100
        seen = {row >> SHIFT for row in waiting(connection)}
        assert seen | in_parts(connection) == everything
    assert [one.size for one in parts(connection)] == [0, 0]
    assert waiting(connection) == set(rows)
    take_in(connection)
    low, high = parts(connection)
    assert 900 < low.size < 1_100
    assert low.size + high.size == 2_000
    assert in_parts(connection) == everything


def in_parts(connection):
    """Buckets that are found in the index, by any three digits."""
    return set().union(*(found(connection, f"{at:03}") for at in range(1_000)))


def test_what_is_forgotten_during_a_split_goes_with_the_old_table(connection, file, monkeypatch):
    monkeypatch.setattr(search_parts, "QUEUED", 100)
    keep(connection, 1, 501)
    connection.execute("insert into message (row, body) values (?, 'xyzzy')", (700 << 30,))
    search_index.enter(connection, [700 << 30])
    take_in(connection)
    (part,) = parts(connection)
    owe(connection, part.number, Due.SPLIT)
    tend(connection)
    search_index.forget(connection, [700 << 30])
    connection.execute("delete from message where row = ?", (700 << 30,))
    assert search_index.forgetting(connection)
    take_in(connection)
    connection.execute("pragma wal_checkpoint(truncate)")
    assert b"xyz" not in file.read_bytes()
    assert part.number not in [one.number for one in parts(connection)]
    tables = "select count(*) from sqlite_master where name like ?"
    assert connection.execute(tables, (f"{part.table}%",)).fetchone() == (0,)


class Defended:
    """A connection of a build of SQLite that lets nobody write into tables of FTS5."""

    def __init__(self, connection):
        self._connection = connection

    def execute(self, statement, *values):
        if statement.startswith("delete from search_1_data"):
            raise sqlite3.OperationalError("table search_1_data may not be modified")
        return self._connection.execute(statement, *values)

    def __getattr__(self, name):
        return getattr(self._connection, name)


def test_a_table_that_cannot_go_in_steps_goes_at_once(connection):
    keep(connection, 1, 1_001)
    take_in(connection)
    owe(connection, 1, Due.SPLIT)
    while owed(connection):
        tend(Defended(connection))
    tables = "select count(*) from sqlite_master where name like 'search_1%'"
    assert connection.execute(tables).fetchone() == (0,)


def test_parts_of_an_earlier_version_merge_by_themselves_no_more(connection):
    keep(connection, 1, 2)
    take_in(connection)
    connection.execute("insert into search_1 (search_1, rank) values ('automerge', 4)")
    search_parts.create_due(connection)
    config = "select v from search_1_config where k = 'automerge'"
    assert connection.execute(config).fetchone() == (0,)


def test_the_heavier_takes_the_place_of_the_lighter(connection):
    owe(connection, 1, Due.FORGET)
    connection.execute("update search_due set at = 1")
    owe(connection, 1, Due.WHOLE)
    assert connection.execute("select * from search_due").fetchall() == [(1, Due.FORGET, 0)]
    owe(connection, 1, Due.SPLIT)
    connection.execute("update search_due set at = 77")
    owe(connection, 1, Due.FORGET)
    assert connection.execute("select * from search_due").fetchall() == [(1, Due.SPLIT, 77)]
    assert owed(connection, Due.SPLIT)
    assert not owed(connection, Due.GONE)
