"""Sound while the terminal is slow: two processes call each other, one of them paints the picture.

`python -m benchmarks.video_call caller SOCKET` is the other side: a tone and a moving pattern.
`python -m benchmarks.video_call screen SOCKET SECONDS REPORT` is the program on the slow terminal.
"""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from textual.app import ComposeResult
from textual.widgets import Input, Static

from benchmarks import worlds
from benchmarks.tables import Table
from benchmarks.terminal import ANSWERS
from wschat_tui.media.engine import Engine
from wschat_tui.media.setup import Setup
from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    OpenMedia,
    TakeCandidate,
    TakeDescription,
)
from wschat_tui.state.calls.call_inputs import (
    CallInput,
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
)
from wschat_tui.ui.frozen import PatientApp
from wschat_tui.ui.widgets.video import Video

if TYPE_CHECKING:
    from collections.abc import Callable

CALL = "call-1"
SECONDS = 8.0
COLUMNS, LINES = 120, 40
PATIENCE = 60.0
LONGEST = 60.0
"""Milliseconds without sound that nobody hears."""


class End:
    """An engine, and lines of JSON to the one of the other process."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        ids = itertools.count()
        self.connected = asyncio.Event()
        self.engine = Engine(
            lambda item: self._loop.call_soon_threadsafe(self._told, item),
            Setup(fake=True, loopback_ok=True, name="bob"),
            lambda: time.time_ns() // 1_000_000,
            lambda: f"op-{next(ids)}",
        )
        self._open = False
        self._write: Callable[[bytes], object] = bytes

    def call(self) -> None:
        """Begin, with a pattern to look at."""
        self._open = True
        self.engine.run(OpenMedia(CALL, "video", shows="pattern"))

    async def follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take what the other side says until it is gone."""
        self._write = writer.write
        while line := await reader.readline():
            self._take(json.loads(line))

    async def close(self) -> None:
        """End the call."""
        self.engine.run(CloseMedia(CALL))
        await self.engine.close()

    def _told(self, item: CallInput) -> None:
        if isinstance(item, MediaConnected):
            self.connected.set()
        elif isinstance(item, MediaDescribed):
            self._say({"kind": item.kind, "sdp": item.sdp})
        elif isinstance(item, MediaCandidate):
            found = item.candidate
            self._say({"candidate": None if found is None else found.model_dump()})

    def _say(self, words: dict[str, Any]) -> None:
        self._write(json.dumps(words).encode() + b"\n")

    def _take(self, words: dict[str, Any]) -> None:
        if "candidate" in words:
            found = words["candidate"]
            candidate = None if found is None else IceCandidate.model_validate(found)
            self.engine.run(TakeCandidate(CALL, candidate))
        elif self._open:
            self.engine.run(TakeDescription(CALL, words["kind"], words["sdp"]))
        else:
            self._open = True
            self.engine.run(OpenMedia(CALL, "video", shows="pattern", offer=words["sdp"]))


class Screen(PatientApp):
    """A call as its screen shows it, and a note of when sound came."""

    CSS = "Static { height: 1; } Input { height: 3; }"

    def __init__(self, socket: str, seconds: float, report: Path, *, seen: bool) -> None:
        super().__init__()
        self._socket, self._seconds, self._report = socket, seconds, report
        self._seen = seen
        self._pictures: set[int] = set()
        self._end: End

    def compose(self) -> ComposeResult:
        """The parts."""
        yield Static("A call with bob · 00:12", markup=False)
        yield Video(self._source, title="bob", sentence="The picture comes soon.")
        yield Input(placeholder="Write to bob")

    def _source(self, columns: int, rows: int) -> Any:
        if not hasattr(self, "_end"):
            return None
        picture = self._end.engine.picture("theirs", columns, rows, "truecolor")
        if picture is not None:
            self._pictures.add(picture.number)
        return picture

    def on_ready(self) -> None:
        """Answer who calls."""
        self.query_one(Video).display = self._seen
        self.run_worker(self._answer())

    async def _answer(self) -> None:
        self._end = End()
        server = await asyncio.start_unix_server(self._end.follow, self._socket)
        await asyncio.wait_for(self._end.connected.wait(), PATIENCE)
        speaker = self._end.engine._gear.speaker
        assert speaker is not None
        async with asyncio.timeout(PATIENCE):
            while not speaker.level or self._source(2, 1) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        came: list[float] = []
        take = speaker.take

        def noted(frame: Any) -> None:
            came.append(time.perf_counter())
            take(frame)

        speaker.take = noted  # type: ignore[method-assign]
        gaps = speaker.gaps
        self._pictures.clear()
        await asyncio.sleep(self._seconds)
        pauses = [after - before for before, after in itertools.pairwise(came)]
        self._report.write_text(
            json.dumps(
                {
                    "gaps": speaker.gaps - gaps,
                    "longest": max(pauses) * 1000,
                    "blocks": len(came) / self._seconds,
                    "pictures": len(self._pictures) / self._seconds,
                }
            )
        )
        server.close()
        await self._end.close()
        self.exit()


async def caller(socket: str) -> None:
    """Call whoever listens, until they are gone."""
    end = End()
    async with asyncio.timeout(PATIENCE):
        while not os.path.exists(socket):  # noqa: ASYNC110, ASYNC240, PTH110
            await asyncio.sleep(0.05)
    reader, writer = await asyncio.open_unix_connection(socket)
    following = asyncio.ensure_future(end.follow(reader, writer))
    await asyncio.sleep(0)
    end.call()
    await following
    await end.close()


@dataclass(frozen=True)
class Terminal:
    """How a terminal reads."""

    name: str
    rate: float = 0.0
    """Bytes a second; 0: all that comes."""
    stuck: bool = False
    """It stops reading for three seconds in the middle."""
    seen: bool = True
    """The picture is painted."""


TERMINALS = (
    Terminal("reads at once, no picture is shown", seen=False),
    Terminal("reads at once"),
    Terminal("reads 20 kB/s", 20_000),
    Terminal("reads 5 kB/s", 5_000),
    Terminal("stops for 3 s", stuck=True),
)


class Lateness:
    """How late a thread that does nothing comes, at worst: what the machine itself does."""

    def __enter__(self) -> Self:
        self.longest = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        before = time.perf_counter()
        while not self._ended.wait(0.005):
            now = time.perf_counter()
            self.longest, before = max(self.longest, now - before - 0.005), now


def call(terminal: Terminal, seconds: float = SECONDS) -> dict[str, float]:
    """A call of so many seconds on such a terminal."""
    with worlds.folder() as folder, Lateness() as machine:
        socket, report = str(folder / "line"), folder / "report.json"
        own = [sys.executable, "-m", "benchmarks.video_call"]
        with subprocess.Popen([*own, "caller", socket]) as process:
            pid, screen = pty.fork()
            if pid == 0:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
                os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
                how = "screen" if terminal.seen else "unseen"
                os.execv(sys.executable, [*own, how, socket, str(seconds), str(report)])
            read(screen, terminal, report)
            os.waitpid(pid, 0)
            os.close(screen)
            process.wait(PATIENCE)
        found: dict[str, float] = json.loads(report.read_text())
        return {**found, "machine": machine.longest * 1000}


def read(screen: int, terminal: Terminal, report: Path) -> None:
    """Be the terminal until the program ends; in a hurry again once it has told all."""
    piece, began = 0.02, 0.0
    while True:
        ended = report.exists()
        if terminal.rate and not ended:
            time.sleep(piece)
        ready, _, _ = select.select([screen], [], [], 1.0)
        if not ready:
            continue
        try:
            data = os.read(screen, int(terminal.rate * piece) if terminal.rate else 1 << 20)
        except OSError:
            return
        for query, answer in ANSWERS.items():
            if query in data:
                os.write(screen, answer)
        if terminal.stuck and b"\xe2\x96\x80" in data:
            began = began or time.monotonic()
            if time.monotonic() - began > 2:
                time.sleep(3)
                began = float("inf")


def table(rounds: int) -> tuple[Table, dict[str, dict[str, float]], bool]:
    """The table, its figures, and whether no sound was lost."""
    made = Table(
        f"A call with a picture, {SECONDS:g} s, on a terminal of {COLUMNS}x{LINES} cells",
        ("terminal", "silences over 60 ms", "longest wait, ms", "the machine's, ms", "pictures/s"),
    )
    found = {
        one.name: min((call(one) for _ in range(rounds)), key=lambda told: told["machine"])
        for one in TERMINALS
    }
    for name, told in found.items():
        waits = round(told["longest"]), round(told["machine"])
        made.add(name, int(told["gaps"]), *waits, round(told["pictures"], 1))
    made.notes.append(
        "The machine's: how late a thread came that had nothing to do. Of several calls, the one"
        " on the quietest machine."
    )
    return made, found, not any(told["gaps"] for told in found.values())


if __name__ == "__main__":
    role, line, *rest = sys.argv[1:]
    if role == "caller":
        asyncio.run(caller(line))
    else:
        Screen(line, float(rest[0]), Path(rest[1]), seen=role == "screen").run()
