"""Rooms with more news than a window holds: they open at the news, and all of it is counted."""

import pytest

from wschat_tui.state.archive_effects import ReadPage
from wschat_tui.state.archive_inputs import ArchiveOpened
from wschat_tui.state.history import DEEP
from wschat_tui.state.model import WINDOW

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


def test_a_room_with_more_news_than_its_window_opens_at_the_first_that_is_loaded(kept, wire):
    for first in range(1, NEWS, 100):
        kept.hear(*news(wire, first, 100))
    kept.visit(kept.lobby)
    assert kept.room().divider == kept.ids()[0]
    assert kept.unread() == (NEWS, NEWS)
    assert pages(kept.effects) == []


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
