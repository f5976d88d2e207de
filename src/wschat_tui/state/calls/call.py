"""The call that is on: a frozen record, as every view shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from wschat_tui.state.text import SafeText

if TYPE_CHECKING:
    from wschat_tui.protocol.objects import IceCandidate, SessionDescription
    from wschat_tui.state.effects import Transmit

CallKind = Literal["audio", "video", "screen"]
"""What the offer that began the call carried (source: `call.offer`)."""

CallPhase = Literal["out_ringing", "in_ringing", "connecting", "active"]
"""No record: idle. A call that ended leaves a row in its direct chat, and no record."""

Shown = Literal["", "camera", "screen", "terminal", "command", "file", "pattern"]
"""Where the picture that I send comes from; empty where I send none."""


@dataclass(frozen=True, slots=True)
class CallStats:
    """How a call goes, as measured in the last second. None: not known (yet)."""

    round_trip: float | None = None
    """Milliseconds there and back."""
    loss: float | None = None
    """Percent of the packets to me that were lost lately."""
    loss_there: float | None = None
    """Percent of my packets that the other side reports lost."""
    jitter: float | None = None
    """Milliseconds that packets to me come apart from their pace."""
    sent_rate: float | None = None
    """Kilobits a second, all media together."""
    received_rate: float | None = None
    """Kilobits a second, all media together."""
    sent_packets: int = 0
    received_packets: int = 0
    """Since the call began, on the whole transport, reports included."""
    sent_frames: float | None = None
    """Pictures a second that I send."""
    received_frames: float | None = None
    """Pictures a second that come."""
    width: int = 0
    height: int = 0
    """Pixels of the picture that comes."""
    audio_codec: str = ""
    video_codec: str = ""
    local_path: str = ""
    """host, reflexive or relayed: how my packets leave."""
    remote_path: str = ""
    """The same of the other side."""
    gaps: int = 0
    """Times in which sound was missing for over 60 ms."""
    sound_in: bool = False
    """Decoded sound came."""
    picture_in: bool = False
    """Decoded pictures came."""
    sound_out: bool = False
    picture_out: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """The one call there is. `id` is local: the protocol names a call by its two users."""

    id: str
    peer: str
    outgoing: bool
    kind: CallKind
    phase: CallPhase
    began_at: int
    """When it was placed or came in."""
    phase_at: int
    """When the present phase began."""
    active_at: int | None = None
    """When media first flowed; the duration counts from here."""
    heard_at: int | None = None
    """When anything last came from the other side's media."""
    microphone: bool = True
    """Not muted."""
    shows: Shown = ""
    """What I send a picture of."""
    shows_what: SafeText = SafeText("")
    """The file, or the command, that is shown."""
    picture: bool = False
    """Pictures come from the other side."""
    reconnecting: bool = False
    """Nothing has come for a while; the call is not given up."""
    signalling_lost: bool = False
    """The connection to the server is down; media goes on."""
    recording: SafeText = SafeText("")
    """The file that both sides are recorded to, where they are."""
    words: tuple[str, ...] = ()
    """Words that both sides compare to know that nobody stands between them. They stay while the
    connection is renewed, and are others after it."""
    notice: SafeText = SafeText("")
    """What is missing here, such as a microphone, and what is sent in its place."""
    stats: CallStats = field(default_factory=CallStats)
    media: str = ""
    """The name its media go by in orders and inputs; empty while there are none. The call's id at
    first, another where the media were replaced within the call."""
    opened: int = 0
    """How often media were opened."""
    what: str = ""
    """What `shows_what` shows, as it was given."""
    quiet: bool = False
    """It came too soon after the last one of its caller to ring; it does when a pause is over."""
    told: bool = True
    """The other side knows of it: it is theirs, or my offer was handed to the link."""
    offer: SessionDescription | None = None
    """A description of theirs that is not answered yet: while it rings, or another is answered."""
    answering: str = ""
    """The mark of the offer that media are answering; empty where it has none."""
    offered_as: str = ""
    """The mark of my offer that waits for its answer; empty until media have made it."""
    answered_as: str = ""
    """The mark of the answer that made the call: mine, or theirs where they answered. It tells
    this call from others of the same two users, whose other devices hear of it too."""
    early: tuple[IceCandidate | None, ...] = ()
    """Candidates that came before there was anything to give them to, oldest first."""
    given: int = 0
    """Candidates given to the media since the other side last described itself."""
    fingerprint: str = ""
    """The SHA-256 of the other side's certificate, as its description names it."""
    negotiation: Literal["stable", "offering", "answering"] = "stable"
    """offering: my description waits for its answer; answering: theirs waits for mine."""
    negotiation_at: int = 0
    """When that began."""
    retry_at: int | None = None
    """When I describe myself again, if nothing else is under way then."""
    closed_at: int | None = None
    """When the other side closed its media; what it means by that is on its way."""
    renewed_at: int | None = None
    """When the media were last replaced or given a new path."""
    sent: int = 0
    """How many frames were sent for this call; each is numbered by it."""
    pending: tuple[Transmit, ...] = ()
    """Frames that are not written to a socket yet, oldest first."""


@dataclass(frozen=True, slots=True)
class CallOver:
    """How the last call went, for programs; people read the row in the chat."""

    id: str
    peer: str
    outgoing: bool
    kind: CallKind
    reason: str
    """hangup, declined, busy, no_answer, cancelled, failed, lost, replaced, unsupported, error, or
    what the other side called it, cleaned."""
    by_me: bool
    """I ended it, by hand or by one of my timers."""
    sentence: SafeText
    """What the user was told."""
    began_at: int
    active_at: int | None
    ended_at: int
    stats: CallStats = field(default_factory=CallStats)
    """The last figures."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What is kept for a moment of a user's signals beyond the call that is on."""

    user: str
    at: int
    """When something of this last happened."""
    rang_at: int | None = None
    """When a call of theirs last rang, or was turned away aloud."""
    over_at: int | None = None
    """When a call with them ended: what comes late belongs to it."""
    fingerprint: str = ""
    """Of their certificate in that call."""
    early: tuple[IceCandidate | None, ...] = ()
    """Candidates that came before the offer they belong to."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """The end of a call that may not have been written to a socket yet."""

    frame: Transmit
    peer: str
    at: int
