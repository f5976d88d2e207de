"""What a client shows, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wschat_tui.state.model import Message, Room, State


def told(state: State) -> dict[str, Any]:
    """The rooms with all their rows, the outbox, and how things stand."""
    return {
        "phase": state.link.phase,
        "archive": state.archive,
        "outbox": [
            {"op": row.op_id, "scope": row.scope, "body": row.body, "phase": row.phase}
            for row in state.outbox
        ],
        "operations": [
            {
                "op": one.op_id,
                "verb": one.verb,
                "acked": one.acked,
                "unconfirmed": one.unconfirmed,
            }
            for one in state.operations.values()
        ],
        "rooms": {scope: _room(room) for scope, room in state.rooms.items()},
    }


def _room(room: Room) -> dict[str, Any]:
    return {
        "rows": [_row(one) for one in room.messages],
        "unread": room.unread,
        "last_read": room.last_read,
        "history": room.history,
        "hole": room.hole,
        "asked": room.asked,
        "drafts": dict(room.drafts.items()),
    }


def _row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "kind": message.kind,
        "author": message.author,
        "body": message.source,
        "text": message.body,
        "delivery": message.delivery,
        "redacted": message.redacted,
        "deleted": message.deleted,
        "reactions": {one.text: list(one.users) for one in message.reactions},
    }
