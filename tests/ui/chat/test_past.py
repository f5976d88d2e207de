"""The past in the timeline: scrolled both ways, gone to, left, and bounded however long it is."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from wschat_tui.runtime.session import Session
from wschat_tui.state.history import history, past
from wschat_tui.state.history.archive_effects import (
    ArchiveOrder,
    KeepMessages,
    KeepPlace,
    KeepRoom,
    ReadPage,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import AroundAsked
from wschat_tui.state.inputs import HistoryFailed, LinkConnecting, LinkUp, SessionOpened, Tick
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import opening, schema
from wschat_tui.storage.archive.orders import carry_out
from wschat_tui.storage.archive.store import Store

LOBBY = "network:lobby"
NOW = int(datetime(2026, 11, 24, 10, 30, tzinfo=UTC).timestamp() * 1000)


class Shelf:
    """Effects go to a real history in memory, in a thread; what it reads comes back."""

    def __init__(self, stored, read):
        self.effects, self.pages, self.waiting = [], [], 0
        self.session = None
        self.pool = ThreadPoolExecutor(1)
        self.stored, self.read = stored, read

    def make(self):
        connection = sqlite3.connect(":memory:", isolation_level=None)
        schema.migrate(connection)
        self.store = store = Store(connection, lambda: NOW)
        carry_out(store, KeepPlace("alice", LOBBY))
        kept = tuple(self.message(number) for number in range(self.stored))
        carry_out(store, KeepMessages(kept))
        last = self.read or f"k{self.stored - 1}"
        carry_out(store, KeepRoom(RoomRecord(LOBBY, "lobby", True, last, complete=True)))
        return opening.opened(store, writable=True)

    def message(self, number):
        at = NOW - (self.stored - number + 10) * 600_000
        return Message(f"k{number}", LOBBY, "bob", SafeText(f"kept {number}."), at)

    def run(self, effect):
        self.effects.append(effect)
        if isinstance(effect, ArchiveOrder):
            self.waiting += 1
            done = asyncio.get_running_loop().run_in_executor(
                self.pool, carry_out, self.store, effect
            )
            done.add_done_callback(self.answered)

    def answered(self, done):
        self.waiting -= 1
        answer = done.result()
        if answer is not None:
            self.pages.append(getattr(answer, "messages", ()))
            self.session.feed(answer)

    async def ask(self, sql):
        run = asyncio.get_running_loop().run_in_executor
        return await run(self.pool, lambda: self.store.connection.execute(sql).fetchone()[0])

    async def close(self):
        await asyncio.get_running_loop().run_in_executor(self.pool, self.store.connection.close)
        self.pool.shutdown(wait=False)


async def stocked(talk, stored, read=""):
    """The talk goes on where an earlier run left off, with so many messages on the disk."""
    shelf = Shelf(stored, read)
    shelf.session = session = Session(shelf)
    feed = session.feed

    def recording(*inputs):
        talk.inputs.extend(inputs)
        feed(*inputs)

    talk.wire, talk.session, session.feed = shelf, session, recording
    opened = await asyncio.get_running_loop().run_in_executor(shelf.pool, shelf.make)
    session.feed(SessionOpened("alice", "work", "s", "standard", "m", (LOBBY,)))
    session.feed(opened)
    session.feed(LinkConnecting(1), LinkUp(NOW, "up"), Tick(NOW))
    session.feed(HistoryFailed(LOBBY, "", absent=True))
    return shelf


async def rest(seat):
    """The history has answered, and what came of it is painted."""
    await seat.settle()
    await seat.until(lambda: not seat.talk.wire.waiting)
    await seat.settle()


async def press(seat, key):
    await seat.press(key)
    await rest(seat)


@pytest.fixture
def short(monkeypatch):
    """Windows and stretches of a few screens."""
    for module, name, value in (
        (history, "DEEP", 120),
        (history, "ENOUGH", 40),
        (history, "PAGE", 40),
        (past, "PAGE", 40),
        (past, "MOST", 160),
        (past, "JOINED", 60),
        (opening, "NEWEST", 30),
        (opening, "FOCUSED", 40),
    ):
        monkeypatch.setattr(module, name, value)


def timeline(seat):
    return seat.chat.room.messages.timeline


def numbers(seat):
    """The numbers of the kept messages in view, from the top."""
    rows = [part.row.message for part in timeline(seat).seen if part.row.kind == "message"]
    return [int(one.id[1:]) for one in rows if one.id.startswith("k")]


async def scroll(seat, key, until, most=60):
    """Press a key until something holds; what is in view only ever moves by a page."""
    before = numbers(seat)
    for _ in range(most):
        if until():
            return
        await press(seat, key)
        after = numbers(seat)
        if before and after:
            assert set(range(min(before) - 1, max(before) + 2)) & set(after), (before, after)
        before = after
    raise AssertionError(f"{key} does not get there: {before}")


async def test_scrolling_goes_to_the_first_and_back_to_the_newest(sit, talk, short):
    await stocked(talk, 240)
    async with sit() as seat:
        await rest(seat)
        assert "kept 239." in seat.shown
        await scroll(seat, "pageup", lambda: 0 in numbers(seat))
        assert len(seat.chat.state.past.messages) <= 160
        assert len(seat.chat.state.rooms[LOBBY].messages) <= 161
        assert "newer messages ↓" in seat.shown
        talk.says("carol", "while you read")
        await rest(seat)
        assert 0 in numbers(seat)
        assert "1+ new ↓" in seat.shown
        await scroll(seat, "pagedown", lambda: "while you read" in seat.shown)
        assert seat.chat.state.past is None
        assert seat.chat.state.rooms[LOBBY].unread == 0


async def test_the_end_is_a_key_or_a_message_away(sit, talk, short):
    await stocked(talk, 240)
    async with sit() as seat:
        await rest(seat)
        await scroll(seat, "pageup", lambda: seat.chat.state.past is not None)
        await press(seat, "ctrl+end")
        assert seat.chat.state.past is None
        assert "kept 239." in seat.shown
        assert timeline(seat).at_bottom
        await scroll(seat, "pageup", lambda: seat.chat.state.past is not None)
        await seat.type("back here")
        await press(seat, "enter")
        assert seat.chat.state.past is None
        assert "back here" in seat.shown
        assert timeline(seat).at_bottom


async def test_a_hit_is_shown_in_its_place_and_changes_there(sit, talk, short):
    shelf = await stocked(talk, 300)
    async with sit() as seat:
        await rest(seat)
        talk.session.feed(AroundAsked("go", NOW, LOBBY, "k100"))
        await rest(seat)
        assert 100 in numbers(seat)
        assert timeline(seat).cursor == "k100"
        talk.hear(("chat.edited", {"message_id": "k100", "new_body": "another text"}))
        talk.hear(("chat.deleted", {"message_id": "k101", "mode": "hard"}))
        await rest(seat)
        assert "another text" in seat.shown
        assert "kept 101." not in seat.shown
        found = await shelf.ask("select body from message where id = 'k100'")
        assert found == "another text"
        talk.session.feed(AroundAsked("go2", NOW, LOBBY, "k299"))
        await rest(seat)
        assert (timeline(seat).cursor, seat.chat.state.past) == ("k299", None)


async def test_opening_begins_at_the_first_new_message_though_it_is_not_loaded(sit, talk, short):
    await stocked(talk, 300, read="k219")
    async with sit() as seat:
        await rest(seat)
        assert seat.chat.state.rooms[LOBBY].divider == "k220"
        assert 220 in numbers(seat)
        assert "new messages" in seat.shown


async def test_enter_on_a_gap_asks_again(sit, talk, short):
    await stocked(talk, 20)
    talk.says("carol", "below the gap")
    async with sit() as seat:
        await rest(seat)
        state = seat.chat.state
        gap = next(one for one in state.rooms[LOBBY].messages if one.kind == "gap")
        timeline(seat).cursor = gap.id
        timeline(seat).focus()
        await rest(seat)
        assert "ask again" in seat.lines[-1]
        await press(seat, "enter")
        assert any("keeps no history" in one for one in seat.toasts)


@pytest.mark.parametrize("stored", [300, 3_000])
async def test_what_is_made_does_not_grow_with_what_is_stored(sit, talk, short, stored):
    shelf = await stocked(talk, stored)
    async with sit() as seat:
        await rest(seat)
        assert len(timeline(seat).index) < 100
        await press(seat, "pageup")
        read = sum(map(len, shelf.pages))
        asked = [one for one in shelf.effects if isinstance(one, ReadPage)]
        assert (read, len(asked)) == (40 * len(asked), len(asked))
        assert len(asked) <= 2


async def test_more_news_than_a_window_are_read_from_the_first_to_the_last(sit, talk, short):
    await stocked(talk, 400, read="k20")
    async with sit(size=(80, 24)) as seat:
        await rest(seat)
        room = seat.chat.state.rooms[LOBBY]
        assert (room.divider, "new messages" in seat.shown) == ("k21", True)
        assert {20, 21} <= set(numbers(seat))
        assert timeline(seat).cursor is None
        await press(seat, "pagedown")

        def ended():
            room = seat.chat.state.rooms[LOBBY]
            assert room.unread == 399 - int(room.last_read[1:])
            return not room.unread and seat.chat.state.past is None

        await scroll(seat, "pagedown", ended)
        assert timeline(seat).at_bottom
