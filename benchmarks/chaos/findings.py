"""Promises, and what was found of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

LOST = "lost silently"
TWICE = "sent twice"
INVERTED = "out of order"
MISCOUNTED = "unread miscounted"
WRONG = "shown wrongly"
STUCK = "never came to rest"
PROMISES = (LOST, TWICE, INVERTED, MISCOUNTED, WRONG, STUCK)
"""What must be 0."""


@dataclass
class Findings:
    """What was counted, and the names of what broke a promise."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def breaks(self, promise: str, what: str) -> None:
        """A promise was broken."""
        self.broken[promise].append(what)

    def faults(self, promise: str) -> int:
        """How often it was."""
        return len(self.broken[promise])

    @property
    def clean(self) -> bool:
        """Every promise was kept."""
        return not any(self.faults(promise) for promise in PROMISES)
