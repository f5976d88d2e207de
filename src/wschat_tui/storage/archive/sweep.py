"""Bytes that SQLite leaves behind: what stood in a page before its rows moved to another.

`secure_delete` overwrites what is deleted, but where a page is laid out anew the space between its
index and its rows keeps what stood there, and later nobody knows of it. Here that space is
overwritten in the file itself (https://www.sqlite.org/fileformat2.html, section 1.6).
"""

from __future__ import annotations

import os
import struct

CHUNK = 512
"""Pages that are looked at between two orders."""

_HEADER = struct.Struct(">BHHH")
"""A page begins with its kind, its first free block, how many rows, and where they begin."""

_HEADER_BYTES = {0x02: 12, 0x05: 12, 0x0A: 8, 0x0D: 8}
"""The kinds of pages that have rows."""

_FILE_HEADER = 100
_MOST_PAGES = 1 << 24
"""From here on the first byte of other kinds of pages could be taken for one of these."""


def sweep(descriptor: int, first: int) -> int:
    """Overwrite what is left in some pages, from the `first` on (they begin with 1).

    Answers the page to go on with; 0 where that was the last. It is done on the disk itself then,
    so that whoever notes that it is done is right. The caller is the only one that writes, the log
    is empty, and its connection remembers no page afterwards. Raises OSError.
    """
    size = _page_size(descriptor)
    start = (first - 1) * size
    data = os.pread(descriptor, CHUNK * size, start)
    if len(data) < size or first >= _MOST_PAGES:
        return 0
    left = False
    for at in range(0, len(data) - size + 1, size):
        page = data[at : at + size]
        begin, end = gap_of(page, 0 if start + at else _FILE_HEADER)
        if any(page[begin:end]):
            os.pwrite(descriptor, bytes(end - begin), start + at + begin)
            left = True
    if left:
        os.fsync(descriptor)
    return first + CHUNK if len(data) == CHUNK * size else 0


def gap_of(page: bytes, header: int) -> tuple[int, int]:
    """Where in a page no row stands and no free block; (0, 0) where it is no page with rows."""
    kind, block, rows, content = _HEADER.unpack_from(page, header)
    if kind not in _HEADER_BYTES:
        return 0, 0
    begin = header + _HEADER_BYTES[kind] + 2 * rows
    end = content or 65_536
    if not begin <= end <= len(page) or 0 < block < end:
        return 0, 0
    return begin, end


def _page_size(descriptor: int) -> int:
    size = int.from_bytes(os.pread(descriptor, 2, 16), "big")
    return 65_536 if size == 1 else size or 4_096
