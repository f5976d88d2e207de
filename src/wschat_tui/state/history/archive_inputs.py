"""What the archive tells the state: what was kept before this run, and pages of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wschat_tui.state.history.archive_effects import RoomRecord, Way
    from wschat_tui.state.model import Late, Message, Operation, Outgoing, Person


@dataclass(frozen=True, slots=True)
class RoomKept:
    """A room as it was kept, with its newest messages."""

    room: RoomRecord
    messages: tuple[Message, ...]
    """Oldest first."""
    above: bool
    """The disk has older ones."""
    unread: int
    """What counts as unread above the oldest of `messages`."""
    mentions: int
    """How many of those mention me."""
    drafts: tuple[tuple[str, str], ...] = ()
    """Thread root, or "" for the room itself, and what is typed there."""
    parted: bool = False
    """A row of what may be missing stands among what counts as unread there."""


@dataclass(frozen=True, slots=True)
class ArchiveOpened:
    """The archive is open. It comes once, before the link begins, and after `SessionOpened`."""

    at: int
    rooms: tuple[RoomKept, ...] = ()
    people: tuple[Person, ...] = ()
    outbox: tuple[Outgoing, ...] = ()
    """In the order in which they are to go out."""
    operations: tuple[Operation, ...] = ()
    focus: str = ""
    """The room that was open last."""
    writable: bool = True
    """Else another client of this profile writes, and this one reads."""
    word: str = ""
    """What became of a file that could not be read, where there was one."""


@dataclass(frozen=True, slots=True)
class ArchiveFailed:
    """Nothing more is kept in this run; the sentence says why, and what to do."""

    sentence: str


@dataclass(frozen=True, slots=True)
class ArchiveMended:
    """The file broke in this run. Another stands in for it; all goes on being kept."""

    kept: ArchiveOpened
    """What could be read of the broken one; its `word` says what became of that."""


@dataclass(frozen=True, slots=True)
class ArchiveStalled:
    """What is new waits in memory: the disk is full, say. An empty sentence: all is kept again."""

    sentence: str


@dataclass(frozen=True, slots=True)
class OutgoingUnkept:
    """A message could not be written to the disk: it is given back, and not sent."""

    op_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page of a room from disk; empty where the anchor is not kept."""

    scope: str
    way: Way
    anchor: str
    messages: tuple[Message, ...]
    """Oldest first; for "older" and "newer" without the anchor."""
    above: bool
    """The disk has older ones."""
    below: bool
    """The disk has newer ones."""
    unread: int = 0
    """What counts as unread above the first of `messages`; above the anchor where a page of none
    was asked for."""
    mentions: int = 0
    last_read: str = ""
    """The read mark that `unread` was counted from."""
    parted: bool = False
    """A row of what may be missing stands in what was counted, so that there may be more."""


@dataclass(frozen=True, slots=True)
class ThreadRead:
    """A thread from disk: its root, where it is kept, and its replies, oldest first."""

    scope: str
    root: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Amended:
    """A kept message as it is after an `Amend`; None where it is gone."""

    scope: str
    message_id: str
    message: Message | None
    change: Late | None = None
    """What happened to it, as it was ordered."""
    last_read: str = ""
    """How far the room is read now: where the mark was at what is gone, the message above it."""


# ---- the user


@dataclass(frozen=True, slots=True)
class NewerAsked:
    """Show what comes below the past that is shown."""

    scope: str


@dataclass(frozen=True, slots=True)
class NewestAsked:
    """Show the end of a room again."""

    scope: str


@dataclass(frozen=True, slots=True)
class AroundAsked:
    """Show a message in its place, wherever in the past that is."""

    op_id: str
    at: int
    scope: str
    message_id: str


@dataclass(frozen=True, slots=True)
class GapAsked:
    """Ask the server again for what may be missing at a row that says so."""

    gap: str
    """The row's id."""


ArchiveInput = (
    ArchiveOpened
    | ArchiveFailed
    | ArchiveMended
    | ArchiveStalled
    | OutgoingUnkept
    | PageRead
    | ThreadRead
    | Amended
    | NewerAsked
    | NewestAsked
    | AroundAsked
    | GapAsked
)
