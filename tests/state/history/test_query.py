"""The search language: what is typed, and what is meant by it."""

import unicodedata
from datetime import UTC, datetime

import pytest
from rpds import HashTrieMap

from wschat_tui.state.history.loaded import find_loaded
from wschat_tui.state.history.query import Asked, Query, fold, parse, spans, text_of
from wschat_tui.state.model import Attachment, Message, Person, Reaction, Room, State
from wschat_tui.state.text import clean

NOW = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp() * 1000)


def day(year, month, day):
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


PEOPLE = {
    "u-1": Person("u-1", clean("Bob")),
    "u-2": Person("u-2", clean("Bobby")),
    "u-3": Person("u-3", clean("bob")),
    "mia": Person("mia", clean("Mia M")),
}
ROOMS = {
    "host": Room("host"),
    "network:team": Room("network:team", clean("The team")),
    "dm:alice:mia": Room("dm:alice:mia"),
}
STATE = State(
    me="alice", focus="network:team", people=HashTrieMap(PEOPLE), rooms=HashTrieMap(ROOMS)
)


def asked(text, state=STATE):
    return parse(text, state, UTC, NOW)


def query(text, state=STATE):
    understood = asked(text, state)
    assert not understood.problem
    return understood.query


def test_nothing_typed_asks_for_nothing():
    assert asked("  ") == Asked(Query())
    assert query("").empty
    assert Query(ranked=True).empty
    assert not query("x").empty


def test_words_are_folded_and_said_once():
    assert query("Hello hello WORLD").words == ("hello", "world")
    assert query('"Good  Morning" you').words == ("good  morning", "you")
    assert query('an "open quotation').words == ("an", "open quotation")
    assert query('"" "  " x').words == ("x",)


def test_control_characters_are_looked_for_as_they_are_shown():
    assert query("a\x1bb").words == ("a␛b",)


def test_more_words_than_are_looked_for_are_not_left_out_in_silence():
    assert len(query(" ".join(map(str, [*range(12), 3]))).words) == 12
    assert asked(" ".join(map(str, range(13)))).problem.startswith("12 words are looked for")


def test_what_is_said_twice_must_hold_twice():
    twice = query("before:2026-03 before:2026-02 after:2025 after:2026 in:host in:host")
    assert (twice.since, twice.until) == (day(2026, 1, 1), day(2026, 2, 1))
    assert query("before:2026-02 before:2026-03").until == day(2026, 2, 1)
    assert query("after:2026 after:2025").since == day(2026, 1, 1)
    assert asked("in:host in:#network:team").problem.startswith("Two rooms are named")


def test_very_long_words_are_cut():
    assert len(query("x" * 5000).words[0]) < 300


def test_addresses_and_other_colons_are_words():
    assert query("https://example.org note:this").words == ("https://example.org", "note:this")


@pytest.mark.parametrize(
    ("typed", "authors"),
    [
        ("from:me", ("alice",)),
        ("from:mia", ("mia",)),
        ("FROM:@mia", ("mia",)),
        ('from:"Mia M"', ("mia",)),
        ("from:bob", ("u-1", "u-3")),
        ("from:bobb", ("u-2",)),
        ("from:mi", ("mia",)),
        ("from:stranger", ("stranger",)),
        ("from:mia from:bobby", ("mia", "u-2")),
    ],
)
def test_people_by_id_by_name_and_by_how_it_begins(typed, authors):
    assert query(typed).authors == authors


def test_me_is_a_name_where_nobody_is_known_to_be_me():
    assert query("from:me", State()).authors == ("me",)


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("in:host", "host"),
        ("in:#team", ""),
        ("in:network:team", "network:team"),
        ('in:"the team"', "network:team"),
        ("in:here", "network:team"),
        ("in:mia", "dm:alice:mia"),
        ('in:"Mia M"', "dm:alice:mia"),
    ],
)
def test_rooms_by_scope_title_and_person(typed, scope):
    understood = asked(typed)
    assert understood.query.scope == scope
    assert bool(understood.problem) == (not scope)


def test_here_is_a_name_where_no_room_is_open():
    assert asked("in:here", State()).problem


@pytest.mark.parametrize(
    ("word", "moment"),
    [
        ("2026-11-20", day(2026, 11, 20)),
        ("2026-11", day(2026, 11, 1)),
        ("2026", day(2026, 1, 1)),
        ("today", day(2026, 11, 23)),
        ("Yesterday", day(2026, 11, 22)),
        ("7d", day(2026, 11, 16)),
        ("2w", day(2026, 11, 9)),
        ("1m", day(2026, 10, 24)),
        ("1y", day(2025, 11, 23)),
        ("9999y", 0),
        ("1066", 0),
    ],
)
def test_days(word, moment):
    assert query(f"after:{word}").since == moment
    assert query(f"before:{word}").until == moment


def test_what_they_have():
    assert query("has:link has:attachments HAS:reaction").has == {"link", "attachment", "reaction"}
    assert query("has:file").has == {"attachment"}


@pytest.mark.parametrize(
    "typed",
    [
        "from:",
        "from:@ x",
        "in:",
        "in:# x",
        "in:nowhere",
        "before:",
        "before:soon",
        "after:2026-13",
        "after:0000",
        "has:",
        "has:legs",
    ],
)
def test_what_is_not_understood_is_said_in_one_sentence(typed):
    understood = asked(f"word {typed}")
    assert understood.query == Query()
    assert understood.problem.endswith((".", "?"))
    assert "\n" not in understood.problem


def test_a_message_is_searched_with_the_names_of_its_files():
    plain = Message("1", "host", "u", clean("Hello"), 1)
    filed = Message(
        "2", "host", "u", clean("see"), 1, attachments=(Attachment(clean("u"), clean("A.pdf")),)
    )
    assert text_of(plain) == "Hello"
    assert text_of(filed) == "see\nA.pdf"


def test_finding_words_and_links():
    assert query("hello").finds("Oh HELLO there")
    assert not query("hello there you").finds("hello there")
    assert query("a.pdf").finds("see", ("A.pdf",))
    assert query("has:link").finds("at HTTPS://example.org")
    assert not query("has:link").finds("at example.org")
    assert query("from:mia").finds("")


@pytest.mark.parametrize("word", ["übersicht", "café", "한국어", "が"])
def test_letters_and_their_marks_are_found_however_they_are_written(word):
    apart = unicodedata.normalize("NFD", word)
    assert query(word).finds(clean(f"the {apart}.pdf"))
    assert query(apart).finds(clean(word))


def test_folding_keeps_the_places_of_letters():
    assert fold("ÄÖ x") == "äö x"
    assert len(fold("İstanbul")) == len("İstanbul")
    assert fold("İX") == "İx"


def test_where_words_stand():
    assert spans(("an",), "Banana and") == [(1, 5), (7, 9)]
    assert spans(("ban", "nan"), "banana") == [(0, 5)]
    assert spans(("东京",), "我在东京") == [(2, 4)]
    assert spans((), "x") == []
    assert spans(("ab", "abc"), "abc ab") == [(0, 3), (4, 6)]


def held(id, body, at, author="mia", **more):
    return Message(id, "host", author, clean(body), at, **more)


def test_without_a_disk_what_is_loaded_is_searched_newest_first():
    filed = (Attachment(clean("u"), clean("Plan.pdf")),)
    host = Room(
        "host",
        messages=(
            held("1", "hello", 10),
            held("2", "hello again", 20, "bob"),
            held("3", "see", 30, attachments=filed),
            held("4", "hello", 40, deleted=True),
            held("5", "hello", 50, kind="call"),
            held("6", "hello", None, reactions=(Reaction("👍", ("bob",)),)),
        ),
    )
    state = State(rooms=HashTrieMap({"host": host}))

    def ids(limit=50, **wanted):
        return [hit.message.id for hit in find_loaded(state, Query(**wanted), limit).hits]

    assert ids(words=("hello",)) == ["2", "1", "6"]
    assert ids(words=("hello",), limit=1) == ["2"]
    assert find_loaded(state, Query(("hello",)), 1).cut
    assert not find_loaded(state, Query(("hello",)), 3).cut
    assert ids(authors=("bob",)) == ["2"]
    assert ids(scope="network:none") == []
    assert ids(since=20, until=30) == ["2"]
    assert ids(words=("plan",)) == ["3"]
    assert ids(has=frozenset({"attachment"})) == ["3"]
    assert ids(has=frozenset({"reaction"})) == ["6"]
