"""The values inside payloads: attachments, session descriptions and ICE candidates."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

from wschat_tui.protocol.limits import (
    MAX_ATTACHMENTS,
    MAX_CANDIDATE,
    MAX_FILE_SIZE,
    MAX_SDP,
    MAX_URL,
)
from wschat_tui.protocol.wire import Json, Word, null_extras

CallType = Literal["audio", "video", "screen"]
"""What a call carries when it starts (source: `call.offer`)."""

DeleteMode = Literal["soft", "hard"]
"""soft leaves a tombstone, hard removes the message (source: `chat.delete`)."""

ReactionAction = Literal["add", "remove"]
"""Idempotent set semantics (source: `chat.reaction`)."""

Status = Literal["online", "away", "busy", "offline"]
"""What a user can set (source: `presence.set`); offline means "appear offline"."""


def _read_reason(value: Any) -> Any:
    given = value.get("reason") if isinstance(value, dict) else value
    return "" if given is None else given


Reason = Annotated[Word, BeforeValidator(_read_reason)]
"""Why a call ended (source: `call.end`); also met inside an object, where calls have a `signal`.

Missing and null are read as the empty text: the call is over either way.
"""


class Value(BaseModel):
    """Frozen, and tolerant of keys a newer peer may add: they are kept and written back."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    __pydantic_extra__: dict[str, Json] = Field(init=False)

    @model_serializer(mode="wrap")
    def _written(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = dump(self)
        return data | null_extras(self)


Url = Annotated[str, StringConstraints(min_length=1, max_length=MAX_URL)]
"""Where a file is, as the server names it; never fetched unasked."""


class Attachment(Value):
    """A file beside a message; on the wire also met as a bare URL string (source: `chat.send`)."""

    url: Url
    name: Annotated[str, StringConstraints(max_length=1024)] | None = None
    """The file's name, to show; a stranger's words, so never a path to write to."""
    size: Annotated[int, Field(strict=True, ge=0, le=MAX_FILE_SIZE)] | None = None
    """Bytes."""
    content_type: Annotated[str, StringConstraints(max_length=256)] | None = None
    """A media type (RFC 6838), such as `image/png`."""


Attachments = Annotated[
    tuple[Annotated[Url | Attachment, Field(union_mode="left_to_right")], ...],
    Field(max_length=MAX_ATTACHMENTS),
]
"""Each item is a URL, or an object with `url`; both are kept as they came."""


class SessionDescription(Value):
    """A WebRTC session description (RFC 8829)."""

    type: Literal["offer", "answer"]
    sdp: Annotated[str, StringConstraints(max_length=MAX_SDP)]
    """The description's text (RFC 8866)."""


class IceCandidate(Value):
    """A trickled ICE candidate: the RTCIceCandidateInit dictionary of the WebRTC specification."""

    candidate: Annotated[str, StringConstraints(max_length=MAX_CANDIDATE)] = ""
    """The candidate attribute (RFC 8839); an empty one ends the candidates of its media section."""
    sdpMid: Annotated[str, StringConstraints(max_length=256)] | None = None  # noqa: N815
    """The media section it belongs to, by its `a=mid` name."""
    sdpMLineIndex: Annotated[int, Field(strict=True, ge=0, le=65535)] | None = None  # noqa: N815
    """The same by number, counted from 0."""
    usernameFragment: Annotated[str, StringConstraints(max_length=256)] | None = None  # noqa: N815
    """The ICE generation it belongs to, by its `a=ice-ufrag`."""


def _described_as(kind: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        return {"type": kind, "sdp": value} if isinstance(value, str) else value

    return BeforeValidator(read)


def _read_candidate(value: Any) -> Any:
    if isinstance(value, dict) and value:
        return value if value.get("candidate") is not None else {**value, "candidate": ""}
    if isinstance(value, str) and value:
        return {"candidate": value}
    return None if value in ("", {}) else value


Offer = Annotated[SessionDescription, _described_as("offer")]
"""The description of an offer; a bare string is read as its SDP."""

Answer = Annotated[SessionDescription, _described_as("answer")]
"""The description of an answer; a bare string is read as its SDP."""

Candidate = Annotated[IceCandidate | None, BeforeValidator(_read_candidate)]
"""A candidate, or a bare string read as one; null, an empty string or object end all candidates."""
