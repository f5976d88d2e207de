"""A row of a picture whose escapes are ready-made, and still a strip like any other."""

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


class VideoStrip(Strip):
    """Goes to the terminal as it was made where it is shown whole.

    Where Textual cuts, joins, styles or exports it, it does so with real segments, which are made
    when they are first looked at.
    """

    __slots__ = ("_before", "_real", "picture", "row")

    def __init__(self, picture: PictureView, row: int) -> None:
        self.picture = picture
        self.row = row
        self._before: PictureView | None = None
        self._real: list[Segment] | None = None
        super().__init__((), picture.columns)

    def find(self, standing: VideoStrip | None) -> None:
        """This row, if any, stands on the terminal where this one is about to be written."""
        same = standing is not None and standing.row == self.row
        self._before = standing.picture if standing is not None and same else None

    def render(self, console: Console) -> str:  # noqa: ARG002  # ready for any console
        """The row, or what turns the row before it into it."""
        if self._before is not None:
            return self.picture.since(self.row, self._before)
        return self.picture.ansi(self.row)

    @property
    def _segments(self) -> list[Segment]:
        if self._real is None:
            self._real = [
                Segment(text, _style(ink, ground))
                for text, ink, ground in self.picture.cells(self.row)
            ]
        return self._real

    @_segments.setter
    def _segments(self, segments: Iterable[Segment]) -> None:
        """Textual sets what it was made from, which is nothing."""


@lru_cache(65_536)
def _style(ink: str, ground: str) -> Style:
    return Style.from_color(_colour(ink), _colour(ground))


def _colour(name: str) -> Color | None:
    return Color.parse(name) if name else None
