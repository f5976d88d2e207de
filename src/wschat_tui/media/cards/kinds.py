"""What every kind of sound system offers: a list of devices, one to hear with, one to play on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["microphone", "speaker"]

Hear = Callable[[bytes], None]
"""Takes what was heard: samples of one channel, 16 bits, 48 kHz. Called in a device's thread."""

Give = Callable[[int], bytes]
"""Gives exactly so many bytes to be played. Called in a device's thread."""

PERIOD = 20
"""Milliseconds that devices are asked to hand over at once."""


class NoCard(Exception):
    """Why there is no device to open, as the beginning or the middle of a sentence."""


@dataclass(frozen=True, slots=True)
class Found:
    """A device as its system names it, not cleaned."""

    id: str
    name: str


class Card(Protocol):
    """An open device; its hook is called until it is closed."""

    def close(self) -> None:
        """Stop, and let go of everything; may wait for the device."""
        ...


class Cards(Protocol):
    """A sound system. Nothing in it raises anything but NoCard."""

    def found(self, kind: Kind) -> list[Found]:
        """What there is; may wait for a sound server."""
        ...

    def hear(self, id: str, hear: Hear) -> Card:
        """Open a microphone; the default one for an empty id."""
        ...

    def play(self, id: str, give: Give) -> Card:
        """Open a speaker; the default one for an empty id."""
        ...
