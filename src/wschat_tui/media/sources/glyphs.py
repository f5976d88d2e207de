"""Letters as masks of one cell each, drawn once and kept: pictures of text are made of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from wcwidth import wcwidth

from wschat_tui.media.sources.fonts import font, wide_font

Mask = NDArray[np.uint8]
"""How much of the foreground is seen: 0 to 255, rows by columns of pixels."""

_KEPT = 4096
"""Masks that are kept; past that many, all are drawn anew."""

_HALVES = {"▀": (0.0, 0.5), "▄": (0.5, 1.0), "█": (0.0, 1.0)}
"""What pictures in a terminal are made of fills its cell exactly, which no font promises."""


class Atlas:
    """The glyphs of one font at one size."""

    def __init__(self, size: int) -> None:
        """size: of the font, in pixels."""
        self._font = font(size)
        # In a proportional font, letters stand in the middle of cells as wide as a digit.
        self._even = self._font.getlength("i") == self._font.getlength("M")
        self.width = max(2, round(self._font.getlength("M" if self._even else "0")))
        ascent, descent = self._font.getmetrics()
        self.height = ascent + descent
        self._base = ascent
        self._wide_font = wide_font(size) or self._font
        self._kept: dict[str, Mask] = {}

    def mask(self, letter: str) -> Mask:
        """One cell, or two side by side for a wide letter."""
        mask = self._kept.get(letter)
        if mask is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            mask = self._kept[letter] = self._drawn(letter)
        return mask

    def _drawn(self, letter: str) -> Mask:
        cells, pen = (2, self._wide_font) if wide(letter) else (1, self._font)
        size = (self.width * cells, self.height)
        if letter in _HALVES:
            mask = np.zeros((size[1], size[0]), np.uint8)
            first, last = (round(part * self.height) for part in _HALVES[letter])
            mask[first:last] = 255
            return mask
        image = Image.new("L", size)
        in_middle = cells == 2 or not self._even
        left = (size[0] - pen.getlength(letter)) / 2 if in_middle else 0
        ImageDraw.Draw(image).text((left, self._base), letter, 255, pen, anchor="ls")
        return np.asarray(image)


def wide(letter: str) -> bool:
    """The letter takes two cells."""
    return wcwidth(letter[:1]) == 2
