"""From the key to the painted end of a room, in the real program, however much is stored of it.

A second room has a few messages; Alt+Up and Alt+Down go to and fro. With `--scroll` the program
also goes up to the first message of the largest room, and what it holds in memory is told on the
way: a bounded stretch slides, so that it does not grow.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import worlds
from benchmarks.startup import TOKEN
from benchmarks.tables import Table, save
from benchmarks.terminal import Program, rss_mib
from wschat_tui.state.history.archive_effects import KeepMessages, KeepRoom, RoomRecord
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import care, door
from wschat_tui.storage.archive.orders import carry_out

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 50
"""Milliseconds that the median room may take."""

LARGE, SMALL = "dm:alice:large", "dm:alice:small"
BEGIN = 1_500_000_000_000
BATCH = 5_000
UP, DOWN = "\x1b[1;3A", "\x1b[1;3B"
WORDS = ("the", "rain", "stops", "and", "the", "market", "opens", "again", "at", "noon")


def batches(size: int) -> list[tuple[int, int]]:
    """The batches in which the messages of a room are kept: from one number up to another."""
    return [(begin, min(begin + BATCH, size)) for begin in range(0, size, BATCH)]


def message(scope: str, number: int, size: int) -> Message:
    """One message; the oldest and the newest say so."""
    at = BEGIN + number * 60_000
    ends = {0: f"first of {size}", size - 1: f"newest of {size}"}
    text = ends.get(number, f"{number} {' '.join(WORDS[: 3 + number % 8])}")
    return Message(f"{scope}-{number}", scope, scope.rpartition(":")[2], SafeText(text), at)


def stock(file: Path, sizes: dict[str, int]) -> None:
    """Keep so many messages of each room, and index them, as earlier runs would have."""
    entered = door.enter(file, lambda: BEGIN, "alice")
    assert isinstance(entered, door.Entered)
    store = entered.store
    for scope, size in sizes.items():
        for begin, end in batches(size):
            batch = tuple(message(scope, number, size) for number in range(begin, end))
            store.connection.execute("begin immediate")
            carry_out(store, KeepMessages(batch))
            store.connection.execute("commit")
        last = f"{scope}-{size - 1}"
        carry_out(store, KeepRoom(RoomRecord(scope, joined=True, last_read=last, complete=True)))
    while care.fill(store):
        pass
    store.connection.execute("pragma wal_checkpoint(truncate)")
    store.close()
    if entered.lock is not None:
        entered.lock.release()


def opened(program: Program, size: int, rounds: int) -> list[float]:
    """Milliseconds from each key to the end of the large room on the screen."""
    found = []
    for _ in range(rounds):
        program.drain(0.5)
        program.type(DOWN)
        program.until("newest of 20")
        program.drain(0.5)
        began = time.perf_counter()
        program.type(UP)
        program.until(f"newest of {size}")
        found.append((time.perf_counter() - began) * 1000)
    return found


def scrolled(program: Program, size: int) -> list[float]:
    """MiB in memory on the way to the first message: a key a page that is read."""
    program.type("\x1b")
    program.drain(0.3)
    found, last = [rss_mib(program.pid)], b""
    for step in range(1, size // 100):
        program.type("g")
        end = time.perf_counter() + 5
        while time.perf_counter() < end:
            data = program.read(0.05)
            last = (last + data)[-4096:]
            if data or b"first of" in last:
                break
        if step % 250 == 0:
            found.append(rss_mib(program.pid))
        if b"first of" in last:
            break
    return [*found, rss_mib(program.pid)]


def measure(size: int, rounds: int, *, scroll: bool) -> tuple[list[float], list[float], float]:
    """One world of its own: opened that often, and scrolled to its first message."""
    with worlds.folder() as home, worlds.mock() as (url, _):
        own = home / "own"
        command = worlds.wschat("--home", str(own), "--server", url)
        with Program(command, TOKEN) as program:
            program.until("online")
            program.drain(1.0)
            program.end()
        (file,) = own.rglob("history/*.db")
        stock(file, {LARGE: size, SMALL: 20})
        with Program(command, TOKEN) as program:
            program.until("online")
            program.drain(1.0)
            for _ in range(20):
                program.type(UP)
                program.drain(0.3)
                if "small" in focus_of(file):
                    break
            program.type(UP)
            program.until(f"newest of {size}")
            times = opened(program, size, rounds)
            memory = scrolled(program, size) if scroll else [rss_mib(program.pid)]
            return times, memory, file.stat().st_size / 2**20


def focus_of(file: Path) -> str:
    """The room that is open, as the program keeps it."""
    reading = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        found = reading.execute("select focus from place").fetchone()
    finally:
        reading.close()
    return str(found[0]) if found else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a size; 1 where a room takes longer to open than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--scroll", action="store_true")
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args(arguments)
    columns = ("messages", "MiB on disk", "median ms", "worst ms", "MiB of memory")
    table = Table("From the key to the painted end of a room", columns)
    medians = []
    for size in given.sizes:
        times, memory, disk = measure(size, given.rounds, scroll=given.scroll)
        medians.append(statistics.median(times))
        held = ", ".join(f"{one:.0f}" for one in memory)
        table.add(f"{size:,}", f"{disk:.0f}", f"{medians[-1]:.0f}", f"{max(times):.0f}", held)
    table.notes.append(f"median <= {LIMIT} ms: {'held' if max(medians) <= LIMIT else 'NOT HELD'}")
    print(table)
    if given.save:
        print(save("room-open", (table,), {"medians": medians}))
    return int(max(medians) > LIMIT)


if __name__ == "__main__" and main():
    sys.exit(1)
