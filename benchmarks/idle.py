"""What a program costs while nothing happens, beside weechat.

`python -m benchmarks idle` prints a table. All programs idle at the same time, each on its own
terminal: `wschat` connected to a quiet server, weechat connected to nothing, and a Textual program
that shows one line.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import worlds
from benchmarks.tables import Table, ratio, save
from benchmarks.terminal import Cost, Program, wakeups

HELLO = "textual, one line of text"
CHAT = "wschat, connected"
WEECHAT = "weechat, not connected"
SETTLED = 5.0
"""Seconds that everything has to come to rest."""

RSS_TARGET = 2.0
"""How many times the memory of weechat."""


@dataclass(frozen=True)
class Rest:
    """What a program used while it rested."""

    cpu: float
    """Percent of one processor."""
    wakeups: float
    """Times a second that one of its threads was woken."""
    rss: float
    """MiB."""
    written: float
    """Bytes a second that it wrote to the terminal."""


def measure(seconds: float) -> dict[str, Rest]:
    """Let every program rest that long."""
    worlds.compiled()
    with ExitStack() as stack:
        home = stack.enter_context(worlds.folder())
        url, _ = stack.enter_context(worlds.mock())
        programs = {
            name: (stack.enter_context(Program(command, env)), shown)
            for name, command, env, shown in _plan(home, url)
        }
        for program, shown in programs.values():
            program.until(shown)
        running = {name: program for name, (program, _) in programs.items()}
        _let_rest(list(running.values()), SETTLED)
        before = {name: (one.cost(), wakeups(one.pid)) for name, one in running.items()}
        _let_rest(list(running.values()), seconds)
        return {name: _between(one, *before[name]) for name, one in running.items()}


def _plan(home: Path, url: str) -> list[tuple[str, list[str], dict[str, str], str]]:
    hello = [sys.executable, str(Path(__file__).with_name("hello.py"))]
    chat = worlds.wschat("--home", str(home / "own"), "--server", url)
    plan = [
        (HELLO, hello, {}, "Hello, terminal"),
        (CHAT, chat, {"WSCHAT_TOKEN": "dev:alice"}, "online"),
    ]
    weechat = worlds.weechat(home)
    return [*plan, (WEECHAT, weechat, {}, "weechat.org")] if weechat else plan


def _let_rest(programs: list[Program], seconds: float) -> None:
    """Read what they write, a moment each in turn, so that none waits for its terminal."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for program in programs:
            program.drain(0.05)


def _between(program: Program, before: Cost, woken: int) -> Rest:
    now = program.cost()
    seconds = now.wall - before.wall
    return Rest(
        100 * (now.cpu - before.cpu) / seconds,
        (wakeups(program.pid) - woken) / seconds,
        now.rss,
        (now.written - before.written) / seconds,
    )


def table(found: dict[str, Rest], seconds: float) -> tuple[Table, dict[str, float]]:
    """The figures."""
    columns = ("at rest", "CPU %", "wake-ups/s", "RSS MiB", "bytes/s")
    shown = Table(f"At rest for {seconds:g} s", columns)
    for name, rest in found.items():
        cells = (f"{rest.cpu:.2f}", f"{rest.wakeups:.1f}", f"{rest.rss:.1f}", f"{rest.written:.0f}")
        shown.add(name, *cells)
    figures = {"CPU %": found[CHAT].cpu, "RSS MiB": found[CHAT].rss}
    if WEECHAT in found:
        most = f"(target: {RSS_TARGET:g}x at most)"
        memory = ratio(found[CHAT].rss, found[WEECHAT].rss)
        shown.notes.append(f"{CHAT} holds {memory} the memory of weechat {most}.")
        figures["RSS / weechat"] = found[CHAT].rss / found[WEECHAT].rss
    else:
        shown.notes.append(worlds.NO_WEECHAT)
    return shown, figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="idle", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="how long (20)")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/idle.json")
    given = parser.parse_args()
    shown, figures = table(measure(given.seconds), given.seconds)
    print(shown)
    if given.save:
        print(f"Written to {save('idle', [shown], figures)}.")


if __name__ == "__main__":
    main()
