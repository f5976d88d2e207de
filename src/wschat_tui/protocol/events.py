"""What a server sends: the 19 types of the protocol's second table in its order, and the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, get_args

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
)
from wschat_tui.protocol.wire import (
    Flag,
    Id,
    Json,
    OptionalId,
    OptionalTimestamp,
    OptionalWord,
    Payload,
    Timestamp,
    Word,
)

_UPDATED = MappingProxyType({"updated_at": "edited_at"})


class ChatMessage(Payload):
    """A message somebody posted, the reader included (source: server → client, `chat.message`)."""

    frame_type: ClassVar[str] = "chat.message"
    other_names: ClassVar[Mapping[str, str]] = _UPDATED
    id: Id
    """The name by which edits, deletes, redactions, reactions and reads know it, in any scope."""
    scope: Id
    """Where it was posted: see `scopes`."""
    user_id: Id
    """Who wrote it."""
    body: str
    """The text as the server has it, not yet safe to show."""
    created_at: Timestamp = ""
    """When it was posted. Empty where the server does not say: the text still counts."""
    parent_id: OptionalId = None
    """The message whose thread this replies in; None outside threads."""
    attachments: Attachments | None = None
    """Files beside the text, in order; None where there are none."""
    redacted: Flag | None = None
    """Whether the body is a moderator's mask; None means that it is not."""
    deleted_at: OptionalTimestamp = None
    """When it was deleted, if it was: a tombstone then."""
    edited_at: OptionalTimestamp = Field(
        default=None, validation_alias=AliasChoices("edited_at", "updated_at")
    )
    """When it was last edited, if it was. Read from `updated_at` where a server sends that alone;
    one that is equal to `created_at` then says that nothing was edited."""


class ChatEdited(Payload):
    """A message has a new body (source: server → client, `chat.edited`).

    Met as a whole `ChatMessage`, which the standard dialect writes, and as
    `{message_id, new_body, edited_at}`, which deployed servers send. Here the keys of the second
    name what both have, and what only the first has may be missing.
    """

    frame_type: ClassVar[str] = "chat.edited"
    other_names: ClassVar[Mapping[str, str]] = _UPDATED
    message_id: Id = Field(validation_alias=AliasChoices("message_id", "id"))
    """The message that changed: `id` of a whole `ChatMessage`."""
    new_body: str = Field(validation_alias=AliasChoices("new_body", "body"))
    """Its text from now on: `body` of a whole `ChatMessage`."""
    edited_at: OptionalTimestamp = Field(
        default=None, validation_alias=AliasChoices("edited_at", "updated_at")
    )
    """When it was edited."""
    scope: Id | None = None
    """As in `ChatMessage`, and so the keys below; None in the short form."""
    user_id: Id | None = None
    """Who wrote the message, which is not always who edited it."""
    created_at: Timestamp | None = None
    """When it was posted."""
    parent_id: OptionalId = None
    """The message whose thread it replies in."""
    attachments: Attachments | None = None
    """Its files; None says nothing about them."""
    redacted: Flag | None = None
    """Whether its body is a moderator's mask."""
    deleted_at: OptionalTimestamp = None
    """When it was deleted, if it was."""


class ChatDeleted(Payload):
    """A message was deleted (source: server → client, `chat.deleted`).

    `{message_id, deleted_at}`; deployed servers send `{message_id, mode}`.
    """

    frame_type: ClassVar[str] = "chat.deleted"
    message_id: Id
    """The message that is gone."""
    deleted_at: OptionalTimestamp = None
    """When it was deleted."""
    mode: DeleteMode | None = None
    """soft leaves a tombstone, hard removes the message; None is read as soft."""


class ChatRedacted(Payload):
    """A message's body was replaced by a mask (source: server → client, `chat.redacted`).

    `{message_id, new_body}`; deployed servers send `{message_id, redaction_mask, redacted_by}`.
    """

    frame_type: ClassVar[str] = "chat.redacted"
    message_id: Id
    """The message that was redacted."""
    new_body: str = Field(validation_alias=AliasChoices("new_body", "redaction_mask"))
    """The mask: the message's text from now on."""
    redacted_by: OptionalId = None
    """The moderator or admin who did it."""


class ChatReadUpdate(Payload):
    """A user has read a room up to and including a message (source: `chat.read.update`)."""

    frame_type: ClassVar[str] = "chat.read.update"
    message_id: Id
    """The last message that was read."""
    user_id: Id
    """Who read it: another user, or the reader's own other device."""
    room: Id
    """The room that was read."""
    read_at: OptionalTimestamp = None
    """When it was read."""


class ChatReactionUpdate(Payload):
    """A user, perhaps oneself, added or removed a reaction (source: `chat.reaction.update`)."""

    frame_type: ClassVar[str] = "chat.reaction.update"
    message_id: Id
    """The message reacted to."""
    user_id: Id
    """Who reacted."""
    reaction: Id
    """The reaction itself, usually one emoji."""
    action: ReactionAction
    """add or remove, with the semantics of a set: hearing it twice is hearing it once."""
    scope: Id | None = None
    """The scope the message is in."""


class ChatTypingUser(Payload):
    """A user types, or stopped (source: `chat.typing.user`). A viewer forgets it after 8 s."""

    frame_type: ClassVar[str] = "chat.typing.user"
    scope: Id
    """Where they type."""
    user_id: Id
    """Who types."""
    typing: Flag
    """Whether they type now."""


class IncomingOffer(Payload):
    """A user calls, or renegotiates the call that is on (source: server → client, `call.offer`)."""

    frame_type: ClassVar[str] = "call.offer"
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    """Who calls, on the server's word."""
    call_type: CallType = Field(validation_alias=AliasChoices("call_type", "callType"))
    """What the call carries: audio, video, or a screen."""
    sdp: Offer = Field(validation_alias=AliasChoices("sdp", "signal"))
    """The caller's session description."""


class IncomingAnswer(Payload):
    """The user who was called accepts (source: server → client, `call.answer`)."""

    frame_type: ClassVar[str] = "call.answer"
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    """Who accepts."""
    sdp: Answer = Field(validation_alias=AliasChoices("sdp", "signal"))
    """The callee's session description."""


class IncomingIce(Payload):
    """An ICE candidate of the other side (source: server → client, `call.ice`).

    It may come before the description it belongs to, and is kept until that is there.
    """

    frame_type: ClassVar[str] = "call.ice"
    written_when_null: ClassVar[frozenset[str]] = frozenset({"candidate"})
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    """Whose candidate it is."""
    candidate: Candidate = Field(default=None, validation_alias=AliasChoices("candidate", "signal"))
    """One candidate; null says that there are no more, and so does one whose text is empty."""


class IncomingEnd(Payload):
    """The other side ended, declined or cancelled a call (source: server → client, `call.end`)."""

    frame_type: ClassVar[str] = "call.end"
    from_user: Id = Field(validation_alias=AliasChoices("from_user", "fromUser"))
    """Who ended it."""
    reason: Reason = Field(default="", validation_alias=AliasChoices("reason", "signal"))
    """hangup, declined, busy, no_answer, cancelled, failed, lost, replaced, unsupported, error, or
    free text; empty where none was given."""


class _Membership(Payload):
    """A user's membership of a network; connecting is not joining."""

    network_id: Id
    """The network, without the `network:` that its scope begins with."""
    user_id: Id
    """The user who joined or left."""
    role: OptionalWord = None
    """What the user is, or was, in the network, such as member, moderator or admin."""


class MemberJoined(_Membership):
    """A user became a member of a network (source: `member.joined`)."""

    frame_type: ClassVar[str] = "member.joined"


class MemberLeft(_Membership):
    """A user is no longer a member of a network (source: `member.left`)."""

    frame_type: ClassVar[str] = "member.left"


class _Device(Payload):
    """One device of a user; a user can have several."""

    device_id: Id
    """The device, by a name of the server's."""
    user_id: Id
    """Whose device it is."""
    network_id: OptionalId = None
    """The network it is told for, where a server tells each apart."""
    platform: OptionalWord = None
    """What it runs, such as linux, ios or web."""


class DeviceOnline(_Device):
    """A device connected (source: `device.online`)."""

    frame_type: ClassVar[str] = "device.online"


class DeviceOffline(_Device):
    """A device disconnected (source: `device.offline`)."""

    frame_type: ClassVar[str] = "device.offline"


class PresenceUpdate(Payload):
    """A user's presence changed, or is told to one who joins (source: `presence.update`)."""

    frame_type: ClassVar[str] = "presence.update"
    user_id: Id
    """Whose presence."""
    status: Word
    """Usually online, away, busy or offline; another word is one this client does not know."""
    since: OptionalTimestamp = None
    """When the status began."""


class PresencePong(Payload):
    """The answer to `presence.ping`, with its op_id (source: `presence.pong`)."""

    frame_type: ClassVar[str] = "presence.pong"
    timestamp: Timestamp
    """The server's clock when it answered."""


class Ack(Payload):
    """The server did the operation that the envelope's op_id names (source: `ack`)."""

    frame_type: ClassVar[str] = "ack"
    data: Json = Field(default=None, repr=False)
    """What the operation gives back: an object, or null. It can hold tokens: no repr shows it."""


class ErrorReply(Payload):
    """The server refused what the op_id names, or something unnamed (source: `error`)."""

    frame_type: ClassVar[str] = "error"
    code: Word
    """What went wrong, to programs: ERR_RATE_LIMIT, ERR_INVALID_MESSAGE, ERR_HANDLER_FAILED, …"""
    message: str = ""
    """The same to people. Empty where the server does not say."""
    details: Json = None
    """Whatever a server adds; None where it adds nothing."""


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
    """The envelope's `type`."""
    data: Any
    """Its `data` as it came, of any JSON type; None where it has none."""


@dataclass(frozen=True, slots=True)
class MalformedMessage:
    """What is no envelope, or an envelope of a known type whose payload does not hold.

    The text itself is `raw` of the `Received` around it.
    """

    frame_type: str
    """The envelope's `type` where it could be read, else empty."""
    errors: tuple[str, ...]
    """What is wrong, a sentence each, without quoting the payload."""
