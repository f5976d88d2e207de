"""Cells as the shortest text and colour escapes that put them on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.media.picture.palette import Palette

UPPER, LOWER, FULL, NONE = "▀", "▄", "█", " "
"""Both dots of a cell are two colours; which of them is the ink is free to choose."""


def written(
    places: Sequence[int],
    uppers: Sequence[int],
    lowers: Sequence[int],
    palette: Palette,
    at: int = 0,
) -> str:
    """The cells at rising places of a row, by the colours of their two dots.

    The cursor stands at `at`; cells at other places are stepped over, and colours are reset at the
    end. A colour is said only where neither the ink nor the ground has it already.
    """
    fore, back = palette.fore, palette.back
    said: list[str] = []
    say = said.append
    ink = ground = -1
    for place, upper, lower in zip(places, uppers, lowers, strict=True):
        if place != at:
            say(f"\x1b[{place - at}C")
        at = place + 1
        over, under, glyph = upper, lower, UPPER
        if upper == lower:
            over, under, glyph = (ink, ground, FULL) if upper == ink else (ink, upper, NONE)
        elif lower == ink or upper == ground:
            over, under, glyph = lower, upper, LOWER
        if over != ink:
            new = f";{back[under]}" if under != ground else ""
            say(f"\x1b[{fore[over]}{new}m")
        elif under != ground:
            say(f"\x1b[{back[under]}m")
        ink, ground = over, under
        say(glyph)
    if ground >= 0:
        say("\x1b[0m")
    return "".join(said)
