"""The values inside payloads: attachments, session descriptions and ICE candidates."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

MAX_ATTACHMENTS = 64
"""Attachments accepted in one message; a longer list is malformed."""

MAX_SDP = 256 * 1024
"""Longest session description accepted, in characters."""

CallType = Literal["audio", "video", "screen"]
"""What a call carries when it starts (source: `call.offer`)."""

DeleteMode = Literal["soft", "hard"]
"""soft leaves a tombstone, hard removes the message (source: `chat.delete`)."""

ReactionAction = Literal["add", "remove"]
"""Idempotent set semantics (source: `chat.reaction`)."""

Status = Literal["online", "away", "busy", "offline"]
"""What a user can set (source: `presence.set`); offline means "appear offline"."""


class Value(BaseModel):
    """Frozen, and tolerant of keys a newer peer may add."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)


class Attachment(Value):
    """A file beside a message; on the wire also met as a bare URL string."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=8192)]
    name: Annotated[str, StringConstraints(max_length=1024)] | None = None
    size: Annotated[int, Field(ge=0)] | None = None
    """Bytes."""
    content_type: Annotated[str, StringConstraints(max_length=256)] | None = None
    """A media type (RFC 6838)."""


Attachments = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=8192)] | Attachment, ...],
    Field(max_length=MAX_ATTACHMENTS),
]
"""Each item is a URL, or an object with `url`; both are kept as they came."""


class SessionDescription(Value):
    """A WebRTC session description (RFC 8829)."""

    type: Literal["offer", "answer", "pranswer", "rollback"]
    sdp: Annotated[str, StringConstraints(max_length=MAX_SDP)]
    """The description's text (RFC 8866)."""


class IceCandidate(Value):
    """A trickled ICE candidate: the RTCIceCandidateInit dictionary of the WebRTC specification."""

    candidate: Annotated[str, StringConstraints(max_length=4096)]
    """The candidate attribute (RFC 8839); an empty one ends the candidates."""
    sdpMid: Annotated[str, StringConstraints(max_length=256)] | None = None  # noqa: N815
    sdpMLineIndex: Annotated[int, Field(ge=0, le=65535)] | None = None  # noqa: N815
    usernameFragment: Annotated[str, StringConstraints(max_length=256)] | None = None  # noqa: N815


def _described_as(kind: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        return {"type": kind, "sdp": value} if isinstance(value, str) else value

    return BeforeValidator(read)


def _read_candidate(value: Any) -> Any:
    return {"candidate": value} if isinstance(value, str) and value else value or None


Offer = Annotated[SessionDescription, _described_as("offer")]
"""A description that offers; a bare string is read as its SDP."""

Answer = Annotated[SessionDescription, _described_as("answer")]
"""A description that answers; a bare string is read as its SDP."""

Candidate = Annotated[IceCandidate | None, BeforeValidator(_read_candidate)]
"""A candidate; null, an empty string or an empty object end the candidates."""
