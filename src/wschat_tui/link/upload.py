"""A file as a multipart form (RFC 7578), read in pieces and never whole."""

from __future__ import annotations

import asyncio
import errno
import mimetypes
import secrets
from typing import TYPE_CHECKING

from wschat_tui.link.exchange import Body

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from typing import BinaryIO, Self

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


class Form:
    """The form with one part, `file`. Its pieces are read while they are sent."""

    def __init__(self, path: Path, size: int, progress: Progress) -> None:
        self._path = path
        self._size = size
        self._progress = progress
        self.broken = False
        """The file could not be read to the size that was measured."""
        self._file: BinaryIO | None = None
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        # A request that breaks off leaves its body where it was, with the file open, or about to
        # be opened by a thread that nobody waits for any more: then that thread closes it.
        self._over = True
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()

    def body(self) -> Body:
        """What is sent; each call reads the file from its beginning."""
        boundary = secrets.token_hex(16)
        kind = mimetypes.guess_type(self._path.name)[0] or "application/octet-stream"
        name = _quoted(self._path.name)
        head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return Body(kind, len(head) + self._size + len(tail), self._pieces(head, tail))

    def _open(self) -> BinaryIO:
        self._close()
        self._file = file = self._path.open("rb")
        if self._over:
            file.close()
        return file

    async def _pieces(self, head: bytes, tail: bytes) -> AsyncIterator[bytes]:
        yield head
        sent = 0
        try:
            with await asyncio.to_thread(self._open) as file:
                # A file that grows meanwhile is cut where it was measured.
                while piece := await asyncio.to_thread(file.read, min(_PIECE, self._size - sent)):
                    yield piece
                    sent += len(piece)
                    self._progress(sent, self._size)
            if sent < self._size:
                raise OSError(errno.EIO, "the file became shorter")
        except OSError:
            self.broken = True
            raise
        yield tail


def _quoted(name: str) -> str:
    """A file's name inside quotes, as browsers write it (WHATWG HTML, multipart/form-data)."""
    whole = "".join(letter if letter.isprintable() else "_" for letter in name)
    return whole.replace('"', "%22")
