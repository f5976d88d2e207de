"""One writer a history: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from wschat_tui.storage.private import opener

if TYPE_CHECKING:
    from pathlib import Path


class Lock:
    """The right to write; the kernel takes it back from a process that died (flock)."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others write. The file stays: taking it away would let two hold the lock."""
        os.close(self._descriptor)


def take(file: Path) -> Lock | None:
    """The right to write a history, or None where another holds it. Raises OSError."""
    path = f"{file}.lock"
    descriptor = opener(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return Lock(descriptor)
