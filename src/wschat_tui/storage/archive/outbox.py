"""What is on its way, in the history: messages in their order, and other requests that wait."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from wschat_tui.protocol.requests import REQUESTS
from wschat_tui.state.model import Operation, Outgoing
from wschat_tui.storage.archive.sound import text

if TYPE_CHECKING:
    from wschat_tui.storage.archive.store import Store

_OUTGOING = frozenset(one.name for one in fields(Outgoing)) - {"op_id", "scope"}
_OPERATION = frozenset(one.name for one in fields(Operation)) - {"op_id", "request", "message_id"}
"""Fields without a column of their own."""

_HINTS: dict[type, dict[str, Any]] = {
    one: get_type_hints(one, localns={"Request": object}) for one in (Outgoing, Operation)
}
_MUST = {one.name for one in fields(Outgoing) if one.default is MISSING} & _OUTGOING


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
    """All messages on their way, in their order; one that cannot be read is left out."""
    found = store.connection.execute("select op_id, scope, kept from outgoing order by number")
    return tuple(one for row in found if (one := _outgoing(*map(text, row))) is not None)


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
    return tuple(one for row in found if (one := _operation(*map(text, row))) is not None)


def _written(record: Outgoing | Operation, names: frozenset[str]) -> str:
    kept = {name: getattr(record, name) for name in sorted(names)}
    return json.dumps(kept, ensure_ascii=False)


def _read(kept: str, record: type[Outgoing | Operation]) -> dict[str, Any] | None:
    """Fields that another version wrote and this one does not know are passed over.

    None where one is not of its type: somebody else wrote it.
    """
    try:
        found = json.loads(kept)
    except (ValueError, RecursionError):
        return None
    hints, names = _HINTS[record], _OUTGOING if record is Outgoing else _OPERATION
    if not isinstance(found, dict):
        return None
    read = {name: value for name, value in found.items() if name in names}
    fit = all(_fits(value, hints[name]) for name, value in read.items())
    return {name: _immutable(value) for name, value in read.items()} if fit else None


def _fits(value: object, hint: Any) -> bool:
    """Whether a value of JSON is one of this type."""
    origin, choices = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in choices
    if origin is tuple:
        return isinstance(value, list) and all(type(one) is choices[0] for one in value)
    if choices:
        return any(_fits(value, one) for one in choices)
    return type(value) is hint


def _immutable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _outgoing(op_id: str, scope: str, kept: str) -> Outgoing | None:
    read = _read(kept, Outgoing)
    return Outgoing(op_id, scope, **read) if read is not None and read.keys() >= _MUST else None


def _operation(op_id: str, kind: str, request: str, message: str, kept: str) -> Operation | None:
    model = REQUESTS.get(kind)
    read = _read(kept, Operation)
    if model is None or read is None or "verb" not in read:
        return None
    try:
        asked = model.model_validate_json(request)
    except ValueError:
        return None
    return Operation(op_id, request=asked, message_id=message, **read)
