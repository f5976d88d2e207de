"""Columns of a row of a picture whose escapes are ready-made, and still a strip like any other."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from wschat_tui.runtime.services import PictureView


_LETTERS = Style(color="#dadada", bgcolor="#000000")
"""Of letters, which are made for a dark ground."""


class VideoStrip(Strip):
    """Goes to the terminal as the picture wrote it, whole or cut into parts.

    Where Textual joins, styles or exports it, it does so with real segments, which are made when
    they are first looked at.
    """

    __slots__ = ("_before", "_real", "end", "picture", "row", "start")

    def __init__(self, picture: PictureView, row: int, start: int = 0, end: int = -1) -> None:
        self.picture = picture
        self.row = row
        self.start = start
        self.end = picture.columns if end < 0 else end
        self._before: PictureView | None = None
        self._real: list[Segment] | None = None
        super().__init__((), self.end - self.start)

    def find(self, standing: VideoStrip | None) -> None:
        """This strip, if any, stands on the terminal where this one is about to be written."""
        if standing is not None and standing.place == self.place:
            self._before = standing.picture
        else:
            self._before = None

    @property
    def place(self) -> tuple[int, int, int]:
        """Which part of its picture it is."""
        return self.row, self.start, self.end

    def render(self, console: Console) -> str:  # noqa: ARG002  # ready for any console
        """Its columns, or what turns those that stand on the terminal into them."""
        if self._before is not None:
            return self.picture.since(self.row, self._before, self.start, self.end)
        return self.picture.ansi(self.row, self.start, self.end)

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Columns of it."""
        last = self.end if end is None else min(self.end, self.start + end)
        first = self.start + max(0, start)
        if (first, last) == (self.start, self.end):
            return self
        return VideoStrip(self.picture, self.row, first, last) if last > first else Strip([], 0)

    def divide(self, cuts: Iterable[int]) -> list[Strip]:
        """Its parts up to each of the cuts."""
        parts: list[Strip] = []
        at = 0
        for cut in cuts:
            if cut <= self.end - self.start:
                parts.append(self.crop(at, cut))
                at = cut
        return parts

    @property
    def _segments(self) -> list[Segment]:
        if self._real is None:
            whole = Strip(
                [
                    Segment(text, _style(ink, ground))
                    for text, ink, ground in self.picture.cells(self.row)
                ],
                self.picture.columns,
            )
            self._real = list(whole.crop(self.start, self.end))
        return self._real

    @_segments.setter
    def _segments(self, segments: Iterable[Segment]) -> None:
        """Textual sets what it was made from, which is nothing."""


@lru_cache(65_536)
def _style(ink: str, ground: str) -> Style:
    if not ink and not ground:
        return _LETTERS
    return Style.from_color(Color.parse(ink), Color.parse(ground))
