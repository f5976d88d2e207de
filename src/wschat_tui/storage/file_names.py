"""A stranger's name for a file made into one that lies in a folder and does nothing else (S18)."""

from __future__ import annotations

import re
import unicodedata

from wschat_tui.state.text import clean

MOST = 120
"""Bytes of UTF-8 in a name."""

FALLBACK = "file"

_SEPARATORS = re.compile(r"[/\\\u2044\u2215\u29f8\uff0f\uff3c]")
"""What parts folders, and what looks as if it did."""

_UNSAFE = re.compile('[<>:"|?*\x00-\x1f\x7f]')
"""What other systems give a meaning, or refuse."""

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
"""Names that are devices on Windows, where the folder may be shared with it."""

_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))

_LONGEST_ENDING = 16


def safe_name(told: str) -> str:
    """The name's last part: visible characters, no leading dot or dash, 120 bytes at most.

    Never empty. What is too long loses the end of its stem, and keeps its ending.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", told[:4096]).rstrip("/\\ ."))[-1]
    shown = clean(last.translate(_CONTROLS), one_line=True, limit=4096)
    plain = _UNSAFE.sub("_", shown).lstrip(".-~ ").rstrip(". ")
    name = plain or FALLBACK
    return shortened(f"_{name}" if _DEVICES.match(name) else name)


def shortened(name: str, mark: str = "", most: int = MOST) -> str:
    """The name with `mark` between stem and ending, in `most` bytes."""
    stem, ending = _parted(name)
    room = most - len((mark + ending).encode())
    kept = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{kept}{mark}{ending}"


def _parted(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if stem and len(ending.encode()) < _LONGEST_ENDING:
        return stem, dot + ending
    return name, ""
