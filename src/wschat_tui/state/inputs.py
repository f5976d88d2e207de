"""Everything that can change the state, with ids and times already stamped.

`at` is milliseconds since the Unix epoch. `op_id` is fresh and sortable; `stamp` is a fresh prefix
from which a reducer makes as many op_ids as it needs (`<stamp>.1`, `<stamp>.2`, …).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wschat_tui.state.calls.call_inputs import CallInput
from wschat_tui.state.history.archive_inputs import ArchiveInput
from wschat_tui.state.server_inputs import ServerInput

if TYPE_CHECKING:
    from wschat_tui.protocol.codec import Received
    from wschat_tui.protocol.events import ChatMessage

# ---- the world: the link


@dataclass(frozen=True, slots=True)
class Heard:
    """Envelopes came, together."""

    received: tuple[Received, ...]
    at: int
    stamp: str


@dataclass(frozen=True, slots=True)
class LinkConnecting:
    """A try to connect began."""

    attempt: int


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The socket opened."""

    at: int
    stamp: str


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The socket closed or never opened; another try follows at `retry_at`."""

    sentence: str
    at: int
    retry_at: int
    attempt: int
    poison: str = ""
    """The op_id of a frame of ours that the server closed the socket over."""


@dataclass(frozen=True, slots=True)
class LinkStopped:
    """The link gave up: trying again would not help until somebody changes something."""

    sentence: str
    at: int
    poison: str = ""
    login: bool = False
    """What helps is to log in again."""
    final: bool = False
    """Nothing helps: there is nobody to connect to any more."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A heartbeat was answered."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class LinkSilent:
    """The server has not answered for a while."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Written:
    """A request was handed to the socket."""

    op_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """Requests that provably never left, because the link went down before they were written."""

    op_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A request that the link refused to queue, and why."""

    op_id: str
    sentence: str


# ---- the world: beside the socket


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed: typing expires, acks become overdue."""

    at: int


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """Who connects, where to, and what to join."""

    me: str
    profile: str
    server: str
    dialect: str
    token_home: str
    rooms: tuple[str, ...] = ()
    resend: Literal["ask", "auto", "never"] = "ask"
    """What becomes of messages in doubt where no history tells whether they arrived."""


@dataclass(frozen=True, slots=True)
class HistoryLoaded:
    """A page of a room's past came, oldest first."""

    scope: str
    messages: tuple[ChatMessage, ...]
    cursor: str
    more: bool
    older: bool = False
    """A page before another was asked for (`Recall` with a cursor or `before`); else the newest."""
    hole: str = ""
    """As in the `Recall` that asked for it."""
    before: str = ""
    """As in the `Recall` that asked for it."""
    pages: int = 1
    """As in the `Recall` that asked for it."""
    hole_at: int | None = None
    """As in the `Recall` that asked for it."""
    skipped: int = 0
    """Rows of it that are no message, so that nothing is known of them."""


@dataclass(frozen=True, slots=True)
class HistoryFailed:
    """A page of a room's past could not be had. `absent`: the server keeps no history."""

    scope: str
    sentence: str
    absent: bool = False
    hole: str = ""
    """As in the `Recall` that asked for it."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A page that was asked for by `Verify`, oldest first."""

    scope: str
    check: str
    at: int
    messages: tuple[ChatMessage, ...]
    cursor: str
    more: bool
    skipped: int = 0
    """Rows of it that are no message: any of them may be what is looked for."""


@dataclass(frozen=True, slots=True)
class Unverified:
    """A page that was asked for by `Verify` could not be had."""

    scope: str
    check: str
    at: int
    absent: bool = False
    """The server keeps no history."""


# ---- the user


@dataclass(frozen=True, slots=True)
class Typed:
    """Post this."""

    op_id: str
    at: int
    scope: str
    text: str
    parent_id: str | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditAsked:
    """Give a message a new body."""

    op_id: str
    at: int
    message_id: str
    text: str


@dataclass(frozen=True, slots=True)
class DeleteAsked:
    """Delete a message."""

    op_id: str
    at: int
    message_id: str
    mode: Literal["soft", "hard"] = "soft"


@dataclass(frozen=True, slots=True)
class RedactAsked:
    """Put a mask in place of a message's body."""

    op_id: str
    at: int
    message_id: str
    mask: str = ""


@dataclass(frozen=True, slots=True)
class ReactAsked:
    """Add my reaction, or take it back where I gave it already."""

    op_id: str
    at: int
    message_id: str
    reaction: str


@dataclass(frozen=True, slots=True)
class JoinAsked:
    """Enter a room and open it."""

    op_id: str
    at: int
    scope: str


@dataclass(frozen=True, slots=True)
class LeaveAsked:
    """Leave a room."""

    op_id: str
    at: int
    scope: str


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """Set my presence."""

    op_id: str
    at: int
    status: Literal["online", "away", "busy", "offline"]


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """Show a room; one that is not known yet is a direct chat or is joined first."""

    op_id: str
    at: int
    scope: str


@dataclass(frozen=True, slots=True)
class ThreadOpened:
    """Show a thread beside the room; an empty id closes it."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Composing:
    """The user types in a composer, or stopped."""

    op_id: str
    at: int
    scope: str
    typing: bool


@dataclass(frozen=True, slots=True)
class DraftKept:
    """What stands in a composer."""

    scope: str
    thread: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The user saw a room up to this message."""

    op_id: str
    at: int
    scope: str
    message_id: str
    by_hand: bool = False
    """The user said so, and not only looked: what was marked as unread is read then."""


@dataclass(frozen=True, slots=True)
class UnreadAsked:
    """Count a room as unread from this message on."""

    message_id: str


@dataclass(frozen=True, slots=True)
class ResendAsked:
    """Send again what failed or is in doubt; `op_id` is that message's."""

    op_id: str
    at: int


@dataclass(frozen=True, slots=True)
class DiscardAsked:
    """Give up a message that failed, is queued or in doubt."""

    op_id: str


@dataclass(frozen=True, slots=True)
class OlderAsked:
    """Fetch the page before the oldest message that is loaded."""

    scope: str


@dataclass(frozen=True, slots=True)
class AttentionChanged:
    """The terminal gained or lost the focus."""

    attentive: bool


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """Connect now rather than when the countdown ends."""


Input = (
    Heard
    | LinkConnecting
    | LinkUp
    | LinkDown
    | LinkStopped
    | RoundTrip
    | LinkSilent
    | Written
    | Unsent
    | Unsendable
    | Tick
    | SessionOpened
    | HistoryLoaded
    | HistoryFailed
    | Verified
    | Unverified
    | Typed
    | EditAsked
    | DeleteAsked
    | RedactAsked
    | ReactAsked
    | JoinAsked
    | LeaveAsked
    | StatusAsked
    | RoomOpened
    | ThreadOpened
    | Composing
    | DraftKept
    | Seen
    | UnreadAsked
    | ResendAsked
    | DiscardAsked
    | OlderAsked
    | AttentionChanged
    | RetryAsked
    | CallInput
    | ArchiveInput
    | ServerInput
)
