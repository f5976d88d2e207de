"""Redacted and deleted words leave no byte: neither in the file, its log, nor the index (S26).

Every test looks into all files of the directory, as somebody who took the disk would.
"""

import asyncio
import contextlib
import os
import random
import sqlite3
from dataclasses import replace

import pytest

from wschat_tui.protocol.events import ChatDeleted, ChatRedacted
from wschat_tui.protocol.requests import ChatEdit
from wschat_tui.state.history.archive_effects import (
    Amend,
    DropMessages,
    KeepMessages,
    KeepOperation,
    KeepRoom,
    RoomRecord,
)
from wschat_tui.state.model import Attachment, Operation
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import care, door
from wschat_tui.storage.archive import messages as archive_messages
from wschat_tui.storage.archive import sweep as archive_sweep
from wschat_tui.storage.archive.sweep import gap_of, sweep

SECRET = "the password is quokka"
# As the index keeps it: a term of three letters that nothing else here has.
RARE = "ⵣⴰⴳ"


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """What is due need not gather."""
    monkeypatch.setattr(care, "_REST", 0.01)


def files(file):
    return b"".join(one.read_bytes() for one in sorted(file.parent.iterdir()))


def traces(file, *secrets):
    data = files(file)
    return [one for one in secrets if one.encode() in data]


async def scrubbed(kept):
    """All that is due was done."""
    await kept.until("select count(*) from chore", [(0,)])


def masked(message):
    return replace(message, body=SafeText("[REDACTED]"), source="", redacted=True, attachments=())


def tombstone(message):
    return replace(message, body=SafeText(""), source="", deleted=True, attachments=())


ENDS = {
    "redacted": lambda message: KeepMessages((masked(message),)),
    "deleted": lambda message: KeepMessages((tombstone(message),)),
    "dropped": lambda message: DropMessages((message.id,)),
    "redacted, not loaded": lambda message: Amend(
        ChatRedacted(message_id=message.id, new_body="[REDACTED]", redacted_at="")
    ),
    "deleted, not loaded": lambda message: Amend(
        ChatDeleted(message_id=message.id, mode="soft", deleted_at="")
    ),
    "dropped, not loaded": lambda message: Amend(
        ChatDeleted(message_id=message.id, mode="hard", deleted_at="")
    ),
}


@pytest.mark.parametrize("end", ENDS)
async def test_nothing_of_a_message_stays_that_was(archives, note, history_file, end):
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one) for one in range(200))), KeepRoom(RoomRecord("host")))
    first = note(500, body=f"{SECRET} {RARE}", source=f"**{SECRET}** wombat")
    file = Attachment(SafeText("https://x.test/numbat.png"), SafeText("numbat.png"))
    edited = replace(first, body=SafeText("now harmless, but for platypus"), attachments=(file,))
    kept.run(KeepMessages((first,)))
    await kept.indexed()
    kept.run(KeepMessages((edited,)))
    edit = ChatEdit(message_id="m500", new_body="echidna")
    kept.run(KeepOperation(Operation("o1", "edit", edit, message_id="m500", text="echidna")))
    await kept.indexed()
    secrets = (SECRET, "wombat", "platypus", "numbat", "echidna", RARE[1:])
    await kept.down()
    assert traces(history_file, *secrets) == list(secrets)

    kept.run(ENDS[end](edited))
    await scrubbed(kept)
    assert traces(history_file, *secrets) == []
    assert traces(history_file, "words of 7") == ["words of 7"]
    assert await kept.revisions("m500") == ()
    await kept.archive.close()
    assert traces(history_file, *secrets) == []


def shuffled(seed):
    """Messages as from paging in the middle of a busy day: pages are laid out anew all the time."""
    rng = random.Random(seed)

    def word():
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=12))

    numbers = list(range(600))
    rng.shuffle(numbers)
    return rng, word, numbers


# With SQLite 3.40 these leave words in pages where nothing sweeps them.
@pytest.mark.parametrize("seed", [0, 3, 6])
def test_nothing_stays_where_pages_were_laid_out_anew(note, history_file, seed, monkeypatch):
    rng, word, numbers = shuffled(seed)
    store = door.enter(history_file, lambda: 5, "u1").store
    messages = {}

    def keep(*changed):
        store.connection.execute("begin immediate")
        archive_messages.keep(store, changed)
        store.connection.execute("commit")
        messages.update({one.id: one for one in changed})

    def body(number):
        return f"secret{number:05d} {word()} {' '.join(word() for _ in range(rng.randrange(30)))}"

    for at in range(0, len(numbers), 50):
        keep(*(note(one, scope=f"network:n{one % 5}", body=body(one)) for one in numbers[at:][:50]))
        for one in rng.sample(sorted(messages), 5):
            said = body(int(one[1:]))
            keep(replace(messages[one], body=SafeText(said), source=said, edited=True))
    victims = rng.sample(sorted(messages), 60)
    secrets = [word for one in victims for word in messages[one].body.split()[:2]]
    for one in victims:
        if rng.random() < 0.5:
            keep(masked(messages[one]))
        else:
            store.connection.execute("begin immediate")
            archive_messages.drop(store, (one,))
            store.connection.execute("commit")
    assert care.cut_log(store)
    monkeypatch.setattr(archive_sweep, "CHUNK", 64)
    care.Care(store).finish()
    assert traces(history_file, *secrets) == []
    assert store.connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    for one in set(messages) - set(victims):
        keep(replace(messages[one], body=SafeText("short"), source="short"))
    care.cut_log(store)
    assert traces(history_file, *secrets) == []
    store.close()


async def test_a_log_that_somebody_reads_is_cut_when_they_are_done(archives, note, history_file):
    kept = await archives()
    kept.run(KeepMessages((note(1, body=SECRET),)))
    await kept.down()
    with contextlib.closing(sqlite3.connect(f"file:{history_file}?mode=ro", uri=True)) as reader:
        reader.execute("begin")
        assert reader.execute("select count(*) from message").fetchone() == (1,)
        kept.run(KeepMessages((masked(note(1)),)))
        await kept.down()
        await asyncio.to_thread(lambda: None)
        assert traces(history_file, SECRET) == [SECRET]
        assert await kept.sql("select name from chore") == [("sweep",)]
        reader.execute("commit")
        await scrubbed(kept)
    assert traces(history_file, SECRET) == []


async def test_a_run_that_was_killed_in_between_is_made_good_by_the_next(
    archives, note, history_file
):
    def killed():
        entered = door.enter(history_file, lambda: 5, "u1")
        archive_messages.keep(entered.store, (note(1, body=SECRET),))
        archive_messages.keep(entered.store, (masked(note(1)),))
        # As after kill -9 the log stays: who closes the file last is not allowed to write.
        reader = sqlite3.connect(f"file:{history_file}?mode=ro", uri=True)
        reader.execute("select count(*) from message").fetchone()
        entered.store.close()
        entered.lock.release()
        reader.close()

    await asyncio.to_thread(killed)
    assert traces(history_file, SECRET) == [SECRET]
    kept = await archives()
    await scrubbed(kept)
    assert traces(history_file, SECRET) == []


def test_only_pages_with_rows_have_a_gap():
    leaf = bytes([0x0D, 0, 0, 0, 1, 0x0F, 0x00, 0]) + bytes(4_088)
    assert gap_of(leaf, 0) == (10, 0x0F00)
    assert gap_of(bytes(100) + leaf[:-100], 100) == (110, 0x0F00)
    interior = bytes([0x05, 0, 0, 0, 2, 0x0F, 0x00, 0]) + bytes(4_088)
    assert gap_of(interior, 0) == (16, 0x0F00)
    overflow = bytes([0, 0, 0, 9]) + b"\xff" * 4_092
    assert gap_of(overflow, 0) == (0, 0)
    torn = bytes([0x0D, 0, 0, 0x0F, 0xFF, 0x00, 0x20, 0]) + bytes(4_088)
    assert gap_of(torn, 0) == (0, 0)
    odd_block = bytes([0x0D, 0, 0x20, 0, 1, 0x0F, 0x00, 0]) + bytes(4_088)
    assert gap_of(odd_block, 0) == (0, 0)
    whole = bytes([0x0D, 0, 0, 0, 0, 0, 0, 0]) + bytes(65_528)
    assert gap_of(whole, 0) == (8, 65_536)


def test_what_stands_in_a_gap_is_overwritten_and_nothing_else(note, history_file):
    store = door.enter(history_file, lambda: 5, "u1").store
    archive_messages.keep(store, [note(one) for one in range(100)])
    care.cut_log(store)
    before, planted = files(history_file), 0
    for at in range(0, len(history_file.read_bytes()), 4_096):
        page = os.pread(store.descriptor, 4_096, at)
        begin, end = gap_of(page, 0 if at else 100)
        if end - begin > len(SECRET):
            os.pwrite(store.descriptor, SECRET.encode(), at + begin)
            planted += 1
    assert planted > 10
    assert traces(history_file, SECRET) == [SECRET]
    assert sweep(store.descriptor, 1) == 0
    assert files(history_file) == before
    store.close()


def test_an_empty_file_has_nothing_to_sweep(tmp_path):
    with (tmp_path / "empty").open("w+b") as file:
        assert sweep(file.fileno(), 1) == 0
