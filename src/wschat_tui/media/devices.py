"""What there is to call with: microphones, speakers, cameras and screens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wschat_tui.media.cards.keeper import SYSTEMS
from wschat_tui.media.cards.kinds import NoCard
from wschat_tui.media.eyes import cameras, screens
from wschat_tui.state.calls.call_views import Device
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from wschat_tui.media.cards.kinds import Found, Kind
    from wschat_tui.media.setup import Setup

_NAME = 60
"""Cells of a device's name that are shown."""


async def devices(setup: Setup) -> tuple[Device, ...]:
    """All there are, asked of the system anew; empty where it knows none. Never raises."""
    return await asyncio.to_thread(_all, setup)


def _all(setup: Setup) -> tuple[Device, ...]:
    real = setup.backend != "null"
    found = {
        "microphone": _sound("microphone") if real else [],
        "speaker": _sound("speaker") if real else [],
        "camera": cameras(),
        "screen": screens(),
    }
    return tuple(
        Device(kind, one.id, _shown(one), chosen=one.id == getattr(setup, kind))  # type: ignore[arg-type]
        for kind, listed in found.items()
        for one in listed
    )


def _sound(kind: Kind) -> list[Found]:
    """Of the first sound system that answers."""
    for make in SYSTEMS:
        try:
            return make().found(kind)
        except NoCard:
            continue
    return []


def _shown(found: Found) -> str:
    return clean(found.name, one_line=True, limit=_NAME) or found.id
