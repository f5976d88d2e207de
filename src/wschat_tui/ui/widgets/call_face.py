"""Who is heard without being seen: a card with the name, and how loud it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDEST = 48
"""Cells of the widest meter."""

_CARDS = ((22, 27, 9), (9, 11, 5))
"""Lines from which there is room for the initial in a frame, and the frame's columns and lines."""

_HEARD_FROM = 0.3
"""A level from which somebody speaks: 42 dB below the loudest there is."""


def meter(level: float, cells: int, style: str) -> Content:
    """A level from 0 to 1 as a heavy line in a light one."""
    full = min(max(round(level * cells), 0), cells)
    return Content.assemble(("━" * full, style), ("─" * (cells - full), "$text-muted"))


def heard(level: float) -> bool:
    """So loud that somebody speaks."""
    return level >= _HEARD_FROM


class Face(Widget, can_focus=False):
    """A name, a meter, and a word about them."""

    DEFAULT_CSS = """
    Face { width: 1fr; height: 1fr; content-align: center middle; text-align: center; }
    """
    ALLOW_SELECT = False

    def __init__(self, style: str) -> None:
        super().__init__()
        self._style = style
        self._called = ""
        self._initial = ""
        self._word = ""
        self._level = 0.0
        self._drawn: tuple[object, ...] = ()

    def name_it(self, name: str, word: str, initial: str = "") -> None:
        """Show whose sound it is, and what becomes of it; `initial`: where it is not the name's."""
        self._called, self._word = name, word
        self._initial = (initial or name)[:1].upper() or "?"
        self._redraw()

    def hear(self, level: float) -> None:
        """Show how loud it is, from 0 to 1."""
        self._level = level
        self._redraw()

    def _redraw(self) -> None:
        drawn = (
            self._called,
            self._initial,
            self._word,
            round(self._level * WIDEST),
            heard(self._level),
        )
        if drawn != self._drawn:
            self._drawn = drawn
            self.refresh()

    def render(self) -> Content:
        """As much of it as the size has room for."""
        return Content("\n").join(tuple(self._lines()))

    def _lines(self) -> Iterator[Content]:
        width, height = self.size
        name = Content.styled(self._called, "bold").truncate(max(width - 2, 1), ellipsis=True)
        cells = max(min(WIDEST, width * 2 // 3), 4)
        for least, columns, lines in _CARDS:
            if height >= least:
                yield from self._card(columns, lines)
                break
        if height >= 2:
            yield name
            yield meter(self._level, cells, f"bold {self._style}")
        else:
            yield Content.assemble(name, " ", meter(self._level, min(cells, 8), self._style))
        if height >= 3:
            yield Content.styled(self._word, "$text-muted").truncate(
                max(width - 2, 1), ellipsis=True
            )

    def _card(self, columns: int, lines: int) -> Iterator[Content]:
        frame = f"bold {self._style}" if heard(self._level) else self._style
        inside = columns - 2
        left = (inside - cell_len(self._initial)) // 2
        right = inside - left - cell_len(self._initial)
        yield Content.styled(f"╭{'─' * inside}╮", frame)
        for line in range(1, lines - 1):
            if line == lines // 2:
                ends = (f"│{' ' * left}", frame), (f"{' ' * right}│", frame)
                yield Content.assemble(ends[0], (self._initial, "bold"), ends[1])
            else:
                yield Content.styled(f"│{' ' * inside}│", frame)
        yield Content.styled(f"╰{'─' * inside}╯", frame)
