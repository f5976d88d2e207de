"""A picture of half blocks: two dots in each cell, one above the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from wschat_tui.media.picture.pen import UPPER, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wschat_tui.media.picture.palette import Palette

MARGIN = 8
"""Steps of 255 by which a new colour must be nearer than the one shown to take its place."""


class Blocks:
    """Rows of half blocks; implements `PictureView`. Its arrays are never written to."""

    coloured = True

    def __init__(self, number: int, dots: NDArray[np.uint16], palette: Palette) -> None:
        """`dots`: colour numbers of the palette, of shape (2 x rows, columns)."""
        self.number = number
        self.rows, self.columns = dots.shape[0] // 2, dots.shape[1]
        self.palette = palette
        self.dots = dots
        self.upper, self.lower = dots[0::2], dots[1::2]

    def ansi(self, row: int, start: int = 0, end: int | None = None) -> str:
        """A row, or some columns of it, as text and colour escapes that are reset at the end."""
        uppers, lowers = self.upper[row, start:end].tolist(), self.lower[row, start:end].tolist()
        return written(range(len(uppers)), uppers, lowers, self.palette)

    def since(self, row: int, before: object, start: int = 0, end: int | None = None) -> str:
        """What turns columns of an older picture, where they stand on the terminal, into these.

        The cursor stands at the first of them; where it ends is not defined. Cells that stay are
        stepped over.
        """
        if not self.like(before):
            return self.ansi(row, start, end)
        upper, lower = self.upper[row, start:end], self.lower[row, start:end]
        was = before.upper[row, start:end], before.lower[row, start:end]
        places = np.flatnonzero((upper != was[0]) | (lower != was[1]))
        uppers, lowers = upper[places].tolist(), lower[places].tolist()
        return written(places.tolist(), uppers, lowers, self.palette)

    def cells(self, row: int) -> list[tuple[str, str, str]]:
        """A row as runs of `(text, foreground, background)`, colours as #rrggbb."""
        upper, lower, name = self.upper[row], self.lower[row], self.palette.hex
        begins = _begins(upper, lower)
        sizes = np.diff(begins, append=self.columns).tolist()
        return [
            (UPPER * size, name[above], name[below])
            for above, below, size in zip(
                upper[begins].tolist(), lower[begins].tolist(), sizes, strict=True
            )
        ]

    def changed(self, before: object) -> list[int]:
        """The rows that differ from an older picture of the same size; else all of them."""
        if not self.like(before):
            return list(range(self.rows))
        differ = (self.upper != before.upper).any(1) | (self.lower != before.lower).any(1)
        return [int(row) for row in np.flatnonzero(differ)]

    def like(self, before: object) -> TypeGuard[Blocks]:
        """The other is a picture of half blocks of the same size and palette."""
        return (
            isinstance(before, Blocks)
            and before.palette is self.palette
            and before.upper.shape == self.upper.shape
        )


def blocks(number: int, colours: NDArray[np.uint8], palette: Palette, before: object) -> Blocks:
    """A picture of colours of shape (2 x rows, columns, 3), steady where `before` was like it."""
    dots = palette.nearest(colours)
    picture = Blocks(number, dots, palette)
    if picture.like(before):
        return Blocks(number, _steady(colours, dots, before.dots, palette), palette)
    return picture


def _steady(
    colours: NDArray[np.uint8],
    dots: NDArray[np.uint16],
    shown: NDArray[np.uint16],
    palette: Palette,
) -> NDArray[np.uint16]:
    """The shown colours wherever they are hardly worse than the nearest ones."""
    moved = np.flatnonzero(dots != shown)
    if not len(moved):
        return shown
    wanted = colours.reshape(-1, 3)[moved].astype(np.int16)
    new, old = dots.ravel()[moved], shown.ravel()[moved]
    better = (
        np.abs(wanted - palette.rgb[old]).max(-1)
        > np.abs(wanted - palette.rgb[new]).max(-1) + MARGIN
    )
    steady = shown.copy()
    steady.ravel()[moved[better]] = new[better]
    return steady


def _begins(upper: NDArray[np.uint16], lower: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Where runs of equal cells begin."""
    differ = (upper[1:] != upper[:-1]) | (lower[1:] != lower[:-1])
    return np.concatenate(([0], np.flatnonzero(differ) + 1))
