"""What the proxy saw and did, for the audit: the network's deeds are held against nobody."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from benchmarks.chaos.frames import Frame

_TRACED = ("chat.send", "chat.message", "ack", "chat.read", "chat.reaction")

Way = Literal["up", "down"]
"""up: from the client to the server."""

BEATS = 3
"""Pings of a client after which it has read what was passed to it before them.

It sends the next only when the one before was answered, behind what had passed by then.
"""

Subject = tuple[str, ...]
"""Of what something is said: ("message", id), ("body", id), ("reaction", id, reaction, user)."""


@dataclass(frozen=True, slots=True)
class Send:
    """A `chat.send` that a client wrote."""

    user: str
    name: str
    at: float
    """Seconds of the monotonic clock."""


@dataclass(slots=True)
class Told:
    """What a client was told last of a subject."""

    value: str
    proven: bool = False
    """It lived long enough after that to have read and kept it."""


@dataclass
class Ledger:
    """Faults by kind, and those of them that change how often a message is where."""

    faults: Counter[str] = field(default_factory=Counter)
    """Such as "drop up" → how many."""
    connects: Counter[str] = field(default_factory=Counter)
    """WebSocket handshakes, by user."""
    sent: dict[str, list[Send]] = field(default_factory=lambda: defaultdict(list))
    """op_id of a `chat.send` → each time that the client sent it."""
    looks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """User → when they were given a page of the history."""
    told: dict[tuple[str, Subject], Told] = field(default_factory=dict)
    """(user, subject) → what passed to them of it last, unharmed."""
    muddled: set[tuple[str, Subject]] = field(default_factory=set)
    """(user, subject): what was said of it passed in another order, or was left out."""
    doubled: Counter[str] = field(default_factory=Counter)
    """Body of a `chat.send` → how often the network sent it once more."""
    withheld: set[tuple[str, str]] = field(default_factory=set)
    """(user, message id): a `chat.message` that was left out on a connection that lived on."""

    overtaken: set[tuple[str, str]] = field(default_factory=set)
    """(user, message id): a `chat.message` that came to that user after a later one."""
    trace: list[str] = field(default_factory=list)
    """What came by of `chat.send`, its acks and `chat.message`, and what was done to each."""

    def passed(self, way: Way, user: str, frame: Frame, fault: str | None) -> None:
        """A frame came from one side; a fault happens to it or to its connection, or none."""
        for said in frame.envelopes() if frame.whole else []:
            kind, data = said.get("type"), said.get("data") or {}
            if kind == "chat.send":
                name = str(data.get("body", "")).partition(" ")[0]
                self.sent[str(said.get("op_id"))].append(Send(user, name, time.monotonic()))
            if kind in _TRACED:
                name = str(data.get("body", "")).partition(" ")[0]
                words = (
                    str(said.get("op_id", "")),
                    str(data.get("message_id", data.get("id", ""))),
                )
                self.note(f"{user} {way} {kind} {name} {' '.join(words)} {fault or ''}")

    def tells(self, user: str, frame: Frame) -> list[Told]:
        """A frame passes to a user unharmed; gives what they are told by it."""
        told = []
        for said in frame.envelopes() if frame.whole else []:
            for subject, value in _said_of(said):
                told.append(Told(value))
                self.told[user, subject] = told[-1]
        return told

    def looked(self, user: str) -> None:
        """A user was given a page of the history."""
        self.looks[user].append(time.monotonic())

    def note(self, what: str) -> None:
        """Something happened."""
        self.trace.append(f"{time.monotonic():.3f} {what}")

    def dropped(self, way: Way, user: str, frame: Frame) -> None:
        """A frame was left out."""
        self.faults[f"drop {way}"] += 1
        self._muddle(user, frame)
        for said in frame.envelopes() if way == "down" else []:
            if said.get("type") == "chat.message":
                self.withheld.add((user, str(said["data"]["id"])))

    def reordered(self, way: Way, user: str, frame: Frame) -> None:
        """A frame passes after the one that follows it."""
        self.faults[f"reorder {way}"] += 1
        self._muddle(user, frame)
        for said in frame.envelopes() if way == "down" else []:
            if said.get("type") == "chat.message":
                self.overtaken.add((user, str(said["data"]["id"])))

    def duplicated(self, way: Way, frame: Frame) -> None:
        """A frame passed twice."""
        self.faults[f"duplicate {way}"] += 1
        for said in frame.envelopes() if way == "up" else []:
            if said.get("type") == "chat.send":
                self.doubled[str(said["data"]["body"])] += 1

    def _muddle(self, user: str, frame: Frame) -> None:
        for said in frame.envelopes():
            self.muddled |= {(user, subject) for subject, _ in _said_of(said, user)}

    def story(self, name: str) -> list[str]:
        """What passed of a message, and of its author's connections around that."""
        author = name.partition("-")[0]
        told = [at for at, line in enumerate(self.trace) if name in line.split(" ")]
        if not told:
            return []
        ops = {word for at in told for word in self.trace[at].split(" ")[5:6] if word}
        begin, end = _moment(self.trace[told[0]]) - 1, _moment(self.trace[told[-1]]) + 4
        words = ("connected", "disconnected", "killed", "asked /v1/chat")
        return [
            line
            for line in self.trace
            if begin <= _moment(line) <= end
            and (
                name in line.split(" ")
                or ops & set(line.split(" "))
                or "server killed" in line
                or (f" {author} " in line and any(word in line for word in words))
            )
        ]


def _said_of(said: dict[str, Any], user: str = "") -> list[tuple[Subject, str]]:
    """What an envelope says, and of what. user: who sends it, where it is a request."""
    data = said.get("data") or {}
    message = str(data.get("message_id", data.get("id", "")))
    match said.get("type"):
        case "chat.message":
            return [(("message", message), ""), (("body", message), str(data["body"]))]
        case "chat.edited" | "chat.redacted":
            return [(("body", message), str(data.get("new_body", data.get("body", ""))))]
        case "chat.deleted":
            return [(("body", message), "")]
        case "chat.reaction" | "chat.reaction.update":
            who = str(data.get("user_id", user))
            return [(("reaction", message, str(data["reaction"]), who), str(data["action"]))]
        case "chat.read":
            return [(("read", str(data["room"]), user), message)]
        case _:
            return []


def _moment(line: str) -> float:
    return float(line.partition(" ")[0])
