"""What was typed, what the server stored and what each client shows, held against each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from benchmarks.chaos.findings import INVERTED, LOST, STUCK, TWICE, Findings
from benchmarks.chaos.run import RESTLESS, Outcome, Said
from benchmarks.chaos.timelines import look_through

DOUBTFUL = ("unconfirmed", "failed")
"""What a message is shown as whose user is asked, or told why it did not go."""

ARRIVED = "arrived"
DOUBTED = "arrived, and named as in doubt"
NAMED = "not arrived, and named as in doubt"
UNKEPT = "killed before the disk had it, and never called kept"
GONE = "not arrived"
FATES = (ARRIVED, DOUBTED, NAMED, UNKEPT, GONE)


def audit(outcome: Outcome) -> Findings:
    """Look for everything that a user was promised would not happen."""
    found = Findings()
    _fates(outcome, found)
    _order(outcome, found)
    for user in outcome.shown:
        look_through(outcome, user, found)
        if RESTLESS in outcome.words[user]:
            found.breaks(STUCK, user)
    return found


def _fates(outcome: Outcome, found: Findings) -> None:
    """Each message that was typed is at the server once, or its user knows that it may not be."""
    arrived = Counter(body for _, _, _, body in outcome.stored)
    waiting = {
        row["body"]: row["phase"] for told in outcome.shown.values() for row in told["outbox"]
    }
    for said in outcome.said:
        times, phase = arrived[said.text], waiting.get(said.text, "")
        fate = _fate(said, outcome, times, phase)
        found.counts[fate] += 1
        if times - 1 > outcome.ledger.doubled[said.text]:
            found.breaks(TWICE, f"{said.name} is stored {times} times")
        if fate == GONE:
            found.breaks(LOST, f"{said.name} was kept, is {phase or 'gone'}, and is not stored")


def _fate(said: Said, outcome: Outcome, times: int, phase: str) -> str:
    doubtful = phase in DOUBTFUL
    if times:
        return DOUBTED if doubtful else ARRIVED
    if doubtful:
        return NAMED
    return GONE if said.name in outcome.kept else UNKEPT


def _order(outcome: Outcome, found: Findings) -> None:
    """What a person said in a room stands there in the order in which they said it."""
    place = {said.text: number for number, said in enumerate(outcome.said)}
    lines: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    for _, scope, user, body in outcome.stored:
        if body in place:
            lines[scope, user].setdefault(place[body])
    for (scope, user), numbers in lines.items():
        for before, after in pairwise(numbers):
            if after < before:
                late, early = outcome.said[after].name, outcome.said[before].name
                found.breaks(INVERTED, f"{user} in {scope}: {late} stands behind {early}")
