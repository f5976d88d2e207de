"""What one client shows, held against what the server has."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.chaos.findings import INVERTED, LOST, MISCOUNTED, WRONG, Findings
from wschat_tui.protocol.scopes import canonical

if TYPE_CHECKING:
    from benchmarks.chaos.run import Outcome, Stored

SHOWN = "rows shown by clients"
KEPT = "messages on the clients' disks"
WITHHELD = "withheld on a living connection, and not asked for again"
CAME = "shown as the network brought them, until history says otherwise"
BY_CLOCK = "own, without an echo or a history: shown by this machine's clock"
GAPS = "rows that say that messages may be missing"
COUNTED = (SHOWN, KEPT, WITHHELD, CAME, BY_CLOCK, GAPS)


@dataclass(frozen=True, slots=True)
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

    history: bool
    """The server's can be read."""
    disk: list[str]
    """Ids of what this client keeps, in its order."""

    @property
    def known(self) -> set[str]:
        """What this client can show: what is loaded, and what it has on its disk."""
        return {*self.disk, *(row["id"] for row in self.rows)}

    @property
    def where(self) -> str:
        """Whose room this is."""
        return f"{self.user} in {self.scope}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The messages that are shown as being at the server."""
        rows = [row for row in self.room["rows"] if row["kind"] == "chat"]
        return [row for row in rows if row["delivery"] in {"received", "sent"}]

    @property
    def gaps(self) -> int:
        """How many rows say that messages may be missing."""
        loaded = {row["id"] for row in self.room["rows"] if row["kind"] == "gap"}
        return len(loaded | {one for one in self.disk if one.startswith("gap:")})

    @property
    def places(self) -> dict[str, int]:
        """Where in the server's order each message stands."""
        return {one[0]: at for at, one in enumerate(self.stored)}


def look_through(outcome: Outcome, user: str, found: Findings) -> None:
    """Compare every room of a client."""
    stored: dict[str, list[Stored]] = defaultdict(list)
    for one in outcome.stored:
        stored[canonical(one[1], user)].append(one)
    withheld = frozenset(one for who, one in outcome.ledger.withheld if who == user)
    overtaken = frozenset(one for who, one in outcome.ledger.overtaken if who == user)
    for scope, room in outcome.shown[user]["rooms"].items():
        disk = outcome.disks[user].get(scope, [])
        timeline = Timeline(
            user, scope, room, stored[scope], withheld, overtaken, outcome.plan.history, disk
        )
        _rows(timeline, found)
        _kept(timeline, found)
        _missing(timeline, found)
        _unread(timeline, found)


def _rows(timeline: Timeline, found: Findings) -> None:
    """Each row is the server's, once, in its words, at its place."""
    rows, places = timeline.rows, timeline.places
    found.counts[SHOWN] += len(rows)
    for message_id, times in Counter(row["id"] for row in rows).items():
        if times > 1:
            found.breaks(WRONG, f"{timeline.where}: {message_id} is shown {times} times")
    for row in rows:
        at = places.get(row["id"])
        if at is None:
            word = f"{_name(row['body'])} is shown as {row['delivery']}, and not stored"
            found.breaks(LOST, f"{timeline.where}: {word}")
        elif timeline.stored[at][3] != row["body"]:
            found.breaks(WRONG, f"{timeline.where}: {_name(row['body'])} has other words")
    known = [places[row["id"]] for row in rows if row["id"] in places]
    for before, after in pairwise(known):
        if after < before:
            _inverted(timeline, before, after, "", found)


def _kept(timeline: Timeline, found: Findings) -> None:
    """The disk has the server's messages in the server's order."""
    places = timeline.places
    known = [one for one in timeline.disk if one in places]
    found.counts[KEPT] += len(known)
    for before, after in pairwise(known):
        if places[after] < places[before]:
            _inverted(timeline, places[before], places[after], ", on disk", found)


def _inverted(timeline: Timeline, before: int, after: int, on: str, found: Findings) -> None:
    """Two rows stand otherwise than on the server: who is to blame for it?"""
    early, late = timeline.stored[before], timeline.stored[after]
    # Two of the same words are one message that the network doubled: nobody can tell them apart.
    if late[0] in timeline.overtaken or late[3] == early[3]:
        found.counts[CAME] += 1
    elif timeline.user in {early[2], late[2]} and not timeline.history:
        found.counts[BY_CLOCK] += 1
    else:
        words = f"{_name(late[3])} is shown behind {_name(early[3])}"
        found.breaks(INVERTED, f"{timeline.where}{on}: {words}")


def _missing(timeline: Timeline, found: Findings) -> None:
    """What the server has below the first row that is shown is shown, or a row says otherwise."""
    shown, loaded = timeline.known, {row["id"] for row in timeline.rows}
    _torn(timeline, loaded, found)
    # Without a history nobody can tell what came into a room of which nothing was known.
    unknown = 0 if timeline.history else len(timeline.stored)
    begin = min((timeline.places[one] for one in shown if one in timeline.places), default=unknown)
    doubtful = {row["body"] for row in timeline.room["rows"] if row["delivery"] == "unconfirmed"}
    found.counts[GAPS] += timeline.gaps
    for message_id, _, _, body in timeline.stored[begin:]:
        if message_id in shown or body in doubtful:
            continue
        if message_id in timeline.withheld:
            found.counts[WITHHELD] += 1
        elif not timeline.gaps:
            word = f"{_name(body)} is missing, and nothing says so"
            found.breaks(WRONG, f"{timeline.where}: {word}")


def _torn(timeline: Timeline, loaded: set[str], found: Findings) -> None:
    """What is loaded is one stretch: nothing that the disk has between two rows is left out."""
    spots = [at for at, one in enumerate(timeline.disk) if one in loaded]
    if spots and not timeline.gaps:
        between = timeline.disk[spots[0] : spots[-1] + 1]
        for one in between:
            if one not in loaded and one in timeline.places:
                name = _name(timeline.stored[timeline.places[one]][3])
                found.breaks(WRONG, f"{timeline.where}: {name} is on disk, and left out")


def _unread(timeline: Timeline, found: Findings) -> None:
    """Unread is what others wrote below the read mark, as far as a client can know of it."""
    mark, shown = timeline.room["last_read"], timeline.known
    if mark and mark not in timeline.places:
        found.breaks(MISCOUNTED, f"{timeline.where}: the read mark is at no message")
    below = timeline.stored[timeline.places.get(mark, -1) + 1 :]
    others = [one for one in below if one[2] != timeline.user]
    told = timeline.history and not timeline.gaps
    unknown = timeline.withheld if told else {one[0] for one in others}
    unread = sum(one[0] in shown or one[0] not in unknown for one in others)
    if unread != timeline.room["unread"]:
        word = f"{timeline.room['unread']} counted as unread, {unread} are"
        found.breaks(MISCOUNTED, f"{timeline.where}: {word}")


def _name(body: str) -> str:
    return body.partition(" ")[0]
