"""Which ready-made rows stand on the terminal, so that the next ones need only say what changed.

Rows that terminals could draw wider than they are counted learn here where they will stand.
Everything that is painted goes through here, so a row stands exactly until something is written
over a cell of it, whatever widget or screen that comes from.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from wschat_tui.ui.aligned import Aligned, is_suspect
from wschat_tui.ui.widgets.video_strip import VideoStrip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from textual.geometry import Size
    from textual.strip import Strip

    Piece = tuple[int, int, int, Strip]
    """Line, first column, column after the last, and what is written there."""


class Standing:
    """The rows that stand on the terminal, by line and column."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, VideoStrip]] = {}
        self._size: Size | None = None

    def followed(self, painting: object, size: Size) -> object:
        """The same painting, which is noted here when it is written, and only then."""
        if painting is None:
            return None
        if size != self._size or not isinstance(painting, CompositorUpdate):
            self.forget()
            self._size = size
        return _Followed(painting, self) if isinstance(painting, CompositorUpdate) else painting

    def forget(self) -> None:
        """Nothing is known any more: the next rows are written whole."""
        self._rows.clear()

    def note(self, update: CompositorUpdate) -> None:
        """This is about to be written: tell its rows what they find there."""
        if isinstance(update, ChopsUpdate):
            for piece in _pieces(update):
                self._put(*piece)
        elif isinstance(update, LayoutUpdate):
            self.forget()
            for piece in _all_pieces(update):
                self._put(*piece)
        else:
            self.forget()

    def _put(self, line: int, start: int, end: int, strip: Strip) -> None:
        rows = self._rows.get(line)
        if rows is None:
            if not isinstance(strip, VideoStrip):
                return
            rows = self._rows[line] = {}
        here = rows.get(start)
        for column in [one for one in rows if one < end and one + rows[one].cell_length > start]:
            del rows[column]
        if isinstance(strip, VideoStrip):
            strip.find(here)
            if end - start == strip.cell_length:
                rows[start] = strip


class _Followed(CompositorUpdate):
    def __init__(self, update: CompositorUpdate, standing: Standing) -> None:
        self._update = update
        self._standing = standing

    def render_segments(self, console: Console) -> str:
        self._standing.note(self._update)
        _align(self._update)
        return self._update.render_segments(console)


def _align(update: CompositorUpdate) -> None:
    """Let the rows that may be drawn too wide know their places."""
    if isinstance(update, ChopsUpdate):
        chops = list(update.chops)
        for line in {line for line, _, _ in update.spans}:
            chops[line] = {x: one and _placed(one, x, line) for x, one in chops[line].items()}
        update.chops = chops
    elif isinstance(update, LayoutUpdate):
        rows: list[list[Strip]] = [[] for _ in update.strips]
        for line, start, _, strip in _all_pieces(update):
            rows[line - update.region.y].append(_placed(strip, start, line))
        update.strips = [*rows]


def _placed(strip: Strip, column: int, line: int) -> Strip:
    suspect = not isinstance(strip, VideoStrip) and is_suspect(strip)
    return Aligned(strip, column, line) if suspect else strip


def _pieces(update: ChopsUpdate) -> Iterator[Piece]:
    """What Textual writes of an update of parts: `ChopsUpdate.render_segments` without the text."""
    for line, first, last in update.spans:
        for end, (start, strip) in zip(
            update.chop_ends[line], update.chops[line].items(), strict=False
        ):
            if strip is not None and start <= last and end > first:
                yield line, start, min(end, last), strip


def _all_pieces(update: LayoutUpdate) -> Iterator[Piece]:
    """What Textual writes of an update of the whole screen."""
    for line, strips in enumerate(update.strips, update.region.y):
        kept: Iterable[Strip] = list(strips)
        ends = accumulate((strip.cell_length for strip in kept), initial=update.region.x)
        for start, strip in zip(ends, kept, strict=False):
            yield line, start, start + strip.cell_length, strip
