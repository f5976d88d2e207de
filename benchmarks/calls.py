"""What calls take and cost, beside a bare pair of aiortc connections.

`python -m benchmarks calls` prints tables: how long from the offer to the first sound and the first
picture, with and without a STUN server that does not answer; CPU of each side of a call of sound,
of 640x360 at 30 a second, and of a screen of 1280x720 at 15; memory over time; many calls in a row.
Both sides are processes of their own on this machine, and send tones, patterns and a clip.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from benchmarks import worlds
from benchmarks.tables import Table, ratio, save

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

KINDS = ("ours", "bare")
PATIENCE = 60.0
SETTLING = 4.0
"""Seconds of a call before its cost is taken."""

CPU_TARGET = 1.35
"""How many times what a bare pair needs."""


class Process:
    """One side."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._told: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self.other: Process
        self.shows, self.what = "", ""
        self._open = False

    def say(self, **order: Any) -> None:
        """An order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    def call(self) -> None:
        """Begin a call with the other side."""
        self._told.clear()
        self.other._told.clear()
        self._open = True
        self.say(do="open", shows=self.shows, what=self.what, offer="")

    async def listen(self) -> None:
        """Pass on what is for the other side, and keep the rest."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            words = json.loads(line)
            self._told.append(words)
            self._news.set()
            if "sdp" in words:
                self.other.describe(words["kind"], words["sdp"])
            elif "candidate" in words:
                self.other.say(do="candidate", text=words["candidate"])

    def describe(self, kind: str, sdp: str) -> None:
        """The other side described itself."""
        if self._open:
            self.say(do="take", kind=kind, sdp=sdp)
        else:
            self._open = True
            self.say(do="open", shows=self.shows, what=self.what, offer=sdp)

    async def until(self, key: str, value: Any = None) -> dict[str, Any]:
        """Wait for something to be told."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self._news.clear()
                for words in self._told:
                    if key in words and value in (None, words[key]):
                        return words
                await self._news.wait()

    async def cost(self) -> tuple[float, float, float]:
        """Seconds of the clock, seconds of CPU and MiB of memory, now."""
        self._told[:] = [words for words in self._told if "cpu" not in words]
        self.say(do="cost")
        words = await self.until("cpu")
        return words["at"], words["cpu"], words["rss"]

    async def close(self) -> None:
        """End the call."""
        self.say(do="close")
        await self.until("closed")
        self._open = False


@contextlib.asynccontextmanager
async def pair(kind: str, *servers: str) -> AsyncIterator[tuple[Process, Process]]:
    """Two sides that hear each other."""
    # aiortc leaves a coroutine behind when its process ends, and says so.
    quiet = ("-W", "ignore")
    command = [sys.executable, *quiet, "-m", "benchmarks.call_side", kind, *servers]
    pipes = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(*command, stdin=pipes, stdout=pipes, limit=1 << 20)
        for _ in range(2)
    ]
    one, other = (Process(process) for process in started)
    one.other, other.other = other, one
    async with asyncio.TaskGroup() as listening:
        for side in (one, other):
            listening.create_task(side.listen())
        await one.until("ready")
        await other.until("ready")
        yield one, other
        for process in started:
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()


@dataclass(frozen=True)
class Times:
    """Milliseconds from the order to call."""

    ringing: float
    connected: float
    sound: float
    picture: float


async def begin(kind: str, rounds: int, *servers: str) -> Times:
    """How long things take at the beginning of a call: medians over the rounds."""
    took: list[Times] = []
    async with pair(kind, *servers) as (one, other):
        one.shows = other.shows = "pattern"
        for _ in range(rounds + 1):
            start = time.monotonic()
            one.call()
            offered = (await one.until("kind", "offer"))["at"]
            connected = max(
                (await one.until("connected"))["at"], (await other.until("connected"))["at"]
            )
            first = [
                max([(await side.until("came", what))["at"] for side in (one, other)])
                for what in ("audio", "video")
            ]
            moments = (offered, connected, *first)
            took.append(Times(*(1000 * (moment - start) for moment in moments)))
            await one.close()
            await other.close()
    # The first call loads what later ones have.
    rows = took[1:] or took
    fields = ("ringing", "connected", "sound", "picture")
    return Times(*(statistics.median(getattr(row, name) for row in rows) for name in fields))


async def burden(kind: str, shows: str, what: str, seconds: float) -> float:
    """Percent of one processor that a side of a call needs; the mean of both."""
    async with pair(kind) as (one, other):
        one.shows, one.what = other.shows, other.what = shows, what
        one.call()
        await other.until("came", "video" if shows else "audio")
        await asyncio.sleep(SETTLING)
        before = [await side.cost() for side in (one, other)]
        await asyncio.sleep(seconds)
        after = [await side.cost() for side in (one, other)]
        await one.close()
        await other.close()
    return statistics.mean(
        100 * (now[1] - then[1]) / (now[0] - then[0])
        for then, now in zip(before, after, strict=True)
    )


async def memory(minutes: float) -> list[float]:
    """MiB of one side of a call of 640x360, in even steps."""
    async with pair("ours") as (one, other):
        one.shows = other.shows = "pattern"
        one.call()
        await one.until("came", "video")
        steps = max(6, round(minutes * 6))
        held = []
        for _ in range(steps):
            held.append((await one.cost())[2])
            await asyncio.sleep(60 * minutes / steps)
        held.append((await one.cost())[2])
        await one.close()
        await other.close()
    return held


async def row(count: int) -> list[tuple[int, float, int, int, float]]:
    """Calls in a row: how many, milliseconds each, threads, open files and MiB of the caller."""
    found = []
    async with pair("ours") as (one, other):
        one.shows = other.shows = "pattern"
        pid = one._process.pid
        start = time.monotonic()
        marks = {1, count // 4, count // 2, count}
        for number in range(1, count + 1):
            one.call()
            for side in (one, other):
                await side.until("came", "video")
            await one.close()
            await other.close()
            if number in marks:
                each = 1000 * (time.monotonic() - start) / number
                await asyncio.sleep(1)
                start += 1
                found.append((number, each, *_left(pid), (await one.cost())[2]))
    return found


def _left(pid: int) -> tuple[int, int]:
    folder = Path(f"/proc/{pid}")
    return sum(1 for _ in (folder / "task").iterdir()), sum(1 for _ in (folder / "fd").iterdir())


@contextlib.contextmanager
def silent_server() -> Iterator[str]:
    """A STUN server that answers nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hole:
        hole.bind(("127.0.0.1", 0))
        yield f"stun:127.0.0.1:{hole.getsockname()[1]}"


def screen_clip(path: Path) -> None:
    """Ten seconds of a screen on which somebody writes: 1280x720, 15 pictures a second."""
    chance = np.random.default_rng(0)
    page = np.full((720, 1280, 3), 24, np.uint8)
    with av.open(str(path), "w", format="webm") as film:
        stream = film.add_stream(
            "libvpx", rate=15, options={"deadline": "realtime", "cpu-used": "8"}
        )
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = (
            1280,
            720,
            "yuv420p",
            1_500_000,
        )
        for moment in range(150):
            y, x = 20 + moment // 30 * 16, 12 + moment % 30 * 24
            for letter in range(3):
                at = x + 8 * letter
                page[y : y + 12, at : at + 6] = (chance.random((12, 6, 1)) > 0.5) * np.uint8(220)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(page, format="rgb24")))
        film.mux(stream.encode())


async def measure(options: argparse.Namespace) -> tuple[list[Table], dict[str, Any]]:
    """All of it, table by table."""
    figures: dict[str, Any] = {}
    tables = []
    with worlds.folder() as folder, silent_server() as dead:
        clip = folder / "screen.webm"
        screen_clip(clip)
        table = Table(
            "From the order to call, milliseconds (both sides; median)",
            ("", "offer leaves", "connected", "first sound", "first picture"),
        )
        for title, servers, rounds in (
            ("no server", (), options.rounds),
            ("a STUN server that is dead", (dead,), 2),
        ):
            for kind in KINDS:
                times = await begin(kind, rounds, *servers)
                figures[f"{title}, {kind}"] = vars(times)
                table.add(
                    f"{title}: {kind}",
                    *(
                        f"{one:.0f}"
                        for one in (times.ringing, times.connected, times.sound, times.picture)
                    ),
                )
        tables.append(table)
        print(table, flush=True)
        table = Table(
            f"CPU of one side, percent of one processor over {options.seconds:g} s",
            ("", "ours", "bare aiortc", "ratio"),
            notes=[
                f"target: at most {CPU_TARGET}x; both generate, encode, send, receive and decode."
            ],
        )
        for title, shows, what in (
            ("sound", "", ""),
            ("640x360, 30 a second", "pattern", ""),
            ("screen, 1280x720, 15 a second", "file", str(clip)),
        ):
            ours, bare = [await burden(kind, shows, what, options.seconds) for kind in KINDS]
            figures[f"cpu, {title}"] = {"ours": ours, "bare": bare}
            table.add(title, f"{ours:.1f}", f"{bare:.1f}", ratio(ours, bare))
        tables.append(table)
        print(table, flush=True)
    held = await memory(options.minutes)
    third = len(held) // 3
    grown = statistics.mean(held[-third:]) - statistics.mean(held[third : 2 * third])
    table = Table(
        f"Memory of one side of a call of 640x360 over {options.minutes:g} minutes, MiB",
        ("", "MiB"),
    )
    table.add("at the beginning", f"{held[0]:.0f}")
    table.add("second third", f"{statistics.mean(held[third : 2 * third]):.0f}")
    table.add("last third", f"{statistics.mean(held[-third:]):.0f}")
    table.add("grown from the second third to the last", f"{grown:+.1f}")
    figures["memory"] = held
    tables.append(table)
    print(table, flush=True)
    found = await row(options.calls)
    table = Table(
        f"{options.calls} calls in a row, with pictures",
        ("calls", "ms each", "threads", "files", "MiB"),
    )
    for number, each, threads, files, rss in found:
        table.add(number, f"{each:.0f}", threads, files, f"{rss:.0f}")
    table.notes.append("threads and files between two calls: what a call opened is closed again.")
    figures["row"] = found
    tables.append(table)
    print(table, flush=True)
    return tables, figures


def main(arguments: list[str]) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks calls", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=9, help="calls that beginnings are taken from"
    )
    parser.add_argument(
        "--seconds", type=float, default=12, help="of CPU time of each kind of call"
    )
    parser.add_argument(
        "--minutes", type=float, default=1, help="of the call whose memory is watched"
    )
    parser.add_argument("--calls", type=int, default=200, help="in a row")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/calls.json")
    options = parser.parse_args(arguments)
    tables, figures = asyncio.run(measure(options))
    if options.save:
        print(save("calls", tables, figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
