"""Read marks: what people read, held against what their clients and the server took down of it."""

from __future__ import annotations

from benchmarks.chaos.findings import MISCOUNTED, Findings
from benchmarks.chaos.outcome import Deed, Outcome, name_of
from wschat_tui.protocol.scopes import canonical

READ = "read marks that were set and kept"
MUTED = "read marks that the network left out on a living connection"
COUNTED = (READ, MUTED)


def check(outcome: Outcome, user: str, found: Findings) -> None:
    """Each room is read as far as its user read it: here, and at the server."""
    sights = [one for one in outcome.done("see") if one.user == user and one.value]
    places = {one.id: at for at, one in enumerate(outcome.stored)}
    for scope, room in outcome.shown[user]["rooms"].items():
        theirs = [one for one in sights if one.on == scope and one.value in places]
        kept = [one for one in theirs if one.kept]
        found.counts[READ] += len(kept)
        mark, where = room["last_read"], f"{user} in {scope}"
        order = _order(outcome, user, scope)
        passed = _passed_over(outcome, user, scope, mark, {one.value for one in theirs})
        if passed:
            found.breaks(MISCOUNTED, f"{where}: {', '.join(passed)} counts as read, unseen")
        for one in kept:
            if not _reaches(mark, one.value, places, order):
                found.breaks(MISCOUNTED, f"{where}: it was read up to {one.value}, and is not")
                break
        _at_server(outcome, user, scope, kept, found)


def _passed_over(outcome: Outcome, user: str, scope: str, mark: str, read: set[str]) -> list[str]:
    """What others said that stands above the mark, though nobody read so far."""
    if not mark or mark in read:
        return []
    stored = [one for one in outcome.stored if canonical(one.scope, user) == scope]
    places = {one.id: at for at, one in enumerate(stored)}
    if mark not in places:
        return [f"all, up to {mark}, which is at no message of it,"]
    last = max((places[one] for one in read if one in places), default=-1)
    above = stored[last + 1 : places[mark] + 1]
    withheld = {one for who, one in outcome.ledger.withheld if who == user}
    others = (one for one in above if one.user != user and one.id not in withheld)
    return [name_of(one.text) for one in others if not one.deleted]


def _order(outcome: Outcome, user: str, scope: str) -> dict[str, int]:
    """Where this client has each message: the network may have brought them in another order."""
    disk = outcome.disks[user].get(scope, [])
    return {row["id"]: at for at, row in enumerate(disk)}


def _reaches(mark: str, read: str, places: dict[str, int], order: dict[str, int]) -> bool:
    """A mark stands at a message or below it, in the server's order or in the client's."""
    if mark in order and read in order and order[mark] >= order[read]:
        return True
    return mark in places and places[mark] >= places[read]


def _at_server(outcome: Outcome, user: str, scope: str, kept: list[Deed], found: Findings) -> None:
    """What was read of others is read at the server, for every other device of this user."""
    places = {one.id: at for at, one in enumerate(outcome.stored)}
    scopes = {one.scope for one in outcome.stored if canonical(one.scope, user) == scope}
    there = [places.get(outcome.marks.get((one, user), ""), -1) for one in scopes]
    mark = max(there, default=-1)
    muted = any(
        who == user and subject[0] == "read" and canonical(subject[1], user) == scope
        for who, subject in outcome.ledger.muddled
    )
    for one in kept:
        # A room that ends with what the reader said is read up to what others said before that.
        least = min(places.get(one.others, -1), places[one.value])
        if mark < least and muted:
            found.counts[MUTED] += 1
        elif mark < least:
            words = f"the server does not know that {one.others} was read"
            found.breaks(MISCOUNTED, f"{user} in {scope}: {words}")
            return
