"""What a server sends: the 19 types of the protocol's second table, in its order, and what is none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, get_args

from pydantic import AliasChoices, AliasPath, Field

from wschat_tui.protocol.objects import (
    Answer,
    Attachments,
    CallType,
    Candidate,
    DeleteMode,
    Offer,
    ReactionAction,
)
from wschat_tui.protocol.wire import Flag, Id, Payload, Timestamp, Word


class ChatMessage(Payload):
    """A message somebody posted, the reader included (source: `ChatMessage` object)."""

    frame_type: ClassVar[str] = "chat.message"
    id: Id
    scope: Id
    user_id: Id
    """Who wrote it."""
    body: str
    created_at: Timestamp = ""
    parent_id: Id | None = None
    """The message whose thread this replies in."""
    attachments: Attachments | None = None
    redacted: Flag | None = None
    deleted_at: Timestamp | None = None
    edited_at: Timestamp | None = Field(
        default=None, validation_alias=AliasChoices("edited_at", "updated_at")
    )


class ChatEdited(Payload):
    """A message has a new body. A whole `ChatMessage`, or `{message_id, new_body, edited_at}`."""

    frame_type: ClassVar[str] = "chat.edited"
    message_id: Id = Field(validation_alias=AliasChoices("message_id", "id"))
    new_body: str = Field(validation_alias=AliasChoices("new_body", "body"))
    edited_at: Timestamp | None = Field(
        default=None, validation_alias=AliasChoices("edited_at", "updated_at")
    )
    scope: Id | None = None
    user_id: Id | None = None
    created_at: Timestamp | None = None
    parent_id: Id | None = None
    attachments: Attachments | None = None
    redacted: Flag | None = None
    deleted_at: Timestamp | None = None


class ChatDeleted(Payload):
    """A message was deleted. `{message_id, deleted_at}`; also met with `mode`."""

    frame_type: ClassVar[str] = "chat.deleted"
    message_id: Id
    deleted_at: Timestamp | None = None
    mode: DeleteMode | None = None
    """Absent: a tombstone is left (soft)."""


class ChatRedacted(Payload):
    """A message's body was replaced by a mask. Also met as `{redaction_mask, redacted_by}`."""

    frame_type: ClassVar[str] = "chat.redacted"
    message_id: Id
    new_body: str = Field(validation_alias=AliasChoices("new_body", "redaction_mask"))
    redacted_by: Id | None = None


class ChatReadUpdate(Payload):
    """A user has read a room up to and including a message."""

    frame_type: ClassVar[str] = "chat.read.update"
    message_id: Id
    user_id: Id
    room: Id
    read_at: Timestamp | None = None


class ChatReactionUpdate(Payload):
    """A user added or removed a reaction, the reactor's own included."""

    frame_type: ClassVar[str] = "chat.reaction.update"
    message_id: Id
    user_id: Id
    reaction: Id
    action: ReactionAction
    scope: Id | None = None


class ChatTypingUser(Payload):
    """A user types, or stopped. A viewer forgets it after 8 s."""

    frame_type: ClassVar[str] = "chat.typing.user"
    scope: Id
    user_id: Id
    typing: Flag


class IncomingOffer(Payload):
    """`call.offer`: a user calls, or renegotiates the call that is on."""

    frame_type: ClassVar[str] = "call.offer"
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    call_type: CallType = Field(validation_alias=AliasChoices("call_type", "callType"))
    sdp: Offer = Field(validation_alias=AliasChoices("sdp", "signal"))


class IncomingAnswer(Payload):
    """`call.answer`: the user called accepts."""

    frame_type: ClassVar[str] = "call.answer"
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    sdp: Answer = Field(validation_alias=AliasChoices("sdp", "signal"))


class IncomingIce(Payload):
    """`call.ice`: an ICE candidate of the other side; null ends them."""

    frame_type: ClassVar[str] = "call.ice"
    written_when_null: ClassVar[frozenset[str]] = frozenset({"candidate"})
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    candidate: Candidate = Field(default=None, validation_alias=AliasChoices("candidate", "signal"))


class IncomingEnd(Payload):
    """`call.end`: the other side ended, declined or cancelled the call."""

    frame_type: ClassVar[str] = "call.end"
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    reason: Word = Field(
        default="", validation_alias=AliasChoices("reason", AliasPath("signal", "reason"))
    )


class _Membership(Payload):
    """A user's membership of a network; connecting is not joining."""

    network_id: Id
    user_id: Id
    role: Word | None = None


class MemberJoined(_Membership):
    """A user became a member of a network."""

    frame_type: ClassVar[str] = "member.joined"


class MemberLeft(_Membership):
    """A user is no longer a member of a network."""

    frame_type: ClassVar[str] = "member.left"


class _Device(Payload):
    """One device of a user; a user can have several."""

    device_id: Id
    user_id: Id
    network_id: Id | None = None
    platform: Word | None = None


class DeviceOnline(_Device):
    """A device connected."""

    frame_type: ClassVar[str] = "device.online"


class DeviceOffline(_Device):
    """A device disconnected."""

    frame_type: ClassVar[str] = "device.offline"


class PresenceUpdate(Payload):
    """A user's status, as the server tells it: usually online, away, busy or offline."""

    frame_type: ClassVar[str] = "presence.update"
    user_id: Id
    status: Word
    since: Timestamp | None = None


class PresencePong(Payload):
    """The answer to `presence.ping`, with its op_id."""

    frame_type: ClassVar[str] = "presence.pong"
    timestamp: Timestamp
    """The server's clock."""


class Ack(Payload):
    """The server did the operation that the envelope's op_id names."""

    frame_type: ClassVar[str] = "ack"
    data: Any = None
    """What the operation gives back: an object, or null."""


class ErrorReply(Payload):
    """The server refused: the operation its op_id names, or, without one, something unnamed."""

    frame_type: ClassVar[str] = "error"
    code: Word
    """Such as ERR_RATE_LIMIT, ERR_INVALID_MESSAGE, ERR_HANDLER_FAILED."""
    message: str = ""
    details: Any = None


Event = (
    ChatMessage
    | ChatEdited
    | ChatDeleted
    | ChatRedacted
    | ChatReadUpdate
    | ChatReactionUpdate
    | ChatTypingUser
    | IncomingOffer
    | IncomingAnswer
    | IncomingIce
    | IncomingEnd
    | MemberJoined
    | MemberLeft
    | DeviceOnline
    | DeviceOffline
    | PresenceUpdate
    | PresencePong
    | Ack
    | ErrorReply
)

EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {model.frame_type: model for model in get_args(Event)}
)
"""The model of each server → client `type`, in the source's order."""


@dataclass(frozen=True, slots=True)
class UnknownMessage:
    """A well-formed envelope of a type that no table names: shown and counted, never an error."""

    frame_type: str
    data: Any


@dataclass(frozen=True, slots=True)
class MalformedMessage:
    """What is no envelope, or an envelope of a known type whose payload does not hold."""

    frame_type: str
    """The envelope's `type` where it could be read, else empty."""
    errors: tuple[str, ...]
    """What is wrong, a sentence each, without quoting the payload."""
