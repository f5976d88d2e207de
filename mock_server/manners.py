"""How each kind of server behaves where they differ, as data: one row a dialect."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from wschat_tui.protocol.dialects import GOCONNECT, STANDARD, Dialect
from wschat_tui.protocol.events import Event


@dataclass(frozen=True, slots=True)
class Manners:
    """One kind of server."""

    dialect: Dialect
    """How it writes."""
    tells_extras: bool
    """Events carry the optional keys; else exactly those of the source's table."""
    acks_first: bool
    """The ack comes before the events that the operation causes; else after."""
    devices_to_all: bool
    """`device.*` reaches all who share a room; else the user's own other connections alone."""
    masks: bool
    """The moderator's mask is used; else every redaction reads `[REDACTED]`."""


MANNERS: Mapping[str, Manners] = MappingProxyType(
    {
        "standard": Manners(STANDARD, False, True, True, True),
        "goconnect": Manners(GOCONNECT, True, False, False, False),
    }
)

EXTRAS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "chat.deleted": ("mode",),
        "chat.redacted": ("redacted_by",),
        "chat.read.update": ("read_at",),
        "chat.reaction.update": ("scope",),
        "presence.update": ("since",),
        "member.joined": ("role",),
        "member.left": ("role",),
    }
)
"""The keys that the source's table does not name."""


def spelled(event: Event, manners: Manners) -> Event:
    """The event with the keys that this kind of server sends."""
    extras = () if manners.tells_extras else EXTRAS.get(event.frame_type, ())
    nothing: dict[str, Any] = dict.fromkeys(extras)
    return event.model_copy(update=nothing) if extras else event
