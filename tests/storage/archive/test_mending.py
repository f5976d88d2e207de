"""Histories that break: what can be read of them goes on being kept, and what cannot is told (F21)."""

import asyncio
import re
import sqlite3
import threading
from contextlib import closing

import pytest

from wschat_tui.protocol.requests import PresenceSet
from wschat_tui.state.history.archive_effects import (
    KeepDraft,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
    KeepRoom,
    ReadPage,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import ArchiveFailed, ArchiveMended, OutgoingUnkept
from wschat_tui.state.history.query import Query
from wschat_tui.state.model import Operation, Outgoing
from wschat_tui.storage.archive import batch, care, door, salvage, thread
from wschat_tui.storage.archive.backlog import Work
from wschat_tui.storage.archive.orders import carry_out
from wschat_tui.storage.search.search import Search

SCOPE, OTHER = "network:n1", "network:n2"
PAGE = 4_096
COUNT = 3_000
WORDS = "words of"


def outgoing(number):
    return Outgoing(f"o{number}", SCOPE, f"text {number}", None, (), "queued")


@pytest.fixture
def filled(history_file, note):
    """A history of two rooms, with something that waits and something typed."""
    entered = door.enter(history_file, lambda: 5_000, "u1")
    entered.store.connection.execute("begin immediate")
    for order in (
        KeepMessages(tuple(note(one) for one in range(COUNT))),
        KeepMessages(tuple(note(one, OTHER) for one in range(COUNT, COUNT + 3))),
        KeepRoom(RoomRecord(SCOPE, joined=True, complete=True)),
        KeepRoom(RoomRecord(OTHER, joined=True, complete=True)),
        KeepOutgoing(outgoing(1)),
        KeepDraft(SCOPE, "", "typed"),
        KeepOperation(Operation("o2", "status", PresenceSet(status="away"))),
    ):
        carry_out(entered.store, order)
    entered.store.connection.execute("commit")
    while care.fill(entered.store):
        pass
    entered.store.close()
    entered.lock.release()
    return history_file


def leaves(file):
    """Pages of the table of messages, the oldest first: each with the number of its last message."""
    data = file.read_bytes()
    with closing(sqlite3.connect(file)) as connection:
        (root,) = connection.execute(
            "select rootpage from sqlite_master where name = 'message'"
        ).fetchone()
    return list(below(data, root))


def below(data, number):
    """The leaves below a page of a table, in their order (SQLite's file format, section 1.6)."""
    page = data[(number - 1) * PAGE : number * PAGE]
    if page[0] == 0x0D:
        yield number
        return
    assert page[0] == 0x05
    for cell in range(int.from_bytes(page[3:5])):
        at = int.from_bytes(page[12 + 2 * cell : 14 + 2 * cell])
        yield from below(data, int.from_bytes(page[at : at + 4]))
    yield from below(data, int.from_bytes(page[8:12]))


def ruin(file, *pages):
    """What a failing disk does."""
    with file.open("r+b") as opened:
        for page in pages:
            opened.seek((page - 1) * PAGE)
            opened.write(b"\xa5" * PAGE)


def asides(file):
    return sorted(one for one in file.parent.iterdir() if re.search(r"\.broken-\d+$", one.name))


async def told(kept, kind):
    return await kept.hears(lambda one: isinstance(one, kind))


async def forgotten(kept):
    """All is in the file, and its pages are not remembered."""

    def forget(store):
        store.connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        store.connection.execute("pragma shrink_memory").fetchone()

    await kept.do(forget)


# ---- while it is open


async def test_a_history_that_breaks_while_it_is_open_goes_on_with_what_can_be_read(
    archives, note, filled
):
    """F21: queue and drafts survive, and what comes is kept."""
    pages = leaves(filled)
    ruin(filled, pages[len(pages) // 2])
    kept = await archives()
    assert kept.opened.word == ""
    kept.run(KeepOutgoing(outgoing(7)), KeepDraft(OTHER, "", "more"))
    await kept.down()
    kept.run(KeepMessages((note(9_000),)), ReadPage(SCOPE, "older", "m2999", 2_000))
    kept.run(KeepOutgoing(outgoing(8)))
    kept.archive.after("o8", lambda: kept.hear("sent o8"))
    mended = await told(kept, ArchiveMended)
    (aside,) = asides(filled)
    assert aside.name in mended.kept.word
    assert "with drafts and what waits to be sent" in mended.kept.word
    assert [row.op_id for row in mended.kept.outbox] == ["o1", "o7"]
    await kept.hears(lambda one: one == "sent o8")
    assert not [one for one in kept.told if isinstance(one, ArchiveFailed | OutgoingUnkept)]
    assert (await kept.newest()).messages[-1].id == "m9000"
    await kept.archive.close()
    again = await archives()
    assert again.opened.word == ""
    assert [row.op_id for row in again.opened.outbox] == ["o1", "o7", "o8"]
    assert [one.op_id for one in again.opened.operations] == ["o2"]
    assert [one.drafts for one in again.opened.rooms] == [(("", "typed"),), (("", "more"),)]


async def test_what_cannot_be_mended_now_is_mended_by_the_next_start(
    archives, note, filled, monkeypatch
):
    """F21: the disk is full, say. The message is given back, and nothing is lost."""

    def full(broken, store):
        error = sqlite3.OperationalError("full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    pages = leaves(filled)
    ruin(filled, pages[len(pages) // 2])
    kept = await archives()
    with monkeypatch.context() as patched:
        patched.setattr(salvage, "salvage", full)
        kept.run(ReadPage(SCOPE, "older", "m2999", 2_000), KeepOutgoing(outgoing(8)))
        kept.archive.after("o8", lambda: kept.hear("sent o8"))
        assert (await told(kept, OutgoingUnkept)).op_id == "o8"
        failed = (await told(kept, ArchiveFailed)).sentence
        await kept.archive.close()
    assert "the disk is full" in failed
    assert "drafts and what is not sent" in failed
    assert failed.endswith("Free some space and start again.")
    again = await archives()
    assert "broken" in again.opened.word
    assert [row.op_id for row in again.opened.outbox] == ["o1"]
    assert again.opened.rooms[0].drafts == (("", "typed"),)
    assert len(asides(filled)) == 1


async def test_a_disk_that_breaks_every_file_is_given_up(archives, filled, monkeypatch):
    monkeypatch.setattr(thread, "_MENDS", 1)
    kept = await archives()
    for _ in range(2):
        await forgotten(kept)
        kept.told.clear()
        ruin(filled, *(await asyncio.to_thread(leaves, filled))[20:22])
        kept.run(ReadPage(SCOPE, "older", "m2999", 2_000))
        ended = await told(kept, ArchiveMended | ArchiveFailed)
    assert "again and again" in ended.sentence
    assert len(asides(filled)) == 1
    await kept.archive.close()
    again = await archives()
    again.run(ReadPage(SCOPE, "older", "m2999", 2_000))
    assert "broken" in (await told(again, ArchiveMended)).kept.word


async def test_what_breaks_at_the_end_is_mended_before_it_ends(archives, filled, note):
    """F21: nobody who quits loses what they typed last."""
    kept = await archives()
    await forgotten(kept)
    ruin(filled, *(await asyncio.to_thread(leaves, filled))[-3:])
    kept.run(KeepMessages((note(9_000),)), KeepDraft(SCOPE, "", "the last"))
    await kept.archive.close()
    again = await archives()
    assert again.opened.rooms[0].drafts == (("", "the last"),)


async def test_what_its_last_look_finds_broken_is_mended_before_it_ends(
    archives, filled, monkeypatch
):
    finish = care.Care.finish

    def broken(self):
        monkeypatch.setattr(care.Care, "finish", finish)
        error = sqlite3.DatabaseError("malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    monkeypatch.setattr(care.Care, "finish", broken)
    kept = await archives()
    await kept.archive.close()
    assert isinstance(kept.told[-1], ArchiveMended)
    assert [row.op_id for row in (await archives()).opened.outbox] == ["o1"]


async def test_what_no_file_takes_is_given_back_and_not_sent_from_the_new_one(
    archives, filled, monkeypatch
):
    """A break that comes upon while each order is tried by itself."""
    broken = sqlite3.DatabaseError("malformed")
    broken.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    trouble = {"o5": [ValueError("unfit")] * 9, "o6": [broken]}

    def carried(store, order):
        if isinstance(order, KeepOutgoing) and trouble.get(order.row.op_id):
            raise trouble[order.row.op_id].pop()
        return carry_out(store, order)

    monkeypatch.setattr(batch, "carry_out", carried)
    kept = await archives()
    release = threading.Event()
    kept.archive._scribe.items.put(Work(lambda store: release.wait()))
    for number in (5, 6):
        kept.run(KeepOutgoing(outgoing(number)))
        kept.archive.after(f"o{number}", lambda number=number: kept.hear(f"sent o{number}"))
    release.set()
    await kept.hears(lambda one: one == "sent o6")
    assert (await told(kept, OutgoingUnkept)).op_id == "o5"
    assert "sent o5" not in kept.told
    assert any(isinstance(one, ArchiveMended) for one in kept.told)


# ---- what is taken over


def salvaged(file):
    """Open a broken history as if it had been found at the start."""
    lock = door.archive_lock.take(file)
    return door.mend(file, lambda: 9_000, "u1", lock)


def ids(entered, scope=SCOPE):
    run = entered.store.connection.execute
    found = run(
        "select id from message join room on number = room where scope = ? order by row", (scope,)
    )
    return [one for (one,) in found]


@pytest.fixture
def mended():
    """Mend a file; it is closed at the end."""
    entered = []

    def mend(file):
        entered.append(salvaged(file))
        return entered[-1]

    yield mend
    for one in entered:
        one.store.close()
        one.lock.release()


def test_messages_on_both_sides_of_broken_pages_are_taken_over(filled, mended):
    """F21: the newest, the middle and the oldest; and rows say where some are missing."""
    pages = leaves(filled)
    bad = [pages[1], pages[len(pages) // 2], pages[-3]]
    assert len(pages) > 30
    ruin(filled, *bad)
    found = mended(filled)
    said = ids(found)
    gaps = [one for one in said if one.startswith("gap:")]
    numbers = [int(one.removeprefix("m")) for one in said if not one.startswith("gap:")]
    lost = sorted(set(range(COUNT)) - set(numbers))
    starts = [one for one in lost if one - 1 not in lost]
    assert len(starts) == 3
    assert len(lost) < 4 * COUNT / len(pages)
    assert gaps == [f"gap:m{one - 1}" for one in starts]
    # Each stands right below the last message that is there.
    assert all(said[said.index(gap) - 1] == gap.removeprefix("gap:") for gap in gaps)
    assert f"{len(lost):,} could not, and a row says where" in found.told.word
    assert f"{COUNT + 3 - len(lost):,} messages could be read" in found.told.word
    # The other room has lost nothing, and says nothing.
    assert ids(found, OTHER) == ["m3000", "m3001", "m3002"]
    assert not any(one.room.complete for one in found.told.rooms)


def test_where_the_index_is_broken_too_nobody_claims_to_know_how_many(filled, mended):
    pages = leaves(filled)
    with closing(sqlite3.connect(filled)) as connection:
        (index,) = connection.execute(
            "select rootpage from sqlite_master where name = 'message_room'"
        ).fetchone()
    ruin(filled, pages[9], index)
    found = mended(filled)
    assert "older messages may be missing where a row says so" in found.told.word
    assert len([one for one in ids(found) if one.startswith("gap:")]) == 1
    assert len(ids(found)) > COUNT - 200


def test_a_history_that_yields_all_claims_nothing_to_be_missing(filled, mended):
    found = mended(filled)
    assert found.told.word.startswith(
        "The history was broken. 3,003 messages could be read, with drafts and what waits to be"
        f" sent; the file is kept as {asides(filled)[0].name} for"
    )


def test_rooms_that_cannot_be_read_do_not_give_their_messages_to_others(filled, mended):
    """Else a new room would have the number, and the messages, of one that is lost."""
    with closing(sqlite3.connect(filled)) as connection:
        tables = dict(connection.execute("select name, rootpage from sqlite_master"))
    ruin(filled, tables["room"])
    found = mended(filled)
    assert len(ids(found)) == COUNT
    assert len(ids(found, OTHER)) == 3
    assert [one.room.scope for one in found.told.rooms] == [SCOPE, OTHER]


def test_messages_of_rooms_without_a_name_are_missing_and_nobody_elses(filled, mended):
    with closing(sqlite3.connect(filled)) as connection:
        tables = dict(connection.execute("select name, rootpage from sqlite_master"))
    ruin(filled, tables["room"], tables["sqlite_autoindex_room_1"])
    found = mended(filled)
    assert found.store.connection.execute("select count(*) from message").fetchone() == (0,)
    assert "3,003 could not" in found.told.word
    assert [row.op_id for row in found.told.outbox] == ["o1"]


def test_what_was_typed_and_cannot_be_read_is_told(filled, mended):
    with closing(sqlite3.connect(filled)) as connection:
        tables = dict(connection.execute("select name, rootpage from sqlite_master"))
    ruin(filled, tables["draft"])
    found = mended(filled)
    assert "of drafts and of what waits to be sent some may be lost" in found.told.word
    assert [row.op_id for row in found.told.outbox] == ["o1"]


def test_an_older_version_s_broken_history_is_taken_over_too(filled, mended):
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("pragma user_version = 2")
    found = mended(filled)
    assert len(ids(found)) == COUNT
    assert [row.op_id for row in found.told.outbox] == ["o1"]


# ---- found by a search


async def test_what_a_search_finds_broken_is_mended(archives, filled):
    """F21: searched again, it finds what is left."""
    pages = await asyncio.to_thread(leaves, filled)
    kept = await archives()
    ruin(filled, pages[len(pages) // 2])
    search = Search(filled, kept.archive.doubt)
    said = await search.find(Query(words=(WORDS,)), 5_000)
    assert said == (
        "The history is broken. It is mended with what can be read of it, at once or at the next"
        " start: search again then."
    )
    mended = await told(kept, ArchiveMended)
    assert "row says where" in mended.kept.word
    found = await search.find(Query(words=(WORDS,)), 5_000)
    assert len(found.hits) > COUNT - 200
    await search.close()


async def test_a_broken_index_is_made_anew_where_all_else_is_sound(archives, filled):
    kept = await archives()
    inode = (await asyncio.to_thread(filled.stat)).st_ino
    kept.archive.doubt(inode + 1)
    await kept.do(lambda store: None)
    assert await kept.sql("select count(*) > 0 from search_part") == [(1,)]
    kept.archive.doubt(inode)
    assert await kept.do(lambda store: store.waiting) == COUNT + 3
    await kept.until("select count(*) from search_waiting", [(0,)])
    search = Search(filled, kept.archive.doubt)
    assert len((await search.find(Query(words=(WORDS,)), 5_000)).hits) == COUNT + 3
    await search.close()
    assert kept.told == []
