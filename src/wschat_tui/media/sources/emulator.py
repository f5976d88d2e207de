"""What a command writes, as the rows of a terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.media.sources.terminal_feed import Row, Run

_NAMES = {
    "black": "#1c1c1c",
    "red": "#d75f5f",
    "green": "#5faf5f",
    "brown": "#d7af5f",
    "blue": "#5f87d7",
    "magenta": "#af5faf",
    "cyan": "#5fafaf",
    "white": "#d0d0d0",
    "brightblack": "#808080",
    "brightred": "#ff8787",
    "brightgreen": "#87d787",
    "brightbrown": "#ffd787",
    "brightblue": "#87afff",
    "brightmagenta": "#d787d7",
    # As the library spells it.
    "bfightmagenta": "#d787d7",
    "brightcyan": "#87d7d7",
    "brightwhite": "#ffffff",
}
_PEN, _PAPER = "#d0d0d0", "#121212"


class _Screen(pyte.Screen):
    """Answers what it is asked through a function."""

    def __init__(self, columns: int, rows: int, answer: Callable[[bytes], None]) -> None:
        super().__init__(columns, rows)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data.encode())


class Emulator:
    """Takes bytes and tells which rows they changed."""

    def __init__(self, columns: int, rows: int, answer: Callable[[bytes], None]) -> None:
        """answer: writes what a terminal answers when it is asked about itself."""
        self._screen = _Screen(columns, rows, answer)
        self._stream = pyte.ByteStream(self._screen)
        self._cursor = 0

    def feed(self, data: bytes) -> None:
        """Take what was written. An escape that the library cannot take is left out."""
        try:
            self._stream.feed(data)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, AssertionError):
            self._stream = pyte.ByteStream(self._screen)

    def changed(self) -> list[tuple[int, Row]]:
        """The rows that may differ from what they were when this was last asked."""
        cursor = self._screen.cursor.y
        dirty = self._screen.dirty | {self._cursor, cursor}
        self._screen.dirty.clear()
        self._cursor = cursor
        return [
            (number, self._row(number)) for number in sorted(dirty) if number < self._screen.lines
        ]

    def _row(self, number: int) -> Row:
        cells = self._screen.buffer[number]
        cursor = self._screen.cursor
        at = cursor.x if cursor.y == number and not cursor.hidden else -1
        drawn = (_cell(cells[column], at == column) for column in range(self._screen.columns))
        return tuple(
            ("".join(text for text, *_ in run), *colours)
            for colours, run in groupby(drawn, key=lambda cell: cell[1:])
        )


def _cell(cell: Any, under_cursor: bool) -> Run:
    pen, paper = _colour(cell.fg, _PEN), _colour(cell.bg, _PAPER)
    if cell.reverse != under_cursor:
        pen, paper = paper, pen
    return cell.data, pen, paper


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return _NAMES.get(name) or (f"#{name}" if len(name) == 6 else default)
