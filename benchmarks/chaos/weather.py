"""How bad the network is: the chance of each fault, and what chance decides for each frame."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random
from typing import Literal

Fault = Literal["drop", "duplicate", "reorder", "delay", "truncate", "half_open", "reset"]

SEVERING = ("truncate", "half_open", "reset")
"""What ends a connection, with or without a word; the others happen on one that lives."""


@dataclass(frozen=True, slots=True)
class Weather:
    """The chance of each fault, for each message that passes. At most one happens to a message."""

    drop: float = 0.0
    """A message is left out, and the connection lives on: as where a server's queue is full."""
    duplicate: float = 0.0
    """A message passes twice."""
    reorder: float = 0.0
    """A message passes after the one that follows it."""
    delay: float = 0.0
    """A message, and all behind it, waits for up to `longest`."""
    truncate: float = 0.0
    """Half of a message passes, then the connection is closed."""
    half_open: float = 0.0
    """From here on nothing passes in either direction, and nobody is told."""
    reset: float = 0.0
    """The connection is reset (TCP RST) to both sides."""
    longest: float = 0.3
    """Seconds."""

    def fault(self, chance: Random) -> Fault | None:
        """What happens to the next message."""
        drawn = chance.random()
        for each in fields(self):
            if each.name == "longest":
                break
            drawn -= getattr(self, each.name)
            if drawn < 0:
                return each.name  # type: ignore[return-value]
        return None


CALM = Weather()

STORM = Weather(
    drop=0.004,
    duplicate=0.02,
    reorder=0.02,
    delay=0.04,
    truncate=0.0015,
    half_open=0.0005,
    reset=0.003,
)
