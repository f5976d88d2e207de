"""What was typed, what the server stored and what each client shows, held against each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from benchmarks.chaos import changes, marks
from benchmarks.chaos.deeds import DOUBTFUL
from benchmarks.chaos.findings import INVERTED, LOST, STUCK, TWICE, Findings
from benchmarks.chaos.outcome import RESTLESS, Outcome, Said
from benchmarks.chaos.timelines import look_through

ARRIVED = "arrived"
DOUBTED = "arrived, and named as in doubt"
NAMED = "not arrived, and named as in doubt"
GIVEN_UP = "given up by its user's word"
UNKEPT = "killed before the disk had it, and never called kept"
GONE = "not arrived"
FATES = (ARRIVED, DOUBTED, NAMED, GIVEN_UP, UNKEPT, GONE)


def audit(outcome: Outcome) -> Findings:
    """Look for everything that a user was promised would not happen."""
    found = Findings()
    _fates(outcome, found)
    _sends(outcome, found)
    _order(outcome, found)
    changes.check(outcome, found)
    for user in outcome.shown:
        look_through(outcome, user, found)
        changes.check_shown(outcome, user, found)
        marks.check(outcome, user, found)
        if RESTLESS in outcome.words.get(user, []):
            found.breaks(STUCK, user)
    return found


def _fates(outcome: Outcome, found: Findings) -> None:
    """Each message that was typed is at the server once, or its user knows that it may not be."""
    arrived = Counter(one.text for one in outcome.stored)
    waiting = {
        row["body"]: row["phase"] for told in outcome.shown.values() for row in told["outbox"]
    }
    words = {kind: Counter(one.on for one in outcome.done(kind)) for kind in ("resend", "discard")}
    for said in outcome.said:
        times, phase = arrived[said.text], waiting.get(said.text, "")
        op_id = _op_of(said, outcome)
        fate = _fate(said, outcome, times, phase, given_up=bool(words["discard"][op_id]))
        found.counts[fate] += 1
        if times - 1 > outcome.ledger.doubled[said.text] + words["resend"][op_id]:
            found.breaks(TWICE, f"{said.name} is stored {times} times")
        if fate == GONE:
            found.breaks(LOST, f"{said.name} was kept, is {phase or 'gone'}, and is not stored")


def _op_of(said: Said, outcome: Outcome) -> str:
    """The op_id under which it went out; that of what was never called kept is seen on the way."""
    sent = outcome.ledger.sent.items()
    passed = (op_id for op_id, times in sent if times[0].name == said.name)
    return outcome.kept.get(said.name) or next(passed, "")


def _fate(said: Said, outcome: Outcome, times: int, phase: str, *, given_up: bool) -> str:
    doubtful = phase in DOUBTFUL
    if times:
        return DOUBTED if doubtful else ARRIVED
    if doubtful:
        return NAMED
    if given_up:
        return GIVEN_UP
    return GONE if said.name in outcome.kept else UNKEPT


def _sends(outcome: Outcome, found: Findings) -> None:
    """No client sends a message again without its user's word, or a look at the history."""
    for op_id, sends in outcome.ledger.sent.items():
        words = [one.at for one in outcome.done("resend") if one.on == op_id]
        looks = outcome.ledger.looks[sends[0].user]
        for before, after in pairwise(sends):
            if not any(before.at < at < after.at for at in (*words, *looks)):
                took = after.at - before.at
                found.breaks(TWICE, f"{after.name} was sent again after {took:.1f} s, unasked")


def _order(outcome: Outcome, found: Findings) -> None:
    """What a person said in a room stands there in the order in which they said it."""
    again = {one.on for one in outcome.done("resend")}
    said = outcome.said
    place = {
        one.text: number for number, one in enumerate(said) if _op_of(one, outcome) not in again
    }
    lines: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    for one in outcome.stored:
        if one.text in place:
            lines[one.scope, one.user].setdefault(place[one.text])
    for (scope, user), numbers in lines.items():
        for before, after in pairwise(numbers):
            if after < before:
                late, early = said[after].name, said[before].name
                found.breaks(INVERTED, f"{user} in {scope}: {late} stands behind {early}")
