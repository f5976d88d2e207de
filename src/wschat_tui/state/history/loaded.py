"""Searching what is loaded, where nothing is kept on a disk. Pure."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from wschat_tui.state.history.query import Found, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wschat_tui.state.history.query import Query
    from wschat_tui.state.model import Message, State


def find_loaded(state: State, query: Query, limit: int = 50) -> Found:
    """The newest loaded messages that fit, in one page."""
    fitting = (Hit((one.at or 0) << 20, one) for one in _messages(state) if _fits(one, query))
    hits = sorted(fitting, key=lambda hit: hit.row, reverse=True)
    return Found(tuple(islice(hits, limit)), cut=len(hits) > limit)


def _messages(state: State) -> Iterator[Message]:
    for room in state.rooms.values():
        yield from (one for one in room.messages if one.named and not one.deleted)


def _fits(message: Message, query: Query) -> bool:
    at = message.at or 0
    return (
        (not query.scope or message.scope == query.scope)
        and (not query.authors or message.author in query.authors)
        and (query.since is None or at >= query.since)
        and (query.until is None or at < query.until)
        and ("attachment" not in query.has or bool(message.attachments))
        and ("reaction" not in query.has or bool(message.reactions))
        and query.finds(message.body, [one.name for one in message.attachments])
    )
