"""Messages of mine that the server may have: what in its history may be one of them.

A server keeps no word of ours beside a message, so that content, place and time have to tell
(SECURITY.md section 7). Where they do not tell for certain, the user is asked.
"""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wschat_tui.state.model import Message, Outgoing

CLOCK_SLACK = 5_000
"""Milliseconds by which the server's clock may be behind mine, as far as it is known."""

LATEST = 600_000
"""Milliseconds after which a message that was written does not arrive any more."""

NEAR = 600_000
"""Milliseconds within which another device of mine is at work, where it posted something."""

DAY = 86_400_000
"""Milliseconds by which no two clocks differ."""

_MASKS = frozenset("*#█■•-_ ")
_CUT = 64
"""Characters that a body keeps at least where a server cuts it."""

Likeness = Literal["same", "like", "none"]
"""same: what was sent, to the letter; like: what a server may have made of it."""


@dataclass(frozen=True, slots=True)
class Check:
    """A look at the history of a room, for messages in doubt."""

    scope: str
    name: str
    """Which look it is: pages of an earlier one are not its own."""
    rows: tuple[str, ...]
    """The op_ids of the messages that it is for."""
    begun_at: int
    due: int | None
    """When the next page is asked for; None while one is on its way."""
    witness: str = ""
    """The newest message that is known: a history that lacks it lags behind."""
    pages: int = 0
    seen: tuple[Message, ...] = ()
    """What of the pages so far may matter, oldest first."""
    skipped: int = 0
    """Rows of the pages so far that could not be read: each may be one that is looked for."""


def likeness(row: Outgoing, message: Message) -> Likeness:
    """How much a message of the same room and author is the one that a row has sent."""
    if message.deleted or message.redacted or message.edited:
        return "like"
    parts = (message.source, message.parent_id, len(message.attachments))
    if parts == (row.body, row.parent_id, len(row.attachments)):
        return "same"
    return "like" if _made_of(message.source, row.body) else "none"


def same_words(row: Outgoing, other: Outgoing) -> bool:
    """What was sent of one cannot be told from what was sent of the other."""
    parts = (row.scope, row.body, row.parent_id, len(row.attachments))
    return parts == (other.scope, other.body, other.parent_id, len(other.attachments))


def within(row: Outgoing, at: int | None) -> bool:
    """A message of that time, by the server's clock, is likely to be a row's."""
    begun = row.since or 0
    return at is None or begun - CLOCK_SLACK <= at <= max(begun, row.sent_at or 0) + LATEST


def below(row: Outgoing, seen: Sequence[Message]) -> list[Message]:
    """What stands below the newest message that the server had before a row was handed over."""
    ids = [message.id for message in seen]
    return list(seen[ids.index(row.after) + 1 :] if row.after in ids else seen)


def foreign(row: Outgoing, me: str, known: Iterable[Message], anchor: Message | None) -> bool:
    """Another device of mine posts in the same room: the same words may be its own.

    known: messages of the room, newest first.
    """
    begun = row.since or 0
    oldest = (anchor.at or 0) if anchor is not None else begun - CLOCK_SLACK
    for message in known:
        if message.at is None:
            continue
        if message.at < begun - NEAR:
            return False
        mine = message.author == me and message.kind == "chat" and message.named
        candidate = likeness(row, message) != "none" and message.at >= oldest
        if mine and not message.op_id and not candidate and message.at <= begun + NEAR:
            return True
    return False


def _made_of(told: str, body: str) -> bool:
    """A server may trim, escape, mask or cut what it is given."""
    if _plain(told) == _plain(body):
        return True
    if len(told) == len(body):
        return all(one == other or one in _MASKS for one, other in zip(told, body, strict=True))
    return len(told) >= _CUT and body.startswith(told.rstrip(".… "))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return "".join(one for one in folded if one.isalnum()) or "".join(folded.split())
