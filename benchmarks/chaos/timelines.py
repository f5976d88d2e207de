"""What one client shows, held against what the server has."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.chaos.findings import INVERTED, LOST, MISCOUNTED, WRONG, Findings
from benchmarks.chaos.outcome import LOBBY, TEAM, name_of
from wschat_tui.protocol.scopes import canonical, kind_of

if TYPE_CHECKING:
    from benchmarks.chaos.outcome import Outcome, Stored

SHOWN = "rows shown by clients"
KEPT = "messages on the clients' disks"
WITHHELD = "withheld on a living connection, and not asked for again"
CAME = "shown as the network brought them, until history says otherwise"
BY_CLOCK = "own, without an echo or a history: shown by this machine's clock"
GAPS = "rows that say that messages may be missing"
AT_GAPS = "messages that are missing at such a row"
BEFORE = "messages from before all that is known of a room, without a history"
COUNTED = (SHOWN, KEPT, WITHHELD, CAME, BY_CLOCK, GAPS, AT_GAPS, BEFORE)

START = "gap::start"
"""The row that stands above everything."""

NOWHERE: dict[str, Any] = {"rows": [], "unread": 0, "last_read": "", "history": "unknown"}
"""A room that a client does not have."""


@dataclass(frozen=True)
class Timeline:
    """A room of one client, and the same room on the server."""

    user: str
    scope: str
    room: dict[str, Any]
    stored: list[Stored]
    withheld: frozenset[str]
    """What the network left out on the way to this client."""
    overtaken: frozenset[str]
    """What it brought after what was said later."""
    told: frozenset[str]
    """What it brought to a client that lived on long enough to keep it."""

    history: bool
    """The server's can be read."""
    disk: list[dict[str, Any]]
    """What this client keeps, in its order."""

    @cached_property
    def order(self) -> list[dict[str, Any]]:
        """All rows of this client: those on the disk, and those that are shown and not there."""
        kept = {row["id"] for row in self.disk}
        settled = [row for row in self.room["rows"] if row["kind"] == "gap" or row in self.rows]
        return [*self.disk, *(row for row in settled if row["id"] not in kept)]

    @cached_property
    def known(self) -> dict[str, dict[str, Any]]:
        """What this client can show: what is loaded, and what it has on its disk."""
        disk = {row["id"]: row for row in self.disk}
        return {**disk, **{row["id"]: row for row in self.rows}}

    @property
    def where(self) -> str:
        """Whose room this is."""
        return f"{self.user} in {self.scope}"

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The messages that are shown as being at the server."""
        rows = [row for row in self.room["rows"] if row["kind"] == "chat"]
        return [row for row in rows if row["delivery"] in {"received", "sent"}]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where in the server's order each message stands."""
        return {one.id: at for at, one in enumerate(self.stored)}

    @cached_property
    def begin(self) -> int:
        """Where that begins of which this client must know.

        Of a long room the history is read to the first page; without one nobody can tell what came
        into a room of which nothing was known.
        """
        if self.history and self.room["history"] != "more":
            return 0
        known = (self.places[one] for one in self.known if one in self.places)
        return min(known, default=len(self.stored))

    @cached_property
    def gaps(self) -> list[tuple[int, int]]:
        """Each row that says that messages may be missing: the places between which it stands."""
        found = []
        for at, row in enumerate(self.order):
            if row["kind"] == "gap":
                above = (self._fixed(one["id"]) for one in reversed(self.order[:at]))
                below = (self._fixed(one["id"]) for one in self.order[at + 1 :])
                first = next((place for place in above if place is not None), -1)
                last = next((place for place in below if place is not None), len(self.stored))
                found.append((first, last))
        return found

    def _fixed(self, one: str) -> int | None:
        """A message's place, where this client has it at its place, too."""
        place = self.places.get(one)
        if place is None or one in self.overtaken:
            return None
        by_clock = self.stored[place].user == self.user and not self.history
        return None if by_clock else place

    def is_at_gap(self, at: int) -> bool:
        """A row says that a message may be missing at this place."""
        return any(above < at < below for above, below in self.gaps)

    @cached_property
    def missing(self) -> list[Stored]:
        """What the server has and this client should, but not what it cannot know to be missing."""
        doubtful = {
            row["body"] for row in self.room["rows"] if row.get("delivery") == "unconfirmed"
        }
        return [
            one
            for one in self.stored[self.begin :]
            if one.id not in self.known
            and not one.deleted
            and one.text not in doubtful
            and (one.id in self.told or not self._is_excused(one))
        ]

    def _is_excused(self, one: Stored) -> bool:
        return one.id in self.withheld or self.is_at_gap(self.places[one.id])


def look_through(outcome: Outcome, user: str, found: Findings) -> None:
    """Compare every room that the server has for a client."""
    stored: dict[str, list[Stored]] = defaultdict(list)
    for one in outcome.stored:
        if _is_for(user, one.scope):
            stored[canonical(one.scope, user)].append(one)
    ledger, rooms = outcome.ledger, outcome.shown[user]["rooms"]
    told = (subject for (who, subject), said in ledger.told.items() if who == user and said.proven)
    timelines = [
        Timeline(
            user,
            scope,
            rooms.get(scope, NOWHERE),
            stored[scope],
            frozenset(one for who, one in ledger.withheld if who == user),
            frozenset(one for who, one in ledger.overtaken if who == user),
            frozenset(subject[1] for subject in told if subject[0] == "message"),
            outcome.plan.history,
            outcome.disks[user].get(scope, []),
        )
        for scope in {**stored, **rooms}
    ]
    for timeline in timelines:
        _rows(timeline, found)
        _kept(timeline, found)
        _missing(timeline, found)
        _torn(timeline, found)
        _unread(timeline, found)


def _is_for(user: str, scope: str) -> bool:
    """Somebody takes part in what is said there."""
    if kind_of(scope) == "direct":
        return user in scope.split(":")[1:]
    return scope in (LOBBY, TEAM)


def _rows(timeline: Timeline, found: Findings) -> None:
    """Each row is the server's, once, at its place; what it says is looked at elsewhere."""
    rows, places = timeline.rows, timeline.places
    found.counts[SHOWN] += len(rows)
    for message_id, times in Counter(row["id"] for row in rows).items():
        if times > 1:
            found.breaks(WRONG, f"{timeline.where}: {message_id} is shown {times} times")
    for row in rows:
        if row["id"] not in places:
            word = f"{name_of(row['body'])} is shown as {row['delivery']}, and not stored"
            found.breaks(LOST, f"{timeline.where}: {word}")
    known = [places[row["id"]] for row in rows if row["id"] in places]
    for before, after in pairwise(known):
        if after < before:
            _inverted(timeline, before, after, "", found)


def _kept(timeline: Timeline, found: Findings) -> None:
    """The disk has the server's messages in the server's order."""
    places = timeline.places
    known = [row["id"] for row in timeline.disk if row["id"] in places]
    found.counts[KEPT] += len(known)
    for before, after in pairwise(known):
        if places[after] < places[before]:
            _inverted(timeline, places[before], places[after], ", on disk", found)


def _inverted(timeline: Timeline, before: int, after: int, on: str, found: Findings) -> None:
    """Two rows stand otherwise than on the server: who is to blame for it?"""
    early, late = timeline.stored[before], timeline.stored[after]
    # Two of the same words are one message that the network doubled: nobody can tell them apart.
    if late.id in timeline.overtaken or late.text == early.text:
        found.counts[CAME] += 1
    elif timeline.user in {early.user, late.user} and not timeline.history:
        found.counts[BY_CLOCK] += 1
    else:
        words = f"{name_of(late.text)} is shown behind {name_of(early.text)}"
        found.breaks(INVERTED, f"{timeline.where}{on}: {words}")


def _missing(timeline: Timeline, found: Findings) -> None:
    """What the server has is shown, or a row at its very place says that it may be missing."""
    found.counts[GAPS] += len(timeline.gaps)
    found.counts[BEFORE] += timeline.begin if not timeline.history else 0
    for one in timeline.stored[timeline.begin :]:
        if one.id not in timeline.known:
            withheld = one.id in timeline.withheld
            found.counts[WITHHELD] += withheld
            found.counts[AT_GAPS] += not withheld and timeline.is_at_gap(timeline.places[one.id])
    for one in timeline.missing:
        why = "was brought, and is missing" if one.id in timeline.told else "is missing"
        word = f"{name_of(one.text)} {why}, and nothing says so there"
        found.breaks(WRONG, f"{timeline.where}: {word}")


def _torn(timeline: Timeline, found: Findings) -> None:
    """What is loaded is one stretch: nothing that the disk has between two rows is left out."""
    loaded = {row["id"] for row in timeline.rows}
    spots = [at for at, row in enumerate(timeline.disk) if row["id"] in loaded]
    for row in timeline.disk[spots[0] : spots[-1] + 1] if spots else []:
        one = row["id"]
        if one not in loaded and one in timeline.places:
            name = name_of(timeline.stored[timeline.places[one]].text)
            found.breaks(WRONG, f"{timeline.where}: {name} is on disk, and left out")


def _unread(timeline: Timeline, found: Findings) -> None:
    """Unread is what others wrote below the read mark and did not delete.

    Where the mark stands is looked at elsewhere (`marks`). What is missing counts, too, unless
    nobody could know of it; what was deleted while the client was away counts until it is told.
    """
    mark = timeline.room["last_read"]
    order = {row["id"]: at for at, row in enumerate(timeline.order)}
    missing = {one.id for one in timeline.missing}
    unread = 0
    for at, one in enumerate(timeline.stored):
        if mark in order and one.id in order:
            below = order[one.id] > order[mark]
        else:
            below = at > timeline.places.get(mark, -1)
        row = timeline.known.get(one.id)
        counts = not row["deleted"] if row is not None else one.id in missing
        unread += one.user != timeline.user and below and counts
    if unread != timeline.room["unread"]:
        word = f"{timeline.room['unread']} counted as unread, {unread} are"
        found.breaks(MISCOUNTED, f"{timeline.where}: {word}")
