"""Rooms and people by what a user calls them."""

import pytest
from rpds import HashTrieMap

from wschat_tui.state.model import Person, Room, State
from wschat_tui.state.resolve import direct_scope, mention_of, person_named, room_named, scope_of
from wschat_tui.state.text import SafeText

ROOMS = {
    "host": "",
    "network:lobby": "",
    "network:n-7": "Team Room",
    "dm:alice:bob": "",
    "deep": "",
}
PEOPLE = {"bob": "Bob", "u1": "Eve", "u2": "Eve", "u3": "Ann Lee"}
STATE = State(
    me="alice",
    rooms=HashTrieMap({scope: Room(scope, SafeText(title)) for scope, title in ROOMS.items()}),
    people=HashTrieMap({user: Person(user, SafeText(called)) for user, called in PEOPLE.items()}),
)


@pytest.mark.parametrize(
    ("word", "scope"),
    [
        ("lobby", "network:lobby"),
        ("#LOBBY", "network:lobby"),
        ("network:lobby", "network:lobby"),
        ("team room", "network:n-7"),
        ("host", "host"),
        ("bob", "dm:alice:bob"),
        ("dm:bob", "dm:alice:bob"),
        ("dm:bob:alice", "dm:alice:bob"),
        ("deep", "deep"),
        ("nowhere", None),
    ],
)
def test_rooms_that_are_known(word, scope):
    assert room_named(STATE, word) == scope


@pytest.mark.parametrize(
    ("word", "scope"),
    [
        ("nowhere", "network:nowhere"),
        ("#nowhere", "network:nowhere"),
        ("tenant:t1", "tenant:t1"),
        ("some:thing", "some:thing"),
        ("dm:zed", "dm:alice:zed"),
        ("lobby", "network:lobby"),
    ],
)
def test_rooms_to_join(word, scope):
    assert scope_of(STATE, word) == scope


@pytest.mark.parametrize(
    ("word", "user"),
    [("bob", "bob"), ("@BOB", "bob"), ("eve", "u1"), ("ann lee", "u3"), ("stranger", "stranger")],
)
def test_people(word, user):
    assert person_named(STATE, word) == user


@pytest.mark.parametrize(
    ("user", "mention"), [("bob", "@Bob"), ("u1", "@u1"), ("u3", "@u3"), ("zed", "@zed")]
)
def test_a_mention_names_one_person_and_no_other(user, mention):
    assert mention_of(STATE, user) == mention


def test_direct_chats_have_one_spelling_and_a_short_one_while_i_am_unknown():
    assert direct_scope(STATE, "bob") == "dm:alice:bob"
    assert direct_scope(State(), "bob") == "dm:bob"
