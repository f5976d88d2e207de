"""Rows of the timeline, drawn for one width and one set of colours, and kept while in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from wschat_tui.ui.ink import Ink
from wschat_tui.ui.message_lines import Layout, height, layout_of
from wschat_tui.ui.strips import Drawn, Reader, draw, with_cursor
from wschat_tui.ui.wall import FORBIDDEN
from wschat_tui.ui.wrap import cells, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style

    from wschat_tui.ui.row import Row

KEPT = 1_500
"""Rows whose strips are kept: about a kilobyte a line, which keeps Textual's caches warm."""


class Canvas:
    """Draws rows, and remembers what it drew."""

    def __init__(self) -> None:
        self.layout: Layout = layout_of(80)
        self.reader = Reader()
        self.ink: Ink | None = None
        self.drawn = 0
        """How many rows were drawn so far."""
        self._kept: dict[Row, list[Drawn]] = {}
        self._under: tuple[Row | None, list[Drawn]] = (None, [])
        self._revealed: set[str] = set()

    def measure(self, row: Row) -> int:
        """How many lines a row takes."""
        return height(row, self.layout)

    def resize(self, width: int) -> None:
        """Draw for another width."""
        self.layout = layout_of(width)
        self.forget()

    def address(self, reader: Reader) -> None:
        """Draw for another reader."""
        if reader != self.reader:
            self.reader = reader
            self.forget()

    def dip(self, base: Style, component: Callable[[str], Style]) -> None:
        """Draw with other colours."""
        self.ink = Ink(base, component)
        self.forget()

    def forget(self) -> None:
        """Draw everything again."""
        self._kept.clear()
        self._under = (None, [])

    def reveal(self, row: Row) -> None:
        """Show the spoilers of a row, or hide them again."""
        self._revealed ^= {row.key}
        self._kept.pop(row, None)
        self._under = (None, [])

    def lines(self, row: Row, *, cursor: bool = False) -> list[Drawn]:
        """The lines of a row; the same objects as long as it is kept."""
        lines = self._kept.get(row)
        if lines is None:
            lines = self.once(row)
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[row] = lines
        if not cursor or self.ink is None:
            return lines
        if self._under[0] is not row:
            clock = row.clock if row.grouped and self.layout.name else ""
            self._under = (row, with_cursor(lines, self.ink, clock))
        return self._under[1]

    def once(self, row: Row) -> list[Drawn]:
        """The lines of a row, not kept."""
        if self.ink is None:
            return []
        self.drawn += 1
        revealed = row.key in self._revealed
        return draw(row, self.layout, self.ink, self.reader, revealed=revealed)

    def blank(self) -> Strip:
        """A line with nothing on it."""
        return Strip.blank(self.layout.width, self.ink.base if self.ink else None)

    def notice(self, text: str, lines: int) -> list[Drawn]:
        """A sentence in the middle of an empty view."""
        width = self.layout.width
        if self.ink is None:
            return []
        blank = Drawn(self.blank(), join="")
        said = [text[start:end] for start, end in wrap(text, max(width - 4, 1))]
        made = [blank] * max((lines - len(said)) // 2, 0)
        for line in said:
            shown = FORBIDDEN.sub("", line)
            left = max((width - cells(shown)) // 2, 0)
            segments = [
                Segment(" " * left, self.ink.base),
                Segment(shown, self.ink.style("empty")),
            ]
            strip = Strip(segments).adjust_cell_length(width, self.ink.base)
            made.append(Drawn(strip, join=""))
        return (made + [blank] * lines)[:lines]


def selected(line: Drawn, start: int, end: int, style: Style) -> Strip:
    """A line whose characters `start` to `end` (-1: the end of its text) look selected."""
    start = max(start, line.start)
    end = line.end if end < 0 else min(end, line.end)
    if start >= end:
        return line.strip
    segments: list[Segment] = []
    at = 0
    for text, look, _ in line.strip:
        first, last = max(start - at, 0), max(min(end - at, len(text)), 0)
        if first >= last:
            segments.append(Segment(text, look))
        else:
            parts = (text[:first], text[first:last], text[last:])
            looks = (look, (look + style) if look else style, look)
            segments += [Segment(part, one) for part, one in zip(parts, looks, strict=True) if part]
        at += len(text)
    return Strip(segments, line.strip.cell_length)
