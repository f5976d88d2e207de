"""The way into a history: locked, brought up to date, and begun anew where it is broken."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.storage.archive import file as archive_file
from wschat_tui.storage.archive import lock as archive_lock
from wschat_tui.storage.archive import mending, opening, rooms, salvage, schema
from wschat_tui.storage.archive.fates import fate_of
from wschat_tui.storage.archive.store import Store
from wschat_tui.storage.private import private_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wschat_tui.state.history.archive_inputs import ArchiveOpened
    from wschat_tui.storage.archive.lock import Lock

PATIENCE = 5.0
"""Seconds that a reader waits for the other client to make the tables."""

_PAUSE = 0.05

_EXPOSED = (
    "Until now other users of this machine could read the history; from here on only you can."
)


@dataclass(frozen=True, slots=True)
class Entered:
    """A history that is open."""

    store: Store
    told: ArchiveOpened
    """Where the last run ended."""
    lock: Lock | None
    """The right to write; None where another client has it."""


@dataclass(frozen=True, slots=True)
class Newer:
    """A newer version of this program wrote the file; this one leaves it alone."""


def enter(file: Path, now: Callable[[], int], me: str) -> Entered | Newer:
    """Open a history. Raises OSError, or sqlite3.Error where it may work another time.

    me: this user's id, where it is known before the file is read.
    """
    private_dir(file.parent)
    lock = archive_lock.take(file)
    if lock is None:
        return _enter_to_read(file, now)
    try:
        entered = _enter_to_write(file, now, me, lock)
    except BaseException:
        lock.release()
        raise
    if entered is None:
        lock.release()
        return Newer()
    return entered


def _enter_to_write(file: Path, now: Callable[[], int], me: str, lock: Lock) -> Entered | None:
    try:
        return _enter(file, now, me, lock, mending.begun(file))
    except sqlite3.Error as error:
        if fate_of(error) != "broken":
            raise
    return _enter(file, now, me, lock, mending.begin(file, now()))


def mend(file: Path, now: Callable[[], int], me: str, lock: Lock) -> Entered | None:
    """Begin a broken history anew, with what can be read of it; the lock stays taken.

    It is closed before. None where a newer program put another one there meanwhile.
    Raises OSError, or sqlite3.Error.
    """
    return _enter(file, now, me, lock, mending.begin(file, now()))


def _enter(
    file: Path, now: Callable[[], int], me: str, lock: Lock, aside: Path | None = None
) -> Entered | None:
    """None where the tables are newer than this program."""
    word = _EXPOSED if archive_file.exposed(file) else ""
    store = _open(file, now)
    try:
        if schema.version_of(store.connection) > schema.VERSION:
            store.close()
            return None
        schema.migrate(store.connection)
        if aside is not None:
            word = opening.mended(aside, salvage.salvage(aside, store))
            mending.done(file)
        store.learn()
        if me:
            rooms.know_me(store, me)
        told = opening.opened(store, writable=True, word=word)
    except BaseException:
        store.close()
        raise
    return Entered(store, told, lock)


def _open(file: Path, now: Callable[[], int]) -> Store:
    descriptor = archive_file.touch(file)
    try:
        return Store(archive_file.connect(file), now, descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def _enter_to_read(file: Path, now: Callable[[], int]) -> Entered | Newer:
    deadline = time.monotonic() + PATIENCE
    while (connection := _open_to_read(file)) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(0, "another client holds the file and has not made its tables")
        time.sleep(_PAUSE)
    if schema.version_of(connection) > schema.VERSION:
        connection.close()
        return Newer()
    store = Store(connection, now)
    store.learn()
    return Entered(store, opening.opened(store, writable=False), None)


def _open_to_read(file: Path) -> sqlite3.Connection | None:
    """None where the other client has not come so far."""
    try:
        connection = archive_file.connect_to_read(file)
    except sqlite3.Error:
        return None
    try:
        version = schema.version_of(connection)
    except sqlite3.Error:
        version = 0
    if version >= schema.VERSION:
        return connection
    connection.close()
    return None
