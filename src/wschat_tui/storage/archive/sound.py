"""What stands in a row, whoever wrote it: cut letters are replaced, and a wrong type is mended.

SQLite keeps any type in any column, and any bytes as text. One row that was edited by hand, or
that a failing disk changed, must not keep all others from being read.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

EARLIEST, LATEST = -62_000_000_000_000, 253_402_300_799_999
"""Milliseconds between which a calendar has days in every time zone."""


def decoded(raw: bytes) -> str:
    """Text as it lies in the file, with a mark in place of what is no UTF-8."""
    return raw.decode("utf-8", "replace")


def text(value: object) -> str:
    """What stands in a column of text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return decoded(value)
    return "" if value is None else str(value)


def number(value: object, least: int = 0, most: int = (1 << 53)) -> int:
    """What stands in a column of numbers; the least where that is none, or out of bounds."""
    return value if isinstance(value, int) and least <= value <= most else least


def listed(kept: object) -> list[list[Any]]:
    """The lists of a JSON list; what is none is passed over."""
    found: object = None
    with suppress(ValueError, RecursionError):
        found = json.loads(text(kept), object_pairs_hook=lambda _: None)
    return [one for one in found if isinstance(one, list)] if isinstance(found, list) else []


def whole(value: object) -> str:
    """A text of JSON, where an escape can name half a letter; empty where it is no text."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
