"""A history that was found broken by who reads it: examined by who writes it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.file import connect_to_read
from wschat_tui.storage.search import index as search_index

if TYPE_CHECKING:
    from wschat_tui.storage.archive.store import Store


def examine(inode: int, store: Store | None) -> None:
    """Make the index of a search anew, where the tables are sound.

    inode: of the file in which it was found: what stands in for that one is not meant. Raises
    sqlite3.Error of a broken file where they are not.
    """
    if store is None or store.descriptor < 0 or os.fstat(store.descriptor).st_ino != inode:
        return
    run = store.connection.execute
    _check(Path(run("pragma database_list").fetchone()[2]))
    run("begin immediate")
    try:
        search_index.enter_all(store.connection)
        run("commit")
    except sqlite3.Error:
        store.take_back()
        raise
    store.waiting = search_index.waiting(store.connection)


def _check(file: Path) -> None:
    """By a connection of its own: the writer's remembers pages as they were."""
    with closing(connect_to_read(file)) as connection:
        if connection.execute("pragma quick_check(1)").fetchone() == ("ok",):
            return
    error = sqlite3.DatabaseError("the history is not whole")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    raise error
