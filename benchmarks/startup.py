"""From `exec` to the first picture, beside the smallest Textual program and beside weechat.

`python -m benchmarks startup` prints a table. The programs are started in turn, so that a busy
moment meets all of them, each on a terminal of its own; the module files are compiled first.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import worlds
from benchmarks.tables import Table, ratio, save
from benchmarks.terminal import Cost, Program

HELLO = "textual, one line of text"
WELCOME = "wschat, empty home"
CHAT = "wschat --server"
WEECHAT = "weechat"
TOKEN = {"WSCHAT_TOKEN": "dev:alice"}
TARGETS = {HELLO: 1.35, WEECHAT: 6.5}
"""How many times the CPU of these the first picture of `wschat --server` may take."""


@dataclass(frozen=True)
class Case:
    """A program, what tells that its first picture is out, and what tells that it is ready."""

    name: str
    command: list[str]
    first: str
    ready: str
    env: dict[str, str]


def cases(home: Path, url: str) -> list[Case]:
    """The programs that are compared."""
    weechat = worlds.weechat(home)
    hello = [*worlds.wschat()[:1], str(Path(__file__).with_name("hello.py"))]
    own = str(home / "own")
    found = [
        Case(HELLO, hello, "Hello, terminal", "Hello, terminal", {}),
        Case(WELCOME, worlds.wschat("--home", own), "starting…", "Connect to a server", {}),
        Case(CHAT, worlds.wschat("--home", own, "--server", url), "starting…", "online", TOKEN),
    ]
    if weechat:
        found.append(Case(WEECHAT, weechat, "weechat.org", "weechat.org", {}))
    return found


def measure(rounds: int) -> dict[str, list[tuple[Cost, Cost]]]:
    """Start each program that often; its cost at the first picture, and when it is ready."""
    worlds.compiled()
    with worlds.folder() as home, worlds.mock() as (url, _):
        plan = cases(home, url)
        for case in plan:
            # The first start writes what later ones read: weechat's settings, our folders.
            once(case)
        found: dict[str, list[tuple[Cost, Cost]]] = {case.name: [] for case in plan}
        for _ in range(rounds):
            for case in plan:
                found[case.name].append(once(case))
    return found


def once(case: Case) -> tuple[Cost, Cost]:
    """One start."""
    with Program(case.command, case.env) as program:
        first = program.until(case.first)
        return first, first if case.ready == case.first else program.until(case.ready)


def table(found: dict[str, list[tuple[Cost, Cost]]]) -> tuple[Table, dict[str, float]]:
    """The figures, and the ratios of their smallest CPU times."""
    columns = (
        "first picture (min/median)",
        "CPU ms",
        "wall ms",
        "RSS MiB",
        "ready: CPU ms",
        "wall",
    )
    shown = Table("Start", columns)
    least: dict[str, float] = {}
    for name, runs in found.items():
        firsts, readies = [first for first, _ in runs], [ready for _, ready in runs]
        least[name] = min(one.cpu for one in firsts)
        shown.add(
            name,
            _pair([one.cpu for one in firsts]),
            _pair([one.wall for one in firsts]),
            f"{median(one.rss for one in firsts):.1f}",
            _pair([one.cpu for one in readies]),
            _pair([one.wall for one in readies]),
        )
    figures = {}
    for rival, most in TARGETS.items():
        if rival in least:
            figures[f"{CHAT} / {rival}"] = least[CHAT] / least[rival]
            told = f"{CHAT} takes {ratio(least[CHAT], least[rival])} the CPU of {rival}"
            shown.notes.append(f"{told} (target: {most:g}x at most).")
    if WEECHAT not in least:
        shown.notes.append(worlds.NO_WEECHAT)
    return shown, figures


def _pair(seconds: list[float]) -> str:
    return f"{min(seconds) * 1000:.0f} / {median(seconds) * 1000:.0f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="startup", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10, help="starts of each program (10)")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/startup.json")
    given = parser.parse_args()
    shown, figures = table(measure(given.rounds))
    print(shown)
    if given.save:
        print(f"Written to {save('startup', [shown], figures)}.")


if __name__ == "__main__":
    main()
