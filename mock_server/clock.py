"""What time it is: the real clock, or one that a seeded run repeats to the millisecond."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Protocol

SEEDED_START = 1_767_607_200_000
"""Where a seeded clock begins: 2026-01-05T10:00:00Z, in milliseconds since the Unix epoch."""


class Clock(Protocol):
    """Wall-clock time, in integer milliseconds since the Unix epoch."""

    zone: tzinfo
    """Where "yesterday" and "09:30" of a scenario are meant."""

    def now(self) -> int: ...

    def reach(self, at: int) -> None:
        """Be no earlier than `at`; a clock that runs by itself is there already."""


class WallClock:
    """The machine's clock and its time zone."""

    def __init__(self) -> None:
        self.zone: tzinfo = timezone(timedelta(seconds=time.localtime().tm_gmtoff))

    def now(self) -> int:
        return time.time_ns() // 1_000_000  # noqa: TID251  The one look at it.

    def reach(self, at: int) -> None:
        """Nothing: real time passes by itself."""


@dataclass(slots=True)
class SeededClock:
    """Moves only when read (by `step`) or told to, so that the same acts get the same times."""

    at: int = SEEDED_START
    step: int = 1
    """Milliseconds that each reading takes."""
    zone: tzinfo = field(default=UTC)

    def now(self) -> int:
        self.at += self.step
        return self.at

    def reach(self, at: int) -> None:
        self.at = max(self.at, at)

    def advance(self, seconds: float) -> None:
        """Let time pass, as a test wants it."""
        self.at += round(seconds * 1000)


def rfc3339(at: int) -> str:
    """An instant as the wire writes it, such as `2026-01-05T10:00:00.000Z`."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> int | None:
    """The instant that an RFC 3339 text names, or None. Without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
