"""Disks that are full, files that are broken, and other clients: F21 and F22."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from wschat_tui.protocol.requests import PresenceSet
from wschat_tui.state.history.archive_effects import (
    DropMessages,
    DropOutgoing,
    KeepDraft,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
    KeepRoom,
    ReadPage,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import (
    ArchiveFailed,
    ArchiveMended,
    ArchiveOpened,
    ArchiveStalled,
    OutgoingUnkept,
    PageRead,
)
from wschat_tui.state.model import Operation, Outgoing
from wschat_tui.storage.archive import batch, care, door, schema, thread
from wschat_tui.storage.archive import file as archive_file
from wschat_tui.storage.archive import lock as archive_lock
from wschat_tui.storage.search import index as search_index

SCOPE = "network:n1"
ROOM = RoomRecord(SCOPE, joined=True)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Waits are short, so that what comes of them comes now."""
    monkeypatch.setattr(thread, "_AGAIN", 0.05)
    monkeypatch.setattr(archive_file, "WAIT", 0.05)


def outgoing(number, phase="handed"):
    return Outgoing(f"o{number}", SCOPE, f"text {number}", None, (), phase)


def send(kept, number):
    """What the runtime does with a `chat.send`: written down first, then handed to the link."""
    kept.run(KeepOutgoing(outgoing(number)))
    kept.archive.after(f"o{number}", lambda: kept.hear(f"sent o{number}"))


async def told(kept, kind):
    return await kept.hears(lambda one: isinstance(one, kind))


async def beside(kept, pragma):
    """Change the archive's own connection."""
    await kept.do(lambda store: store.connection.execute(pragma).fetchone())


def asides(file):
    return sorted(one for one in file.parent.iterdir() if ".broken-" in one.name)


# ---- a second client (F22)


async def test_a_second_client_reads_and_keeps_nothing(archives, note):
    """F22."""
    first = await archives()
    first.run(KeepMessages((note(1),)), KeepRoom(ROOM), KeepDraft(SCOPE, "", "typed"))
    await first.down()
    second = await archives()
    assert first.opened.writable
    assert not second.opened.writable
    assert [one.id for one in second.opened.rooms[0].messages] == ["m1"]
    second.run(KeepMessages((note(2),)))
    send(second, 1)
    await second.hears(lambda one: one == "sent o1")
    first.run(KeepMessages((note(3),)))
    await first.down()
    assert [one.id for one in (await second.newest()).messages] == ["m1", "m3"]
    assert await second.revisions("m1") == ()
    await first.archive.close()
    third = await archives()
    assert third.opened.writable
    assert third.opened.outbox == ()


async def test_two_that_start_at_once_wait_for_the_tables(archives, history_file):
    lock = await asyncio.to_thread(locked, history_file)
    opening = asyncio.ensure_future(archives())
    await asyncio.to_thread(threading.Event().wait, 0.1)
    assert not opening.done()
    store = await asyncio.to_thread(made, history_file)
    kept = await opening
    assert kept.opened == ArchiveOpened(at=5_000, writable=False)
    await asyncio.to_thread(store.close)
    lock.release()


def locked(file):
    archive_file.private_dir(file.parent)
    return archive_lock.take(file)


def made(file):
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    schema.migrate(connection)
    return connection


async def test_a_lock_without_a_history_is_not_waited_for_for_ever(
    archives, history_file, monkeypatch
):
    monkeypatch.setattr(door, "PATIENCE", 0.1)
    lock = await asyncio.to_thread(locked, history_file)
    kept = await archives()
    assert isinstance(kept.opened, ArchiveFailed)
    assert "has not made its tables" in kept.opened.sentence
    lock.release()


def test_a_lock_ends_with_its_process(history_file):
    """F22: a client that was killed does not lock the next one out."""
    archive_file.private_dir(history_file.parent)
    code = f"""
import pathlib, time
from wschat_tui.storage.archive import lock
lock = lock.take(pathlib.Path({str(history_file)!r}))
print(lock is not None, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"True\n"
        assert archive_lock.take(history_file) is None
        holder.kill()
    lock = archive_lock.take(history_file)
    assert lock is not None
    lock.release()


# ---- files that cannot be used (F21)


async def test_a_file_that_is_no_history_is_moved_aside_and_never_deleted(
    archives, history_file, note
):
    """F21."""
    history_file.parent.mkdir(parents=True)
    history_file.write_bytes(b"garbage " * 1_000)
    kept = await archives()
    assert kept.opened.writable
    (aside,) = asides(history_file)
    assert aside.name in kept.opened.word
    assert aside.read_bytes() == b"garbage " * 1_000
    kept.run(KeepMessages((note(1),)), KeepRoom(ROOM))
    await kept.archive.close()
    again = await archives()
    assert (len(again.opened.rooms), again.opened.word) == (1, "")
    await again.archive.close()
    history_file.write_bytes(b"garbage again")
    await (await archives()).archive.close()
    assert len(asides(history_file)) == 2


def ruin(file, *, keep=0):
    """Overwrite pages with messages on them, but the first, as a failing disk does."""
    data = bytearray(file.read_bytes())
    for at in range(0, len(data), 4_096):
        if b"words of" in data[at : at + 4_096]:
            if keep == 0:
                data[at : at + 4_096] = b"\xa5" * 4_096
            keep = max(keep - 1, 0)
    file.write_bytes(data)


def page_of(file, table):
    connection = sqlite3.connect(file)
    (page,) = connection.execute(
        "select rootpage from sqlite_master where name = ?", (table,)
    ).fetchone()
    connection.close()
    return page


async def filled(archives, note):
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one) for one in range(2_000))))
    kept.run(KeepRoom(replace(ROOM, complete=True)))
    kept.run(KeepOutgoing(outgoing(1)), KeepDraft(SCOPE, "", "typed"))
    kept.run(KeepOperation(Operation("o2", "status", PresenceSet(status="away"))))
    await kept.indexed()
    await kept.archive.close()
    return kept


async def test_what_a_broken_history_yields_is_taken_over(archives, note, history_file):
    """F21: above all what was on its way, and as many messages as can be read."""
    whole = (await filled(archives, note)).file
    root = page_of(whole, "message_room")
    data = bytearray(whole.read_bytes())
    data[(root - 1) * 4_096 : root * 4_096] = b"\xa5" * 4_096
    whole.write_bytes(data)
    kept = await archives()
    assert "broken" in kept.opened.word
    assert kept.opened.outbox == (outgoing(1),)
    assert [one.op_id for one in kept.opened.operations] == ["o2"]
    assert kept.opened.rooms[0].drafts == (("", "typed"),)
    assert (await kept.newest(limit=2_000)).messages[0].id == "m0"
    assert asides(history_file)[0].read_bytes() == bytes(data)


async def test_a_history_of_which_half_is_gone_still_yields_what_was_on_its_way(
    archives, note, history_file
):
    await filled(archives, note)
    # A room's end is read at the opening, so that is where it shows.
    ruin(history_file, keep=5)
    kept = await archives()
    assert "broken" in kept.opened.word
    assert kept.opened.outbox == (outgoing(1),)
    assert kept.opened.rooms[0].drafts == (("", "typed"),)
    assert not kept.opened.rooms[0].room.complete
    kept.run(KeepMessages((note(5_000),)))
    assert (await kept.newest()).messages[-1].id == "m5000"


async def test_a_file_that_breaks_while_it_is_open_is_moved_and_the_chat_goes_on(
    archives, note, history_file
):
    """F21: what could not be written goes into the new one, and nobody waits."""
    await filled(archives, note)
    kept = await archives()
    await kept.down()
    ruin(history_file)
    kept.run(ReadPage(SCOPE, "newest"), KeepMessages(tuple(note(one) for one in range(3_000))))
    send(kept, 7)
    mended = await told(kept, ArchiveMended)
    assert asides(history_file)[0].name in mended.kept.word
    await kept.hears(lambda one: one == "sent o7")
    assert len((await kept.newest(limit=2_000)).messages) == 2_000
    await kept.archive.close()
    assert [row.op_id for row in (await archives()).opened.outbox][-1] == "o7"


async def test_a_history_of_a_newer_program_is_left_alone(archives, note, history_file):
    kept = await archives()
    kept.run(KeepMessages((note(1),)))
    await kept.archive.close()
    connection = sqlite3.connect(history_file)
    connection.execute("pragma user_version = 99")
    connection.close()
    before = history_file.read_bytes()
    newer = await archives()
    assert isinstance(newer.opened, ArchiveFailed)
    assert "newer version" in newer.opened.sentence
    send(newer, 1)
    await newer.hears(lambda one: one == "sent o1")
    await newer.archive.close()
    assert history_file.read_bytes() == before
    assert asides(history_file) == []


async def test_a_place_that_cannot_be_written_is_told(archives, tmp_path):
    """F21."""
    (tmp_path / "file").write_text("not a directory")
    kept = await archives(tmp_path / "file" / "alice.db")
    assert isinstance(kept.opened, ArchiveFailed)
    assert "nothing is kept in this run" in kept.opened.sentence


async def test_a_file_that_is_taken_away_is_noticed(archives, note, history_file):
    """Else all that follows would be written to a file without a name."""
    kept = await archives()
    kept.run(KeepMessages((note(1),)))
    await kept.down()
    history_file.unlink()
    send(kept, 1)
    assert "moved or deleted" in (await told(kept, ArchiveFailed)).sentence
    await kept.hears(lambda one: one == "sent o1")


# ---- disks that are full (F21)


async def test_a_full_disk_gives_the_message_back_and_all_else_waits_for_room(archives, note):
    """F21."""
    kept = await archives()
    kept.run(KeepMessages((note(1),)), KeepOutgoing(outgoing(3, "queued")), KeepRoom(ROOM))
    await kept.down()
    await beside(kept, "pragma max_page_count = 1")
    kept.run(KeepMessages(tuple(note(one, body="x" * 2_000) for one in range(2, 200))))
    kept.run(ReadPage(SCOPE, "newest"))
    send(kept, 3)
    unkept = await told(kept, OutgoingUnkept)
    assert unkept.op_id == "o3"
    assert "the disk is full" in unkept.sentence
    assert "back in the composer" in unkept.sentence
    stalled = await told(kept, ArchiveStalled)
    assert "the disk is full" in stalled.sentence
    # What is on the disk can be read all the while.
    assert [one.id for one in (await told(kept, PageRead)).messages] == ["m1"]
    kept.told.clear()
    await beside(kept, "pragma max_page_count = 1000000")
    assert (await told(kept, ArchiveStalled)).sentence == ""
    send(kept, 4)
    await kept.hears(lambda one: one == "sent o4")
    await kept.archive.close()
    again = await archives()
    assert len((await again.newest(limit=500)).messages) == 199
    # What was given back is on its way no more.
    assert again.opened.outbox == (outgoing(4),)


async def test_a_disk_that_stays_full_is_given_up_in_the_end(archives, note, monkeypatch):
    monkeypatch.setattr(thread, "MAX_HELD", 100)
    kept = await archives()
    await beside(kept, "pragma max_page_count = 1")
    kept.run(KeepMessages(tuple(note(one, body="x" * 2_000) for one in range(50))))
    await told(kept, ArchiveStalled)
    kept.run(KeepMessages(tuple(note(one, body="x" * 2_000) for one in range(50, 101))))
    assert "too long" in (await told(kept, ArchiveFailed)).sentence
    send(kept, 1)
    await kept.hears(lambda one: one == "sent o1")


async def test_a_file_that_another_program_holds_is_waited_for(archives, note, history_file):
    """F21: locked."""
    kept = await archives()
    kept.run(KeepMessages((note(1),)))
    await kept.down()
    holder = sqlite3.connect(history_file, isolation_level=None)
    holder.execute("begin immediate")
    kept.run(KeepMessages((note(2),)))
    send(kept, 1)
    assert "another program holds" in (await told(kept, OutgoingUnkept)).sentence
    holder.execute("rollback")
    holder.close()
    await kept.hears(lambda one: one == ArchiveStalled(""))
    assert len((await kept.newest()).messages) == 2


async def test_upkeep_that_finds_no_room_is_done_later(archives, note, monkeypatch):
    """F21: the index and the sweep wait, too, and nobody is told: nothing is lost."""
    monkeypatch.setattr(care, "_REST", 0.01)
    fill, swept, tries = search_index.fill, care.sweep, []

    def first_full(connection, limit):
        tries.append("fill")
        if len(tries) == 1:
            raise full()
        return fill(connection, limit)

    def first_failing(descriptor, page):
        tries.append("sweep")
        if tries.count("sweep") == 1:
            raise OSError(5, "Input/output error")
        return swept(descriptor, page)

    monkeypatch.setattr(search_index, "fill", first_full)
    monkeypatch.setattr(care, "sweep", first_failing)
    kept = await archives()
    kept.run(KeepMessages((note(1), note(2))))
    await kept.until("select count(*) from search_waiting", [(0,)])
    kept.run(DropMessages(("m1",)))
    await kept.until("select count(*) from chore", [(0,)])
    # One that failed, one that took both in, and the steps in which one of them was forgotten.
    assert (tries.count("fill"), tries.count("sweep")) == (5, 2)
    assert kept.told == []


def full():
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


async def test_a_fault_of_our_own_ends_the_archive_and_not_the_chat(archives, monkeypatch):
    monkeypatch.setattr(care.Care, "look", lambda self: 1 / 0)
    kept = await archives()
    send(kept, 1)
    assert "fault of this program" in (await told(kept, ArchiveFailed)).sentence
    send(kept, 2)
    await kept.hears(lambda one: one == "sent o2")
    await kept.archive.close()
    monkeypatch.setattr(schema, "migrate", lambda connection: 1 / 0)
    again = await archives()
    assert "fault of this program" in again.opened.sentence


FULL = """
import asyncio, pathlib, resource, sys
from wschat_tui.state.history.archive_effects import KeepMessages, KeepOutgoing
from wschat_tui.state.history.archive_inputs import ArchiveStalled, OutgoingUnkept
from wschat_tui.state.model import Message, Outgoing
from wschat_tui.storage.archive import thread
from wschat_tui.storage.archive.archive import Archive

thread._AGAIN = 0.05

async def main():
    heard = asyncio.Queue()
    archive = Archive(pathlib.Path(sys.argv[1]), heard.put_nowait, lambda: 5)
    await archive.open()

    async def send(op_id):
        archive.run(KeepOutgoing(Outgoing(op_id, "host", "x" * 50_000, None, (), "handed")))
        archive.after(op_id, lambda: heard.put_nowait(f"sent {op_id}"))
        while True:
            told = await heard.get()
            if told == f"sent {op_id}" or isinstance(told, OutgoingUnkept):
                return told

    print(await send("o1"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
    print((await send("o2")).sentence)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(await send("o3"))
    await archive.close()
    archive = Archive(pathlib.Path(sys.argv[1]), heard.put_nowait, lambda: 5)
    print([row.op_id for row in (await archive.open()).outbox])
    await archive.close()

asyncio.run(main())
"""


def test_writes_that_the_system_refuses_give_the_message_back(history_file):
    """F21: with a real limit on the size of files."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FULL, str(history_file)],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    said = done.stdout.splitlines()
    assert (done.returncode, said[0], said[2:]) == (0, "sent o1", ["sent o3", "['o1', 'o3']"])
    assert "not sent" in said[1]
    assert done.stderr == ""


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "wschat", str(place)]
    try:
        done = subprocess.run(mount, check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip("mounting a tmpfs is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def test_a_real_disk_that_is_full(archives, note, small_disk):
    """F21: full tmpfs."""
    kept = await archives(small_disk / "history" / "alice.db")
    kept.run(KeepRoom(ROOM), KeepMessages((note(1),)))
    await kept.down()
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        try:
            while True:
                os.write(file.fileno(), bytes(4_096))
        except OSError:
            pass
    kept.run(KeepMessages(tuple(note(one, body="x" * 2_000) for one in range(2, 100))))
    send(kept, 1)
    assert (await told(kept, OutgoingUnkept)).op_id == "o1"
    await told(kept, ArchiveStalled)
    kept.told.clear()
    ballast.unlink()
    assert await told(kept, ArchiveStalled) == ArchiveStalled("")
    send(kept, 2)
    await kept.hears(lambda one: one == "sent o2")
    assert len((await kept.newest(limit=500)).messages) == 99
    kept.run(DropOutgoing("o2"))
    await kept.archive.close()
    assert batch.MAX_HELD > 10_000
