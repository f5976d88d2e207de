"""A crowd that speaks all at once: what each message costs, and how soon a key is seen meanwhile.

`python -m benchmarks flood` prints two tables. A server on this machine sends the messages as fast
as they are taken, one to a frame and twenty to a frame; the clock stops when the last one is on the
screen. weechat gets the same messages over IRC. Decoding alone is measured in this process.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks import worlds
from benchmarks.crowd import LAST, frames
from benchmarks.tables import Table, ratio, save
from benchmarks.terminal import Cost, Program
from wschat_tui.protocol.codec import decode_events

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

PLANS = ((10_000, 1), (10_000, 20), (50_000, 1), (50_000, 20))
"""How many messages, and how many to a frame."""

TARGETS = {1: 0.15, 20: 0.10}
"""How many times the CPU of weechat a message may cost, by messages to a frame."""

ECHO_COUNT = 200_000
LETTERS = [chr(code) for code in (*range(0x0430, 0x0450), *range(0x10D0, 0x10F1))]
"""Letters that nobody in the crowd uses: where one is written, a key has been seen."""

PAUSE = (0.05, 0.15)
"""Seconds between two keys."""

SETTLED = 1.5
STALL_TARGET = 50.0
ECHO_TARGET = 1.25


@dataclass(frozen=True)
class Flood:
    """What one flood cost."""

    cpu: float
    """Microseconds of a processor for a message."""
    wall: float
    """Seconds until the last message was shown."""
    grown: float
    """Bytes of memory for a message."""


@contextmanager
def crowd(count: int, batch: int | str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The server of the crowd."""
    with worlds.server("benchmarks.crowd_server", str(count), str(batch)) as served:
        yield served


def command(home: Path, url: str, peer: str = "wschat") -> tuple[list[str], dict[str, str], str]:
    """What starts a client, its world, and what tells that it is connected."""
    if peer == "weechat":
        unlimited = "/set weechat.history.max_buffer_lines_number 0"
        began = worlds.weechat(home) or []
        orders = (unlimited, f"/server add crowd {url}", "/connect crowd")
        return [*began, *(word for one in orders for word in ("-r", one))], {}, "#crowd"
    own = worlds.wschat("--home", str(home / "own"), "--server", url, "--user", "me")
    return own, {"WSCHAT_TOKEN": "token-of-the-crowd"}, "online"


def flood(home: Path, count: int, batch: int | str, peer: str = "wschat") -> Flood:
    """One flood of one client."""
    with crowd(count, batch) as (url, server):
        started, env, connected = command(home, url, peer)
        with Program(started, env) as program:
            program.until(connected)
            program.drain(SETTLED)
            before = program.cost()
            shout(server)
            after = program.until(LAST)
            return _per_message(before, after, count)


def shout(server: subprocess.Popen[str]) -> None:
    """Have the crowd speak."""
    assert server.stdin is not None
    server.stdin.write("now\n")
    server.stdin.flush()


def _per_message(before: Cost, after: Cost, count: int) -> Flood:
    cpu = (after.cpu - before.cpu) / count * 1e6
    return Flood(cpu, after.wall - before.wall, (after.rss - before.rss) * 2**20 / count)


def decoding(count: int, batch: int) -> float:
    """Microseconds to decode a message of the crowd, and nothing else."""
    loud = frames(count, batch)
    best = float("inf")
    for _ in range(3):
        began = time.thread_time_ns()
        for frame in loud:
            decode_events(frame)
        best = min(best, (time.thread_time_ns() - began) / count / 1e3)
    return best


def costs(plans: tuple[tuple[int, int], ...]) -> tuple[Table, dict[str, float]]:
    """The cost of a message."""
    columns = ("messages, to a frame", "CPU µs/message", "decoding alone", "last shown s", "bytes")
    shown = Table("A flood of messages, until the last one is shown", columns)
    figures: dict[str, float] = {}
    with worlds.folder() as home:
        for count, batch in plans:
            ours, alone = flood(home, count, batch), decoding(min(count, 10_000), batch)
            name = f"wschat {count:,}, {batch}"
            figures[name] = ours.cpu
            shown.add(
                name, f"{ours.cpu:.1f}", f"{alone:.1f}", f"{ours.wall:.2f}", f"{ours.grown:.0f}"
            )
        if worlds.weechat(home) is None:
            shown.notes.append(worlds.NO_WEECHAT)
            return shown, figures
        count = max(count for count, _ in plans)
        theirs = flood(home, count, "irc", "weechat")
        grown = f"{theirs.grown:.0f}"
        shown.add(f"weechat {count:,} (IRC)", f"{theirs.cpu:.1f}", "", f"{theirs.wall:.2f}", grown)
        for batch, most in TARGETS.items():
            ours_cpu = figures.get(f"wschat {count:,}, {batch}")
            if ours_cpu is not None:
                figures[f"{batch} to a frame / weechat"] = ours_cpu / theirs.cpu
                told = f"{batch} to a frame: {ratio(ours_cpu, theirs.cpu)} the CPU of weechat"
                shown.notes.append(f"{told} (target: {most:g}x at most).")
    return shown, figures


# ---- keys


def echoes(program: Program, letters: list[str], until: str = "") -> list[float]:
    """Press keys one by one; milliseconds until each is written. Stops early where `until` is."""
    chance, found = random.Random(3), []
    for letter in letters:
        program.type(letter)
        pressed = time.perf_counter()
        seen = b""
        while letter.encode() not in seen:
            seen = seen[-4096:] + program.read(30)
            if time.perf_counter() - pressed > 30:
                raise TimeoutError(f"the key {letter} was not seen in 30 s")
        found.append((time.perf_counter() - pressed) * 1000)
        pause = time.perf_counter() + chance.uniform(*PAUSE)
        while (now := time.perf_counter()) < pause:
            seen = seen[-4096:] + program.read(pause - now)
        if until and until.encode() in seen:
            break
    return found


def resting_echo(started: list[str], env: dict[str, str], connected: str) -> list[float]:
    """Echo of a program in which nothing else happens."""
    with Program(started, env) as program:
        program.until(connected)
        program.drain(SETTLED)
        return echoes(program, LETTERS)


def keys() -> tuple[Table, dict[str, float]]:
    """How soon a key is seen: at rest in an empty room, during a flood, and after it."""
    columns = ("key pressed until written", "keys", "p50 ms", "p99 ms", "longest callback ms")
    shown = Table("Keys", columns)
    figures: dict[str, float] = {}
    with worlds.folder() as home:
        area = [sys.executable, str(Path(__file__).with_name("area.py"))]
        plain = resting_echo(area, {}, "eady to type")
        _add(shown, "textual, a text area and nothing else", plain)
        with crowd(ECHO_COUNT, 1) as (url, server):
            started, env, connected = command(home, url)
            note = home / "longest"
            env |= {"LONGEST_CALLBACK": str(note)}
            probe = str(Path(__file__).with_name("probe"))
            env |= {"PYTHONPATH": os.pathsep.join((probe, os.environ.get("PYTHONPATH", "")))}
            with Program(started, env) as program:
                program.until(connected)
                program.drain(SETTLED)
                empty = echoes(program, LETTERS[:40])
                _add(shown, "wschat, an empty room", empty)
                program.type("\x15")
                program.drain(SETTLED)
                os.kill(program.pid, signal.SIGUSR1)
                shout(server)
                program.drain(0.2)
                during = echoes(program, LETTERS, LAST)
                os.kill(program.pid, signal.SIGUSR2)
                program.drain(SETTLED)
                stall = float(note.read_text())
                _add(shown, f"wschat, while {ECHO_COUNT:,} messages come", during, stall)
                program.type("\x15")
                program.drain(SETTLED)
                after = echoes(program, LETTERS)
                _add(shown, f"wschat, {ECHO_COUNT:,} messages there", after)
    figures = {
        "area p50": median(plain),
        "empty p50": median(empty),
        "flood p50": median(during),
        "flood p99": _p99(during),
        "full p50": median(after),
        "longest callback": stall,
    }
    told = (
        f"With {ECHO_COUNT:,} messages there the echo takes {ratio(median(after), median(plain))}"
    )
    shown.notes.append(f"{told} of a text area's (target: {ECHO_TARGET:g}x at most).")
    shown.notes.append(
        f"The longest callback in the flood took {stall:.0f} ms (target: {STALL_TARGET:g} ms)."
    )
    return shown, figures


def _add(shown: Table, name: str, found: list[float], stall: float | None = None) -> None:
    longest = "" if stall is None else f"{stall:.1f}"
    shown.add(name, len(found), f"{median(found):.1f}", f"{_p99(found):.1f}", longest)


def _p99(found: list[float]) -> float:
    return quantiles(found, n=100, method="inclusive")[-1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="flood", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="10,000 messages alone, and no keys")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/flood.json")
    given = parser.parse_args()
    worlds.compiled()
    first, figures = costs(PLANS[:2] if given.quick else PLANS)
    print(first, flush=True)
    tables = [first]
    if not given.quick:
        second, more = keys()
        print(second)
        tables.append(second)
        figures |= more
    if given.save:
        print(f"Written to {save('flood', tables, figures)}.")


if __name__ == "__main__":
    main()
