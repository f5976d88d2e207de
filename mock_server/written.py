"""A message as the wire writes it: the spec's `ChatMessage` object."""

from typing import Any

from mock_server.clock import rfc3339
from mock_server.records import Message


def written(message: Message) -> dict[str, Any]:
    """The spec's keys; what a message does not have is left out."""
    optional = {
        "parent_id": message.parent_id,
        "attachments": list(message.attachments) or None,
        "redacted": message.redacted or None,
        "deleted_at": message.deleted_at and rfc3339(message.deleted_at),
        "edited_at": message.edited_at and rfc3339(message.edited_at),
    }
    return {
        "id": message.id,
        "scope": message.scope,
        "user_id": message.user_id,
        "body": message.body,
        "created_at": rfc3339(message.created_at),
        **{key: value for key, value in optional.items() if value is not None},
    }
