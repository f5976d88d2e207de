"""Every history in a folder: whose it is, how large, when it was used last."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wschat_tui.storage.archive import lock as archive_lock
from wschat_tui.storage.archive.asides import asides, goes_at
from wschat_tui.storage.archive.file import connect_to_read
from wschat_tui.storage.archive.whose import NOBODY, Whose, read

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listed:
    """A history as it lies on the disk, or a broken one that was moved aside."""

    file: Path
    condition: Literal["whole", "open", "unreadable", "aside"]
    """open: a client that runs now writes it."""
    size: int
    """Bytes, its log with it."""
    used: int
    """When it was written last: milliseconds since the Unix epoch."""
    whose: Whose = NOBODY
    messages: int = 0
    goes_at: int = 0
    """When one that was moved aside goes."""

    @property
    def name(self) -> str:
        """By what the person calls it."""
        return self.file.name if self.condition == "aside" else self.file.stem


def histories(folder: Path) -> list[Listed]:
    """All of them, by their names. Raises OSError where the folder cannot be read."""
    files = sorted(folder.glob("*.db")) if folder.is_dir() else []
    whole = [_listed(file) for file in files if file.is_file()]
    return [*whole, *(_aside(file) for file in asides(folder))]


def _listed(file: Path) -> Listed:
    size, used = _weighed(file)
    lock = archive_lock.take(file)
    if lock is not None:
        lock.release()
    try:
        with contextlib.closing(connect_to_read(file)) as connection:
            messages = int(connection.execute("select count(*) from message").fetchone()[0])
            whose = read(connection)
    except sqlite3.Error:
        return Listed(file, "unreadable", size, used)
    return Listed(file, "open" if lock is None else "whole", size, used, whose, messages)


def _aside(file: Path) -> Listed:
    return Listed(file, "aside", *_weighed(file), goes_at=goes_at(file))


def _weighed(file: Path) -> tuple[int, int]:
    """Bytes of the file and its log, and when either was written last."""
    seen = []
    for suffix in ("", "-wal"):
        with contextlib.suppress(FileNotFoundError):
            seen.append(file.with_name(file.name + suffix).stat())
    size = sum(one.st_size for one in seen)
    return size, int(max((one.st_mtime for one in seen), default=0) * 1000)
