"""A page of text as a picture: rows of cells, of which only those that changed are drawn anew."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

import av
import numpy as np
from wcwidth import wcwidth

from wschat_tui.media.sources.glyphs import Atlas
from wschat_tui.media.sources.shape import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from wschat_tui.media.sources.shape import Size
    from wschat_tui.media.sources.terminal_feed import Row

RATE = 8.0
"""Pictures a second at most."""

_LARGEST, _SMALLEST = 20, 7
"""Of the font, in pixels."""

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_PEN = (0xD0, 0xD0, 0xD0)
_PAPER = (0x12, 0x12, 0x12)

Colour = tuple[int, int, int]


class Page:
    """So many columns and rows, in the largest font with which they fit into the limit."""

    def __init__(self, columns: int, rows: int, limit: Size = LIMIT) -> None:
        self._atlas = _largest(columns, rows, limit)
        self.columns = columns
        self.rows = rows
        self.drawn = 0
        """Rows that were drawn so far."""
        self._held: list[Row | None] = [None] * rows
        width, height = self._atlas.width, self._atlas.height
        self._pixels = np.empty((rows * height, columns * width, 3), np.uint8)
        self._pixels[:] = _PAPER

    @property
    def cell(self) -> Size:
        """Width and height of a cell, in pixels."""
        return self._atlas.width, self._atlas.height

    def draw(self, rows: Iterable[tuple[int, Row]]) -> bool:
        """Put numbered rows in their places; tells whether any was not there already."""
        before = self.drawn
        for number, row in rows:
            if self._held[number] != row:
                self._held[number] = row
                top = number * self._atlas.height
                self._pixels[top : top + self._atlas.height] = self._strip(row)
                self.drawn += 1
        return self.drawn > before

    def frame(self) -> av.VideoFrame:
        """The page as it stands."""
        return av.VideoFrame.from_ndarray(self._pixels, format="rgb24")

    def _strip(self, row: Row) -> NDArray[np.uint16]:
        """A row of cells as pixels: of each colour as much as the letter's mask says."""
        columns, width = self.columns, self._atlas.width
        masks: list[NDArray[np.uint8]] = []
        pens, papers = np.empty((columns, 3), np.uint16), np.empty((columns, 3), np.uint16)
        at = 0
        for letter, cells, pen, paper in chain(_letters(row), _blanks(columns)):
            if at + cells > columns:
                if at == columns:
                    break
                letter, cells = " ", 1  # noqa: PLW2901  a wide letter that half fits is left out
            masks.append(self._atlas.mask(letter))
            pens[at : at + cells], papers[at : at + cells] = pen, paper
            at += cells
        mask = np.concatenate(masks, axis=1).astype(np.uint16)[:, :, None]
        pen_line, paper_line = np.repeat(pens, width, axis=0), np.repeat(papers, width, axis=0)
        blended: NDArray[np.uint16] = (mask * pen_line + (255 - mask) * paper_line + 127) // 255
        return blended


def _largest(columns: int, rows: int, limit: Size) -> Atlas:
    for size in range(_LARGEST, _SMALLEST, -1):
        atlas = Atlas(size)
        if columns * atlas.width <= limit[0] and rows * atlas.height <= limit[1]:
            return atlas
    return Atlas(_SMALLEST)


def _letters(row: Row) -> Iterator[tuple[str, int, Colour, Colour]]:
    """Letters with their cells and colours; what takes no cell is left out."""
    for text, pen, paper in row:
        colours = _colour(pen, _PEN), _colour(paper, _PAPER)
        for letter in text:
            cells = wcwidth(letter)
            if cells > 0:
                yield letter, cells, *colours


def _blanks(columns: int) -> Iterator[tuple[str, int, Colour, Colour]]:
    for _ in range(columns + 1):
        yield " ", 1, _PEN, _PAPER


@lru_cache(maxsize=4096)
def _colour(name: str, default: Colour) -> Colour:
    if not _COLOUR.fullmatch(name):
        return default
    red, green, blue = bytes.fromhex(name[1:])
    return red, green, blue
