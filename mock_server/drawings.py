"""Small images that the scenarios' people show: drawn here, so that none is carried along."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

Subject = Literal["octopus", "signups"]

_COLOURS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        ".": (27, 32, 48),
        "o": (214, 98, 122),
        "d": (168, 66, 96),
        "w": (240, 240, 236),
        "b": (24, 24, 30),
        "g": (70, 78, 104),
        "s": (120, 196, 164),
    }
)

_OCTOPUS = (
    "................",
    ".....oooooo.....",
    "....oooooooo....",
    "...oooooooooo...",
    "...oooooooooo...",
    "...owwoooowwo...",
    "...owboooowbo...",
    "...oooooooooo...",
    "...oooddddooo...",
    "....oooooooo....",
    "...oooooooooo...",
    "..oodoodoodoood.",
    ".ood.oo.oo.oo.oo",
    ".od..od.od..od.d",
    "..dd.d...dd..d..",
    "................",
)

_BARS = (2, 3, 3, 4, 3, 5, 6, 5, 7, 9, 8, 11)


def png(subject: Subject, size: int) -> bytes:
    """A PNG image (RFC 2083), `size` pixels high."""
    rows = _OCTOPUS if subject == "octopus" else _graph()
    scale = max(size // len(rows), 1)
    lines = [
        b"\0" + b"".join(bytes(_COLOURS[dot]) * scale for dot in row)
        for row in rows
        for _ in range(scale)
    ]
    header = struct.pack(">IIBBBBB", len(rows[0]) * scale, len(lines), 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(lines), 9)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _graph() -> Sequence[str]:
    """Bars over a line, one a day."""
    above = [
        "." + "".join("ss." if bar > height else "..." for bar in _BARS) + "."
        for height in range(max(_BARS), -1, -1)
    ]
    return [*above, "g" * len(above[0])]


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum
