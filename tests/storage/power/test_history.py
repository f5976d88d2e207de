"""The power fails while the history is written: what was acknowledged is there (F19).

Held on every disk that is rebuilt: the history opens and is whole; what was said to be on the disk
is there once and in order; what was begun before what is there, is there; what was taken back is
not there again. A message of which a byte may have left is never there as one that waits.
"""

import os
import sqlite3
from collections import Counter

import pytest

from wschat_tui.storage.archive import door

# Messages as the session orders them, each with its draft, as fast as the disk takes them.
CLIENT = """
import asyncio, os, pathlib, signal, sqlite3, sys
from wschat_tui.protocol.requests import ChatEdit
from wschat_tui.state.history.archive_effects import (
    DropOperation, DropOutgoing, KeepDraft, KeepMessages, KeepOperation, KeepOutgoing
)
from wschat_tui.state.model import Message, Operation, Outgoing
from wschat_tui.storage import private
from wschat_tui.storage.archive import care, file
from wschat_tui.storage.archive.archive import Archive

class Unsynced(sqlite3.Connection):
    def execute(self, statement, *given):
        if statement.startswith("pragma synchronous"):
            statement = f"pragma synchronous = {'off' if without == 'no sync' else 'normal'}"
        return super().execute(statement, *given)

root, first, count, pages, end, without = sys.argv[1:]
if without in ("no full sync", "no sync"):
    run = sqlite3.connect
    sqlite3.connect = lambda *given, **named: run(*given, factory=Unsynced, **named)
if without == "no folders":
    private.sync_dir = lambda path: None
care._REST = 0.0
file._PRAGMAS = (*file._PRAGMAS, f"wal_autocheckpoint = {pages}")

def say(*words):
    os.write(1, " ".join(words).encode() + b"\\n")

async def disk(archive, op_id=""):
    down = asyncio.Event()
    archive.after(op_id, down.set)
    await down.wait()

def row(op_id, phase):
    return Outgoing(op_id, "host", f"body of {op_id}", None, (), phase)

async def main():
    path = pathlib.Path(root) / "data" / "history" / "alice.db"
    archive = Archive(path, lambda told: None, lambda: 5, "u1")
    await archive.open()
    for number in range(int(first), int(first) + int(count)):
        op_id = f"{number:06d}"
        archive.run(KeepDraft("host", "", f"draft {op_id}"))
        archive.run(KeepOutgoing(row(op_id, "queued")))
        archive.run(KeepMessages(tuple(
            Message(f"{op_id}-{one}", "host", "u2", f"words {number} {one}", number * 10 + one)
            for one in range(5)
        )))
        asked = ChatEdit(message_id=op_id, new_body="x")
        archive.run(KeepOperation(Operation(op_id, "edit", asked, message_id=op_id, kept=True)))
        if number % 3 == 0:
            archive.run(KeepOutgoing(row(op_id, "handed")))
            await disk(archive, op_id)
            say("handed", op_id)
        if number % 4 == 0:
            archive.run(DropOutgoing(op_id))
            archive.run(DropOperation(op_id))
        if number % 7 == 0:
            await disk(archive)
            say("gone" if number % 4 == 0 else "kept", op_id)
    if end == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    await archive.close()

asyncio.run(main())
"""


LONG = "POWER" in os.environ
# Pages after which the log is written into the file; 1000 is what SQLite does by itself.
PAGES = ("20", "1000") if LONG else ("20",)
FAULTS = ("no full sync", "no folders", "no sync") if LONG else ("no full sync",)
LIFE = 60
ENDS = ("killed", "closed", "killed")


@pytest.mark.slow
@pytest.mark.parametrize("pages", PAGES)
def test_what_was_acknowledged_is_there_after_the_power_failed(traced, left, pages):
    """F19. From the first start on, through kills and a close, with many checkpoints and with few."""
    audit(written(traced, pages, ENDS), left)


@pytest.mark.slow
@pytest.mark.parametrize("without", FAULTS)
def test_without_a_sync_the_audit_finds_what_was_lost(traced, left, without):
    """F19."""
    taken = written(traced, "1000", ENDS[:1], without)
    with pytest.raises((AssertionError, sqlite3.DatabaseError)):
        audit(taken, left, 200)


def written(traced, pages, ends, without=""):
    _root, trace = traced
    taken = trace()
    for life, end in enumerate(ends):
        taken.run(CLIENT, str(life * LIFE), str(LIFE), pages, end, without)
    return taken


def audit(taken, left, *count):
    reached = set()
    for told in taken.disks(left, 7, *count):
        found = Found(left / "data" / "history" / "alice.db")
        for first in range(0, LIFE * len(ENDS), LIFE):
            found.is_begun_in_order(range(first, first + LIFE))
        for line in told:
            found.has(*line.split())
        reached.add(found.last())
    assert len(reached) > 5


class Found:
    """What a disk has of the client's messages. All of one but the newest was ordered in its turn."""

    def __init__(self, file):
        entered = door.enter(file, lambda: 5, "u1")
        try:
            self.read(entered)
        finally:
            entered.store.close()
            entered.lock.release()

    def read(self, entered):
        run = entered.store.connection.execute
        assert entered.told.writable
        assert not entered.told.word
        assert run("pragma integrity_check").fetchall() == [("ok",)]
        for (part,) in run("select number from search_part").fetchall():
            table = f"search_{part}"
            run(f"insert into {table} ({table}) values ('integrity-check')")
        self.said = Counter(int(one.partition("-")[0]) for (one,) in run("select id from message"))
        self.outbox = {int(row.op_id): row.phase for row in entered.told.outbox}
        self.asked = {int(one.op_id) for one in entered.told.operations}
        self.draft = int((run("select text from draft").fetchone() or ("draft -1",))[0].split()[1])
        ids = [row.op_id for row in entered.told.outbox]
        assert ids == sorted(set(ids))

    def last(self):
        return max([*self.said, *self.outbox], default=-1)

    def is_begun_in_order(self, life):
        there = sorted(one for one in life if one in self.said or one in self.outbox)
        assert there == list(life)[: len(there)]
        for one in there:
            if one < there[-1] or (self.draft in life and self.draft > one):
                self.is_complete(one)

    def is_complete(self, one):
        assert self.said[one] == 5
        assert self.outbox.get(one) == PHASES[one % 12]
        assert (one in self.asked) == (one % 4 != 0)

    def has(self, word, op_id):
        """It was said before the power failed."""
        one = int(op_id)
        assert self.draft >= one
        assert self.said[one] == 5
        if word == "gone":
            assert one not in self.outbox
            assert one not in self.asked
        elif one % 4:
            assert self.outbox[one] == PHASES[one % 12]
        else:
            assert self.outbox.get(one) in ("handed", None)


# What a message has come to when the next one is ordered; None where it was taken back.
PHASES = [None if one % 4 == 0 else "handed" if one % 3 == 0 else "queued" for one in range(12)]
