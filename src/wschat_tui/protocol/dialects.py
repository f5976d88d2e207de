"""How each kind of server writes. Reading accepts every dialect; the tables are for writing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Path = tuple[str, ...]
"""Where a key goes inside `data`, from the outside in."""

Places = Mapping[str, Path]
"""For each key of a payload, where it goes; a key that is not listed has no place of its own."""

_NOTHING: Mapping[str, Places] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing, as data: a `type` in a table writes the keys listed there, so placed."""

    name: str
    requests: Mapping[str, Places] = field(default_factory=lambda: _NOTHING)
    """For a request type: our key → its place. Types not listed are written as in the source."""
    events: Mapping[str, Places] = field(default_factory=lambda: _NOTHING)
    """The same for event types."""
    keeps_unknown: bool = True
    """Types in a table also write the keys that the table does not list."""
    replies_in_data: bool = True
    """`ack` and `error` carry everything inside `data` (the source); else beside `type`."""
    host_is_joinable: bool = True
    """Joining `host`, which connecting does already, is acked and not refused."""
    direct_changes_are_told: bool = True
    """`chat.edited`, `chat.deleted` and `chat.redacted` reach direct chats."""


def _same(*keys: str) -> Places:
    return {key: (key,) for key in keys}


STANDARD = Dialect(
    "standard",
    events={
        # A whole ChatMessage, with its own names for what the short form calls otherwise.
        "chat.edited": {"message_id": ("id",), "new_body": ("body",)},
    },
)
"""The source's tables, key for key."""

GOCONNECT = Dialect(
    "goconnect",
    requests={
        "call.offer": {"target_id": ("targetId",), "call_type": ("callType",), "sdp": ("signal",)},
        "call.answer": {"target_id": ("targetId",), "sdp": ("signal",)},
        "call.ice": {"target_id": ("targetId",), "candidate": ("signal",)},
        "call.end": {"target_id": ("targetId",), "reason": ("signal", "reason")},
    },
    events={
        "call.offer": {"from_user": ("fromUser",), "call_type": ("callType",), "sdp": ("signal",)},
        "call.answer": {"from_user": ("fromUser",), "sdp": ("signal",)},
        "call.ice": {"from_user": ("fromUser",), "candidate": ("signal",)},
        "call.end": {"from_user": ("fromUser",), "reason": ("signal", "reason")},
        "chat.edited": _same("message_id", "new_body", "edited_at"),
        "chat.deleted": _same("message_id", "mode"),
        "chat.redacted": {
            "message_id": ("message_id",),
            "new_body": ("redaction_mask",),
            "redacted_by": ("redacted_by",),
        },
    },
    keeps_unknown=False,
    replies_in_data=False,
    host_is_joinable=False,
    direct_changes_are_told=False,
)
"""Deployed servers: camel case and `signal` in calls, replies beside `type`, short changes."""

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (STANDARD, GOCONNECT)}
)
"""The dialects by name, as options and profiles name them."""
