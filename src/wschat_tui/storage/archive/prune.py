"""Old messages taken out of a history that nobody has open."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.storage.archive import care, door
from wschat_tui.storage.archive.door import Newer
from wschat_tui.storage.archive.fates import why
from wschat_tui.storage.archive.seats import first_at
from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.trouble import Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from wschat_tui.storage.archive.store import Store

_OPEN = Trouble(
    "The history is open in another wschat, and nothing was removed.", "Quit that one first."
)
_NEWER = Trouble(
    "A newer version of wschat wrote the history, and nothing was removed.", "Use that version."
)

_STEP = 20_000
"""Messages of one transaction, so that the log does not grow to the size of the history."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What became of it."""

    messages: int
    """How many were taken out."""
    before: int
    """Bytes that the file had."""
    after: int
    """Bytes that it has now."""


@dataclass(frozen=True, slots=True)
class Held:
    """Another client has the history open, or a newer version wrote it; it is as it was."""

    newer: bool = False


def prune(file: Path, before: int, now: int) -> Pruned | Held:
    """Take out what was said before a time, and give the space back; drafts and what waits stay.

    before, now: milliseconds since the Unix epoch. Raises OSError or sqlite3.Error.
    """
    if not file.exists():
        return Pruned(0, 0, 0)
    entered = door.enter(file, lambda: now, "")
    if isinstance(entered, Newer):
        return Held(newer=True)
    if entered.lock is None:
        entered.store.close()
        return Held()
    try:
        size = file.stat().st_size
        count = _take_out(entered.store, first_at(before))
        _give_back(entered.store)
        return Pruned(count, size, file.stat().st_size)
    finally:
        entered.store.close()
        entered.lock.release()


def prune_or_say(file: Path, before: int, now: int) -> Pruned | Trouble:
    """The same, and why not where that fails, for the person."""
    try:
        pruned = prune(file, before, now)
    except (OSError, sqlite3.Error) as error:
        return Trouble(f"Not all that is old could be removed, as {why(error)}.", "Try it again.")
    if isinstance(pruned, Held):
        return _NEWER if pruned.newer else _OPEN
    return pruned


def _take_out(store: Store, row: int) -> int:
    run, count = store.connection.execute, 0
    run("begin immediate")
    search_index.cut(store.connection, row)
    store.scrub()
    run(
        "update room set complete = 0 where number in (select room from message where row < ?)",
        (row,),
    )
    run(
        "update room set hole = '' where hole in (select id from message where row < ?)",
        (row,),
    )
    run("commit")
    while True:
        run("begin immediate")
        gone = run(
            "delete from message where row in (select row from message where row < ? limit ?)"
            " returning id",
            (row, _STEP),
        ).fetchall()
        store.connection.executemany("delete from earlier where message = ?", gone)
        run("commit")
        count += len(gone)
        if len(gone) < _STEP:
            return count


def _give_back(store: Store) -> None:
    """Write the file anew, which leaves nothing of the old pages; without room for that, sweep."""
    try:
        care.settle(store)
        store.connection.execute("vacuum")
        if care.cut_log(store):
            store.connection.execute("delete from chore where name = 'sweep'")
            store.scrubbed = False
    except sqlite3.Error as error:
        _LOG.warning("the space could not be given back, as %s", why(error))
    care.Care(store).finish()
