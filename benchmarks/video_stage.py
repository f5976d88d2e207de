"""A film where a call's picture would be: `python -m benchmarks.video_stage FILM HOW REPORT`.

HOW is `plain`: pictures alone, as a player writes them; `program`: as many as a Textual program
with our video paints; or a number: so many a second, in the program. The program writes to REPORT
what it did, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import queue
import sys
import threading
import time
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

import av
from textual.app import ComposeResult
from textual.widgets import Input, Static

from wschat_tui.media.picture.canvas import Canvas
from wschat_tui.ui.frozen import PatientApp, waiting_writes
from wschat_tui.ui.widgets.video import Video

if TYPE_CHECKING:
    from collections.abc import Iterator

BEAT = 0.02
"""Seconds between two looks at the clock, of which some come late."""

SETTLING = 0.5


def frames(film: str) -> Iterator[av.VideoFrame]:
    """The film's frames, decoded in a thread as a call's are."""
    ready: queue.Queue[av.VideoFrame | None] = queue.Queue(8)

    def decode() -> None:
        with av.open(film) as clip:
            for frame in clip.decode(video=0):
                ready.put(frame)
        ready.put(None)

    threading.Thread(target=decode, daemon=True).start()
    while (frame := ready.get()) is not None:
        yield frame


def plain(film: str) -> None:
    """Write the pictures and nothing else."""
    columns, rows = os.get_terminal_size()
    canvas, before = Canvas(), None
    for frame in frames(film):
        canvas.put(frame)
        picture = canvas.picture(columns, rows, "truecolor")
        for row in picture.changed(before):
            sys.stdout.write(f"\x1b[{row + 1}H{picture.since(row, before)}")
        sys.stdout.flush()
        before = picture


class Stage(PatientApp):
    """A head line, the picture, and a line to type in."""

    CSS = "Static { height: 1; } Input { height: 3; }"

    def __init__(self, film: str, pace: float, report: Path) -> None:
        super().__init__()
        self._film = film
        self._pace = pace
        self._report = report
        self._canvas = Canvas()
        self._late: list[float] = []
        self.painted = 0

    def compose(self) -> ComposeResult:
        """The parts."""
        yield Static("A call with bob · 00:12", markup=False)
        yield Video(self._source, pace=round(self._pace) or 1)
        yield Input(placeholder="Write to bob")

    def _source(self, columns: int, rows: int) -> Any:
        return self._canvas.picture(columns, rows, "truecolor")

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.painted += renderable is not None

    def on_ready(self) -> None:
        """Begin when the first picture of the program is out."""
        self.run_worker(self._show())
        self.run_worker(self._beat())

    async def _beat(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            self._late.append(time.perf_counter() - before - BEAT)

    async def _show(self) -> None:
        await asyncio.sleep(SETTLING)
        self._late.clear()
        began, cpu, shown = time.perf_counter(), time.process_time(), 0
        for frame in frames(self._film):
            self._canvas.put(frame)
            shown += 1
            if self._pace:
                await asyncio.sleep(max(began + shown / self._pace - time.perf_counter(), 0))
            else:
                await self._painted()
        wall = time.perf_counter() - began
        figures = {
            "fps": shown / wall,
            "painted": self.painted,
            "cpu": time.process_time() - cpu,
            "wall": wall,
            "stall": quantiles(self._late, n=20)[-1] * 1000 if len(self._late) > 1 else 0.0,
        }
        self._report.write_text(json.dumps(figures))
        self.exit()

    async def _painted(self) -> None:
        """Wait until the frame is painted, if anything of it is, and on its way to the terminal."""
        video, painted = self.query_one(Video), self.painted
        before = video.picture
        video.look()
        picture = video.picture
        due = picture is not None and picture.changed(before)
        while (due and self.painted == painted) or waiting_writes(self._driver):  # noqa: ASYNC110
            await asyncio.sleep(0)


if __name__ == "__main__":
    named, how, told = sys.argv[1:]
    if how == "plain":
        plain(named)
    else:
        Stage(named, 0.0 if how == "program" else float(how), Path(told)).run()
