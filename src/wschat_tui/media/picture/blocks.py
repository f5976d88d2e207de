"""A picture of half blocks: two dots in each cell, one above the other."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple, TypeGuard
from weakref import ref

import numpy as np

from wschat_tui.media.picture.palette import Palette, off
from wschat_tui.media.picture.pen import UPPER, written
from wschat_tui.media.picture.pixels import drawn, size_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wschat_tui.media.picture.fit import Planes


MARGIN = 8
"""Steps of 255 by which a new colour must be nearer than the one shown to take its place."""

CLOSE = 2
"""The same for one row of each picture, in turn: what was nearly right becomes right in time."""


class _Changes(NamedTuple):
    """Cells that are not what they were in another picture, row by row."""

    before: ref[Blocks]
    edges: list[int]
    """Where in the lists each row begins, and the last one ends."""
    columns: list[int]
    uppers: list[int]
    lowers: list[int]


class Blocks:
    """Rows of half blocks; implements `PictureView`. Its arrays are never written to."""

    coloured = True

    def __init__(
        self,
        number: int,
        dots: NDArray[np.uint16],
        palette: Palette,
        finer: Callable[[int, int], Planes | None] | None = None,
    ) -> None:
        """`dots`: colour numbers of the palette, of shape (2 x rows, columns).

        `finer`: gives the newest colours in so many dots of width and height, while there are any.
        """
        self.number = number
        self._finer = finer
        self.rows, self.columns = dots.shape[0] // 2, dots.shape[1]
        self.palette = palette
        self.dots = dots
        self.upper, self.lower = dots[0::2], dots[1::2]
        self.turn = 0
        """The row that was held close to the colours of the frame."""
        self._changes: _Changes | None = None

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
        changes = self._changes_since(before)
        first, last = changes.edges[row], changes.edges[row + 1]
        if start or end is not None:
            first = bisect_left(changes.columns, start, first, last)
            last = bisect_left(changes.columns, self.columns if end is None else end, first, last)
        part = slice(first, last)
        cells = changes.columns[part], changes.uppers[part], changes.lowers[part]
        return written(*cells, self.palette, start)

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

    def graphic(self, id: int) -> str:
        """Escapes that put it in true pixels over its cells, at the cursor; empty: it has none."""
        size = size_of(self.columns, self.rows)
        colours = self._finer(*size) if self._finer is not None else None
        return drawn(colours, self.columns, self.rows, id) if colours is not None else ""

    def changed(self, before: object) -> list[int]:
        """The rows that differ from an older picture of the same size; else all of them."""
        if not self.like(before):
            return list(range(self.rows))
        edges = self._changes_since(before).edges
        return [row for row in range(self.rows) if edges[row] != edges[row + 1]]

    def like(self, before: object) -> TypeGuard[Blocks]:
        """The other is a picture of half blocks of the same size and palette."""
        return (
            isinstance(before, Blocks)
            and before.palette is self.palette
            and before.upper.shape == self.upper.shape
        )

    def _changes_since(self, before: Blocks) -> _Changes:
        """What is different; kept, since it is asked for row by row."""
        changes = self._changes
        if changes is None or changes.before() is not before:
            differ = (self.upper != before.upper) | (self.lower != before.lower)
            rows, columns = differ.nonzero()
            changes = self._changes = _Changes(
                ref(before),
                rows.searchsorted(np.arange(self.rows + 1)).tolist(),
                columns.tolist(),
                self.upper[differ].tolist(),
                self.lower[differ].tolist(),
            )
        return changes


def blocks(
    number: int,
    colours: NDArray[np.uint8],
    palette: Palette,
    before: object,
    finer: Callable[[int, int], Planes | None] | None = None,
) -> Blocks:
    """A picture of colours of shape (3, 2 x rows, columns), steady where `before` was like it."""
    colours = palette.aimed(colours)
    dots = palette.nearest(colours)
    turn = 0
    if isinstance(before, Blocks) and before.palette is palette and before.dots.shape == dots.shape:
        wanted = colours.astype(np.int16)
        margin = np.full((len(dots), 1), MARGIN, np.int16)
        turn = (before.turn + 1) % before.rows
        margin[2 * turn : 2 * turn + 2] = CLOSE
        stays = off(wanted, before.dots, palette) <= off(wanted, dots, palette) + margin
        dots = np.where(stays, before.dots, dots)
    made = Blocks(number, dots, palette, finer)
    made.turn = turn
    return made


def _begins(upper: NDArray[np.uint16], lower: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Where runs of equal cells begin."""
    differ = (upper[1:] != upper[:-1]) | (lower[1:] != lower[:-1])
    return np.concatenate(([0], np.flatnonzero(differ) + 1))
