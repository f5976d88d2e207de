"""The power fails while redacted words are scrubbed from the history (F19, S26).

Once they were said to be scrubbed, and what came after was on the disk, no disk has a byte of
them. Before, a disk may have them, and then either the message, too, is there as it was, or the
history knows that it has to scrub, and does so when it is opened.
"""

import re
from dataclasses import replace

import pytest

from wschat_tui.state.model import Message, Outgoing
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import care, door, messages, outbox

CLIENT = r"""
import asyncio, functools, os, pathlib, random, sys
from wschat_tui.protocol.events import ChatRedacted
from wschat_tui.state.history.archive_effects import (
    Amend, DropMessages, KeepDraft, KeepMessages, KeepPlace, KeepRoom, RoomRecord
)
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import backlog, care, file, sweep
from wschat_tui.storage.archive.archive import Archive

care._REST = 0.0
sweep.CHUNK = 8
file._PRAGMAS = (*file._PRAGMAS, "wal_autocheckpoint = 30")
path = pathlib.Path(sys.argv[1]) / "alice.db"
scope = "network:n1"
rng = random.Random(3)
sync = os.fsync
if "no bytes" in sys.argv:
    os.fsync = lambda descriptor: None

def note(number, body, **fields):
    at = 1_000 + number
    room = f"network:n{number % 5}"
    return Message(f"m{number}", room, "u2", SafeText(body), at, source=body, **fields)

def secret(number, word="secret"):
    filler = " ".join("".join(rng.choices("abcdefgh", k=12)) for _ in range(rng.randrange(30)))
    return f"{word}{number:05d}x {filler}"

def end(number):
    if number % 3 == 0:
        return KeepMessages((note(number, "[REDACTED]", redacted=True),))
    if number % 3 == 1:
        asked = ChatRedacted(message_id=f"m{number}", new_body="[REDACTED]", redacted_at="")
        return Amend(asked)
    return DropMessages((f"m{number}",))

def leave(numbers, store):
    # Words as SQLite leaves them in a page where its rows moved to another.
    care.cut_log(store)
    for at in range(0, path.stat().st_size, 4096):
        begin, end = sweep.gap_of(os.pread(store.descriptor, 4096, at), 0 if at else 100)
        word = f"secret{numbers[at // 4096 % len(numbers)]:05d}x".encode()
        if end - begin > len(word):
            os.pwrite(store.descriptor, word, at + begin)
    sync(store.descriptor)

async def do(archive, work):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    archive._scribe.items.put(backlog.Work(
        lambda store: loop.call_soon_threadsafe(answer.set_result, work(store))
    ))
    return await answer

async def swept(archive):
    while await do(archive, lambda one: one.connection.execute("select 1 from chore").fetchone()):
        await asyncio.sleep(0.001)

async def main():
    archive = Archive(path, lambda told: None, lambda: 5, "u1")
    await archive.open()
    archive.run(KeepPlace("u1", scope))
    archive.run(KeepRoom(RoomRecord(scope, joined=True)))
    # As from paging in the middle of a busy day: pages are laid out anew all the time.
    numbers = list(range(240))
    rng.shuffle(numbers)
    for first in range(0, 240, 40):
        these = numbers[first:first + 40]
        archive.run(KeepMessages(tuple(note(one, secret(one)) for one in these)))
        changed = [note(one, secret(one, "edited"), edited=True) for one in these[::10]]
        archive.run(KeepMessages(tuple(changed)))
        while await do(archive, care.fill):
            pass
    os.write(1, b"written\n")
    for first in range(0, 36, 6):
        ended = numbers[first:first + 6]
        await do(archive, functools.partial(leave, ended))
        for number in ended:
            archive.run(end(number))
        await swept(archive)
        down = asyncio.Event()
        archive.run(KeepDraft(scope, "", f"draft {first}"))
        archive.after("", down.set)
        await down.wait()
        os.write(1, f"scrubbed {' '.join(map(str, ended))}\n".encode())
    await archive.close()

asyncio.run(main())
"""


PRUNE = """
import os, pathlib, sys
from wschat_tui.storage.archive import file, prune

file._PRAGMAS = (*file._PRAGMAS, "wal_autocheckpoint = 10")
done = prune.prune(pathlib.Path(sys.argv[1]) / "alice.db", 250, 5)
os.write(1, f"pruned {done.messages}".encode())
"""


@pytest.mark.slow
def test_what_was_scrubbed_is_on_no_disk(traced, left):
    """F19, S26."""
    _root, trace = traced
    audit(trace().run(CLIENT), left)


@pytest.mark.slow
def test_without_a_sync_the_audit_finds_what_was_left(traced, left):
    """F19, S26."""
    _root, trace = traced
    taken = trace().run(CLIENT, "no bytes")
    with pytest.raises(AssertionError):
        audit(taken, left, 200)


def audit(taken, left, *count):
    found = set()
    for told in taken.disks(left, 5, *count):
        scrubbed = {int(one) for line in told for one in line.split()[1:]}
        before = held(left)
        assert not scrubbed & before
        there = Opened(left)
        whole = {one for one, body in there.bodies.items() if body != "[REDACTED]"}
        assert held(left) == whole
        assert there.due or not told or before == whole
        found.add((len(scrubbed), there.due))
    assert len(found) > 3


@pytest.mark.slow
def test_what_was_pruned_is_on_no_disk(traced, left):
    """F19, S26."""
    root, trace = traced
    kept(root)
    found = set()
    for told in trace().run(PRUNE).disks(left, 1):
        assert not told or min(held(left)) == 250
        there = Opened(left)
        assert there.waiting == ["o1"]
        assert held(left) == set(there.bodies)
        assert set(range(250, 500)) <= held(left)
        found.add(len(there.bodies))
    assert found == {250, 500}


def test_what_is_scrubbed_during_a_sweep_is_swept_over_as_well(tmp_path, monkeypatch):
    """S26: what the history knows that it has to do is not forgotten before all of it is done."""
    entered = door.enter(tmp_path / "alice.db", lambda: 5, "u1")
    store, cut = entered.store, care.cut_log

    def redact(number):
        said = Message(f"m{number}", "host", "u2", SafeText("a secret"), number)
        messages.keep(store, (said,))
        messages.keep(store, (replace(said, body=SafeText("masked"), redacted=True),))

    def due():
        return store.connection.execute("select name from chore").fetchall()

    looking = care.Care(store)
    monkeypatch.setattr(care, "_REST", 60.0)
    redact(1)
    looking.look()
    redact(2)
    monkeypatch.setattr(care, "_REST", 0.0)
    looking.patience()
    looking._due = 0.0
    # Somebody reads the log at first, and then no more.
    tries = iter([False])
    monkeypatch.setattr(care, "cut_log", lambda one: next(tries, True) and cut(one))
    while looking._page:
        looking.look()
    assert due() == [("sweep",)]
    looking.finish()
    assert due() == []
    store.close()
    entered.lock.release()


def kept(disk):
    """A history on the disk, of messages from a thousand times."""
    entered = door.enter(disk / "alice.db", lambda: 5, "u1")
    bodies = [SafeText(f"secret{number:05d}x and more of it") for number in range(500)]
    messages.keep(
        entered.store,
        [
            Message(f"m{number}", "host", "u2", body, number, source=body)
            for number, body in enumerate(bodies)
        ],
    )
    outbox.keep_outgoing(entered.store, Outgoing("o1", "host", "waits", None, (), "queued"))
    entered.store.close()
    entered.lock.release()


def held(disk):
    """The numbers of the messages that any file has a word of."""
    data = b"".join(one.read_bytes() for one in disk.iterdir())
    return {int(one) for one in re.findall(rb"(?:secret|edited)(\d{5})x", data)}


class Opened:
    """A history that is opened as by the program, and what is due there is done."""

    def __init__(self, disk):
        entered = door.enter(disk / "alice.db", lambda: 5, "u1")
        run = entered.store.connection.execute
        self.due = bool(run("select 1 from chore").fetchone())
        self.waiting = [one.op_id for one in entered.told.outbox]
        rows = run("select id, body from message").fetchall()
        self.bodies = {int(one[1:]): body for one, body in rows}
        assert run("pragma integrity_check").fetchall() == [("ok",)]
        care.Care(entered.store).finish()
        entered.store.close()
        entered.lock.release()
