"""The full-text index: what is taken in is found, and what is forgotten leaves no byte."""

import random
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.search import parts as search_parts

MESSAGE = """create table message (
    row integer primary key, id text, scope text, author text, body text,
    attachments text not null default '', reactions text not null default '')"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = off")
    connection.execute("pragma secure_delete = on")
    connection.execute(MESSAGE)
    search_index.create(connection)
    search_parts.create_due(connection)
    yield connection
    connection.close()


def keep(connection: sqlite3.Connection, *texts: tuple[int, str]) -> None:
    connection.executemany("insert into message (row, body) values (?, ?)", texts)
    search_index.enter(connection, [row for row, _ in texts])


def fill(connection: sqlite3.Connection, limit: int = 2_000) -> None:
    while search_index.fill(connection, limit):
        """Until none waits."""


def buckets(connection: sqlite3.Connection, gram: str) -> list[int]:
    """The buckets in which the index has three letters."""
    return sorted(
        bucket
        for part in search_index.parts(connection)
        for (bucket,) in connection.execute(
            f"select rowid from {part.table} where {part.table} match ?", (f'"{gram}"',)
        )
    )


def expected(texts: dict[int, str], gram: str) -> list[int]:
    return sorted({row >> search_index.SHIFT for row, body in texts.items() if gram in body})


def terms(connection: sqlite3.Connection) -> set[str]:
    found = set()
    for part in search_index.parts(connection):
        connection.execute(
            f"create virtual table temp.terms using fts5vocab(main, {part.table}, row)"
        )
        found |= {term for (term,) in connection.execute("select term from terms")}
        connection.execute("drop table temp.terms")
    return found


def test_what_waits_is_taken_in_newest_first(connection):
    keep(connection, *((at << 20, f"word{at:02}") for at in range(1, 11)))
    assert search_index.waiting(connection) == 10
    assert search_index.fill(connection, 4)
    assert search_index.waiting(connection) == 6
    assert min(connection.execute("select row from search_waiting"))[0] == 1 << 20
    fill(connection, 4)
    assert search_index.waiting(connection) == 0


def test_messages_of_one_moment_share_a_bucket(connection):
    keep(connection, (1, "alpha"), (2, "beta"), (3 << 40, "alphabet"))
    fill(connection)
    assert buckets(connection, "alp") == [0, (3 << 40) >> search_index.SHIFT]
    search_index.leave(connection, [1])
    connection.execute("delete from message where row = 1")
    assert buckets(connection, "alp") == [(3 << 40) >> search_index.SHIFT]
    assert buckets(connection, "eta") == [0]


def test_letters_of_what_stays_in_a_bucket_are_kept(connection):
    keep(connection, (1, "a swordfish"), (2, "another swordfish"))
    fill(connection)
    search_index.forget(connection, [1])
    assert buckets(connection, "swo") == [0]
    assert buckets(connection, "a s") == []


def test_what_waits_only_leaves_the_queue(connection):
    keep(connection, (1, "alpha"))
    search_index.leave(connection, [1])
    assert search_index.waiting(connection) == 0
    assert not search_index.fill(connection)
    assert buckets(connection, "alp") == []


def test_empty_and_unknown_rows_are_no_trouble(connection):
    keep(connection, (1, ""), (2, "x"))
    search_index.enter(connection, [99])
    fill(connection)
    search_index.forget(connection, [1, 99, 12345])
    assert search_index.waiting(connection) == 0


def test_a_forgotten_word_leaves_no_byte_in_any_file(connection, tmp_path):
    """S26, redaction: a word of four letters lies in the index as its threes; none of them stays."""
    keep(connection, *((at << 30, f"nothing in particular {at}") for at in range(1, 500)))
    keep(connection, (7 << 40, "the password is xyzzyq"))
    fill(connection, 100)
    assert "xyz" in terms(connection)
    assert not search_index.forgetting(connection)
    search_index.forget(connection, [7 << 40])
    connection.execute("update message set body = '' where row = ?", (7 << 40,))
    assert search_index.forgetting(connection)
    fill(connection)
    assert not search_index.forgetting(connection)
    assert {"xyz", "yzz", "zzy", "zyq"}.isdisjoint(terms(connection))
    assert buckets(connection, "pas") == []
    connection.execute("pragma wal_checkpoint(truncate)")
    for file in tmp_path.glob("history*"):
        content = file.read_bytes()
        assert not any(part in content for part in (b"xyz", b"yzz", b"zzy", b"zyq"))


def test_names_of_files_are_found(connection):
    keep(connection, (1, "see"), (2 << 30, ""))
    connection.execute(
        "update message set attachments = ?", ('[["https://a/1", "Ma\\u00dfe.pdf", 1, "x/y"]]',)
    )
    fill(connection)
    assert buckets(connection, "aße") == [0, 8]
    search_index.forget(connection, [1, 2 << 30])
    assert terms(connection) == set()


def test_full_parts_get_others_beside_them(connection, monkeypatch):
    monkeypatch.setattr(search_index, "PART_ROWS", 100)
    texts = {at << 30: f"word{at:04}" for at in range(1, 1001)}
    keep(connection, *texts.items())
    fill(connection, 50)
    newer = {at << 30: f"word{at:04}" for at in range(1001, 2001)}
    for at in range(0, 1000, 50):
        keep(connection, *list(newer.items())[at : at + 50])
        fill(connection, 50)
    known = search_index.parts(connection)
    assert 16 <= len(known) <= 20
    assert all(one.size <= 150 for one in known)
    assert all(a.most < b.low <= b.least for a, b in pairwise(known))
    assert len(buckets(connection, "wor")) == 2000


def test_a_part_that_grows_between_others_is_split(connection, monkeypatch):
    monkeypatch.setattr(search_index, "PART_ROWS", 100)
    monkeypatch.setattr(search_index, "_ROOMY", 400)
    keep(connection, *((at << 32, f"sparse{at}") for at in range(1, 301)))
    fill(connection, 100)
    before = search_index.parts(connection)
    middle = (150 << 32) + (1 << 30)
    keep(connection, *((middle + (at << 20), f"dense{at}") for at in range(500)))
    fill(connection, 100)
    after = search_index.parts(connection)
    assert len(after) > len(before)
    assert len({row for (row,) in connection.execute("select row from message")}) == 800
    assert max(buckets(connection, "den")) - min(buckets(connection, "den")) <= 2
    assert len(buckets(connection, "spa")) == 300


def test_cutting_drops_whole_parts_and_clears_the_last(connection, monkeypatch):
    monkeypatch.setattr(search_index, "PART_ROWS", 100)
    keep(connection, *((at << 30, f"word{at:04}") for at in range(1, 501)))
    fill(connection, 50)
    keep(connection, (1, "waits"))
    search_index.cut(connection, 250 << 30)
    connection.execute("delete from message where row < ?", (250 << 30,))
    assert search_index.waiting(connection) == 0
    assert buckets(connection, "wor") == [at << 2 for at in range(250, 501)]
    assert "d01" not in terms(connection)


def test_entering_all_again_makes_the_index_anew(connection):
    keep(connection, (1 << 30, "alpha"), (2 << 30, "beta"))
    fill(connection)
    search_index.enter_all(connection)
    assert search_index.parts(connection) == []
    assert search_index.waiting(connection) == 2
    fill(connection)
    assert buckets(connection, "alp") == [4]


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_changes_finds_what_a_scan_finds(connection, monkeypatch, seed):
    monkeypatch.setattr(search_index, "PART_ROWS", 40)
    monkeypatch.setattr(search_index, "_ROOMY", 90)
    chance = random.Random(seed)
    texts: dict[int, str] = {}
    for _ in range(300):
        row = chance.randrange(40) << 27 | chance.randrange(3)
        body = "".join(chance.choices("abc", k=chance.randrange(1, 8)))
        change = chance.random()
        if change < 0.6:
            if row in texts:
                search_index.leave(connection, [row])
                connection.execute("delete from message where row = ?", (row,))
            keep(connection, (row, body))
            texts[row] = body
        elif texts:
            gone = chance.choice(list(texts))
            (search_index.forget if change < 0.7 else search_index.leave)(connection, [gone])
            connection.execute("delete from message where row = ?", (gone,))
            del texts[gone]
        if chance.random() < 0.3:
            search_index.fill(connection, chance.choice([3, 50]))
    fill(connection)
    for gram in ("aaa", "abc", "bca", "ccb", "cab"):
        assert buckets(connection, gram) == expected(texts, gram)
