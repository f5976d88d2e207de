"""What happens to calls: what the user asks for, and what media tells. `at`, `op_id`: see inputs.

Every input of media names its call as `OpenMedia` did; one that names no call is late, and ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from wschat_tui.protocol.objects import IceCandidate
    from wschat_tui.state.calls.call import CallKind, CallStats, Shown

# ---- the user


@dataclass(frozen=True, slots=True)
class CallAsked:
    """Call a user. `op_id` becomes the call's id."""

    op_id: str
    at: int
    user: str
    kind: CallKind
    shows: Shown = ""
    """What to send a picture of; empty takes the usual one of the kind."""
    what: str = ""
    """The file or the command to show."""


@dataclass(frozen=True, slots=True)
class CallAccepted:
    """Take the call that rings."""

    op_id: str
    at: int
    shows: Shown = ""
    """What to send a picture of; empty for sound alone."""
    what: str = ""
    call: str = ""
    """The call that the user saw ringing, by its id; empty: whichever rings."""


@dataclass(frozen=True, slots=True)
class CallDeclined:
    """Do not take the call that rings."""

    op_id: str
    at: int
    call: str = ""
    """As in `CallAccepted`."""


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """End the call, or stop calling."""

    op_id: str
    at: int


@dataclass(frozen=True, slots=True)
class MuteAsked:
    """Send silence, or sound again."""

    microphone: bool


@dataclass(frozen=True, slots=True)
class ShowAsked:
    """Send a picture of this; empty stops."""

    op_id: str
    at: int
    shows: Shown
    what: str = ""


@dataclass(frozen=True, slots=True)
class RecordAsked:
    """Record both sides to this file; empty stops. The other side is told in the chat."""

    op_id: str
    at: int
    path: str


# ---- media


@dataclass(frozen=True, slots=True)
class CallsKnown:
    """Whether this installation can take calls, and if not, the sentence why."""

    ready: bool
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class MediaDescribed:
    """A description of ours is ready to be sent (RFC 8829)."""

    call: str
    op_id: str
    at: int
    kind: Literal["offer", "answer"]
    sdp: str


@dataclass(frozen=True, slots=True)
class MediaCandidate:
    """A candidate of ours was found; None: there are no more (RFC 8838)."""

    call: str
    op_id: str
    candidate: IceCandidate | None


@dataclass(frozen=True, slots=True)
class MediaConnected:
    """A path was found and the handshake is done (DTLS)."""

    call: str
    at: int


@dataclass(frozen=True, slots=True)
class MediaFlowing:
    """Media came: for the first time, or after a silence."""

    call: str
    at: int


@dataclass(frozen=True, slots=True)
class MediaMeasured:
    """Figures of the last second. Packets that came since the last ones prove the other alive."""

    call: str
    at: int
    stats: CallStats


@dataclass(frozen=True, slots=True)
class MediaPicture:
    """Pictures began to come, or ended."""

    call: str
    on: bool


@dataclass(frozen=True, slots=True)
class MediaVerified:
    """The words made of both fingerprints."""

    call: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MediaNotice:
    """Something is missing here and something else is sent in its place; empty: no longer."""

    call: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MediaRecording:
    """Recording to `path` began; empty: it ended. `sentence` tells of a file that failed."""

    call: str
    op_id: str
    at: int
    path: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class NegotiationNeeded:
    """What is sent has changed so that both sides must describe themselves again."""

    call: str
    at: int


@dataclass(frozen=True, slots=True)
class MediaEnded:
    """The connection failed or was closed by the other side."""

    call: str
    op_id: str
    at: int
    reason: Literal["failed", "closed", "unsupported", "error"]
    sentence: str = ""


CallInput = (
    CallAsked
    | CallAccepted
    | CallDeclined
    | HangUpAsked
    | MuteAsked
    | ShowAsked
    | RecordAsked
    | CallsKnown
    | MediaDescribed
    | MediaCandidate
    | MediaConnected
    | MediaFlowing
    | MediaMeasured
    | MediaPicture
    | MediaVerified
    | MediaNotice
    | MediaRecording
    | NegotiationNeeded
    | MediaEnded
)
