"""What a run is made of, and everything of it that the audit compares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from benchmarks.chaos.ledger import Ledger
from benchmarks.chaos.weather import STORM, Weather

LOBBY, TEAM = "network:lobby", "network:team"

RESTLESS = "never came to rest"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is made of."""

    messages: int
    client_kills: int
    server_kills: int
    seed: int
    people: int = 4
    history: bool = True
    """The server's history can be read."""
    weather: Weather = STORM
    flags: tuple[str, ...] = ()
    """Flags of every client."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed, in the order in which they did."""

    user: str
    name: str
    scope: str
    text: str


Kind = Literal["type", "see", "edit", "delete", "redact", "react", "draft", "resend", "discard"]


@dataclass
class Deed:
    """What somebody did besides, in the order in which each person did it."""

    user: str
    kind: Kind
    on: str = ""
    """A message's id, the scope of a draft or a read mark, an op_id; empty: it was not done."""
    name: str = ""
    """The name of the message."""
    value: str = ""
    """The new body, the mask, the reaction, the draft, or the id up to which somebody read."""
    others: str = ""
    """Of a read mark: the newest message of somebody else that was shown above it."""
    op: str = ""
    """The op_id under which it was asked."""
    action: str = ""
    """Of a reaction: add or remove."""
    kept: bool = False
    """The client said that it is on its disk."""
    at: float = 0.0
    """Seconds of the monotonic clock, when it was ordered."""


class Stored(NamedTuple):
    """A message of the server."""

    id: str
    scope: str
    user: str
    text: str
    """As it was typed."""
    body: str = ""
    """As it is now, after edits; a mask where it is redacted."""
    redacted: bool = False
    deleted: bool = False
    reactions: frozenset[tuple[str, str]] = frozenset()
    """(reaction, user)."""


def name_of(body: str) -> str:
    """By which name a message is spoken of: the first word of all that is typed."""
    return body.partition(" ")[0]


@dataclass
class Outcome:
    """Everything that the audit compares."""

    plan: Plan
    said: list[Said] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """Name → op_id, of what a client said was on its disk."""
    unkept: set[str] = field(default_factory=set)
    """Names of what was typed, never called kept, and not there after the kill."""
    deeds: list[Deed] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    """In the server's order."""
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    """The server's read marks: (scope, user) → message."""
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each client shows in the end."""
    disks: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    """User → scope → the rows on that client's disk, in their order."""
    words: dict[str, list[str]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    client_kills: int = 0
    server_kills: int = 0
    seconds: float = 0.0

    def done(self, *kinds: Kind) -> list[Deed]:
        """What was done of these kinds."""
        return [one for one in self.deeds if one.kind in kinds and one.on]
