"""One row of a timeline, and the rows of one place. Records alone; `rows` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from wschat_tui.state.model import Message

EMPTY = "No messages here yet. Say hello."

RowKind = Literal["message", "day", "new", "event", "top"]
"""A message, a rule with the day, the rule above the first new message, something that happened,
and what is said above the oldest message."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One thing in the timeline. Compared by identity."""

    key: str
    """Stable while the row changes, also when the server names a message of mine."""
    kind: RowKind
    message: Message | None = None
    text: str = ""
    """What is said where it is no message."""
    name: str = ""
    """How the author is called; "you" for me."""
    clock: str = ""
    """The time of day in the local time zone."""
    day: int = 0
    """The local day, as `date.toordinal` counts; 0 where unknown."""
    grouped: bool = False
    """It goes on under the heading of the message above."""
    mine: bool = False
    readers: int = 0
    """How many others have read it, where it is mine."""
    replies: int = 0
    last_reply: str = ""
    """When the newest reply came, in words."""
    new_replies: int = 0
    in_thread: bool = False
    """A reply that stands in the room because its root is not loaded."""


class Basis(NamedTuple):
    """What rows depend on beside the messages and the names of their authors."""

    me: str
    today: int
    tz: tzinfo | None
    divider: str = ""
    history: str = ""
    title: str = ""
    refused: str = ""
    asked: str = ""
    newer: bool = False
    waiting: bool = False
    parted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of one place, oldest first, and what the place needs to be drawn."""

    scope: str
    """The room, or `thread:` and the root's id."""
    rows: tuple[Row, ...] = ()
    more: bool = False
    """Older messages can be fetched."""
    newer: bool = False
    """It is a stretch of the past: newer messages can be fetched, and the end of these is none."""
    waiting: bool = False
    """Unread messages are on their way: where to begin is not known yet."""
    parted: bool = False
    """Below the newest that was heard some may be missing."""
    unread: int = 0
    divider: str = ""
    """The first new message."""
    empty: str = EMPTY
    """What is said where there is no row."""
    me: str = ""
    """This user's id, whose reactions are marked."""
    called: frozenset[str] = frozenset()
    """Lower-case names that mean this user after an @."""
    messages: tuple[Message, ...] = ()
    """What the rows are made from."""
    basis: Basis | None = None
    receipts: object = None
    last_read: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Author → how they are called in these rows."""
    unsettled: bool = False
    """Some row depends on what comes later or is read: new replies, or a reply without its root."""
    pending: bool = False
    """The first new message is folded away: the rule stands above the next that is not."""


class Summary(NamedTuple):
    """What is folded under the root of a thread."""

    replies: int
    last: int | None
    new: int
