"""Files that the user saves: new, for this user alone, in the folder for them (row S18)."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from wschat_tui.storage.file_names import safe_name, shortened
from wschat_tui.storage.private import FILE_MODE, private_dir, sync_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_MOST_TRIES = 1000


class Download:
    """One file being written. Blocking: for a thread. Everything raises OSError where it fails.

    While it comes it is named `….part`; `keep` gives it the first name that is free, `discard`
    removes it. Nothing that was there is written over, and no link is followed.
    """

    def __init__(self, folder: Path, told: str) -> None:
        """`told`: the name that a stranger gave it. Nothing is made before the first write."""
        self._folder = folder
        self._name = safe_name(told)
        self._part = folder / self._name
        self._file: BinaryIO | None = None
        self._begun = False

    def write(self, piece: bytes) -> None:
        """Add to its end."""
        if self._file is None:
            private_dir(self._folder)
            name = f"{shortened(self._name, most=110)}.part"
            self._part, descriptor = _created(self._folder, name)
            self._file, self._begun = os.fdopen(descriptor, "wb"), True
        self._file.write(piece)

    def keep(self) -> Path:
        """All of it is there, and on the disk: where it is from now on."""
        self.write(b"")
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
        self._part = _named(self._part, self._folder, self._name)
        sync_dir(self._folder)
        return self._part

    def discard(self) -> None:
        """It is not wanted after all, kept or not."""
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        finally:
            if self._begun:
                self._part.unlink(missing_ok=True)


def _named(part: Path, folder: Path, name: str) -> Path:
    """Give what is whole the first name that is free; it never belongs to less than that.

    Disks without links have the name first, and then what belongs to it.
    """
    for path in _names(folder, name):
        try:
            os.link(part, path)
        except FileExistsError:
            continue
        except OSError:
            break
        part.unlink()
        return path
    path, descriptor = _created(folder, name)
    os.close(descriptor)
    return part.replace(path)


def _created(folder: Path, name: str) -> tuple[Path, int]:
    """A new empty file of this name, or of the first one like it, open."""
    for path in _names(folder, name):
        with contextlib.suppress(FileExistsError):
            return path, os.open(path, _NEW, FILE_MODE)
    raise FileExistsError(name)


def _names(folder: Path, name: str) -> Iterator[Path]:
    """The name in the folder, and names like it (`report (2).pdf`)."""
    for number in range(1, _MOST_TRIES):
        yield folder / (name if number == 1 else shortened(name, f" ({number})"))
