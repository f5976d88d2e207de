"""Where the history of an account is kept: its file, and what becomes of it."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

    from wschat_tui.runtime.accounts import Account
    from wschat_tui.storage.paths import Places
    from wschat_tui.storage.settings.settings import Profile


@dataclass(frozen=True, slots=True)
class Kept:
    """A history as it lies on the disk."""

    size: int
    """Bytes; 0: there is none."""
    taken: bool = False
    """A client that runs now writes it."""


_UNFIT = re.compile(r"[^A-Za-z0-9_@-]+")
_LONGEST = 60
"""Characters of a file's name that tell a person whose it is."""


def history_of(places: Places, account: Account) -> Path:
    """The file of an account that is open."""
    user = (account.profile.user if account.name else account.user) or ""
    return history_file(places, account.name, account.profile.server, user)


def history_of_profile(places: Places, name: str, profile: Profile) -> Path:
    """The file of a profile of the settings, whether anybody is logged in or not."""
    return history_file(places, name, profile.server, profile.user or "")


def history_file(places: Places, profile: str, server: str, user: str) -> Path:
    """The file of a user on a server; another user or server under the same name has another.

    profile: empty where the command line alone named the server.
    """
    whose = f"{profile}\n{server}\n{user}"
    sign = hashlib.sha256(whose.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    said = profile or f"{user or 'somebody'}@{urlsplit(server).hostname or 'server'}"
    return places.history_dir / f"{_UNFIT.sub('-', said)[:_LONGEST]}-{sign}.db"


async def size_of(file: Path) -> int:
    """Bytes that a history takes on the disk; 0 where there is none."""
    return await asyncio.to_thread(_size, file)


async def delete_history(file: Path) -> int:
    """Delete a history with all that lies beside it; answers how many bytes that was.

    Raises OSError where it cannot be deleted, and where a client has it open: what that one keeps
    afterwards would be lost.
    """
    return await asyncio.to_thread(_delete, file)


async def expire(file: Path, days: int, now: int) -> None:
    """Take out what is older than so many days; what cannot be done now is done another time."""
    from wschat_tui.storage.archive import expiry

    await asyncio.to_thread(expiry.expire, file, days, now)


async def look_at(file: Path) -> Kept:
    """What there is of a history, and who has it open. Makes nothing that is not there.

    Raises OSError where it cannot be written, or begun.
    """
    return await asyncio.to_thread(_look, file)


def in_words(size: int) -> str:
    """A size for a person: "312 kB", "12.4 MB"."""
    if size < 1_000_000:
        return f"{max(round(size / 1000), 1)} kB"
    return f"{size / 1_000_000:,.1f} MB"


def _beside(file: Path) -> list[Path]:
    """The file, its log and lock, and what was moved aside because it could not be read."""
    return sorted(file.parent.glob(f"{file.name}*")) if file.parent.is_dir() else []


def _size(file: Path) -> int:
    return sum(one.stat().st_size for one in _beside(file))


def _delete(file: Path) -> int:
    from wschat_tui.storage.archive import lock as archive_lock
    from wschat_tui.storage.private import sync_dir

    if not file.parent.is_dir():
        return 0
    size = _size(file)
    lock = archive_lock.take(file)
    if lock is None:
        raise OSError(errno.EBUSY, "it is open in another wschat; close that first")
    try:
        for one in _beside(file):
            one.unlink(missing_ok=True)
        sync_dir(file.parent)
    finally:
        lock.release()
    return size


def _look(file: Path) -> Kept:
    from wschat_tui.storage.archive import lock as archive_lock

    if not file.exists():
        _try(file.parent)
        return Kept(_size(file))
    lock = archive_lock.take(file)
    if lock is not None:
        lock.release()
    return Kept(_size(file), lock is None)


def _try(folder: Path) -> None:
    """Whether something can be kept in a folder that may have to be made: a file without a name."""
    if folder.is_symlink() and not folder.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    if not folder.exists():
        _try(folder.parent)
        return
    with tempfile.TemporaryFile(dir=folder):
        pass
