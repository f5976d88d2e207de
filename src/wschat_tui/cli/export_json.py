"""The history as one JSON array, one message a line, so that `jq` and `grep` can read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wschat_tui.state.model import Message, State
    from wschat_tui.storage.archive.reader import HistoryReader


def lines(history: HistoryReader, _state: State, scope: str) -> Iterator[str]:
    """The array; all of it is ASCII, so that no terminal obeys a part of it."""
    yield "["
    before = ""
    for message in history.messages(scope):
        if before:
            yield f"{before},"
        before = _written(record(history, message))
    if before:
        yield before
    yield "]"


def record(history: HistoryReader, message: Message) -> dict[str, Any]:
    """What is kept of a message; times are milliseconds since the Unix epoch."""
    kept: dict[str, Any] = {
        "id": message.id,
        "scope": message.scope,
        "user_id": message.author,
        "at": message.at,
        "body": message.body,
    }
    if message.parent_id:
        kept["parent_id"] = message.parent_id
    if message.attachments:
        kept["attachments"] = [
            {"url": one.url, "name": one.name, "size": one.size, "type": one.content_type}
            for one in message.attachments
        ]
    if message.reactions:
        kept["reactions"] = [
            {"reaction": one.text, "user_ids": list(one.users)} for one in message.reactions
        ]
    if message.edited:
        earlier = history.earlier(message.id)
        kept["earlier"] = [{"body": one.body, "until": one.until} for one in earlier]
    for mark in ("edited", "deleted", "redacted"):
        if getattr(message, mark):
            kept[mark] = True
    return kept


def _written(kept: dict[str, Any]) -> str:
    return json.dumps(kept).replace("\x7f", "\\u007f")
