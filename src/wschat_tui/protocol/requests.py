"""What a client sends: the 16 types of the protocol's first table, in its order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, get_args

from pydantic import AliasChoices, AliasPath, Field

from wschat_tui.protocol.objects import (
    Answer,
    Attachments,
    CallType,
    Candidate,
    DeleteMode,
    Offer,
    ReactionAction,
    Status,
)
from wschat_tui.protocol.wire import Flag, Id, Payload, Word


class AuthRefresh(Payload):
    """Trade a refresh token for new tokens. Acked with `{access_token, refresh_token, expires_in}`."""

    frame_type: ClassVar[str] = "auth.refresh"
    refresh_token: str = Field(repr=False)
    """A secret: it appears in no repr, log or error."""


class ChatSend(Payload):
    """Post a message. Acked with `{message_id, status: "sent"}`; `chat.message` goes to the scope."""

    frame_type: ClassVar[str] = "chat.send"
    scope: Id
    """Where to: see `scopes`."""
    body: str
    """At most 4,096 bytes of UTF-8 on deployed servers."""
    attachments: Attachments | None = None
    parent_id: Id | None = None
    """The message whose thread this replies in."""


class ChatEdit(Payload):
    """Replace the body of a message: one's own, or any as an admin."""

    frame_type: ClassVar[str] = "chat.edit"
    message_id: Id
    new_body: str


class ChatDelete(Payload):
    """Delete a message: soft leaves a tombstone, hard removes it."""

    frame_type: ClassVar[str] = "chat.delete"
    message_id: Id
    mode: DeleteMode


class ChatRedact(Payload):
    """Replace the body of anybody's message by a mask. Moderators and admins."""

    frame_type: ClassVar[str] = "chat.redact"
    message_id: Id
    mask: str
    """What is shown instead; empty means `[REDACTED]`."""


class ChatRead(Payload):
    """Mark a room read up to and including a message. Deployed servers send no ack."""

    frame_type: ClassVar[str] = "chat.read"
    message_id: Id
    room: Id


class ChatReaction(Payload):
    """Add or remove one's reaction. Idempotent; deployed servers send no ack."""

    frame_type: ClassVar[str] = "chat.reaction"
    message_id: Id
    reaction: Id
    """Usually one emoji."""
    action: ReactionAction
    scope: Id


class ChatTyping(Payload):
    """Say that one types, or stopped. Nothing answers it."""

    frame_type: ClassVar[str] = "chat.typing"
    scope: Id
    typing: Flag


class CallOffer(Payload):
    """Start a call, or renegotiate the one with that user. Relayed; nothing answers it."""

    frame_type: ClassVar[str] = "call.offer"
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    call_type: CallType = Field(validation_alias=AliasChoices("call_type", "callType"))
    sdp: Offer = Field(validation_alias=AliasChoices("sdp", "signal"))


class CallAnswer(Payload):
    """Accept a call. Relayed; nothing answers it."""

    frame_type: ClassVar[str] = "call.answer"
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    sdp: Answer = Field(validation_alias=AliasChoices("sdp", "signal"))


class CallIce(Payload):
    """Pass on an ICE candidate; null ends them. Relayed; nothing answers it."""

    frame_type: ClassVar[str] = "call.ice"
    written_when_null: ClassVar[frozenset[str]] = frozenset({"candidate"})
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    candidate: Candidate = Field(default=None, validation_alias=AliasChoices("candidate", "signal"))


class CallEnd(Payload):
    """End, decline or cancel a call. Relayed; nothing answers it."""

    frame_type: ClassVar[str] = "call.end"
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    reason: Word = Field(
        default="", validation_alias=AliasChoices("reason", AliasPath("signal", "reason"))
    )
    """hangup, declined, busy, no_answer, cancelled, failed, lost, replaced, unsupported, error, or free text."""


class RoomJoin(Payload):
    """Join a room. Acked with `{room, status: "joined"}`; `presence.update` of those present follows."""

    frame_type: ClassVar[str] = "room.join"
    room: Id


class RoomLeave(Payload):
    """Leave a room. Acked with `{room, status: "left"}`."""

    frame_type: ClassVar[str] = "room.leave"
    room: Id


class PresenceSet(Payload):
    """Set one's status. Acked with null; `presence.update` goes to the others of each room."""

    frame_type: ClassVar[str] = "presence.set"
    status: Status


class PresencePing(Payload):
    """Keep the connection alive and measure it. Answered by `presence.pong` with the same op_id."""

    frame_type: ClassVar[str] = "presence.ping"


Request = (
    AuthRefresh
    | ChatSend
    | ChatEdit
    | ChatDelete
    | ChatRedact
    | ChatRead
    | ChatReaction
    | ChatTyping
    | CallOffer
    | CallAnswer
    | CallIce
    | CallEnd
    | RoomJoin
    | RoomLeave
    | PresenceSet
    | PresencePing
)

REQUESTS: Mapping[str, type[Request]] = MappingProxyType(
    {model.frame_type: model for model in get_args(Request)}
)
"""The model of each client → server `type`, in the source's order."""
