"""A file as a multipart form (RFC 7578), read in pieces and never whole."""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
from typing import TYPE_CHECKING

from wschat_tui.link.exchange import Body

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    Progress = Callable[[int, int], None]
    """Called with the bytes sent so far and the bytes in all."""

MAX_UPLOAD = 10 * 1024 * 1024
"""Bytes of the largest file that servers take (spec section 8)."""

_PIECE = 64 * 1024


async def measure(path: Path) -> int | str:
    """The file's size in bytes, or the sentence why it is not sent."""
    try:
        is_file = await asyncio.to_thread(path.is_file)
        size = (await asyncio.to_thread(path.stat)).st_size
    except OSError:
        return f"The file {path.name!r} cannot be read; nothing was sent."
    if not is_file:
        return f"{path.name!r} is not a file; nothing was sent."
    if size > MAX_UPLOAD:
        most = MAX_UPLOAD // 1024 // 1024
        return f"The file {path.name!r} has more than {most} MiB; nothing was sent."
    return size


def form(path: Path, size: int, progress: Progress) -> Body:
    """The form with one part, `file`. The pieces are made while they are sent."""
    boundary = secrets.token_hex(16)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{_quoted(path.name)}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    return Body(
        f"multipart/form-data; boundary={boundary}",
        len(head) + size + len(tail),
        _pieces(path, size, progress, head, tail),
    )


async def _pieces(
    path: Path, size: int, progress: Progress, head: bytes, tail: bytes
) -> AsyncIterator[bytes]:
    yield head
    sent = 0
    with await asyncio.to_thread(path.open, "rb") as file:
        # A file that grows meanwhile is cut where it was measured.
        while sent < size and (
            piece := await asyncio.to_thread(file.read, min(_PIECE, size - sent))
        ):
            yield piece
            sent += len(piece)
            progress(sent, size)
    yield tail


def _quoted(name: str) -> str:
    """A file's name inside quotes, as browsers write it (WHATWG HTML, multipart/form-data)."""
    whole = "".join(letter if letter.isprintable() else "_" for letter in name)
    return whole.replace('"', "%22")
