"""A picture in true pixels, for terminals that speak Kitty's graphics protocol.

https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 320 * 180
"""Pixels that are sent; the terminal makes them as large as the cells are."""

_CHUNK = 4096
"""Bytes of base64 in one escape sequence; the protocol allows no more."""

_KEPT = 0xFC
"""Bits of a colour that are sent: noise in the others is most of what does not compress."""


def size_of(columns: int, rows: int) -> tuple[int, int]:
    """Width and height of what is sent for so many cells, a cell being twice as high as wide."""
    scale = (MOST / (columns * 2 * rows)) ** 0.5
    return max(1, int(columns * scale)), max(1, int(2 * rows * scale))


def drawn(colours: NDArray[np.uint8], columns: int, rows: int, id: int) -> str:
    """Escapes that put colours of shape (3, height, width) over so many cells, at the cursor.

    What the same id stood for is replaced. The cursor stays, and the terminal answers nothing.
    """
    _, height, width = colours.shape
    coarse = colours & _KEPT
    coarse |= coarse >> 6
    pixels = np.ascontiguousarray(coarse.transpose(1, 2, 0)).tobytes()
    data = b64encode(zlib.compress(pixels, 1)).decode()
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    keys = f"a=T,q=2,C=1,i={id},p=1,f=24,o=z,s={width},v={height},c={columns},r={rows},"
    said = []
    for number, chunk in enumerate(chunks, 1):
        said.append(f"\x1b_G{keys}m={int(number < len(chunks))};{chunk}\x1b\\")
        keys = ""
    return "".join(said)
