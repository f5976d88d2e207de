"""One line of text with a left and a right end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANK = Content("")


class Line(Widget, can_focus=False):
    """Shows the longest of its left texts that fits beside the right one; the last is cut short."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left: tuple[Content, ...] = (BLANK,)
        self._right: tuple[Content, ...] = (BLANK,)

    def put(
        self, left: Content | Sequence[Content], right: Content | Sequence[Content] = BLANK
    ) -> None:
        """Show these; several texts are variants, from the longest to the shortest."""
        lefts = (left,) if isinstance(left, Content) else tuple(left)
        rights = (right,) if isinstance(right, Content) else tuple(right)
        if (lefts, rights) != (self._left, self._right):
            self._left, self._right = lefts, rights
            self.refresh()

    def render(self) -> Content:
        """Both ends, as far apart as the width lets them be."""
        return spread(self._left, self._right, self.content_size.width)


def spread(lefts: Sequence[Content], rights: Sequence[Content], width: int) -> Content:
    """The first pair of variants that fits a width; the left one matters more."""
    for right in (*rights, BLANK):
        for left in lefts:
            gap = width - left.cell_length - right.cell_length
            if gap >= (2 if right and left else 0):
                return Content.assemble(left, " " * gap, right)
    return lefts[-1].truncate(max(width, 1), ellipsis=True)
