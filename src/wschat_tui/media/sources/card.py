"""A card with the initials of a name: what is sent where a picture is missing."""

from __future__ import annotations

import colorsys
import zlib

import av
import numpy as np
from PIL import Image, ImageDraw

from wschat_tui.media.sources.fonts import font
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.shape import FORMAT

SIZE = (640, 360)
_LETTERS = 140
"""Pixels of the letters' size."""


def card(name: str) -> av.VideoFrame:
    """A picture of the name's initials on a colour that belongs to the name."""
    image = Image.new("RGB", SIZE, _colour(name))
    # A colour alone is still a picture where there is no font at all.
    try:
        letters = font(_LETTERS)
    except Missing:
        pass
    else:
        middle = (SIZE[0] / 2, SIZE[1] / 2)
        ImageDraw.Draw(image).text(middle, initials(name), "white", letters, anchor="mm")
    pixels = np.asarray(image)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=FORMAT)


def initials(name: str) -> str:
    """The first letters of its first and last word, two at most; a question mark for none."""
    words = ["".join(sign for sign in word if sign.isalnum()) for word in name.split()]
    words = [word for word in words if word]
    if not words:
        return "?"
    first, last = words[0], words[-1]
    return (first[:2] if len(words) == 1 else first[0] + last[0]).upper()


def _colour(name: str) -> tuple[int, int, int]:
    hue = zlib.crc32(name.encode(errors="replace")) / 2**32
    red, green, blue = colorsys.hls_to_rgb(hue, 0.32, 0.5)
    return int(red * 255), int(green * 255), int(blue * 255)
