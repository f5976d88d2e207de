"""What the server remembers, as plain frozen records."""

from dataclasses import dataclass, replace
from typing import Any, Literal

Role = Literal["member", "moderator", "admin"]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account."""

    id: str
    name: str
    """How people call them."""
    role: Role = "member"
    tenant: str = "example"

    @property
    def email(self) -> str:
        return f"{self.id}@example.test"

    @property
    def moderates(self) -> bool:
        return self.role != "member"


@dataclass(frozen=True, slots=True)
class Network:
    """A group with members; its room is `network:<id>`."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something said. Times are milliseconds since the Unix epoch."""

    id: str
    seq: int
    """Its place among all messages: a later one is larger."""
    scope: str
    user_id: str
    body: str
    created_at: int
    parent_id: str | None = None
    attachments: tuple[Any, ...] = ()
    """URLs, or objects with a `url`, as they were sent."""
    redacted: bool = False
    edited_at: int | None = None
    deleted_at: int | None = None

    def edited(self, body: str, at: int) -> "Message":
        return replace(self, body=body, edited_at=at)

    def masked(self, mask: str) -> "Message":
        """What was said and attached is gone; the mask stands there."""
        return replace(self, body=mask, attachments=(), redacted=True)

    def buried(self, at: int) -> "Message":
        """A tombstone: who and when, but not what."""
        return replace(self, body="", attachments=(), deleted_at=at)


@dataclass(frozen=True, slots=True)
class MessageGone:
    """A message was removed, with everything that hung on it."""

    id: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What a message said before an edit."""

    message_id: str
    body: str
    until: int


@dataclass(frozen=True, slots=True)
class RevisionsGone:
    """What a message said before is not kept: it was redacted or deleted."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """A user's reaction to a message, there or taken back."""

    message_id: str
    reaction: str
    user_id: str
    there: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A user has read a room up to and including a message."""

    scope: str
    user_id: str
    message_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A user belongs to a network, or no longer does."""

    network_id: str
    user_id: str
    there: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was given out, known by its hash alone."""

    digest: str
    user_id: str
    kind: Literal["access", "refresh"]
    expires_at: int
    there: bool = True


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody uploaded."""

    id: str
    user_id: str
    name: str
    """A safe file name: no path, no control characters."""
    content_type: str
    content: bytes


Change = (
    Message | MessageGone | Revision | RevisionsGone | Reaction | Mark | Membership | Token | Upload
)
"""What a store is told, in the order it happened."""
