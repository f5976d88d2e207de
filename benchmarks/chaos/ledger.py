"""What the proxy saw and did, for the audit: the network's deeds are held against nobody."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from benchmarks.chaos.frames import Frame

_TRACED = ("chat.send", "chat.message", "ack")

Way = Literal["up", "down"]
"""up: from the client to the server."""


@dataclass
class Ledger:
    """Faults by kind, and those of them that change how often a message is where."""

    faults: Counter[str] = field(default_factory=Counter)
    """Such as "drop up" → how many."""
    connects: Counter[str] = field(default_factory=Counter)
    """WebSocket handshakes, by user."""
    sent: Counter[str] = field(default_factory=Counter)
    """op_id of a `chat.send` → how often the client sent it."""
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
                self.sent[str(said.get("op_id"))] += 1
            if kind in _TRACED:
                name = str(data.get("body", "")).partition(" ")[0]
                words = (
                    str(said.get("op_id", "")),
                    str(data.get("message_id", data.get("id", ""))),
                )
                self.note(f"{user} {way} {kind} {name} {' '.join(words)} {fault or ''}")

    def note(self, what: str) -> None:
        """Something happened."""
        self.trace.append(f"{time.monotonic():.3f} {what}")

    def dropped(self, way: Way, user: str, frame: Frame) -> None:
        """A frame was left out."""
        self.faults[f"drop {way}"] += 1
        for said in frame.envelopes() if way == "down" else []:
            if said.get("type") == "chat.message":
                self.withheld.add((user, str(said["data"]["id"])))

    def reordered(self, way: Way, user: str, frame: Frame) -> None:
        """A frame passes after the one that follows it."""
        self.faults[f"reorder {way}"] += 1
        for said in frame.envelopes() if way == "down" else []:
            if said.get("type") == "chat.message":
                self.overtaken.add((user, str(said["data"]["id"])))

    def duplicated(self, way: Way, frame: Frame) -> None:
        """A frame passed twice."""
        self.faults[f"duplicate {way}"] += 1
        for said in frame.envelopes() if way == "up" else []:
            if said.get("type") == "chat.send":
                self.doubled[str(said["data"]["body"])] += 1

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


def _moment(line: str) -> float:
    return float(line.partition(" ")[0])
