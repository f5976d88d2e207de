"""Processes that are killed while they write: what was acknowledged is there (F19)."""

import os
import random
import sqlite3
import subprocess
import sys

import pytest

from wschat_tui.storage.archive import door

# `KILLS=100` for the long run.
KILLS = int(os.environ.get("KILLS", "4"))

# Writes as fast as it can, and says what it was told is on the disk.
CLIENT = """
import asyncio, pathlib, sys
from wschat_tui.state.history.archive_effects import DropOutgoing, KeepDraft, KeepMessages, KeepOutgoing
from wschat_tui.state.model import Message, Outgoing
from wschat_tui.storage.archive import care
from wschat_tui.storage.archive.archive import Archive

care._REST = 0.0
run = sys.argv[2]

async def main():
    archive = Archive(pathlib.Path(sys.argv[1]), lambda told: None, lambda: 5, "u1")
    await archive.open()
    for number in range(100_000):
        op_id = f"{run}-{number:06d}"
        row = Outgoing(op_id, "host", f"body of {op_id}", None, (), "handed")
        archive.run(KeepOutgoing(row))
        archive.run(KeepMessages(tuple(
            Message(f"{op_id}-{one}", "host", "u2", f"words {number} {one}", number * 10 + one)
            for one in range(5)
        )))
        archive.run(KeepDraft("host", "", f"draft {op_id}"))
        written = asyncio.Event()
        archive.after(op_id, written.set)
        if number % 3 == 0:
            await written.wait()
            print("kept", op_id, flush=True)
        if number % 5 == 0:
            archive.run(DropOutgoing(op_id))
            gone = asyncio.Event()
            archive.after("", gone.set)
            await gone.wait()
            print("gone", op_id, flush=True)

asyncio.run(main())
"""


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost(history_file):
    """F19."""
    rng = random.Random(7)
    kept, gone, draft = set(), set(), ""
    for run in range(KILLS):
        command = [sys.executable, "-c", CLIENT, str(history_file), f"{run:03d}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            for _ in range(rng.randrange(5, 80)):
                word, op_id = client.stdout.readline().split()
                (kept if word == "kept" else gone).add(op_id)
                draft = max(draft, f"draft {op_id}")
            client.kill()
            for line in client.stdout:
                word, op_id = line.split()
                (kept if word == "kept" else gone).add(op_id)
                draft = max(draft, f"draft {op_id}")
        entered = door.enter(history_file, lambda: 5, "u1")
        there = {row.op_id for row in entered.told.outbox}
        assert not gone & there
        assert kept - gone <= there
        check(entered.store.connection, kept | gone, draft)
        entered.store.close()
        entered.lock.release()
    assert len(kept) > 10 * KILLS / 2


def check(connection: sqlite3.Connection, acknowledged, draft):
    found = dict.fromkeys(acknowledged, 0)
    for (message,) in connection.execute("select id from message"):
        op_id = message[:10]
        if op_id in found:
            found[op_id] += 1
    assert set(found.values()) == {5}
    assert connection.execute("select text from draft").fetchone()[0] >= draft
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
