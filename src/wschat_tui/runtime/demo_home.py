"""Where a demo keeps what it would keep of an account: a directory of its own, gone at its end.

A demo that was killed leaves its directory behind. The kernel tells that nobody has it any more: a
lock in it ends with the process that holds it. So the next demo takes it away.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from wschat_tui.storage.archive import lock as archive_lock

if TYPE_CHECKING:
    from wschat_tui.storage.archive.lock import Lock

PREFIX = "wschat-demo-"
_HELD = "demo"
"""The lock lies beside a file of this name, which is never made."""


class DemoHome:
    """A directory that is this process's."""

    def __init__(self, path: Path, lock: Lock) -> None:
        self.path = path
        self._lock = lock

    def remove(self) -> None:
        """Take it away with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()


def make() -> DemoHome:
    """A new one, once those of dead demos are gone. Raises OSError."""
    remove_dead(Path(tempfile.gettempdir()))
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = archive_lock.take(path / _HELD)
    if lock is None:
        raise BlockingIOError(0, "another process holds a directory that was made just now")
    return DemoHome(path, lock)


def remove_dead(folder: Path) -> None:
    """Remove this user's directories whose demo is dead; any other stays as it is."""
    for path in folder.glob(f"{PREFIX}*"):
        lock = _lock_of_dead(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            lock.release()


def _lock_of_dead(path: Path) -> Lock | None:
    """The lock of a demo that is over; None where it runs, or nothing proves that it was one."""
    try:
        seen = path.lstat()
        held = path.joinpath(f"{_HELD}.lock").lstat()
        if not (stat.S_ISDIR(seen.st_mode) and stat.S_ISREG(held.st_mode)):
            return None
        if {seen.st_uid, held.st_uid} != {os.geteuid()}:
            return None
        return archive_lock.take(path / _HELD)
    except OSError:
        return None
