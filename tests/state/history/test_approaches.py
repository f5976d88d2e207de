"""Somebody writes to me for the first time while this client does not listen."""

from dataclasses import replace

import pytest

from wschat_tui.state.effects import Notify
from wschat_tui.state.inputs import HistoryFailed, HistoryLoaded
from wschat_tui.state.server_inputs import MemberListed, MembersListed

LOBBY = "network:lobby"
BOB = "dm:alice:bob"
CAROL = "dm:alice:carol"


@pytest.fixture
def away(online, wire):
    """Alice heard one message at 09:00, knows bob and carol, and lost the link."""
    online.play(MembersListed(LOBBY, tuple(MemberListed(one, one) for one in ("bob", "carol"))))
    online.hear(wire.said("m1", "bob", created_at="2026-01-05T09:00:00Z"))
    online.down()
    return online


def looks(scene):
    return [one for one in scene.recalls if one.hole == ":approach"]


def found(scene, *received, scope=BOB, more=False):
    look = next(one for one in looks(scene) if one.scope == scope)
    events = tuple(one.payload for one in received)
    return scene.play(HistoryLoaded(scope, events, "", more, hole=look.hole, hole_at=look.hole_at))


def said(wire, id, who, clock, body="hello"):
    return wire.said(id, who, body, scope=BOB, created_at=f"2026-01-05T{clock}:00Z")


def test_a_first_word_while_i_was_away_is_news(away, wire):
    """F18: no room of mine would have asked for it."""
    away.up()
    assert {one.scope for one in looks(away)} == {BOB, CAROL}
    told = found(
        away, said(wire, "d1", "bob", "09:05", "are you"), said(wire, "d2", "bob", "09:06")
    )
    assert away.ids(BOB) == ["d1", "d2"]
    assert away.unread(BOB) == (2, 0)
    assert [one.text for one in told if isinstance(one, Notify)] == ["bob: hello"]


def test_what_was_said_before_is_read_and_so_is_what_i_answered_elsewhere(away, wire):
    away.up()
    found(
        away,
        said(wire, "d1", "bob", "08:00"),
        said(wire, "d2", "bob", "09:05"),
        said(wire, "d3", "alice", "09:06"),
        said(wire, "d4", "bob", "09:07"),
    )
    assert away.ids(BOB) == ["d1", "d2", "d3", "d4"]
    assert (away.room(BOB).last_read, away.unread(BOB)) == ("d3", (1, 0))


@pytest.mark.parametrize(
    ("who", "clock"), [("bob", "08:59"), ("alice", "09:05")], ids=["heard of", "mine"]
)
def test_where_nothing_is_new_no_chat_begins(away, wire, who, clock):
    away.up()
    assert found(away, said(wire, "d1", who, clock)) == []
    assert BOB not in away.state.rooms


def test_a_chat_that_went_on_before_the_answer_came_has_all_of_it(away, wire):
    away.up()
    look = looks(away)
    away.hear(said(wire, "d2", "bob", "09:06"))
    assert away.unread(BOB) == (1, 0)
    away.effects = look
    found(away, said(wire, "d1", "bob", "09:05"), said(wire, "d2", "bob", "09:06"))
    assert (away.ids(BOB), away.unread(BOB)) == (["d1", "d2"], (2, 0))


def test_a_chat_that_is_open_is_left_to_its_own_page(away, wire):
    away.up()
    look = looks(away)
    away.visit(BOB)
    away.page(said(wire, "d1", "bob", "09:05"), scope=BOB)
    away.effects = look
    assert found(away, said(wire, "d1", "bob", "09:05")) == []


def test_who_begins_has_been_nowhere(scene, wire):
    scene.open()
    scene.up()
    scene.play(MembersListed(LOBBY, (MemberListed("bob", "bob"),)))
    scene.tick(1_000)
    assert looks(scene) == []


def test_a_chat_to_which_i_wrote_meanwhile_counts_what_i_missed_there(away, wire):
    """F18: its first page has what was said before, and what is news."""
    away.post("o1", "are you there", scope=BOB)
    away.up()
    away.page(said(wire, "d1", "bob", "08:00"), said(wire, "d2", "bob", "09:05"), scope=BOB)
    assert (away.room(BOB).last_read, away.unread(BOB)) == ("d1", (1, 0))


def test_who_was_there_before_anybody_spoke_hears_of_the_first_word(scene, wire):
    """F18: the run before this one saw that nothing was said, and ended."""
    scene.open()
    empty = replace(scene.room(), history="complete")
    scene.state = replace(scene.state, rooms=scene.state.rooms.insert(LOBBY, empty))
    scene.up()
    scene.play(MembersListed(LOBBY, (MemberListed("bob", "bob"),)))
    scene.tick(1_000)
    found(scene, said(wire, "d1", "bob", "09:05"))
    assert scene.unread(BOB) == (1, 0)


def test_who_had_heard_nothing_at_all_hears_of_all(online, wire):
    online.play(MembersListed(LOBBY, (MemberListed("bob", "bob"),)))
    online.down()
    online.up()
    found(online, said(wire, "d1", "bob", "09:05"))
    assert online.unread(BOB) == (1, 0)


def test_people_who_are_listed_later_are_looked_up_some_at_a_tick(away):
    away.up()
    people = tuple(MemberListed(f"p{number:03}", "x") for number in range(400))
    away.play(MembersListed(LOBBY, people))
    asked = []
    for _ in range(60):
        away.tick(1_000)
        assert len(looks(away)) <= 10
        asked += looks(away)
    assert len({one.scope for one in asked}) == len(asked) == 298
    away.down()
    away.tick(1_000)
    assert looks(away) == []
    away.up()
    assert len(looks(away)) == 10


def test_a_server_without_history_is_asked_no_more(away):
    away.up()
    away.play(MembersListed(LOBBY, (MemberListed("dave", "dave"),)))
    for scope in (BOB, CAROL):
        away.play(HistoryFailed(scope, "", absent=True, hole=":approach"))
    away.tick(1_000)
    assert looks(away) == []
