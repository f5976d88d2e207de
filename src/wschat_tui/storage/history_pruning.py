"""Old messages taken out of a history, and why not where that fails, for the person."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.prune import Held, Pruned, prune
from wschat_tui.storage.trouble import Trouble

if TYPE_CHECKING:
    from pathlib import Path

_OPEN = Trouble(
    "The history is open in another wschat, and nothing was removed.", "Quit that one first."
)
_NEWER = Trouble(
    "A newer version of wschat wrote the history, and nothing was removed.", "Use that version."
)


def prune_history(file: Path, before: int, now: int) -> Pruned | Trouble:
    """Take out what was said before a time; both in milliseconds since the Unix epoch."""
    try:
        pruned = prune(file, before, now)
    except (OSError, sqlite3.Error) as error:
        return Trouble(f"Not all that is old could be removed ({error}).", "Try it again.")
    if isinstance(pruned, Held):
        return _NEWER if pruned.newer else _OPEN
    return pruned
