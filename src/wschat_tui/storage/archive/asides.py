"""Broken histories that were moved aside: what they hold is out of reach, so they do not stay.

A message that is redacted or deleted later cannot be scrubbed in a file that cannot be read.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from wschat_tui.storage.archive.file import BESIDE
from wschat_tui.storage.private import sync_dir

if TYPE_CHECKING:
    from pathlib import Path

DAYS = 30
"""How long a broken history stays."""

_DAY = 86_400_000
_NAME = re.compile(r".+\.broken-(\d{1,15})")

_LOG = logging.getLogger(__name__)


def asides(folder: Path) -> list[Path]:
    """The broken histories of a folder, without their logs. Raises OSError."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(one for one in found if _NAME.fullmatch(one.name))


def goes_at(aside: Path) -> int:
    """When it goes: milliseconds since the Unix epoch."""
    named = _NAME.fullmatch(aside.name)
    return int(named[1]) + DAYS * _DAY if named else 0


def fate(aside: Path) -> str:
    """What becomes of one, for the person: the end of a sentence."""
    return (
        f"{aside.name} for {DAYS} days, with all that was in it;"
        f" `wschat history delete {aside.name}` removes it now"
    )


def remove(aside: Path) -> int:
    """Delete one, with its log; answers how many bytes that was. Raises OSError."""
    size = 0
    for suffix in BESIDE:
        part = aside.with_name(aside.name + suffix)
        size += part.stat().st_size if part.exists() else 0
        part.unlink(missing_ok=True)
    sync_dir(aside.parent)
    return size


def remove_old(folder: Path, now: int) -> None:
    """Delete those whose time has come; what cannot be deleted now is tried at the next start.

    now: milliseconds since the Unix epoch.
    """
    try:
        for aside in asides(folder):
            if goes_at(aside) <= now:
                remove(aside)
    except OSError as error:
        _LOG.warning("an old broken history could not be deleted: %s", error.strerror)
