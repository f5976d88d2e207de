"""The file of a history: opened for this user's eyes alone, and moved aside when it is broken."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.sound import decoded
from wschat_tui.storage.private import open_to_others, opener, private_dir, sync_dir

if TYPE_CHECKING:
    from pathlib import Path

BESIDE = ("", "-wal", "-shm")
"""What SQLite keeps: the file, its log, and the log's index."""

WAIT = 5.0
"""Seconds that a statement waits for another process to let go of the file."""

_PRAGMAS = (
    "journal_mode = wal",
    "synchronous = normal",
    "secure_delete = on",
    "trusted_schema = off",
    "temp_store = memory",
    "cache_size = -16000",
    "journal_size_limit = 16777216",
)


def touch(file: Path) -> int:
    """Make a history's file where there is none, open to nobody else; answers a descriptor of it.

    SQLite would make it with the umask's mode; its log takes the mode of the file (S26). A link is
    refused: what it leads to is not ours to close to others. A mode that lets others in is
    narrowed, and not refused: that would keep the file as open as it is, and the user from it.
    Raises OSError.
    """
    private_dir(file.parent)
    return opener(str(file), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW)


def exposed(file: Path) -> bool:
    """Whether other users may read a history that is there."""
    try:
        return open_to_others(file.stat(follow_symlinks=False))
    except OSError:
        return False


def connect(file: Path) -> sqlite3.Connection:
    """Open a history to write it. Raises sqlite3.Error."""
    connection = sqlite3.connect(file, timeout=WAIT, isolation_level=None)
    connection.text_factory = decoded
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"pragma {pragma}").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(file: Path) -> sqlite3.Connection:
    """Open a history to read it, as another writes it. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT, isolation_level=None
    )
    connection.text_factory = decoded
    try:
        connection.execute("pragma query_only = on")
        connection.execute("pragma trusted_schema = off")
    except BaseException:
        connection.close()
        raise
    return connection


def free_name(file: Path, at: int) -> Path:
    """A name beside a history for it when it is broken. at: milliseconds."""
    aside = file.with_name(f"{file.name}.broken-{at}")
    while aside.exists():
        at += 1
        aside = file.with_name(f"{file.name}.broken-{at}")
    return aside


def move(file: Path, aside: Path) -> None:
    """Move a history and then its log, each on the disk itself: no new one meets the old log.

    What was moved before is passed over. Raises OSError.
    """
    for suffix in BESIDE:
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + suffix).rename(aside.with_name(aside.name + suffix))
            sync_dir(file.parent)
