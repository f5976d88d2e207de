"""Rows whose letters terminals count differently, written so that what follows stays in its column.

Where an emoji is joined, has a skin tone or is a flag, one terminal draws it as one sign of two
cells and another as its parts. What follows is put where it belongs by a move of the cursor: the
first shows the whole sign, the second the first of its parts, and no border is shifted. Vowel signs
of Indic scripts take a cell of their own in some terminals; there the blanks behind them give way.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.style import Style

    Piece = tuple[str, Style | None]

_SPACING = (
    "\u0903\u093b\u093e-\u0940\u0949-\u094c\u094e\u094f\u0982\u0983\u09be-\u09c0\u09c7-\u09cc\u09d7"
    "\u0a03\u0a3e-\u0a40\u0a83\u0abe-\u0ac0\u0ac9-\u0acc\u0b02\u0b03\u0b3e\u0b40\u0b47-\u0b4c\u0b57"
    "\u0bbe\u0bbf\u0bc1-\u0bcc\u0bd7\u0c01-\u0c03\u0c41-\u0c44\u0c82\u0c83\u0cbe\u0cc0-\u0cc4"
    "\u0cc7-\u0ccb\u0cd5\u0cd6\u0d02\u0d03\u0d3e-\u0d40\u0d46-\u0d4c\u0d57\u0d82\u0d83\u0dcf-\u0dd1"
    "\u0dd8-\u0ddf\u0df2\u0df3\u0f3e\u0f3f\u0f7f\u102b\u102c\u1031\u1038\u103b\u103c\u1056\u1057"
    "\u17b6\u17be-\u17c5\u17c7\u17c8"
)
"""Vowel signs that stand beside their letter, in the scripts that are written most."""

_CHANGERS = "\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff"
_FLAGS = "\U0001f1e6-\U0001f1ff"
_SUSPECT = re.compile(f"[\u200d{_CHANGERS}{_FLAGS}{_SPACING}]")
_PIECES = re.compile(
    f"(?P<sign>[{_FLAGS}]{{1,2}}|[^\n\u200d]?(?:[{_CHANGERS}]|\u200d[^\n]?)+)"
    f"|(?P<spacing>[{_SPACING}])|(?P<blank> {{3,}})"
)
_LETTERS = {code: chr(ord("A") + at) for at, code in enumerate(range(0x1F1E6, 0x1F200))}
_MOST = dict.fromkeys(map(chr, (*_LETTERS, *range(0x1F3FB, 0x1F400))), 2) | {"\ufe0f": 1}


def is_suspect(strip: Strip) -> bool:
    """Whether terminals may disagree on how wide this is."""
    return any(not text.isascii() and _SUSPECT.search(text) is not None for text, *_ in strip)


class Aligned(Strip):
    """A strip that knows where it will stand, and brings what follows to its column."""

    __slots__ = ("_column", "_line")

    def __init__(self, strip: Strip, column: int, line: int) -> None:
        super().__init__(strip, strip.cell_length)
        self._column = column
        self._line = line

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Columns of it, which stand where they stood."""
        part = super().crop(start, end)
        return part if part is self else Aligned(part, self._column + max(start, 0), self._line)

    def render(self, console: Console) -> str:
        """Its ground, then its letters from column to column, then the move to its end."""
        ground = [Segment(" " * one.cell_length, one.style) for one in self._segments]
        pieces = [Strip(ground).render(console), self._move(0)]
        pieces += [
            one if isinstance(one, str) else Strip([one]).render(console) for one in self._parts()
        ]
        return "".join([*pieces, self._move(self.cell_length)])

    def _move(self, column: int) -> str:
        return f"\x1b[{self._line + 1};{self._column + column + 1}H"

    def _parts(self) -> Iterator[str | Segment]:
        """What is written on the ground: moves, and pieces of segments."""
        starts = accumulate((one.cell_length for one in self._segments), initial=0)
        loose = 0
        for start, (text, style, _) in zip(starts, self._segments, strict=False):
            at = 0
            for found in _PIECES.finditer(text):
                sign, spacing = found["sign"] or "", found["spacing"]
                if spacing or (sign and loose):
                    loose += 1 if spacing else _most(sign) - cell_len(sign)
                elif sign or loose:
                    column = start + cell_len(text[: found.start()])
                    # Of blanks nothing is written: they are the ground.
                    yield Segment(text[at : found.start()], style)
                    yield Segment(_sure(sign, self.cell_length - column), style)
                    yield self._move(column + cell_len(found[0]))
                    at, loose = found.end(), 0
            yield Segment(text[at:], style)


def _most(text: str) -> int:
    """The cells of a sign on a terminal that draws each of its parts."""
    return sum(_MOST.get(one, cell_len(one)) for one in text)


def _sure(sign: str, room: int) -> str:
    """The sign; where its parts could be drawn beyond the row, what never is."""
    if _most(sign) <= room:
        return sign
    letters = sign.translate(_LETTERS)
    return letters if letters != sign else sign[0]
