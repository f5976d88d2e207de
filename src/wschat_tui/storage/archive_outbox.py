"""What is on its way, in the history: messages in their order, and other requests that wait."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from wschat_tui.protocol.requests import REQUESTS
from wschat_tui.state.model import Operation, Outgoing

if TYPE_CHECKING:
    from wschat_tui.storage.archive_store import Store

_OUTGOING = frozenset(one.name for one in fields(Outgoing)) - {"op_id", "scope"}
_OPERATION = frozenset(one.name for one in fields(Operation)) - {"op_id", "request", "message_id"}
"""Fields without a column of their own."""


def keep_outgoing(store: Store, row: Outgoing) -> None:
    """Store a message on its way; one that is there keeps its turn."""
    store.connection.execute(
        "insert into outgoing (op_id, scope, kept) values (?, ?, ?)"
        " on conflict (op_id) do update set scope = excluded.scope, kept = excluded.kept",
        (row.op_id, row.scope, _written(row, _OUTGOING)),
    )


def drop_outgoing(store: Store, op_id: str) -> None:
    """A message is on its way no more."""
    store.connection.execute("delete from outgoing where op_id = ?", (op_id,))


def outbox(store: Store) -> tuple[Outgoing, ...]:
    """All messages on their way, in their order."""
    found = store.connection.execute("select op_id, scope, kept from outgoing order by number")
    return tuple(_outgoing(*row) for row in found)


def keep_operation(store: Store, operation: Operation) -> None:
    """Store a request that waits."""
    request = operation.request
    store.connection.execute(
        "insert or replace into operation values (?, ?, ?, ?, ?)",
        (
            operation.op_id,
            request.frame_type,
            json.dumps(request.to_wire(), ensure_ascii=False),
            operation.message_id,
            _written(operation, _OPERATION),
        ),
    )


def drop_operation(store: Store, op_id: str) -> None:
    """A request waits no more."""
    store.connection.execute("delete from operation where op_id = ?", (op_id,))


def operations(store: Store) -> tuple[Operation, ...]:
    """All requests that wait; one that this version cannot read is left out."""
    found = store.connection.execute(
        "select op_id, kind, request, message, kept from operation order by op_id"
    )
    return tuple(one for row in found if (one := _operation(*row)) is not None)


def _written(record: Outgoing | Operation, names: frozenset[str]) -> str:
    kept = {name: getattr(record, name) for name in sorted(names)}
    return json.dumps(kept, ensure_ascii=False)


def _read(kept: str, names: frozenset[str]) -> dict[str, Any]:
    """Fields that another version wrote and this one does not know are passed over."""
    return {name: value for name, value in json.loads(kept).items() if name in names}


def _outgoing(op_id: str, scope: str, kept: str) -> Outgoing:
    read = _read(kept, _OUTGOING)
    return Outgoing(op_id, scope, **read | {"attachments": tuple(read["attachments"])})


def _operation(op_id: str, kind: str, request: str, message: str, kept: str) -> Operation | None:
    model = REQUESTS.get(kind)
    if model is None:
        return None
    try:
        asked = model.model_validate_json(request)
    except ValueError:
        return None
    return Operation(op_id, request=asked, message_id=message, **_read(kept, _OPERATION))
