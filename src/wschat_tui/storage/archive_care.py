"""What the archive does while nobody asks anything: the index, and cutting the log."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from wschat_tui.storage import search_index
from wschat_tui.storage.archive_fates import fate_of, why

if TYPE_CHECKING:
    from wschat_tui.storage.archive_store import Store

FILL = 1_000
"""Messages that the index takes in at a time."""

MANY = 10_000
"""Messages that wait for the index at most while orders keep coming."""

_REST = 1.0
"""Seconds without an order after which the index takes in what waits."""

_READERS = 100
"""Milliseconds that cutting the log waits for who reads it; it is tried again later."""

_LOG = logging.getLogger(__name__)


class Care:
    """Looks after one open history, a bounded piece of work at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._more = False
        store.waiting = search_index.waiting(store.connection)

    def patience(self) -> float | None:
        """Seconds to wait for orders before the next piece of work; None where there is none."""
        if self._more:
            return 0.0
        return _REST if self._store.waiting or self._store.scrubbed else None

    def look(self, *, idle: bool) -> None:
        """Do what is due. idle: no order came in all of `patience`.

        Raises sqlite3.Error where the file is broken.
        """
        if self._store.scrubbed:
            cut_log(self._store)
        if self._store.waiting and (idle or self._store.waiting > MANY):
            self._more = self._fill()

    def _fill(self) -> bool:
        """Take in some of what waits; whether there is more, and room for it."""
        try:
            return fill(self._store)
        except sqlite3.Error as error:
            if self._store.connection.in_transaction:
                self._store.connection.execute("rollback")
            if fate_of(error) == "broken":
                raise
            _LOG.warning("the index waits, as %s", why(error))
            return False


def fill(store: Store) -> bool:
    """Take some of what waits into the index; whether there is more. Raises sqlite3.Error."""
    store.connection.execute("pragma synchronous = normal")
    store.connection.execute("begin immediate")
    more = search_index.fill(store.connection, FILL)
    store.connection.execute("commit")
    store.waiting = max(store.waiting - FILL, 1) if more else 0
    return more


def cut_log(store: Store) -> bool:
    """Write the log into the file and empty it, so that what was scrubbed is not in it any more.

    False where somebody reads it just now.
    """
    run = store.connection.execute
    try:
        run(f"pragma busy_timeout = {_READERS}")
        busy = run("pragma wal_checkpoint(truncate)").fetchone()[0]
    except sqlite3.Error as error:
        _LOG.warning("the log could not be cut, as %s", why(error))
        return False
    finally:
        run("pragma busy_timeout = 5000")
    store.scrubbed = bool(busy)
    return not busy
