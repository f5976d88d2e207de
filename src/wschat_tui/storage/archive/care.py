"""What the archive does while nobody asks anything: the index, and what was scrubbed."""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.fates import fate_of, why
from wschat_tui.storage.archive.sweep import sweep
from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.search.parts import owed

if TYPE_CHECKING:
    from wschat_tui.storage.archive.store import Store

STEP = 0.008
"""Seconds of work that the index is given at a time: a typed message waits for no more than that.

Taking in more at once costs less a message; nothing is gained beyond some hundreds.
"""

LEAST, MOST = 50, 500
"""Messages that the index takes in at a time, on the slowest machine and on the fastest."""

MANY = 10_000
"""Messages that wait for the index at most while orders keep coming."""

_REST = 1.0
"""Seconds that work is left to gather, as taking in many at once costs a quarter a message."""

_READERS = 5
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
        store.waiting = store.waiting or int(owed(store.connection))
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
            settle(self._store)
            while self._page and self._sweep():
                pass
        except (OSError, sqlite3.Error) as error:
            self._put_off(error)

    def _work(self) -> bool:
        """Whether there is more that can be done at once."""
        if self._page and not self._forgetting():
            return self._sweep()
        return fill(self._store) or bool(self._page)

    def _forgetting(self) -> bool:
        return search_index.forgetting(self._store.connection)

    def _sweep(self) -> bool:
        if not cut_log(self._store):
            return False
        self._page = sweep(self._store.descriptor, self._page)
        # Else a page that was remembered would be written back with what stood in it.
        self._store.connection.execute("pragma shrink_memory")
        if not self._page and not self._store.scrubbed:
            self._store.connection.execute("delete from chore where name = 'sweep'")
        return bool(self._page or self._store.waiting)

    def _put_off(self, error: OSError | sqlite3.Error) -> None:
        self._store.take_back()
        if isinstance(error, sqlite3.Error) and fate_of(error) == "broken":
            raise error
        self._due = None
        _LOG.warning("the history's upkeep waits, as %s", why(error))


def fill(store: Store) -> bool:
    """Go on with the index by a bounded step; whether there is more. Raises sqlite3.Error."""
    asked, began = store.portion, time.thread_time()
    full = store.waiting >= asked and not owed(store.connection)
    store.connection.execute("pragma synchronous = normal")
    store.connection.execute("begin immediate")
    more = search_index.fill(store.connection, asked)
    store.connection.execute("commit")
    if full:
        store.portion = _portion(asked, time.thread_time() - began)
        store.waiting -= asked
    store.waiting = max(store.waiting, 1) if more else 0
    return more


def settle(store: Store) -> None:
    """Have nothing in the index any more of what was forgotten. Raises sqlite3.Error."""
    while search_index.forgetting(store.connection):
        fill(store)


def _portion(taken: int, spent: float) -> int:
    """What fits into a step, by what the last one took of the processor: others do not count."""
    fitting = taken * STEP / max(spent, 1e-6)
    return round(min(max(fitting, taken / 2, LEAST), taken * 2, MOST))


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
