"""Frames to envelopes and back. Reading never raises on what a peer sent: nonsense becomes a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from wschat_tui.protocol.dialects import STANDARD, Dialect, Path
from wschat_tui.protocol.events import (
    EVENTS,
    Ack,
    ErrorReply,
    Event,
    MalformedMessage,
    UnknownMessage,
)
from wschat_tui.protocol.requests import REQUESTS, PresencePing, Request

MAX_FRAME_OUT = 512 * 1024
"""Bytes of the largest frame a deployed server reads."""

MAX_BODY = 4096
"""Bytes of UTF-8 of the longest message body a deployed server takes."""

MAX_OP_ID = 256
"""Characters of the longest op_id that is read."""

_REQUEST_TYPES = frozenset(REQUESTS.values())

Incoming = Request | Event | UnknownMessage | MalformedMessage


@dataclass(frozen=True, slots=True)
class Received:
    """One envelope as it was read."""

    op_id: str | None
    payload: Incoming
    raw: str
    """The line as received."""


class Envelope(NamedTuple):
    """The keys around a payload, before it is validated."""

    type: str
    op_id: str | None
    data: Any
    error: Any


def decode_events(frame: str | bytes) -> list[Received]:
    """Read a server's frame: one item for each envelope in it, in order.

    A frame is one JSON object, or several joined by newlines; blank lines are skipped and a bad
    line does not spoil its neighbours. A binary frame is read when it is UTF-8.
    """
    return [_read(line, EVENTS) for line in _lines(frame)]


def decode_requests(frame: str | bytes) -> list[Received]:
    """Read a client's frame, by the same rules."""
    return [_read(line, REQUESTS) for line in _lines(frame)]


def encode(payload: Request | Event, op_id: str | None = None, dialect: Dialect = STANDARD) -> str:
    """Write one envelope, on one line, as `dialect` spells it."""
    envelope: dict[str, Any] = {"type": payload.frame_type}
    if op_id is not None:
        envelope["op_id"] = op_id
    if isinstance(payload, Ack):
        envelope |= _written_ack(payload, op_id, dialect)
    elif isinstance(payload, ErrorReply):
        envelope["data" if dialect.replies_in_data else "error"] = payload.to_wire()
    elif not isinstance(payload, PresencePing) or payload.model_extra:
        envelope["data"] = _placed(payload, dialect)
    return to_json(envelope, inf_nan_mode="null").decode()


def _lines(frame: str | bytes) -> Iterator[bytes]:
    """Split on the newline byte alone: JSON strings may hold U+2028 and its like, never a raw newline."""
    whole = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    return (line for line in whole.split(b"\n") if line and not line.isspace())


def _read(line: bytes, models: Mapping[str, type[BaseModel]]) -> Received:
    raw = line.decode("utf-8", "replace")
    try:
        document = from_json(line, allow_inf_nan=False)
    except ValueError as error:
        return _malformed(raw, "", f"The line is not JSON: {error}.")
    if not isinstance(document, dict):
        return _malformed(raw, "", "The line is JSON, but not an object.")
    return _opened(raw, document, models)


def _opened(raw: str, document: dict[str, Any], models: Mapping[str, type[BaseModel]]) -> Received:
    kind, op_id = document.get("type"), document.get("op_id")
    if not isinstance(kind, str) or not kind:
        return _malformed(raw, "", "The envelope has no 'type'.")
    if op_id is not None and (not isinstance(op_id, str) or len(op_id) > MAX_OP_ID):
        return _malformed(raw, kind, "The 'op_id' is not a short text.")
    model = models.get(kind)
    envelope = _unwrapped(
        Envelope(kind, op_id or None, document.get("data"), document.get("error"))
    )
    if model is None:
        return Received(envelope.op_id, UnknownMessage(kind, envelope.data), raw)
    try:
        payload = model.__pydantic_validator__.validate_python(envelope.data or {})
    except ValidationError as error:
        return _malformed(raw, kind, *_reasons(error), op_id=envelope.op_id)
    return Received(envelope.op_id, payload, raw)


def _unwrapped(envelope: Envelope) -> Envelope:
    """Bring both shapes of `ack` and `error` to one: op_id outside, the payload's keys in `data`."""
    data = envelope.data
    if envelope.type == "ack":
        if isinstance(data, dict) and isinstance(data.get("op_id"), str):
            return envelope._replace(op_id=data["op_id"] or envelope.op_id, data=_but_op_id(data))
        return envelope._replace(data={"data": data})
    if envelope.type == "error":
        if isinstance(envelope.error, dict):
            return envelope._replace(data=envelope.error)
        if isinstance(data, dict) and isinstance(data.get("op_id"), str):
            return envelope._replace(op_id=data["op_id"] or envelope.op_id, data=_but_op_id(data))
    return envelope


def _but_op_id(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "op_id"}


def _reasons(error: ValidationError) -> tuple[str, ...]:
    return tuple(
        f"{'.'.join(map(str, item['loc'])) or 'data'}: {item['msg']}."
        for item in error.errors(include_url=False, include_context=False, include_input=False)[:8]
    )


def _malformed(raw: str, kind: str, *reasons: str, op_id: str | None = None) -> Received:
    return Received(op_id, MalformedMessage(kind, reasons), raw)


def _written_ack(ack: Ack, op_id: str | None, dialect: Dialect) -> dict[str, Any]:
    if not dialect.replies_in_data:
        return {} if ack.data is None else {"data": ack.data}
    return {"data": {"op_id": op_id, "data": ack.data, **(ack.model_extra or {})}}


def _placed(payload: Request | Event, dialect: Dialect) -> dict[str, Any]:
    tables = dialect.requests if type(payload) in _REQUEST_TYPES else dialect.events
    data, places = payload.to_wire(), tables.get(payload.frame_type)
    if places is None:
        return data
    placed: dict[str, Any] = {}
    for key, value in data.items():
        if key in places:
            _put(placed, places[key], value)
        elif dialect.keeps_unknown:
            placed[key] = value
    return placed


def _put(target: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        target = target.setdefault(step, {})
    target[path[-1]] = value
