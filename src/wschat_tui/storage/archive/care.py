"""What the archive does while nobody asks anything: the index, and what was scrubbed."""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.fates import fate_of, why
from wschat_tui.storage.archive.sweep import sweep
from wschat_tui.storage.search import index as search_index

if TYPE_CHECKING:
    from wschat_tui.storage.archive.store import Store

FILL = 500
"""Messages that the index takes in at a time."""

MANY = 10_000
"""Messages that wait for the index at most while orders keep coming."""

_REST = 1.0
"""Seconds that work is left to gather, as taking in many at once costs a quarter a message."""

_READERS = 100
"""Milliseconds that cutting the log waits for who reads it; it is tried again later."""

_LOG = logging.getLogger(__name__)


class Care:
    """Looks after one open history, a bounded piece of work at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due: float | None = None
        self._page = 0
        """Where the sweep goes on; 0 where none is due."""
        store.waiting = search_index.waiting(store.connection)
        due = store.connection.execute("select 1 from chore where name = 'sweep'").fetchone()
        store.scrubbed = store.scrubbed or due is not None

    def patience(self) -> float | None:
        """Seconds until the next piece of work is due; None where there is none."""
        store = self._store
        if not (store.waiting or store.scrubbed or self._page):
            self._due = None
            return None
        if self._due is None:
            self._due = time.monotonic() + _REST
        return max(0.0, self._due - time.monotonic())

    def look(self) -> None:
        """Do a piece of what is due. Raises sqlite3.Error where the file is broken."""
        try:
            if self._store.scrubbed and cut_log(self._store):
                self._store.scrubbed = False
                self._page = 1
            if self.patience() == 0 or self._store.waiting > MANY:
                self._due = time.monotonic() if self._work() else None
        except (OSError, sqlite3.Error) as error:
            self._put_off(error)

    def finish(self) -> None:
        """The last look, when nothing more is ordered: nothing that was scrubbed stays behind."""
        self.look()
        try:
            while self._page and self._sweep():
                pass
        except (OSError, sqlite3.Error) as error:
            self._put_off(error)

    def _work(self) -> bool:
        """Whether there is more that can be done at once."""
        if self._page:
            return self._sweep()
        return self._store.waiting > 0 and fill(self._store)

    def _sweep(self) -> bool:
        if not cut_log(self._store):
            return False
        self._page = sweep(self._store.descriptor, self._page)
        # Else a page that was remembered would be written back with what stood in it.
        self._store.connection.execute("pragma shrink_memory")
        if not self._page:
            self._store.connection.execute("delete from chore where name = 'sweep'")
        return bool(self._page or self._store.waiting)

    def _put_off(self, error: OSError | sqlite3.Error) -> None:
        self._store.take_back()
        if isinstance(error, sqlite3.Error) and fate_of(error) == "broken":
            raise error
        self._due = None
        _LOG.warning("the history's upkeep waits, as %s", why(error))


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
    return not busy
