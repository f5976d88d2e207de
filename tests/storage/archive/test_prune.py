"""Old messages are taken out, and their space and their words with them."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from wschat_tui.state.history.archive_effects import (
    KeepDraft,
    KeepMessages,
    KeepOutgoing,
    KeepRoom,
    ReadPage,
    RoomRecord,
)
from wschat_tui.state.model import Outgoing
from wschat_tui.storage.archive import prune as archive_prune
from wschat_tui.storage.archive.prune import Held, Pruned, prune

SCOPE = "network:n1"
ROOM = RoomRecord(SCOPE, joined=True, complete=True, last_read="m20", hole="m10")
OLD = RoomRecord("host", complete=True)


def of(file):
    return b"".join(one.read_bytes() for one in file.parent.iterdir())


async def test_what_is_older_goes_and_the_rest_stays(archives, note, history_file, monkeypatch):
    monkeypatch.setattr(archive_prune, "_STEP", 100)
    kept = await archives()
    old = [note(one, body=f"ancient words {one} " + "x" * 300) for one in range(1_000)]
    kept.run(KeepMessages(tuple(old)), KeepMessages((replace(old[5], body="ancient, edited"),)))
    kept.run(KeepMessages(tuple(note(one) for one in range(1_000, 1_010))))
    kept.run(KeepMessages((note(3_000, scope="host"),)), KeepRoom(ROOM), KeepRoom(OLD))
    waiting = Outgoing("o1", SCOPE, "on its way", None, (), "queued", typed_at=5)
    kept.run(KeepOutgoing(waiting), KeepDraft(SCOPE, "", "typed"))
    await kept.indexed()
    await kept.archive.close()
    told = await asyncio.to_thread(prune, history_file, 2_000, 9_000)
    assert isinstance(told, Pruned)
    assert told.messages == 1_000
    assert told.after < told.before / 2
    assert b"ancient" not in of(history_file)

    again = await archives()
    host, lobby = again.opened.rooms
    assert [one.id for one in lobby.messages] == [f"m{one}" for one in range(1_000, 1_010)]
    assert (lobby.room.complete, lobby.room.hole, lobby.drafts) == (False, "", (("", "typed"),))
    assert host.room.complete
    assert again.opened.outbox == (waiting,)
    assert await again.revisions("m5") == ()
    # The mark was above all that is left.
    assert lobby.room.last_read == "m20"
    assert (await again.answer(ReadPage(SCOPE, "newest", "", 0))).unread == 10


async def test_what_somebody_reads_just_now_is_scrubbed_at_the_next_start(
    archives, note, history_file
):
    """S26."""
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one, body=f"ancient {one}") for one in range(100))))
    await kept.archive.close()

    def pruned_beside_a_reader():
        with closing(sqlite3.connect(f"file:{history_file}?mode=ro", uri=True)) as reader:
            reader.execute("begin")
            reader.execute("select count(*) from message").fetchone()
            told = prune(history_file, 2_000, 9_000)
            return told.messages, reader.execute("select count(*) from message").fetchone()

    assert await asyncio.to_thread(pruned_beside_a_reader) == (100, (100,))
    assert b"ancient" in of(history_file)
    again = await archives()
    await again.until("select count(*) from chore", [(0,)])
    assert b"ancient" not in of(history_file)


async def test_a_history_that_is_open_is_left_alone(archives, note, history_file):
    kept = await archives()
    kept.run(KeepMessages((note(1),)), KeepRoom(ROOM))
    assert await asyncio.to_thread(prune, history_file, 10**15, 9_000) == Held()
    assert len((await kept.newest()).messages) == 1


async def test_a_newer_history_is_left_alone_and_none_is_made(archives, history_file):
    assert await asyncio.to_thread(prune, history_file, 10**15, 9_000) == Pruned(0, 0, 0)
    assert not await asyncio.to_thread(history_file.parent.exists)
    kept = await archives()
    await kept.archive.close()
    await asyncio.to_thread(_set_version, history_file, 99)
    assert await asyncio.to_thread(prune, history_file, 10**15, 9_000) == Held(newer=True)


def _set_version(file, number):
    connection = sqlite3.connect(file)
    connection.execute(f"pragma user_version = {number}")
    connection.close()


@pytest.mark.parametrize("fails", ["disk I/O error", "database or disk is full"])
async def test_without_room_to_write_it_anew_the_words_go_all_the_same(
    archives, note, history_file, monkeypatch, fails
):
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one, body=f"ancient words {one}") for one in range(100))))
    await kept.archive.close()

    class Full(sqlite3.Connection):
        def execute(self, sql, *values):
            if sql == "vacuum":
                raise sqlite3.OperationalError(fails)
            return super().execute(sql, *values)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, factory=Full, **k))
    told = await asyncio.to_thread(prune, history_file, 10**15, 9_000)
    assert told.messages == 100
    assert b"ancient" not in of(history_file)
