"""Clients and servers that are killed, a network that misbehaves, and an audit of what is left.

`python -m benchmarks chaos` makes both kinds of run and prints one table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from benchmarks.chaos.audit import audit
from benchmarks.chaos.findings import PROMISES
from benchmarks.chaos.proxy import Proxy
from benchmarks.chaos.run import Outcome, Plan, Run


async def run(plan: Plan, folder: Path) -> Outcome:
    """Live through a plan behind a proxy of its own."""
    async with Proxy(plan.seed, history=plan.history) as proxy:
        return await Run(plan, folder, proxy).live()


def main() -> None:
    """Make the runs and print what was found."""
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--client-kills", type=int, default=100)
    parser.add_argument("--server-kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-history", action="store_true")
    parser.add_argument("--forgetful", action="store_true")
    given = parser.parse_args()
    flags = ("--forgetful",) if given.forgetful else ()
    plan = Plan(
        given.messages,
        given.client_kills,
        given.server_kills,
        given.seed,
        history=not given.no_history,
        flags=flags,
    )
    with tempfile.TemporaryDirectory(prefix="wschat-chaos-") as name:
        outcome = asyncio.run(run(plan, Path(name)))
    found = audit(outcome)
    print(outcome.seconds, outcome.client_kills, outcome.server_kills)
    print(json.dumps(outcome.ledger.faults, indent=1))
    print(json.dumps(found.counts, indent=1))
    for promise in PROMISES:
        for what in found.broken[promise][:8]:
            print(promise, ":", what)


if __name__ == "__main__":
    main()
