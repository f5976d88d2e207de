"""The power fails while a history is opened that is old, or broken: nothing of it is lost (F19)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from wschat_tui.state.history.archive_effects import KeepDraft, RoomRecord
from wschat_tui.state.model import Message, Outgoing
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import door, mending, messages, outbox, rooms, schema

DUMPS = Path(__file__).parents[1] / "archive" / "versions"

# Opens it, and takes one message back that waited.
CLIENT = """
import asyncio, os, pathlib, sys
from wschat_tui.state.history.archive_effects import DropOutgoing
from wschat_tui.storage.archive import mending
from wschat_tui.storage.archive.archive import Archive

if "no note" in sys.argv:
    mending.write_atomic = lambda path, data: None

async def main():
    archive = Archive(pathlib.Path(sys.argv[1]) / "alice.db", lambda told: None, lambda: 5, "u1")
    opened = await archive.open()
    os.write(1, b"opened")
    archive.run(DropOutgoing("o1"))
    down = asyncio.Event()
    archive.after("", down.set)
    await down.wait()
    os.write(1, b"dropped")
    await archive.close()

asyncio.run(main())
"""


def opened(file):
    entered = door.enter(file, lambda: 9, "u1")
    run = entered.store.connection.execute
    try:
        assert schema.version_of(entered.store.connection) == schema.VERSION
        assert run("pragma integrity_check").fetchall() == [("ok",)]
        drafts = run("select scope, text from draft order by text").fetchall()
        said = run("select id, body from message order by row").fetchall()
        return [one.op_id for one in entered.told.outbox], drafts, said
    finally:
        entered.store.close()
        entered.lock.release()


@pytest.mark.slow
@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_an_old_history_is_there_whole_in_either_version(traced, left, tmp_path, version):
    """F19."""
    root, trace = traced
    old(root / "alice.db", version)
    old(tmp_path / "alice.db", version)
    _waiting, *kept = opened(tmp_path / "alice.db")
    for told in trace().run(CLIENT).disks(left, version):
        waiting, *found = opened(left / "alice.db")
        assert found == kept
        assert waiting in ([["o1"], []] if told == ["opened"] else [["o1"]] if not told else [[]])


def old(file, version):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript((DUMPS / f"{version}.sql").read_text(encoding="utf-8"))
        connection.execute("pragma journal_mode = wal").fetchone()


@pytest.mark.slow
def test_what_a_broken_history_yields_is_taken_over_however_often_it_takes(traced, left):
    """F19, F21."""
    root, trace = traced
    broken(root / "alice.db")
    audit(trace().run(CLIENT), left)


@pytest.mark.slow
def test_without_a_note_the_audit_finds_what_was_lost(traced, left):
    """F19, F21."""
    root, trace = traced
    broken(root / "alice.db")
    taken = trace().run(CLIENT, "no note")
    with pytest.raises(AssertionError):
        audit(taken, left, 200)


@pytest.mark.parametrize("name", ["", "../alice.db", "alice.db.broken-7", "\udcff"])
def test_a_note_of_what_is_not_there_is_taken_away(tmp_path, name):
    note = tmp_path / "alice.db.mending"
    note.write_text(name, errors="surrogateescape")
    assert mending.begun(tmp_path / "alice.db") is None
    assert not note.exists()
    assert mending.begun(tmp_path / "alice.db") is None


def audit(taken, left, *count):
    found = set()
    for told in taken.disks(left, 2, *count):
        waiting, drafts, said = opened(left / "alice.db")
        assert [message for message, _body in said] == ["m0", "m1", "m2"]
        assert drafts == [("host", "half a thought")]
        assert waiting[-1:] == ["o2"]
        assert waiting[:-1] in ([["o1"], []] if told == ["opened"] else [[]] if told else [["o1"]])
        found.add((len(told), len(list(left.glob("*.broken-?")))))
    assert len(found) > 2


def broken(file):
    """A history whose index is ruined, with a message on its way in the log."""
    entered = door.enter(file, lambda: 5, "u1")
    connection = entered.store.connection
    rooms.keep_draft(entered.store, KeepDraft("host", "", "half a thought"))
    rooms.keep_room(entered.store, RoomRecord("host"))
    said = [Message(f"m{one}", "host", "u2", SafeText("words"), one) for one in range(3)]
    messages.keep(entered.store, said)
    outbox.keep_outgoing(entered.store, Outgoing("o1", "host", "waits", None, (), "queued"))
    page = connection.execute(
        "select rootpage from sqlite_master where name = 'message_room'"
    ).fetchone()[0]
    entered.store.close()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * 4096)
        raw.write(b"\xa5" * 4096)
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as writer,
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as reader,
    ):
        writer.execute(
            "insert into outgoing (op_id, scope, kept) select 'o2', scope, kept from outgoing"
        )
        reader.execute("select count(*) from outgoing").fetchone()
        writer.close()
    entered.lock.release()
