"""Rooms with more news than a window holds: they open at the news, and all of it is counted."""

import pytest

from wschat_tui.state.history.archive_effects import ReadPage
from wschat_tui.state.history.archive_inputs import ArchiveOpened, NewestAsked, PageRead
from wschat_tui.state.history.history import DEEP
from wschat_tui.state.model import PAGE, WINDOW
from wschat_tui.state.reading import message_from

LOBBY = "network:lobby"
NEWS = 3 * WINDOW


@pytest.fixture
def kept(online, wire):
    """On the host, and the lobby has a message that was read; there is a disk."""
    online.trimmed = True
    online.play(ArchiveOpened(online.T))
    online.hear(wire.said("m0", "bob"))
    online.see("m0")
    online.visit("host")
    return online


def news(wire, first, count):
    """Messages with a mention each."""
    return [wire.said(f"m{i}", "bob", "@alice", at=i / 10) for i in range(first, first + count)]


def pages(effects):
    return [one for one in effects if isinstance(one, ReadPage) and one.limit]


def flood(kept, wire):
    for first in range(1, NEWS, 100):
        kept.hear(*news(wire, first, 100))


def page(wire, state, way, anchor, first, count):
    """A page of the disk, with the messages from `first` on."""
    told = (
        message_from(wire.said(f"m{i}", "bob", at=i / 10).payload, state)
        for i in range(first, first + count)
    )
    return PageRead(LOBBY, way, anchor, tuple(told), above=False, below=True, last_read="m0")


def test_a_room_with_more_news_than_its_window_opens_at_the_first_of_them(kept, wire):
    flood(kept, wire)
    kept.visit(kept.lobby)
    assert pages(kept.effects) == [ReadPage(LOBBY, "around", "m0", 2 * PAGE)]
    kept.play(page(wire, kept.state, "around", "m0", 0, 200))
    assert (kept.room().divider, kept.unread()) == ("m1", (NEWS, NEWS))
    assert [one.id for one in kept.state.past.messages[:2]] == ["m0", "m1"]
    assert kept.state.sought == ("", "")
    kept.see("m20")
    assert kept.room().last_read == "m20"
    assert [one.way for one in kept.effects if isinstance(one, ReadPage)] == ["older"]


@pytest.mark.parametrize("said", ["nothing", "somewhere", "end"])
def test_where_the_first_of_the_news_is_kept_no_more_the_window_is_shown(kept, wire, said):
    flood(kept, wire)
    kept.visit(kept.lobby)
    if said == "end":
        kept.play(NewestAsked(LOBBY))
    elif said == "somewhere":
        kept.visit("host")
    kept.play(page(wire, kept.state, "around", "m0", 0, 0 if said == "nothing" else 200))
    assert (kept.state.past, kept.state.sought, kept.words) == (None, ("", ""), [])
    assert kept.unread() == (NEWS, NEWS)


def test_a_page_of_what_was_read_alone_leaves_the_rule_where_it_is(kept, wire):
    flood(kept, wire)
    kept.visit(kept.lobby)
    top = kept.room().divider
    kept.play(page(wire, kept.state, "around", "m0", 0, 1))
    assert (kept.room().divider, len(kept.state.past.messages)) == (top, 1)


def test_who_reads_on_from_the_past_into_the_window_leaves_nothing_behind(kept, wire):
    flood(kept, wire)
    kept.visit(kept.lobby)
    top = int(kept.ids()[0][1:])
    kept.play(page(wire, kept.state, "around", "m0", 0, 200))
    first = 200
    while first < top + 20:
        last = kept.state.past.messages[-1].id
        kept.play(page(wire, kept.state, "newer", last, first, 100))
        first += 100
        kept.see(f"m{min(first - 1, top - 1)}")
    kept.see(f"m{top + 10}")
    assert kept.room().last_read == f"m{top + 10}"
    assert kept.unread()[0] == NEWS - top - 10


def test_the_rule_above_the_news_goes_down_with_the_upper_end_of_the_window(kept, wire):
    kept.hear(*news(wire, 1, DEEP))
    kept.visit(kept.lobby)
    assert kept.room().divider == "m1"
    for first in range(DEEP + 1, NEWS, 100):
        kept.hear(*news(wire, first, 100))
    assert kept.room().divider == kept.ids()[0] != "m1"
    assert kept.unread() == (NEWS, NEWS)


def test_what_is_unread_above_the_window_is_not_read_by_looking_at_its_middle(kept, wire):
    for first in range(1, NEWS, 100):
        kept.hear(*news(wire, first, 100))
    kept.visit(kept.lobby)
    kept.see(kept.ids()[20])
    assert (kept.unread(), kept.room().last_read, kept.sent) == ((NEWS, NEWS), "m0", [])
    kept.see(kept.ids()[-1])
    assert (kept.unread(), kept.room().last_read) == ((0, 0), f"m{NEWS}")


def test_marking_by_hand_reads_all_above(kept, wire):
    for first in range(1, NEWS, 100):
        kept.hear(*news(wire, first, 100))
    kept.visit(kept.lobby)
    middle = kept.ids()[20]
    kept.see(middle, by_hand=True)
    assert (kept.unread()[0], kept.room().last_read) == (len(kept.ids()) - 21, middle)
