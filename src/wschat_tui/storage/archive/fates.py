"""What a failing database means: room on the disk may come back, a broken file does not heal."""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

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
    sqlite3.SQLITE_CORRUPT: "the file is broken",
    sqlite3.SQLITE_NOTADB: "the file is broken",
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
        said = (error.strerror or str(error) or "the file cannot be opened").lower()
        return _SYSTEM.get(error.errno or 0, said)
    return _WHY.get(_code(error), "the disk failed")


def remedy(error: sqlite3.Error | OSError, file: Path) -> str:
    """A sentence that says what to do about it, before wschat is started again."""
    full = error.errno in _FULL if isinstance(error, OSError) else _code(error) in _NO_ROOM
    if full:
        return "Free some space and start again."
    if isinstance(error, OSError) and error.errno in _IN_THE_WAY:
        place = error.filename or file.parent
        return f"Look at {place}, take away what is wrong there, and start again."
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return f"Make the disk of {file.parent} writable and start again."
    return f"Let this user read and write {file.parent}, and start again."


_NO_ROOM = frozenset({sqlite3.SQLITE_FULL})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_IN_THE_WAY = frozenset({errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP})
_SYSTEM = {
    errno.EROFS: "its disk can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EACCES: "this user may not use its folder",
    errno.EPERM: "this user may not use its folder",
    errno.EEXIST: "its folder is a link that leads nowhere",
    errno.ENOTDIR: "a file stands where its folder belongs",
    errno.EISDIR: "a folder stands where its file belongs",
    errno.ELOOP: "its file is a link, and only a file of its own is safe to write",
}


def _code(error: sqlite3.Error) -> int:
    """The primary code; the library has none of its own mistakes."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
