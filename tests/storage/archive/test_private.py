"""Whose eyes the history is for, and what SQLite is told of it (S26)."""

import asyncio
import errno
import os
import sqlite3
import stat

import pytest

from wschat_tui.protocol.requests import PresenceSet
from wschat_tui.state.history.archive_effects import (
    DropOperation,
    DropOutgoing,
    KeepDraft,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
)
from wschat_tui.state.history.archive_inputs import ArchiveFailed
from wschat_tui.state.model import Operation, Outgoing
from wschat_tui.storage.archive import batch, door
from wschat_tui.storage.archive import file as archive_file
from wschat_tui.storage.archive import lock as archive_lock

OUTGOING = Outgoing("o1", "network:n1", "text", None, (), "queued")
OPERATION = Operation("o2", "status", PresenceSet(status="away"))


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def elsewhere(tmp_path):
    """A file that others may read, which is none of ours."""
    other = tmp_path / "other"
    other.write_text("not ours")
    other.chmod(0o644)
    return other


@pytest.mark.parametrize("suffix", ["", ".lock"])
async def test_a_link_in_the_place_of_a_file_is_refused(archives, history_file, elsewhere, suffix):
    """S26: what it leads to is neither written nor closed to others."""
    history_file.parent.mkdir(parents=True)
    history_file.with_name(history_file.name + suffix).symlink_to(elsewhere)
    kept = await archives()
    assert isinstance(kept.opened, ArchiveFailed)
    assert "is a link" in kept.opened.sentence
    assert f"Look at {history_file}{suffix}, take away" in kept.opened.sentence
    assert (mode(elsewhere), elsewhere.read_text()) == (0o644, "not ours")


def test_the_lock_is_no_link_either(history_file, elsewhere):
    """S26."""
    history_file.parent.mkdir(parents=True)
    history_file.with_name(history_file.name + ".lock").symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic") as raised:
        archive_lock.take(history_file)
    assert raised.value.errno == errno.ELOOP
    assert mode(elsewhere) == 0o644


async def test_a_history_that_others_could_read_is_closed_to_them_and_that_is_told(
    archives, history_file, caplog
):
    """S26."""
    caplog.set_level("INFO")
    first = await archives()
    assert first.opened.word == ""
    await first.archive.close()
    history_file.chmod(0o640)
    history_file.parent.chmod(0o755)
    again = await archives()
    assert "other users of this machine could read the history" in again.opened.word
    assert (mode(history_file), mode(history_file.parent)) == (0o600, 0o700)
    assert "the folder history was open to other users" in caplog.text
    await again.archive.close()
    assert (await archives()).opened.word == ""


@pytest.fixture
def lax(monkeypatch):
    """An SQLite that was built to leave what is deleted, and to trust what a file says."""
    connect = sqlite3.connect

    def laxly(*given, **named):
        connection = connect(*given, **named)
        connection.execute("pragma secure_delete = off")
        connection.execute("pragma trusted_schema = on")
        return connection

    monkeypatch.setattr(sqlite3, "connect", laxly)


def pragma(connection, name):
    return connection.execute(f"pragma {name}").fetchone()[0]


@pytest.mark.usefixtures("lax")
def test_what_is_deleted_is_overwritten_and_no_schema_is_trusted(history_file):
    """S26."""
    entered = door.enter(history_file, lambda: 5, "u1")
    connection = entered.store.connection
    assert (pragma(connection, "secure_delete"), pragma(connection, "trusted_schema")) == (1, 0)
    reader = archive_file.connect_to_read(history_file)
    assert (pragma(reader, "query_only"), pragma(reader, "trusted_schema")) == (1, 0)
    reader.close()
    entered.store.close()
    entered.lock.release()


@pytest.mark.parametrize(
    ("order", "sync"),
    [
        (KeepOutgoing(OUTGOING), 2),
        (DropOutgoing("o1"), 2),
        (KeepOperation(OPERATION), 2),
        (DropOperation("o2"), 2),
        (KeepDraft("network:n1", "", "typed"), 2),
        (KeepMessages(()), 1),
    ],
)
def test_what_was_typed_is_synced_before_it_is_said_to_be_kept(
    history_file, monkeypatch, order, sync
):
    """F19: "full" is 2; a message that the server has, too, may wait for the next checkpoint."""
    seen = []
    monkeypatch.setattr(
        batch,
        "carry_out",
        lambda store, _order: seen.append(pragma(store.connection, "synchronous")),
    )
    entered = door.enter(history_file, lambda: 5, "u1")
    writing = batch.Writing(entered.store, lambda told: None, lambda then: then())
    for one in (KeepMessages(()), KeepDraft("", "", "x"), order):
        writing.write([one])
    assert seen == [1, 2, sync]
    entered.store.close()
    entered.lock.release()


# ---- what to do about it


@pytest.mark.parametrize(
    ("number", "why", "remedy"),
    [
        (errno.EROFS, "its disk can only be read", "Make the disk of {} writable"),
        (errno.EACCES, "this user may not use its folder", "Let this user read and write {}"),
        (errno.ENOSPC, "the disk is full", "Free some space"),
        (errno.EIO, "input/output error", "Let this user read and write {}"),
    ],
)
async def test_a_history_that_cannot_be_opened_is_told_with_what_to_do(
    archives, history_file, monkeypatch, number, why, remedy
):
    """F21."""

    def fails(file):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(archive_file, "touch", fails)
    said = (await archives()).opened.sentence
    assert said == (
        f"The history cannot be opened, as {why}; nothing is kept in this run."
        f" {remedy.format(history_file.parent)}{'' if 'space' in remedy else ','}"
        " and start again."
    ).replace("writable,", "writable")


async def test_a_folder_that_is_a_link_to_nowhere_is_told_as_that(archives, tmp_path):
    """F21."""
    link = tmp_path / "data"
    await asyncio.to_thread(link.symlink_to, tmp_path / "gone")
    said = (await archives(link / "alice.db")).opened.sentence
    assert "its folder is a link that leads nowhere" in said
    assert f"Look at {link}, take away what is wrong there, and start again." in said
