"""What a failing database means: room on the disk may come back, a broken file does not heal."""

from __future__ import annotations

import sqlite3
from typing import Literal

Fate = Literal["stalled", "broken", "refused"]
"""stalled: it may go on later; broken: the file is; refused: this one order cannot be kept."""

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_STALLED = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
_WHY = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another program holds the file",
    sqlite3.SQLITE_LOCKED: "another program holds the file",
    sqlite3.SQLITE_READONLY: "the file may not be written",
    sqlite3.SQLITE_PERM: "the file may not be written",
}


def fate_of(error: sqlite3.Error) -> Fate:
    """What to do about an error."""
    code = _code(error)
    if code in _BROKEN:
        return "broken"
    return "stalled" if code in _STALLED else "refused"


def why(error: sqlite3.Error | OSError) -> str:
    """The middle of a sentence that says what is wrong."""
    if isinstance(error, OSError):
        return (error.strerror or "the file cannot be opened").lower()
    return _WHY.get(_code(error), "the disk failed")


def _code(error: sqlite3.Error) -> int:
    """The primary code; the library has none of its own mistakes."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
