"""What is left on the disks of a run: the server's, and each client's."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.chaos.outcome import Stored

_MESSAGES = "SELECT id, scope, user_id, body, redacted, deleted_at FROM messages ORDER BY seq"

_KEPT = (
    "SELECT scope, id, kind, body, source, redacted, deleted, reactions"
    " FROM message JOIN room ON room.number = message.room ORDER BY row"
)


def on_server(file: Path, typed: Mapping[str, str]) -> list[Stored]:
    """The server's messages in their order. typed: id → what was typed, of what was changed."""
    connection = sqlite3.connect(file)
    given: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for message, reaction, user in connection.execute(
        "SELECT message_id, reaction, user_id FROM reactions"
    ):
        given[message].add((reaction, user))
    stored = [
        Stored(
            one,
            scope,
            user,
            typed.get(one, body),
            body,
            bool(redacted),
            deleted is not None,
            frozenset(given[one]),
        )
        for one, scope, user, body, redacted, deleted in connection.execute(_MESSAGES)
    ]
    connection.close()
    return stored


def marks(file: Path) -> dict[tuple[str, str], str]:
    """The server's read marks: (scope, user) → message."""
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT scope, user_id, message_id FROM marks").fetchall()
    connection.close()
    return {(scope, user): message for scope, user, message in rows}


def on_client(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Scope → the rows of a client's history in their order, as `telling` tells those it shows."""
    if not file.exists():
        return {}
    kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
    connection = sqlite3.connect(file)
    for scope, one, kind, body, source, redacted, deleted, reactions in connection.execute(_KEPT):
        row = {
            "id": one,
            "kind": ("chat", "call", "gap")[kind],
            "body": body if source is None else source,
            "text": body,
            "redacted": bool(redacted),
            "deleted": bool(deleted),
            "reactions": {text: users for text, *users in json.loads(reactions or "[]")},
        }
        kept[scope].append(row)
    connection.close()
    return dict(kept)
