"""A broken history on its way into a new one: noted down, so that no end of the program loses it.

The note names where the broken file goes. It is written before the file is moved, and taken away
when all that could be read is in the new one, on the disk.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.file import free_name, move
from wschat_tui.storage.private import sync_dir, write_atomic

if TYPE_CHECKING:
    from pathlib import Path


def begin(file: Path, at: int) -> Path:
    """Move a broken history aside; answers where it is now. Raises OSError.

    at: milliseconds, for the new name.
    """
    aside = free_name(file, at)
    write_atomic(_note(file), aside.name.encode())
    move(file, aside)
    return aside


def begun(file: Path) -> Path | None:
    """Where the broken history is that an earlier run moved and did not read to the end.

    Raises OSError.
    """
    try:
        name = _note(file).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    ours = re.fullmatch(re.escape(file.name) + r"\.broken-\d+", name)
    if ours is None or not file.with_name(name).exists():
        done(file)
        return None
    aside = file.with_name(name)
    if not file.exists():
        move(file, aside)
    return aside


def done(file: Path) -> None:
    """What could be read of it is on the disk. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        _note(file).unlink()
        sync_dir(file.parent)


def _note(file: Path) -> Path:
    return file.with_name(f"{file.name}.mending")
