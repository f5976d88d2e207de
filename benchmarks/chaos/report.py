"""What was found, as one table: every promise, what was done to break it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.chaos import audit, changes, marks, timelines
from benchmarks.chaos.findings import PROMISES, Findings
from benchmarks.chaos.single import DEAD_AFTER, FLAPPING, LATE, MOST_CONNECTS
from benchmarks.tables import Table

if TYPE_CHECKING:
    from benchmarks.chaos.outcome import Outcome
    from benchmarks.chaos.soak import Endurance

MOST_DRIFT = 20.0
"""MiB that a long day may add, after what the first tenth of it imports and caches."""

MOST_CREEP = 3.0
"""MiB that its last third may add: what goes on growing has no bound."""

NAMED = 12
"""Broken promises that are named, of each kind."""


@dataclass
class Report:
    """The rows of the table, whether all is as it must be, and the figures for later."""

    table: Table = field(
        default_factory=lambda: Table("Chaos", ("what", "with history", "without", "must be"))
    )
    figures: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def runs(self, found: dict[str, tuple[Outcome, Findings]]) -> None:
        """The runs with kills: what was done, then what is promised, then what became of all."""
        columns = [found.get("history"), found.get("ask")]
        self._done(columns)
        for promise in PROMISES:
            self._row(
                promise, [_of(one, lambda _, f, p=promise: f.faults(p)) for one in columns], "0"
            )
        for fate in (*audit.FATES, *changes.COUNTED, *marks.COUNTED, *timelines.COUNTED):
            self._row(fate, [_of(one, lambda _, f, n=fate: f.counts[n]) for one in columns])
        for name, (outcome, findings) in found.items():
            self.figures[name] = {
                **findings.counts,
                **{promise: findings.faults(promise) for promise in PROMISES},
                "faults": dict(outcome.ledger.faults),
                "seconds": round(outcome.seconds),
                "seed": outcome.plan.seed,
            }
            for promise in PROMISES:
                for what in findings.broken[promise][:NAMED]:
                    self.broken.append(f"{name}, seed {outcome.plan.seed}: {promise}: {what}")

    def _done(self, columns: list[Any]) -> None:
        self._row("messages typed", [_of(one, lambda o, _: len(o.said)) for one in columns])
        self._row("clients killed", [_of(one, lambda o, _: o.client_kills) for one in columns])
        self._row("servers killed", [_of(one, lambda o, _: o.server_kills) for one in columns])
        self._row("faults of the network", [_of(one, _network) for one in columns])

    def single(self, connects: int, seconds: float) -> None:
        """A server that flaps, and one that is dead."""
        what = f"connects in {FLAPPING:g} s to a server that hangs up"
        self._row(what, [str(connects), ""], f"<= {MOST_CONNECTS}")
        what = f"a dead peer noticed after ({DEAD_AFTER:g} s of timers, {LATE:g} s to say so)"
        self._row(what, [f"{seconds:.1f} s", ""], f"<= {DEAD_AFTER + LATE:g} s")
        self.figures |= {"connects": connects, "dead peer": seconds}
        if connects > MOST_CONNECTS:
            self.broken.append(f"{connects} connects in {FLAPPING:g} s")
        if seconds > DEAD_AFTER + LATE:
            self.broken.append(f"a dead peer was noticed after {seconds:.1f} s")

    def soak(self, found: Endurance) -> None:
        """A long day."""
        self._row("soak: messages", [f"{found.messages:,}", ""])
        self._row("soak: disconnects", [str(found.cuts), ""], str(found.disconnects))
        self._row("soak: missing on the disk", [str(found.missing), ""], "0")
        for what, grown, most in (
            ("soak: memory drift, after a tenth to warm up", found.drift, MOST_DRIFT),
            ("soak: memory drift, warming up included", found.whole, None),
            ("soak: memory added in the last third", found.creep, MOST_CREEP),
        ):
            must = f"<= {most:g} MiB" if most else ""
            self._row(what, [f"{grown:.1f} MiB", ""], must)
            if most and grown > most:
                self.broken.append(f"{what}: {grown:.1f} MiB")
        self._row("soak: memory", [f"{found.rss[0]:.0f} to {found.rss[-1]:.0f} MiB", ""])
        self.figures["soak"] = {
            "messages": found.messages,
            "connects": found.connects,
            "missing": found.missing,
            "disconnects": found.cuts,
            "drift MiB": round(found.drift, 1),
            "drift with warm-up MiB": round(found.whole, 1),
            "last third MiB": round(found.creep, 1),
            "rss MiB": [round(one, 1) for one in found.rss],
            "seconds": round(found.seconds),
        }
        if found.missing:
            self.broken.append(f"soak: {found.missing} messages are missing")
        if found.cuts != found.disconnects:
            self.broken.append(f"soak: {found.cuts} connections were cut")

    def _row(self, what: str, cells: list[str], must: str = "") -> None:
        self.table.add(what, *cells, must)


def _of(found: tuple[Outcome, Findings] | None, figure: Any) -> str:
    return "" if found is None else f"{figure(*found):,}"


def _network(outcome: Outcome, _: Findings) -> int:
    return sum(outcome.ledger.faults.values())
