"""What the media of a call shows of itself: asked for at any moment, not kept in the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ability = Literal["truecolor", "256", "16", "ascii"]
"""What a terminal can show a picture with; ascii: letters of different weight, without colour."""

Side = Literal["theirs", "mine"]
"""Whose picture: what comes, or what I send (or would send, before a call)."""

Talking = Literal["open", "push", "voice"]
"""When the microphone is sent: always, while a key says so, or while a voice is heard."""


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud it is at this moment, from 0 to 1, and who speaks."""

    mine: float = 0.0
    theirs: float = 0.0
    speaking: bool = False
    """My sound is sent: not muted, and the key is held or a voice is heard where that is asked."""


@dataclass(frozen=True, slots=True)
class Device:
    """Something to hear, see or show with."""

    kind: Literal["microphone", "speaker", "camera", "screen"]
    id: str
    name: str
    """Cleaned, to be shown."""
    chosen: bool = False
