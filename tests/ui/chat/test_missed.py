"""What was missed while away is read once it was seen: the view stops at the first of it."""

from datetime import UTC, datetime

import pytest

from wschat_tui.protocol.events import ChatMessage
from wschat_tui.state.effects import Recall
from wschat_tui.state.inputs import (
    AttentionChanged,
    HistoryFailed,
    HistoryLoaded,
    LinkConnecting,
    LinkDown,
    LinkUp,
)

LOBBY = "network:lobby"
NOW = int(datetime(2026, 11, 24, 10, 30, tzinfo=UTC).timestamp() * 1000)
PAGE = 50


class Away:
    """The link is lost while others talk, and comes back; then the server tells page by page."""

    def __init__(self, talk):
        self.talk = talk
        self.past = []
        for number in range(30):
            self.past.append(self.event(number))
        talk.session.feed(HistoryLoaded(LOBBY, tuple(self.past), "", more=False))

    def event(self, number):
        at = NOW - 800_000 + number * 100
        when = datetime.fromtimestamp(at / 1000, UTC).isoformat()
        told = {"id": f"p{number}", "scope": LOBBY, "user_id": "bob", "body": f"said {number}."}
        return ChatMessage.model_validate(told | {"created_at": when})

    def misses(self, count):
        self.talk.session.feed(LinkDown("Lost.", NOW, NOW + 1000, 1))
        first = len(self.past)
        self.past += [self.event(number) for number in range(first, first + count)]
        self.talk.forget()
        self.talk.session.feed(LinkConnecting(1), LinkUp(NOW, "again"))

    def tell(self):
        """The next page; False where none is asked for."""
        asked = [one for one in self.talk.wire.effects if isinstance(one, Recall)]
        if not asked:
            return False
        self.talk.wire.effects.remove(asked[0])
        ids = [one.id for one in self.past]
        end = ids.index(asked[0].before) if asked[0].before else len(ids)
        begin = max(end - PAGE, 0)
        page = tuple(self.past[begin:end])
        asking = asked[0]
        self.talk.session.feed(
            HistoryLoaded(
                LOBBY,
                page,
                "",
                begin > 0,
                bool(asking.before),
                asking.hole,
                asking.before,
                asking.pages,
                asking.hole_at,
            )
        )
        return True


@pytest.fixture
def away(talk):
    return Away(talk)


def timeline(seat):
    return seat.chat.room.messages.timeline


def room(seat):
    return seat.chat.state.rooms[LOBBY]


def numbers(seat):
    rows = [part.row.message for part in timeline(seat).seen if part.row.kind == "message"]
    return [int(one.id[1:]) for one in rows if one.id.startswith("p")]


async def told(seat, away):
    while away.tell():
        await seat.settle()


@pytest.mark.parametrize("missed", [40, 400])
async def test_the_view_stops_at_the_first_that_was_missed(sit, away, missed):
    async with sit(size=(80, 24)) as seat:
        assert (room(seat).last_read, timeline(seat).at_bottom) == ("p29", True)
        away.misses(missed)
        await told(seat, away)
        assert room(seat).divider == "p30"
        assert "new messages" in seat.shown
        assert {29, 30} <= set(numbers(seat))
        last = int(room(seat).last_read[1:])
        assert last == numbers(seat)[-1] < 60
        assert room(seat).unread == missed + 29 - last
        assert f"{room(seat).unread} new" in seat.shown


async def test_what_fits_on_the_screen_is_read(sit, away):
    async with sit(size=(80, 24)) as seat:
        away.misses(5)
        await told(seat, away)
        assert (room(seat).unread, timeline(seat).at_bottom) == (0, True)
        away.misses(0)
        await told(seat, away)
        assert timeline(seat).at_bottom


async def test_a_message_that_comes_live_reads_nothing_of_what_is_on_its_way(sit, away, talk):
    async with sit(size=(80, 24)) as seat:
        away.misses(200)
        live = talk.says("carol", "live")
        await seat.settle()
        assert room(seat).last_read == "p29"
        away.tell()
        await seat.settle()
        assert room(seat).last_read == "p29"
        away.past.append(away.event(230).model_copy(update={"id": live, "user_id": "carol"}))
        await told(seat, away)
        assert room(seat).unread > 150
        assert room(seat).divider == "p30"


async def test_a_server_that_tells_nothing_leaves_nothing_unread_for_ever(sit, away, talk):
    async with sit(size=(80, 24)) as seat:
        away.misses(200)
        live = talk.says("carol", "live")
        await seat.settle()
        talk.session.feed(HistoryFailed(LOBBY, "No.", absent=True))
        await seat.settle()
        assert (room(seat).unread, room(seat).last_read) == (0, live)


async def test_what_was_missed_is_read_by_scrolling_through_it(sit, away):
    async with sit(size=(80, 24)) as seat:
        away.misses(60)
        await told(seat, away)
        for _ in range(30):
            await seat.press("pagedown")
            last = int(room(seat).last_read[1:])
            assert room(seat).unread == 89 - last
        assert (room(seat).unread, timeline(seat).at_bottom) == (0, True)


async def test_who_scrolls_meanwhile_stays_where_they_are(sit, away):
    async with sit(size=(80, 24)) as seat:
        away.misses(200)
        away.tell()
        await seat.settle()
        await seat.press("pageup")
        before = numbers(seat)
        await told(seat, away)
        assert numbers(seat) == before
        assert room(seat).last_read == "p29"


async def test_the_end_is_where_the_user_goes_while_it_comes(sit, away):
    async with sit(size=(80, 24)) as seat:
        away.misses(200)
        away.tell()
        await seat.settle()
        await seat.press("ctrl+end")
        await told(seat, away)
        assert (timeline(seat).at_bottom, room(seat).unread) == (True, 0)


async def test_what_came_unwatched_before_the_link_was_lost_is_new_too(sit, away, talk):
    async with sit(size=(80, 24)) as seat:
        talk.session.feed(AttentionChanged(False))
        talk.hear(("chat.message", away.event(30).model_dump(mode="json", exclude_none=True)))
        away.past.append(away.event(30))
        await seat.settle()
        away.misses(300)
        await told(seat, away)
        talk.session.feed(AttentionChanged(True))
        await seat.settle()
        assert room(seat).divider == "p30"
        assert room(seat).unread > 250
