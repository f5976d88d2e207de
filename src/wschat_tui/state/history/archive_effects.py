"""What the state orders of the archive: what to keep on disk, and what to read from it.

Orders are carried out in their order. What a turn kept is on disk before a `chat.send` of that turn
is handed to the link (SECURITY.md section 7: written down before it is sent).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rpds import HashTrieMap

if TYPE_CHECKING:
    from wschat_tui.state.model import Late, Message, Operation, Outgoing, Person

Way = Literal["newest", "older", "newer", "around"]
"""Which page of a room: its end, or beside a message, or with a message in its middle."""


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """What is kept of a room beside its messages."""

    scope: str
    title: str = ""
    joined: bool = False
    last_read: str = ""
    held: bool = False
    receipts: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    """User → the message up to which that user has read."""
    complete: bool = False
    """The server has nothing older than what was kept."""
    hole: str = ""
    """The message below which some may be missing."""


@dataclass(frozen=True, slots=True)
class KeepMessages:
    """Store messages, new or changed, each whole; a body that an edit replaces is kept beside it.

    A redacted or deleted one is scrubbed: its body, its earlier bodies, its words in the index.
    """

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class DropMessages:
    """These are gone for good: nothing of them stays."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderMessages:
    """The server has messages of the same millisecond in this order."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amend:
    """Something happened to a message that is not loaded; where it is kept, it changes there.

    Answered by `Amended` where it was kept.
    """

    change: Late
    me: str = ""


@dataclass(frozen=True, slots=True)
class KeepRoom:
    """Store what is known of a room."""

    room: RoomRecord


@dataclass(frozen=True, slots=True)
class DropRoom:
    """A room is listed no more; its messages stay."""

    scope: str


@dataclass(frozen=True, slots=True)
class KeepPerson:
    """Store a user's name and role."""

    person: Person


@dataclass(frozen=True, slots=True)
class KeepPlace:
    """Store who I am, as far as that is known, and which room is open."""

    me: str
    focus: str


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """Store what stands in a composer; an empty text takes it away."""

    scope: str
    thread: str
    text: str


@dataclass(frozen=True, slots=True)
class KeepOutgoing:
    """Store a message on its way, as durably as the disk can; a new one comes last."""

    row: Outgoing
    emptied: bool = False
    """The composer that it was typed in is empty from here on: with it, and not before or after."""


@dataclass(frozen=True, slots=True)
class DropOutgoing:
    """A message is on its way no more."""

    op_id: str


@dataclass(frozen=True, slots=True)
class KeepOperation:
    """Store an edit, a deletion or the like that waits, to be asked again after a restart."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class DropOperation:
    """An operation waits no more."""

    op_id: str
    light: bool = False
    """It may be asked again after a power loss: a read mark, of which the last one counts."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Read messages of a room from disk; answered by `PageRead`."""

    scope: str
    way: Way
    anchor: str = ""
    """The message beside which, or around which, the page lies; `gaps.START`: above all."""
    limit: int = 200
    """How many at most. 0: only what counts as unread above the anchor is asked for."""


@dataclass(frozen=True, slots=True)
class ReadThread:
    """Read a thread from disk; answered by `ThreadRead`."""

    scope: str
    root: str


ArchiveOrder = (
    KeepMessages
    | DropMessages
    | OrderMessages
    | Amend
    | KeepRoom
    | DropRoom
    | KeepPerson
    | KeepPlace
    | KeepDraft
    | KeepOutgoing
    | DropOutgoing
    | KeepOperation
    | DropOperation
    | ReadPage
    | ReadThread
)
