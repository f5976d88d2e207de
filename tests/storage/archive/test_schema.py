"""Histories of every earlier version become those of this one, with all that is in them.

`versions/N.sql` is a small history as version N left it. Tables that change are a new
version: a migration goes to the end of `MIGRATIONS`, and a dump of the new version beside these.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rpds import HashTrieMap

from wschat_tui.protocol.requests import ChatEdit
from wschat_tui.state.history.archive_effects import ReadPage, ReadThread, RoomRecord
from wschat_tui.state.model import Attachment, Message, Operation, Outgoing, Person, Reaction
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import schema
from wschat_tui.storage.archive.schema import MIGRATIONS, VERSION, migrate, version_of

DUMPS = Path(__file__).parent / "versions"

SCOPE = "network:n1"
MESSAGES = (
    Message("m1", SCOPE, "u2", SafeText("first words"), 1_001, source="**first** words"),
    Message(
        "m2",
        SCOPE,
        "u1",
        SafeText("second, changed"),
        1_002,
        revision=2,
        parent_id="m1",
        attachments=(Attachment(SafeText("https://x.test/a.png"), SafeText("a.png"), 9),),
        reactions=(Reaction("👍", ("u2", "u3")),),
        edited=True,
        delivery="sent",
        op_id="o0",
        source="second, changed",
    ),
    Message("m3", SCOPE, "u3", SafeText("[REDACTED]"), 1_003, redacted=True),
    Message("m4", SCOPE, "u3", SafeText(""), None, deleted=True),
    Message("gap:m4", SCOPE, "", SafeText(""), 1_003, kind="gap"),
    Message(
        "m5", SCOPE, "u2", SafeText("@alice 你好"), 2_000, mentions_me=True, source="@alice 你好"
    ),
)


def built(file, version):
    """The file as that version left it."""
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript((DUMPS / f"{version}.sql").read_text(encoding="utf-8"))
        connection.execute("pragma journal_mode = wal").fetchone()


def tables(connection):
    found = connection.execute("select name, sql from sqlite_master where sql is not null")
    return {name: " ".join(sql.split()) for name, sql in found}


def test_there_is_a_dump_of_every_version():
    assert sorted(int(one.stem) for one in DUMPS.glob("*.sql")) == list(range(1, VERSION + 1))


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_what_made_a_version_makes_it_still(version, history_file, monkeypatch):
    """Files of that version are out there: changing what made it would change none of them."""
    built(history_file, version)
    monkeypatch.setattr(schema, "VERSION", version)
    with (
        closing(sqlite3.connect(history_file)) as old,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as new,
    ):
        migrate(new)
        assert tables(new) == tables(old)
        assert version_of(new) == version_of(old) == version
        header = "pragma application_id"
        assert new.execute(header).fetchone() == old.execute(header).fetchone()


@pytest.mark.parametrize("version", range(1, VERSION + 1))
async def test_a_history_of_an_earlier_version_is_brought_up_to_date(
    archives, history_file, version
):
    await asyncio.to_thread(built, history_file, version)
    kept = await archives()
    assert await kept.sql("pragma user_version") == [(VERSION,)]
    (room,) = kept.opened.rooms
    assert room.room == RoomRecord(
        SCOPE,
        SafeText("Lobby"),
        joined=True,
        last_read="m1",
        receipts=HashTrieMap({"u2": "m2"}),
        hole="m5",
    )
    assert room.messages == MESSAGES
    assert room.drafts == (("", "half a thought"), ("m1", "in the thread"))
    assert kept.opened.people == (Person("u2", SafeText("Bob"), role=SafeText("admin")),)
    row = Outgoing("o1", SCOPE, "on its way", None, ("https://x.test/b",), "queued", typed_at=7)
    assert kept.opened.outbox == (row,)
    edit = ChatEdit(message_id="m2", new_body="third")
    asked = Operation("o2", "edit", edit, message_id="m2", scope=SCOPE, text="third")
    assert kept.opened.operations == (asked,)
    assert kept.opened.focus == SCOPE
    page = await kept.answer(ReadPage(SCOPE, "newest", "", 0))
    assert (page.unread, page.mentions) == (2, 1)
    thread = await kept.answer(ReadThread(SCOPE, "m1"))
    assert [one.id for one in thread.messages] == ["m1", "m2"]
    assert [one.body for one in await kept.revisions("m2")] == ["second words"]
    await kept.indexed()
    assert await kept.sql("select sum(size) > 0 from search_part") == [(1,)]


def test_a_step_that_fails_leaves_the_version_before_it(history_file, monkeypatch):
    built(history_file, 1)

    def fails(connection):
        connection.execute("drop table draft")
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(schema, "MIGRATIONS", (MIGRATIONS[0], fails))
    with closing(sqlite3.connect(history_file, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection)
        assert version_of(connection) == 1
        assert connection.execute("select count(*) from draft").fetchone() == (2,)
