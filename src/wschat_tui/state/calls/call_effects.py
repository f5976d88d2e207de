"""What a call orders of media. Whatever opens a call's media is followed by `CloseMedia`, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from wschat_tui.protocol.objects import IceCandidate
    from wschat_tui.state.calls.call import CallKind, Shown


@dataclass(frozen=True, slots=True)
class OpenMedia:
    """Make the connection of a call: offer, or answer the offer given. No socket opens earlier."""

    call: str
    kind: CallKind
    shows: Shown = ""
    what: str = ""
    """The file or the command to show."""
    microphone: bool = True
    offer: str = ""
    """The other side's description, to be answered; empty: offer."""


@dataclass(frozen=True, slots=True)
class TakeDescription:
    """The other side described itself: an answer to ours, or a new offer to be answered.

    An offer that comes while a description of ours waits for its answer means that ours is dropped.
    """

    call: str
    kind: Literal["offer", "answer"]
    sdp: str


@dataclass(frozen=True, slots=True)
class TakeCandidate:
    """The other side found a candidate; None: it has no more."""

    call: str
    candidate: IceCandidate | None


@dataclass(frozen=True, slots=True)
class Reoffer:
    """Describe ourselves again, in place of a description that still waits for its answer.

    anew: with a new connection, for the old path is lost; the old one is closed without a word
    once the answer is there.
    """

    call: str
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """Send a picture of this from now on; empty: none."""

    call: str
    shows: Shown
    what: str = ""


@dataclass(frozen=True, slots=True)
class SetMicrophone:
    """Send what the microphone hears, or silence."""

    call: str
    on: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Record both sides to this file; empty: stop."""

    call: str
    path: str


@dataclass(frozen=True, slots=True)
class CloseMedia:
    """End the connection, its devices and its tasks."""

    call: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Sound the tone of a call that comes in or goes out, or be silent."""

    tone: Literal["incoming", "outgoing", "off"]


MediaOrder = (
    OpenMedia
    | TakeDescription
    | TakeCandidate
    | Reoffer
    | Show
    | SetMicrophone
    | Record
    | CloseMedia
    | Ring
)
