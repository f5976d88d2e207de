"""On which line each key of a TOML document stands, which `tomllib` does not tell.

The document must be valid TOML 1.0: `tomllib` has read it before, so nothing is checked here.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from typing import Any

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
# Longest first: three quotes open a text that may hold line breaks.
_TEXT = re.compile(
    r"""
    "{3} (?: \\. | (?!"{3}). )* "{3,5}
    | '{3} (?: (?!'{3}). )* '{3,5}
    | " (?: \\. | [^"\\] )* "
    | ' [^']* '
    """,
    re.DOTALL | re.VERBOSE,
)
_KEY = re.compile(r"""(?: " (?: \\. | [^"\\] )* " | ' [^']* ' | [^"'=\]] )+""", re.VERBOSE)
_BARE = re.compile(r"[^,\]}#\n]*")


def find_lines(text: str) -> dict[Path, int]:
    """Each key path of the document, with list items as numbers, and its line, counted from 1.

    A table's line is that of its header, or of the first key that implies it.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


class _Scanner:
    """One pass over a document: `at` is the offset of what is read next."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        self._skip(_BLANK_LINES)
        while self._at < len(self._text):
            table = self._header() if self._sees("[") else self._pair(table)
            self._skip(_BLANK_LINES)

    def _header(self) -> Path:
        """`[table]` or `[[list of tables]]`; what follows belongs to it."""
        many = self._sees("[[")
        start = self._at
        self._at += 2 if many else 1
        table = self._inside(self._key())
        self._at += 2 if many else 1
        if many:
            self._mark((), table, start)
            number = self._counts[table] = self._counts.get(table, -1) + 1
            table = (*table, number)
        self._mark((), table, start)
        return table

    def _pair(self, table: Path) -> Path:
        """`key = value` in `table`, which is returned."""
        start = self._at
        key = self._key()
        self._mark(table, key, start)
        self._at += 1
        self._skip(_BLANK)
        self._value((*table, *key))
        return table

    def _value(self, path: Path) -> None:
        if self._sees("["):
            self._list(path)
        elif self._sees("{"):
            self._inline(path)
        elif not self._skip(_TEXT):
            self._skip(_BARE)

    def _list(self, path: Path) -> None:
        self._at += 1
        number = 0
        while self._more("]"):
            self._mark(path, (number,), self._at)
            self._value((*path, number))
            number += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, end: str) -> bool:
        """Whether another item follows; if not, `end` is taken."""
        self._skip(_BLANK_LINES)
        if self._sees(","):
            self._at += 1
            self._skip(_BLANK_LINES)
        if not self._sees(end):
            return True
        self._at += 1
        return False

    def _key(self) -> Path:
        """A dotted key up to `=` or `]`; `tomllib` itself takes it apart, quotes and all."""
        start = self._at
        self._skip(_KEY)
        node: Any = tomllib.loads(f"{self._text[start : self._at]} = 0")
        parts: list[str] = []
        while isinstance(node, dict):
            [(name, node)] = node.items()
            parts.append(name)
        return tuple(parts)

    def _inside(self, key: Path) -> Path:
        """The path of a header's key: below a list of tables it means the newest of them."""
        path: Path = ()
        for part in key[:-1]:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path])
        return (*path, *key[-1:])

    def _mark(self, above: Path, key: Path, offset: int) -> None:
        """Remember a key and the tables that it implies; the first mention counts."""
        line = bisect.bisect_left(self._breaks, offset) + 1
        for end in range(1, len(key) + 1):
            self.lines.setdefault((*above, *key[:end]), line)

    def _sees(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found is not None
