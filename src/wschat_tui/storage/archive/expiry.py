"""Messages that are older than the settings allow: taken out before a history is opened."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from typing import TYPE_CHECKING

from wschat_tui.storage.archive import file as archive_file
from wschat_tui.storage.archive import prune
from wschat_tui.storage.archive.fates import why
from wschat_tui.storage.archive.seats import time_at

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400_000
"""Milliseconds."""

_LOG = logging.getLogger(__name__)


def expire(file: Path, days: int, now: int) -> int:
    """Take out what is older than so many days; answers how many messages that were.

    It is done once a day at most: the file is written anew for it. What cannot be done now is
    done at the next start; the history is opened all the same. now: milliseconds since the epoch.
    """
    before = now - days * DAY
    try:
        oldest = _oldest(file) if days and file.exists() else None
        if oldest is None or oldest > before - DAY:
            return 0
        done = prune.prune(file, before, now)
    except (OSError, sqlite3.Error) as error:
        _LOG.warning("what is too old could not be taken out, as %s", why(error))
        return 0
    return done.messages if isinstance(done, prune.Pruned) else 0


def _oldest(file: Path) -> int | None:
    """When the oldest message was said."""
    with contextlib.closing(archive_file.connect_to_read(file)) as connection:
        (row,) = connection.execute("select min(row) from message").fetchone()
    return None if row is None else time_at(row)
