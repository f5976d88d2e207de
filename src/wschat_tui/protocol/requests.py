"""What a client sends: the 16 types of the protocol's first table, in its order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, get_args

from pydantic import AliasChoices, Field

from wschat_tui.protocol.objects import (
    Answer,
    Attachments,
    CallType,
    Candidate,
    DeleteMode,
    Offer,
    ReactionAction,
    Reason,
    Status,
)
from wschat_tui.protocol.wire import Flag, Id, OptionalId, Payload


class AuthRefresh(Payload):
    """Trade a refresh token for new tokens (source: client → server, `auth.refresh`).

    Acked with `{access_token, refresh_token, expires_in}`, the last in seconds; an `error` with the
    op_id where the token is no good.
    """

    frame_type: ClassVar[str] = "auth.refresh"
    refresh_token: str = Field(repr=False)
    """The refresh token last given. A secret: it appears in no repr, log or error."""


class ChatSend(Payload):
    """Post a message (source: client → server, `chat.send`).

    Acked with `{message_id, status: "sent"}`; `chat.message` goes to the scope, the sender
    included. Either may come first.
    """

    frame_type: ClassVar[str] = "chat.send"
    scope: Id
    """Where to: see `scopes`."""
    body: str
    """The text, as typed; deployed servers take at most 4,096 bytes of UTF-8 (`MAX_BODY`)."""
    attachments: Attachments | None = None
    """Files beside the text, in order; None where there are none."""
    parent_id: OptionalId = None
    """The message whose thread this replies in; None outside threads."""


class ChatEdit(Payload):
    """Replace the body of a message: one's own, or any as an admin (source: `chat.edit`).

    Acked; `chat.edited` goes to the scope. A server may refuse an edit for the message's age.
    """

    frame_type: ClassVar[str] = "chat.edit"
    message_id: Id
    """The message to change, in whatever scope it is."""
    new_body: str
    """The whole new text, within the same limit as `chat.send`."""


class ChatDelete(Payload):
    """Delete a message (source: `chat.delete`). Acked; `chat.deleted` goes to the scope."""

    frame_type: ClassVar[str] = "chat.delete"
    message_id: Id
    """The message to delete."""
    mode: DeleteMode
    """soft leaves a tombstone, hard removes the message."""


class ChatRedact(Payload):
    """Replace the body of anybody's message by a mask (source: `chat.redact`).

    For moderators and admins. Acked; `chat.redacted` goes to the scope.
    """

    frame_type: ClassVar[str] = "chat.redact"
    message_id: Id
    """The message to redact."""
    mask: str
    """The body from now on; empty means `[REDACTED]`, which deployed servers always use."""


class ChatRead(Payload):
    """Mark a room read up to and including a message (source: `chat.read`).

    `chat.read.update` goes to the room, the reader included; deployed servers send no ack.
    """

    frame_type: ClassVar[str] = "chat.read"
    message_id: Id
    """The last message that was read."""
    room: Id
    """The room it is in: the same string as its scope."""


class ChatReaction(Payload):
    """Add or remove one's reaction (source: `chat.reaction`).

    `chat.reaction.update` goes to the scope, the reactor included; deployed servers send no ack.
    """

    frame_type: ClassVar[str] = "chat.reaction"
    message_id: Id
    """The message reacted to."""
    reaction: Id
    """The reaction itself, usually one emoji."""
    action: ReactionAction
    """add or remove, with the semantics of a set: doing it twice is doing it once."""
    scope: Id
    """The scope the message is in."""


class ChatTyping(Payload):
    """Say that one types, or stopped (source: `chat.typing`).

    Nothing answers it; `chat.typing.user` goes to the others. Sent again every 4 s while typing.
    """

    frame_type: ClassVar[str] = "chat.typing"
    scope: Id
    """Where one types."""
    typing: Flag
    """Whether one types now."""


class CallOffer(Payload):
    """Start a call, or renegotiate the one with that user (source: client → server, `call.offer`).

    Relayed to every connection of the target; nothing answers it.
    """

    frame_type: ClassVar[str] = "call.offer"
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    """The user to call."""
    call_type: CallType = Field(validation_alias=AliasChoices("call_type", "callType"))
    """What the call carries: audio, video, or a screen."""
    sdp: Offer = Field(validation_alias=AliasChoices("sdp", "signal"))
    """The caller's session description."""


class CallAnswer(Payload):
    """Accept a call (source: client → server, `call.answer`). Relayed; nothing answers it."""

    frame_type: ClassVar[str] = "call.answer"
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    """The user whose offer is answered."""
    sdp: Answer = Field(validation_alias=AliasChoices("sdp", "signal"))
    """The callee's session description."""


class CallIce(Payload):
    """Pass on an ICE candidate (source: client → server, `call.ice`). Relayed, never answered."""

    frame_type: ClassVar[str] = "call.ice"
    written_when_null: ClassVar[frozenset[str]] = frozenset({"candidate"})
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    """The other side of the call."""
    candidate: Candidate = Field(default=None, validation_alias=AliasChoices("candidate", "signal"))
    """One candidate; null says that there are no more, and so does one whose text is empty."""


class CallEnd(Payload):
    """End, decline or cancel a call (source: client → server, `call.end`).

    Relayed; nothing answers it.
    """

    frame_type: ClassVar[str] = "call.end"
    target_id: Id = Field(validation_alias=AliasChoices("target_id", "targetId"))
    """The other side of the call."""
    reason: Reason = Field(default="", validation_alias=AliasChoices("reason", "signal"))
    """hangup, declined, busy, no_answer, cancelled, failed, lost, replaced, unsupported, error, or
    free text; empty where none was given."""


class RoomJoin(Payload):
    """Join a room (source: `room.join`).

    Acked with `{room, status: "joined"}`; `presence.update` tells the joiner of each member
    present, and the others of the joiner.
    """

    frame_type: ClassVar[str] = "room.join"
    room: Id
    """The room: any scope."""


class RoomLeave(Payload):
    """Leave a room (source: `room.leave`).

    Acked with `{room, status: "left"}`; `presence.update` offline goes to the others.
    """

    frame_type: ClassVar[str] = "room.leave"
    room: Id
    """The room: any scope."""


class PresenceSet(Payload):
    """Set one's status (source: `presence.set`).

    Acked with null; `presence.update` goes to the others of each room.
    """

    frame_type: ClassVar[str] = "presence.set"
    status: Status
    """online, away, busy, or offline, which means "appear offline"."""


class PresencePing(Payload):
    """Keep the connection alive and measure it (source: `presence.ping`). It has no data.

    Answered by `presence.pong` with the same op_id.
    """

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
