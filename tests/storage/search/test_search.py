"""Searching a history: what a scan finds is found, in its order, page by page."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wschat_tui.state.history.query import Found, Query, Revision
from wschat_tui.storage.archive import schema
from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.search.reading import Reading
from wschat_tui.storage.search.search import Search, open_reading

COLUMNS = (
    "row, room, id, author, at, body, kind, revision, edited, deleted, redacted, mentions, sent,"
    " attachments, reactions, op_id, problem"
)
ROOMS = {"host": 1, "network:team": 2, "dm:alice:bob": 3}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def writer(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = off")
    schema.migrate(connection)
    for scope, number in ROOMS.items():
        connection.execute("insert into room (number, scope) values (?, ?)", (number, scope))
    yield connection
    connection.close()


@pytest.fixture
def reading(writer: sqlite3.Connection, file: Path) -> Iterator[Reading]:
    connection = open_reading(file)
    yield Reading(connection)
    connection.close()


def keep(writer, at, body, author="bob", scope="host", kind=0, deleted=0, files=(), reactions=""):
    attachments = json.dumps([["https://x/f", name, 1, "a/b"] for name in files]) if files else ""
    values = [at << 20, ROOMS[scope], f"m{at}", author, at, body, kind, 0, 0, deleted, 0, 0, 0]
    writer.execute(
        f"insert into message ({COLUMNS}) values ({','.join('?' * 17)})",
        (*values, attachments, reactions, "", ""),
    )
    search_index.enter(writer, [at << 20])


def fill(writer):
    while search_index.fill(writer, 500):
        """Until none waits."""


def ids(found: Found) -> list[str]:
    return [hit.message.id for hit in found.hits]


WORDS = [
    "alpha",
    "beta",
    "Gamma",
    "ALPHABET",
    "東京都",
    "東京",
    "京",
    "naïve",
    "Ärger",
    "x",
    "100%",
]


@pytest.fixture
def many(writer):
    """400 messages of several people and rooms, the last 50 not in the index yet."""
    chance = random.Random(1)
    rows = []
    for at in range(1, 401):
        row = {
            "at": at * 170,
            "body": " ".join(chance.choices(WORDS, k=chance.randrange(1, 4))),
            "author": chance.choice(["alice", "bob", "carol"]),
            "scope": chance.choice(list(ROOMS)),
            "files": ("Budget.PDF",) if at % 17 == 0 else (),
            "reactions": json.dumps([["👍", "bob"]]) if at % 13 == 0 else "",
        }
        if at % 19 == 0:
            row["body"] += " https://example.org/a_b"
        keep(writer, **row)
        rows.append(row)
        if at == 350:
            fill(writer)
    return rows


def scanned(rows, query):
    def fits(row):
        return (
            query.finds(row["body"], row["files"])
            and (not query.authors or row["author"] in query.authors)
            and (not query.scope or row["scope"] == query.scope)
            and (query.since is None or row["at"] >= query.since)
            and (query.until is None or row["at"] < query.until)
            and ("attachment" not in query.has or row["files"])
            and ("reaction" not in query.has or row["reactions"])
        )

    return [f"m{row['at']}" for row in reversed(rows) if fits(row)]


QUERIES = [
    Query(),
    Query(("alpha",)),
    Query(("lph",)),
    Query(("gamma", "beta")),
    Query(("alpha beta",)),
    Query(("a",)),
    Query(("x",)),
    Query(("be",)),
    Query(("zq",)),
    Query(("東京",)),
    Query(("京",)),
    Query(("東京都",)),
    Query(("東", "都")),
    Query(("ärger",)),
    Query(("är",)),
    Query(("ï",)),
    Query(("100%",)),
    Query(("0%",)),
    Query(("a_b",)),
    Query(("budget.pdf",)),
    Query(("pdf",)),
    Query(authors=("carol",)),
    Query(authors=("carol", "alice")),
    Query(authors=("nobody",)),
    Query(("beta",), authors=("carol", "bob")),
    Query(("be",), authors=("carol",)),
    Query(("beta",), scope="network:team"),
    Query(scope="dm:alice:bob", authors=("bob",)),
    Query(("beta",), scope="network:none"),
    Query(("beta",), since=17_000, until=51_000),
    Query(since=60_000),
    Query(since=5, until=4),
    Query(has=frozenset({"link"})),
    Query(("alpha",), has=frozenset({"link"})),
    Query(has=frozenset({"attachment"})),
    Query(("京",), has=frozenset({"attachment", "reaction"})),
    Query(("alpha",), has=frozenset({"reaction"})),
    Query(has=frozenset({"reaction"}), authors=("bob",), scope="host"),
]


@pytest.mark.parametrize("walked", [0, 3, 2_000])
@pytest.mark.parametrize("query", QUERIES, ids=[f"query-{at}" for at in range(len(QUERIES))])
def test_what_a_scan_finds_is_found_newest_first_on_pages(
    many, reading, query, walked, monkeypatch
):
    monkeypatch.setattr("wschat_tui.storage.search.reading._WALKED", max(walked, 1))
    if not walked:
        monkeypatch.setattr("wschat_tui.storage.search.walk._MOST_GRAMS", 0)
    expected = scanned(many, query)
    found, below = [], None
    while True:
        page = reading.find(query, 40, below)
        assert not page.cut
        found += ids(page)
        below = page.below
        if below is None:
            break
        assert len(page.hits) == 40
    assert found == expected


def test_messages_of_one_millisecond_come_in_their_order(writer, reading):
    keep(writer, 5, "alpha one")
    writer.execute(
        f"insert into message ({COLUMNS}) select row + 1, room, 'later', author, at, 'alpha two',"
        " kind, revision, edited, deleted, redacted, mentions, sent, attachments, reactions,"
        " op_id, problem from message"
    )
    search_index.enter(writer, [(5 << 20) + 1])
    fill(writer)
    assert ids(reading.find(Query(("alpha",)), 10, None)) == ["later", "m5"]


def test_rows_that_are_no_messages_and_deleted_ones_are_not_found(writer, reading):
    keep(writer, 1, "alpha", kind=1)
    keep(writer, 2, "alpha", deleted=1)
    keep(writer, 3, "alpha")
    assert ids(reading.find(Query(("alpha",)), 10, None)) == ["m3"]


def test_the_best_first_on_request(writer, reading):
    keep(writer, 1, "beta, nothing but beta")
    keep(writer, 2, "beta among very many other words that say little about it")
    keep(writer, 3, "alphabeta in a word, and more words beside it for its length")
    fill(writer)
    assert ids(reading.find(Query(("beta",)), 10, None)) == ["m3", "m2", "m1"]
    assert ids(reading.find(Query(("beta",), ranked=True), 10, None)) == ["m1", "m2", "m3"]


def test_a_rare_word_weighs_more_than_a_common_one(writer, reading):
    for at in range(1, 60):
        keep(writer, at * 1_000, "common filling here")
    keep(writer, 61_000, "common common common rare filling words")
    keep(writer, 60_000, "common rare rare rare filling words")
    fill(writer)
    query = Query(("common", "rare"), ranked=True)
    assert ids(reading.find(query, 10, None)) == ["m60000", "m61000"]
    assert ids(reading.find(Query(("co", "rare"), ranked=True), 10, None)) == ["m60000", "m61000"]


def test_the_best_of_the_newest_where_there_are_too_many(many, reading, monkeypatch):
    monkeypatch.setattr("wschat_tui.storage.search.reading._RANKED", 20)
    found = reading.find(Query(("a",), ranked=True), 10, None)
    assert found.cut
    assert len(found.hits) == 10
    assert set(ids(found)) <= set(scanned(many, Query(("a",)))[:70])


def test_a_search_without_time_says_so_and_goes_on_from_there(many, reading):
    page = reading.find(Query(("alpha",)), 40, None, budget=0)
    assert page.cut
    assert len(page.hits) < 40
    query = replace(Query(("alpha",)), ranked=True)
    assert reading.find(query, 40, None, budget=0).cut
    assert not reading.find(Query(("alpha",)), 40, None).cut


def test_a_search_that_was_overtaken_ends(many, file):
    connection = open_reading(file)
    reading = Reading(connection, lambda: True)
    assert reading.find(Query(("alpha",)), 40, None).cut
    connection.close()


def test_what_waits_beyond_what_is_looked_through_is_counted(many, reading, monkeypatch):
    assert reading.find(Query(("alpha",)), 10, None).waiting == 0
    monkeypatch.setattr("wschat_tui.storage.search.reading._WAITING", 20)
    assert reading.find(Query(("alpha",)), 10, None).waiting == 30


def test_a_file_that_cannot_be_read_is_an_error_of_sqlite(writer, reading):
    writer.execute("drop table search_waiting")
    with pytest.raises(sqlite3.Error):
        reading.find(Query(("alpha",)), 10, None)


async def test_searching_behind_the_loop(many, file):
    search = Search(file)
    found = await search.find(Query(("alpha",)), 20)
    assert isinstance(found, Found)
    assert ids(found) == scanned(many, Query(("alpha",)))[:20]
    more = await search.find(Query(("alpha",)), 20, found.below)
    assert ids(more) == scanned(many, Query(("alpha",)))[20:40]
    await search.close()


async def test_a_newer_search_overtakes(many, file):
    search = Search(file)
    older = asyncio.gather(*(search.find(Query((word,))) for word in ("alpha", "beta", "gamma")))
    await asyncio.sleep(0)
    newest = await search.find(Query(("alpha",)), 5)
    assert all(isinstance(one, Found) for one in await older)
    assert ids(newest) == scanned(many, Query(("alpha",)))[:5]
    await search.close()


async def test_no_history_is_one_sentence(tmp_path):
    search = Search(tmp_path / "none.db")
    found = await search.find(Query(("alpha",)))
    assert isinstance(found, str)
    assert found.endswith("try again.")
    assert await search.revisions("m1") == ()
    await search.close()


@pytest.fixture
def edited(writer):
    keep(writer, 1, "third")
    writer.execute("insert into earlier values ('m1', 1, 'first\x1b', 10), ('m1', 2, 'second', 20)")


async def test_what_a_message_said_before(edited, file):
    search = Search(file)
    assert await search.revisions("m1") == (Revision("first␛", 10), Revision("second", 20))
    assert await search.revisions("m2") == ()
    await search.close()


async def test_a_history_that_cannot_be_searched_now_is_told_without_the_library_s_words(
    tmp_path, monkeypatch
):
    """F21: and nobody is told that it is broken."""
    doubts = []
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL

    def full(file):
        raise error

    monkeypatch.setattr("wschat_tui.storage.search.search.open_reading", full)
    search = Search(tmp_path / "alice.db", doubts.append)
    said = await search.find(Query(("x",)))
    assert said == "The history could not be searched, as the disk is full; try again."
    assert doubts == []
    await search.close()
