"""Clients and servers that are killed, a network that misbehaves, and an audit of what is left.

`python -m benchmarks chaos` prints one table. It ends with 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chaos.audit import audit
from benchmarks.chaos.findings import LOST, TWICE
from benchmarks.chaos.outcome import Outcome, Plan
from benchmarks.chaos.proxy import Proxy
from benchmarks.chaos.report import Report
from benchmarks.chaos.run import Run
from benchmarks.chaos.single import (
    connects_to_a_flapping_server,
    seconds_to_notice_a_dead_peer,
)
from benchmarks.chaos.soak import Endurance, Soak
from benchmarks.tables import save
from benchmarks.worlds import folder


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    messages: int
    client_kills: int
    server_kills: int


SIZES = {"full": Size(2000, 100, 40), "short": Size(120, 6, 3)}

BREAKERS = {
    "forgetful": "clients keep nothing on the disk: what is killed is gone",
    "naive": "clients send again what is in doubt, and ask nobody",
}
"""How a promise is broken on purpose, so that the audit is seen to find it."""

FLAGS = {"forgetful": ("--forgetful",), "naive": ("--naive",)}


async def live(plan: Plan) -> Outcome:
    """Live through a plan behind a proxy of its own."""
    with folder() as home:
        async with Proxy(plan.seed, history=plan.history) as proxy:
            return await Run(plan, home, proxy).live()


async def soak(messages: int, disconnects: int) -> Endurance:
    """A soak behind a proxy of its own."""
    with folder() as home:
        async with Proxy(0) as proxy:
            return await Soak(home, proxy, messages, disconnects).live()


async def single() -> tuple[int, float]:
    """The two faults of one client."""
    with folder() as one, folder() as other:
        return await asyncio.gather(
            connects_to_a_flapping_server(one), seconds_to_notice_a_dead_peer(other)
        )


def main() -> None:
    """Make the runs, print the table, and say with the exit code whether all is as promised."""
    given = _parser().parse_args()
    size = SIZES["short" if given.short else "full"]
    report, found = Report(), {}
    for name in given.server:
        plan = Plan(
            given.messages or size.messages,
            size.client_kills if given.client_kills is None else given.client_kills,
            size.server_kills if given.server_kills is None else given.server_kills,
            given.seed,
            history=name == "history",
            flags=FLAGS.get(given.break_, ()),
        )
        outcome = asyncio.run(live(plan))
        found[name] = outcome, audit(outcome)
        print(f"{name}: {outcome.seconds:.0f} s", flush=True)
        if given.trace:
            (given.trace / f"{name}.txt").write_text("\n".join(outcome.ledger.trace) + "\n")
            (given.trace / f"{name}.json").write_text(json.dumps(outcome.shown))
    if found:
        report.runs(found)
    if given.single:
        report.single(*asyncio.run(single()))
    if given.soak:
        report.soak(asyncio.run(soak(given.soak, given.disconnects)))
    print(report.table)
    for line in report.broken:
        print(f"BROKEN: {line}")
    for name, (outcome, findings) in found.items():
        for what in (*findings.broken[LOST][:3], *findings.broken[TWICE][:3]):
            print(f"\n{name}: {what}", *outcome.ledger.story(what.split(" ")[0]), sep="\n  ")
    if given.save:
        print(f"Written to {save('chaos', [report.table], report.figures)}.")
    raise SystemExit(1 if report.broken else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--short", action="store_true", help="120 messages, 6 client and 3 server kills")
    add("--messages", type=int, help="how many are typed (2000)")
    add("--client-kills", type=int, help="how often a client is killed (100)")
    add("--server-kills", type=int, help="how often the server is (40)")
    add("--seed", type=int, default=1, help="of what is typed, of the network and of the kills")
    add(
        "--server",
        choices=("history", "ask"),
        nargs="*",
        default=("history", "ask"),
        help="history: one whose history can be read; ask: one without (both)",
    )
    add("--single", action="store_true", help="also a flapping server and a dead peer")
    add("--soak", type=int, metavar="MESSAGES", help="also a soak of so many messages")
    add("--disconnects", type=int, default=60, help="of the soak (60)")
    add(
        "--break",
        choices=tuple(BREAKERS),
        dest="break_",
        help="; ".join(f"{name}: {what}" for name, what in BREAKERS.items()),
    )
    add("--trace", type=Path, metavar="DIR", help="write what passed the proxy there")
    add("--save", action="store_true", help="write benchmarks/results/chaos.json")
    return parser


if __name__ == "__main__":
    main()
