"""A picture of letters, for terminals without colours: the brighter, the more ink."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RAMP = " .,:;i1tfLCG08@"
"""From dark to bright, on a dark ground; none of it is more than a byte in any encoding."""

MARGIN = 6
"""Steps of 255 that a cell may be past the middle between two letters before it changes."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_STEP = 255 / (len(RAMP) - 1)


class Letters:
    """Rows of letters; implements `PictureView`. Its array is never written to."""

    coloured = False

    def __init__(self, number: int, places: NDArray[np.uint8]) -> None:
        """`places`: where in the ramp the letter of each cell is, of shape (rows, columns)."""
        self.number = number
        self.rows, self.columns = places.shape
        self.places = places

    def ansi(self, row: int, start: int = 0, end: int | None = None) -> str:
        """A row, or some columns of it, as text; it has no escapes."""
        return "".join(map(RAMP.__getitem__, self.places[row, start:end].tolist()))

    def since(self, row: int, before: object, start: int = 0, end: int | None = None) -> str:  # noqa: ARG002
        """The row: stepping over letters costs as much as writing them."""
        return self.ansi(row, start, end)

    def cells(self, row: int) -> list[tuple[str, str, str]]:
        """A row as one run without colours."""
        return [(self.ansi(row), "", "")]

    def graphic(self, id: int) -> str:  # noqa: ARG002
        """None: a terminal without colours is shown none."""
        return ""

    def changed(self, before: object) -> list[int]:
        """The rows that differ from an older picture of the same size; else all of them."""
        if not self.like(before):
            return list(range(self.rows))
        differ = (self.places != before.places).any(1)
        return [int(row) for row in np.flatnonzero(differ)]

    def like(self, before: object) -> TypeGuard[Letters]:
        """The other is a picture of letters of the same size."""
        return isinstance(before, Letters) and before.places.shape == self.places.shape


def letters(number: int, colours: NDArray[np.uint8], before: object) -> Letters:
    """A picture of colours of shape (3, 2 x rows, columns), steady where `before` was like it."""
    luma = np.tensordot(_LUMA, colours, 1)
    luma = (luma[0::2] + luma[1::2]) / 2
    places = np.rint(luma / _STEP).astype(np.uint8)
    picture = Letters(number, places)
    if picture.like(before):
        stays = np.abs(luma - before.places * _STEP) <= _STEP / 2 + MARGIN
        return Letters(number, np.where(stays, before.places, places))
    return picture
