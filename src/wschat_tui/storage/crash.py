"""What is written when the client itself is at fault: a report without values, and fault stacks."""

from __future__ import annotations

import faulthandler
import os
import platform
import time
import traceback
from typing import TYPE_CHECKING

import wschat_tui
from wschat_tui.storage.private import FILE_MODE, opener, private_dir
from wschat_tui.storage.redact import redact

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

    from wschat_tui.storage.paths import Places

_MOST_TRIES = 100


def write_crash(error: BaseException, places: Places, at: int) -> Path | None:
    """Write a report of `error` and say where; None when it could not be written.

    The traceback has no local variables, and secrets are taken out of it. at: when it happened,
    milliseconds since the Unix epoch.
    """
    moment = time.gmtime(at / 1000)
    text = redact(_report(error, time.strftime("%Y-%m-%d %H:%M:%S UTC", moment)))
    name = time.strftime("crash-%Y%m%d-%H%M%S", moment)
    try:
        private_dir(places.state_dir)
        return _write_new(places.state_dir, name, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return None


def watch_faults(places: Places) -> TextIOWrapper | None:
    """Have the interpreter write its stacks to a file of mode 0600 when it dies of a signal.

    The file must stay open as long as the process lives; None when it could not be opened.
    """
    try:
        private_dir(places.state_dir)
        file = open(  # noqa: SIM115  it stays open as long as the process lives
            places.faults_file, "w", encoding="utf-8", opener=opener
        )
    except OSError:
        return None
    faulthandler.enable(file)
    return file


def _report(error: BaseException, moment: str) -> str:
    trace = traceback.TracebackException.from_exception(error, capture_locals=False)
    head = (
        f"wschat {wschat_tui.__version__} crashed at {moment}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"Terminal {os.environ.get('TERM', 'unknown')}",
        "",
    )
    return "\n".join((*head, "".join(trace.format())))


def _write_new(directory: Path, name: str, data: bytes) -> Path:
    """Write a file that was not there, so that no older report or planted link is written over."""
    for number in range(_MOST_TRIES):
        path = directory / (f"{name}.txt" if number == 0 else f"{name}-{number}.txt")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        return path
    raise FileExistsError(name)
