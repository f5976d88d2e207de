"""A call recorded: both sides' sound, and the other side's picture, or mine where it has none."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av

from wschat_tui.media.sinks.desk import Desk
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from typing import BinaryIO

    from av.container import OutputContainer

    from wschat_tui.state.calls.call_views import Side

FORMATS = {".webm": "webm", ".mkv": "matroska"}

BACKLOG = 100
"""Items that may wait to be written before pictures are left out: the machine is too slow."""

_TICK = 0.1


@dataclass(frozen=True, slots=True)
class _Item:
    side: Side
    at: float
    """Seconds since the recording began, by the clock."""
    frame: av.AudioFrame | av.VideoFrame
    moment: float | None
    """The frame's own time, in seconds; frames are stamped anew while they wait."""


class Recording:
    """Takes frames from a loop and writes them in a thread. `open_recording` makes one."""

    def __init__(self, file: BinaryIO, container: str) -> None:
        """container: FFmpeg's name of it."""
        self.notice = ""
        """Why nothing more is written; empty: all is well."""
        self._began = time.monotonic()
        self._queue: queue.SimpleQueue[_Item | float] = queue.SimpleQueue()
        self._file = file
        self._container = container
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def sound(self, side: Side, frame: av.AudioFrame) -> None:
        """Sound of a side, as it comes."""
        self._put(side, frame)

    def picture(self, side: Side, frame: av.VideoFrame) -> None:
        """A picture of a side, as it comes."""
        if self._queue.qsize() < BACKLOG:
            self._put(side, frame)

    async def close(self) -> None:
        """Write what is left, and the end of the file."""
        self._queue.put(self._now())
        await asyncio.to_thread(self._thread.join)

    def _put(self, side: Side, frame: av.AudioFrame | av.VideoFrame) -> None:
        if not self.notice:
            moment = None
            if frame.pts is not None and frame.time_base is not None:
                moment = float(frame.pts * frame.time_base)
            self._queue.put(_Item(side, self._now(), frame, moment))

    def _run(self) -> None:
        try:
            with self._file, av.open(self._file, "w", format=self._container) as output:
                self._write(output)
        except (OSError, av.FFmpegError) as fault:
            self.notice = (
                f"The recording broke off ({_why(fault)}); what was written until then is kept."
                " Make room and record to another file."
            )

    def _write(self, output: OutputContainer) -> None:
        desk = Desk(output)
        while True:
            try:
                item = self._queue.get(timeout=_TICK)
            except queue.Empty:
                desk.advance(self._now())
                continue
            if isinstance(item, float):
                break
            if isinstance(item.frame, av.AudioFrame):
                desk.sound(item.side, item.at, item.moment, item.frame)
            else:
                desk.picture(item.side, item.at, item.moment, item.frame)
            # A writer that is late goes by the time of what it writes, and so loses nothing.
            desk.advance(item.at)
        desk.end(item)

    def _now(self) -> float:
        return time.monotonic() - self._began


async def open_recording(path: str) -> Recording | str:
    """A recording to a new file that only its owner may read; a sentence where that cannot be."""
    opened = await asyncio.to_thread(_created, Path(path))
    return opened if isinstance(opened, str) else Recording(*opened)


def _why(fault: BaseException) -> str:
    """What went wrong first: the end of a file that cannot be written is a fault of its own."""
    while fault.__context__ is not None:
        fault = fault.__context__
    return getattr(fault, "strerror", "") or str(fault)


def _created(path: Path) -> tuple[BinaryIO, str] | str:
    shown = clean(str(path), one_line=True, limit=200)
    container = FORMATS.get(path.suffix.lower())
    if container is None:
        return f"{shown} does not end in .webm or .mkv: nothing is recorded. Name one that does."
    try:
        path = path.expanduser()
        # It is never opened if it is there already, not even as a link to elsewhere.
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return f"{shown} is there already: nothing is recorded, and it is kept. Name another file."
    except (OSError, ValueError, RuntimeError) as fault:
        return f"{shown} cannot be written ({_why(fault)}): nothing is recorded. Name another file."
    return os.fdopen(handle, "wb"), container
