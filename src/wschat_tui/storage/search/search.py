"""Searching a history from the event loop: a thread and a connection of its own, which only reads.

A new search ends the one before it, so that a page is never older than what was typed last.
"""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from wschat_tui.state.history.query import Found
from wschat_tui.storage.archive.fates import fate_of, why
from wschat_tui.storage.archive.file import connect_to_read
from wschat_tui.storage.archive.reader import revisions
from wschat_tui.storage.archive.sound import text
from wschat_tui.storage.search.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wschat_tui.state.history.query import Query, Revision

_CACHE = "pragma cache_size = -8000"


_OLDEST = (
    "select m.id from message m join room r on r.number = m.room"
    " where r.scope = ? and m.kind = 0 order by m.row limit 1"
)

_BROKEN = (
    "The history is broken. It is mended with what can be read of it, at once or at the next start:"
    " search again then."
)

_Result = TypeVar("_Result")


class Search:
    """One history, for as long as it is open; the file is opened by the first search."""

    def __init__(self, file: Path, doubt: Callable[[int], None] = lambda _inode: None) -> None:
        """doubt: told of a file that was found broken, by its inode, for its writer to mend."""
        self._file = file
        self._doubt = doubt
        self._inode = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._connection: sqlite3.Connection | None = None
        self._asked = 0
        self._closed = False

    async def find(self, query: Query, limit: int = 50, below: int | None = None) -> Found | str:
        """A page of what fits, or the sentence that says why there is none.

        A search that another one has overtaken finds what it came to until then.
        """
        self.cancel()
        asked = self._asked

        def overtaken() -> bool:
            return asked != self._asked

        def work() -> Found:
            return Found(cut=True) if overtaken() else self._reading(overtaken, query, limit, below)

        return await self._do(work)

    async def revisions(self, message_id: str) -> tuple[Revision, ...]:
        """What a message said before each of its edits, the oldest first; none where unknown."""

        def work() -> tuple[Revision, ...]:
            return revisions(self._open(), message_id)

        found = await self._do(work)
        return () if isinstance(found, str) else found

    async def oldest(self, scope: str) -> str:
        """The id of the oldest message that is kept of a room; empty where there is none."""

        def work() -> tuple[str]:
            found = self._open().execute(_OLDEST, (scope,)).fetchone()
            return (text(found[0]) if found else "",)

        found = await self._do(work)
        return "" if isinstance(found, str) else found[0]

    def cancel(self) -> None:
        """End the search that runs, and those that wait."""
        self._asked += 1

    async def close(self) -> None:
        """End what runs and let the file go; again, it does nothing."""
        self.cancel()
        if self._closed:
            return
        self._closed = True
        await self._do(self._close)
        self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[], _Result]) -> _Result | str:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            if fate_of(error) == "broken":
                await loop.run_in_executor(self._thread, self._close)
                self._doubt(self._inode)
                return _BROKEN
            return f"The history could not be searched, as {why(error)}; try again."

    def _reading(
        self, overtaken: Callable[[], bool], query: Query, limit: int, below: int | None
    ) -> Found:
        return Reading(self._open(), overtaken).find(query, limit, below)

    def _open(self) -> sqlite3.Connection:
        """The connection; another one where another file stands in for the one that was open."""
        inode = self._file.stat().st_ino if self._file.exists() else 0
        if inode != self._inode:
            self._close()
        if self._connection is None:
            self._connection, self._inode = open_reading(self._file), inode
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def open_reading(file: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises sqlite3.Error."""
    connection = connect_to_read(file)
    # The file is open to read alone; what a search notes down lies in a table in memory.
    connection.execute("pragma query_only = off")
    connection.execute("pragma temp_store = memory")
    connection.execute(_CACHE)
    return connection
