"""How each kind of server writes the protocol. Reading accepts every dialect; a dialect decides what is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Path = tuple[str, ...]
"""Where a key goes inside `data`, from the outside in."""

_NOTHING: Mapping[str, Mapping[str, Path]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing, as data: a `type` found in a table writes the keys listed there, so placed."""

    name: str
    requests: Mapping[str, Mapping[str, Path]] = field(default_factory=lambda: _NOTHING)
    """For a request type: our key → its place. Types not listed are written as in the source."""
    events: Mapping[str, Mapping[str, Path]] = field(default_factory=lambda: _NOTHING)
    """The same for event types."""
    keeps_unknown: bool = True
    """Types in a table also write the keys that no model knows."""
    replies_in_data: bool = True
    """`ack` and `error` carry everything inside `data` (the source); else beside `type`."""
    host_is_joinable: bool = True
    """Joining `host`, which connecting does already, is acked and not refused."""
    direct_changes_are_told: bool = True
    """`chat.edited`, `chat.deleted` and `chat.redacted` reach direct chats."""


STANDARD = Dialect(
    "standard",
    events={
        "chat.edited": {
            "message_id": ("id",),
            "scope": ("scope",),
            "user_id": ("user_id",),
            "new_body": ("body",),
            "created_at": ("created_at",),
            "parent_id": ("parent_id",),
            "attachments": ("attachments",),
            "redacted": ("redacted",),
            "deleted_at": ("deleted_at",),
            "edited_at": ("edited_at",),
        },
    },
)
"""The source's tables, key for key."""

_CALL_OUT: Mapping[str, Mapping[str, Path]] = {
    "call.offer": {"target_id": ("targetId",), "call_type": ("callType",), "sdp": ("signal",)},
    "call.answer": {"target_id": ("targetId",), "sdp": ("signal",)},
    "call.ice": {"target_id": ("targetId",), "candidate": ("signal",)},
    "call.end": {"target_id": ("targetId",), "reason": ("signal", "reason")},
}

GOCONNECT = Dialect(
    "goconnect",
    requests=_CALL_OUT,
    events={
        **{
            name: {
                ("from_user" if key == "target_id" else key): (
                    ("fromUser",) if key == "target_id" else path
                )
                for key, path in keys.items()
            }
            for name, keys in _CALL_OUT.items()
        },
        "chat.edited": {
            "message_id": ("message_id",),
            "new_body": ("new_body",),
            "edited_at": ("edited_at",),
        },
        "chat.deleted": {"message_id": ("message_id",), "mode": ("mode",)},
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
"""Deployed servers: camel case and `signal` in calls, replies beside `type`, short change events."""

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (STANDARD, GOCONNECT)}
)
