"""The log file: one a user, mode 0600, and no secret in it at any level."""

from __future__ import annotations

import logging
import queue
from dataclasses import dataclass
from logging.handlers import QueueHandler, QueueListener
from typing import TYPE_CHECKING

from wschat_tui.storage.private import opener, private_dir
from wschat_tui.storage.redact import redact
from wschat_tui.storage.trouble import Trouble

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

    from wschat_tui.storage.paths import Places

_LONG = 1_048_576
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# At DEBUG these print every header and frame, `Authorization` among them.
_TALKATIVE = ("websockets", "aiohttp")


@dataclass(frozen=True, slots=True)
class Logs:
    """A running log. `stop` writes what is waiting and gives the root logger back as it was."""

    path: Path
    file: TextIOWrapper
    listener: QueueListener
    before: tuple[list[logging.Handler], int]

    def stop(self) -> None:
        """Write what is waiting and close the file."""
        root = logging.getLogger()
        root.handlers[:], level = self.before
        root.setLevel(level)
        self.listener.stop()
        self.file.close()


def start_logs(places: Places, level: int = logging.INFO) -> Logs | Trouble:
    """Send all records of `level` and above to the log file, and to nowhere else.

    Other handlers of the root logger are set aside: they would write over the screen. A thread
    writes the file, so that a slow disk never holds up the event loop.
    """
    try:
        file = _open(places.log_file)
    except OSError as error:
        _silence()
        what = f"No log is written: {places.log_file} cannot be opened ({error.strerror or error})."
        return Trouble(what, "Check who owns the directory.")
    return _take_over(places.log_file, file, level)


def redacted(record: logging.LogRecord) -> bool:
    """A filter for handlers: takes secrets out of the record; False when it must not be written.

    Message, arguments, exception and stack become plain text first, as a secret may be split over
    format and arguments.
    """
    if record.name.split(".", 1)[0] in _TALKATIVE and record.levelno < logging.INFO:
        return False
    record.msg, record.args = redact(_message(record)), None
    if record.exc_info:
        record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None
    record.exc_text = redact(record.exc_text) if record.exc_text else None
    record.stack_info = redact(record.stack_info) if record.stack_info else None
    return True


def _open(path: Path) -> TextIOWrapper:
    """Open the log to append; a long one is set aside first, in the place of the one before it."""
    private_dir(path.parent)
    if path.exists() and path.stat().st_size > _LONG:
        path.replace(path.with_name(f"{path.name}.old"))
    return open(path, "a", encoding="utf-8", errors="backslashreplace", opener=opener)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  a wrong log call must not break the caller
        return f"{record.msg} (its arguments do not fit)"


def _take_over(path: Path, file: TextIOWrapper, level: int) -> Logs:
    outlet = logging.StreamHandler(file)
    outlet.setFormatter(logging.Formatter(_LINE))
    outlet.addFilter(redacted)
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    inlet = QueueHandler(waiting)
    inlet.addFilter(redacted)
    root.handlers[:] = [inlet]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.INFO))
    logging.captureWarnings(capture=True)
    listener = QueueListener(waiting, outlet)
    listener.start()
    return Logs(path, file, listener, before)


def _silence() -> None:
    """Log nothing: what `logging` does without a handler would write over the screen."""
    logging.getLogger().addHandler(logging.NullHandler())
