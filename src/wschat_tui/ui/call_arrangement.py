"""Where the two pictures, or faces, of a call stand: a table apart from the widgets. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from wschat_tui.ui.phone import Layout

Arrangement = Literal["single", "columns", "rows", "pip"]
"""Theirs alone; side by side; one above the other; mine small in the corner of theirs."""

_WIDE = 2.4
"""Columns for a row from which two stand better side by side: a cell is twice as high as wide."""

_PIP_FROM = (44, 12)
"""Columns and rows from which there is room for a corner."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Where my small picture stands, its frame counted in. Cells."""

    x: int
    y: int
    columns: int
    rows: int


def arrangement(
    layout: Layout, width: int, height: int, *, theirs: bool, mine: bool
) -> Arrangement:
    """How they stand in so many cells. theirs, mine: there is a picture of them."""
    if layout == "split" or not (theirs or (mine and layout == "remote")):
        return "columns" if width >= height * _WIDE else "rows"
    corner = width >= _PIP_FROM[0] and height >= _PIP_FROM[1]
    return "pip" if layout == "pip" and mine and corner else "single"


def corner(width: int, height: int) -> Corner:
    """The place at the lower right, a quarter as wide, at most half as high, 16 to 9 within."""
    highest = height // 2 - 2
    columns = min(max(width // 4, 16), 48, highest * 32 // 9)
    rows = round(columns * 9 / 32)
    return Corner(width - columns - 3, height - rows - 2, columns + 2, rows + 2)
