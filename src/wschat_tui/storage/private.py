"""Files and directories that nobody but the user can read, whatever the umask says."""

from __future__ import annotations

import errno
import logging
import os
import stat
import tempfile
from pathlib import Path

FILE_MODE = 0o600
DIR_MODE = 0o700
_OTHERS = 0o077
_LOG = logging.getLogger(__name__)
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP})
"""What a network's or a mounted program's directories answer that know no sync."""


def make_dir(path: Path) -> None:
    """Create `path` and every missing parent with mode 0700; leave what exists as it is.

    What is made is on the disk then: a file is lost with the directory that it was synced in.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=DIR_MODE, exist_ok=True)
        sync_dir(each.parent)


def private_dir(path: Path) -> None:
    """Create `path`, and close it to others if it was there and open to them."""
    make_dir(path)
    if open_to_others(path.stat()):
        path.chmod(DIR_MODE)
        _LOG.info("the folder %s was open to other users; it is no more", path.name)


def open_to_others(seen: os.stat_result) -> bool:
    """Whether group or others have any right to what `seen` describes."""
    return bool(stat.S_IMODE(seen.st_mode) & _OTHERS)


def opener(path: str, flags: int) -> int:
    """An `opener` for `open()`: a new file gets 0600, and an old one that was wider is narrowed."""
    descriptor = os.open(path, flags, FILE_MODE)
    if open_to_others(os.fstat(descriptor)):
        os.fchmod(descriptor, FILE_MODE)
    return descriptor


def write_atomic(path: Path, data: bytes) -> None:
    """Replace `path` by `data` with mode 0600: a reader or a crash finds the old or the new, whole.

    A symbolic link is followed, so that settings kept elsewhere stay there.
    """
    target = path.resolve()
    make_dir(target.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if Path(name).read_bytes() != data:
            raise OSError(errno.EIO, "what was written does not read back")
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_dir(target.parent)


def sync_dir(path: Path) -> None:
    """Make the names in a directory survive a power cut, where its disk can do that.

    Raises OSError where the disk fails.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except PermissionError:  # one may write in it and not look
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(descriptor)
