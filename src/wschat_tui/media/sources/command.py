"""Pictures of a command that runs in a terminal of its own, and ends with the call."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from wschat_tui.media.sources.child import Child
from wschat_tui.media.sources.emulator import Emulator
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.page import RATE, Page

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator

    import av

NO_COMMAND = (
    "No command was named to be shown: a card with your initials is sent. Name one, such as top."
)


FLOOD = 16 * 1024
"""Bytes that are read for one picture; a command that writes more waits, and we do not."""


class Command:
    """Takes pictures of what a command writes."""

    def __init__(self, line: str, columns: int, rows: int) -> None:
        """line: as a shell reads it."""
        self._line = line
        self._columns, self._rows = columns, rows

    def __call__(self, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
        """A picture whenever a row has changed, RATE a second at most; the last one stays."""
        if not self._line.strip():
            raise Missing(NO_COMMAND)
        page = Page(self._columns, self._rows)
        with closing(Child(self._line, self._columns, self._rows)) as child:
            emulator = Emulator(self._columns, self._rows, child.answer)
            running = True
            while running and not stop.is_set():
                running = _run(child, emulator, stop)
                if page.draw(emulator.changed()):
                    yield page.frame()
        stop.wait()


def _run(child: Child, emulator: Emulator, stop: threading.Event) -> bool:
    """Let it write for the time of one picture; its end is written below what it wrote."""
    due = time.monotonic() + 1 / RATE
    taken = 0
    while (left := due - time.monotonic()) > 0:
        if taken >= FLOOD:
            stop.wait(left)
            break
        data = child.read(left)
        if data is None:
            emulator.feed(_ended(child.code()))
            return False
        emulator.feed(data)
        taken += len(data)
    return True


def _ended(code: int) -> bytes:
    how = f"with code {code}" if code >= 0 else f"by signal {-code}"
    return f"\r\n\x1b[0;7m The command has ended {how}. \x1b[0m".encode()
