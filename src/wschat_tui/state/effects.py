"""What the state orders the world to do: frozen, so that a test reads as a dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.state.calls.call_effects import MediaOrder
from wschat_tui.state.history.archive_effects import ArchiveOrder

if TYPE_CHECKING:
    from wschat_tui.protocol.requests import Request
    from wschat_tui.state.model import Level


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send a request, when the link is up and the pace allows."""

    op_id: str
    request: Request


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Try to connect now."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell the user: one sentence, cleaned."""

    text: str
    level: Level = "information"
    scope: str = ""
    """The room it is about, where there is one."""
    bell: bool = False
    """Worth a sound: a mention, a direct message, a call."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Put text that could not be delivered back into the composer it came from."""

    scope: str
    text: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class ListRooms:
    """Ask the server for its networks."""


@dataclass(frozen=True, slots=True)
class ListMembers:
    """Ask the server who is in a network."""

    scope: str


@dataclass(frozen=True, slots=True)
class Recall:
    """Fetch a page of a room's past from the server."""

    scope: str
    cursor: str = ""
    before: str = ""
    """The oldest message that is loaded."""
    hole: str = ""
    """The message below which some may be missing; the page's input names it again."""
    pages: int = 1
    """Which page of a row of pages this is, on the way back to the hole."""
    hole_at: int | None = None
    """When the message of the hole was posted."""


@dataclass(frozen=True, slots=True)
class Verify:
    """Read a page of a room's past to see whether messages in doubt are there.

    Answered by `Verified` or `Unverified`.
    """

    scope: str
    check: str
    """Which look this is part of."""
    cursor: str = ""
    before: str = ""
    """The oldest message of the page before."""


Effect = (
    Transmit
    | Reconnect
    | Notify
    | GiveBack
    | ListRooms
    | ListMembers
    | Recall
    | Verify
    | MediaOrder
    | ArchiveOrder
)
