"""Frames to envelopes and back. Reading never raises: a peer's nonsense becomes a value."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from wschat_tui.protocol.dialects import STANDARD, Dialect, Path, Places
from wschat_tui.protocol.envelopes import Open, reader_for
from wschat_tui.protocol.events import (
    EVENTS,
    Ack,
    ErrorReply,
    Event,
    MalformedMessage,
    UnknownMessage,
)
from wschat_tui.protocol.limits import MAX_BODY, MAX_FRAME_OUT, MAX_OP_ID, MAX_TYPE
from wschat_tui.protocol.requests import REQUESTS, PresencePing, Request
from wschat_tui.protocol.surrogates import mended
from wschat_tui.protocol.wire import Payload, finite

__all__ = [
    "MAX_BODY",
    "MAX_FRAME_OUT",
    "MAX_OP_ID",
    "Incoming",
    "Received",
    "decode_events",
    "decode_requests",
    "encode",
]

Incoming = Request | Event | UnknownMessage | MalformedMessage


class Received(NamedTuple):
    """One envelope as it was read."""

    op_id: str | None
    """The operation it names; None where it names none."""
    payload: Incoming
    """Its data as a model, or what it is instead."""
    raw: str
    """The line as received; bytes that are not UTF-8 are replaced by U+FFFD."""

    def __repr__(self) -> str:
        """Show all but the line, which can hold tokens."""
        return f"Received(op_id={self.op_id!r}, payload={self.payload!r})"


def decode_events(frame: str | bytes) -> list[Received]:
    """Read a server's frame, in whatever dialect: one item for each envelope in it, in order.

    A frame is one JSON object, or several joined by newlines; blank lines are skipped and a bad
    line does not spoil its neighbours. A binary frame is read when it is UTF-8. Of a key that is
    there twice the last counts.
    """
    return _decoded(frame, _read_event, EVENTS)


def decode_requests(frame: str | bytes) -> list[Received]:
    """Read a client's frame, by the same rules."""
    return _decoded(frame, _read_request, REQUESTS)


def encode(payload: Request | Event, op_id: str | None = None, dialect: Dialect = STANDARD) -> str:
    """Write one envelope, on one line, as `dialect` spells it."""
    envelope: Open = {"type": payload.frame_type}
    if op_id is not None:
        envelope["op_id"] = op_id
    # By type and not by isinstance, which costs as much as the writing: the models are ABCs.
    _WRITERS.get(type(payload), _write_data)(envelope, payload, dialect)
    return to_json(envelope, exclude_none=True, inf_nan_mode="null").decode()


_EVENT_TYPES = frozenset(EVENTS.values())
_read_event = reader_for(EVENTS).validate_json
_read_request = reader_for(REQUESTS).validate_json


def _decoded(
    frame: str | bytes, read: Callable[[bytes], Any], known: Mapping[str, type[Payload]]
) -> list[Received]:
    """Split on the newline byte alone: a JSON string may hold U+2028 and its like, never that."""
    whole = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    found = []
    for line in whole.split(b"\n"):
        if not line.strip():
            continue
        raw = line.decode("utf-8", "replace")
        try:
            envelope = read(line)
        except ValidationError as error:
            found.append(_mended(line, raw, error, read, known))
        else:
            read_as = (envelope.get("op_id") or None, envelope["data"], raw)
            # The same as Received(*read_as), for half its price; no other line here runs as often.
            found.append(tuple.__new__(Received, read_as))
    return found


def _mended(
    line: bytes,
    raw: str,
    error: ValidationError,
    read: Callable[[bytes], Any],
    known: Mapping[str, type[Payload]],
) -> Received:
    """What else a line may be: one with half a character in it is worth reading without."""
    whole = mended(line)
    if whole == line:
        return _unread(line, raw, error, known)
    try:
        envelope = read(whole)
    except ValidationError as problem:
        return _unread(whole, raw, problem, known)
    return Received(envelope.get("op_id") or None, envelope["data"], raw)


def _unread(
    line: bytes, raw: str, error: ValidationError, known: Mapping[str, type[Payload]]
) -> Received:
    """Say what a line is that no model reads: of a type that no table names, or nonsense."""
    try:
        document = finite(from_json(line))
    except ValueError as problem:
        return _malformed(raw, "", f"The line is not JSON: {problem}.")
    if not isinstance(document, dict):
        return _malformed(raw, "", "The line is JSON, but not an object.")
    kind, op_id = document.get("type"), document.get("op_id")
    if not isinstance(kind, str) or not 0 < len(kind) <= MAX_TYPE:
        return _malformed(raw, "", "The envelope has no 'type', or one that is no short text.")
    if op_id is not None and (not isinstance(op_id, str) or len(op_id) > MAX_OP_ID):
        return _malformed(raw, kind, "The 'op_id' is not a short text.")
    if kind not in known:
        return Received(op_id or None, UnknownMessage(kind, document.get("data")), raw)
    return _malformed(raw, kind, *_reasons(error), op_id=op_id or None)


def _reasons(error: ValidationError) -> tuple[str, ...]:
    """One sentence for each of the first things that are wrong, from the envelope inwards."""
    return tuple(
        f"{'.'.join(map(str, item['loc'][1:])) or 'envelope'}: {item['msg']}."
        for item in error.errors(include_url=False, include_context=False, include_input=False)[:8]
    )


def _malformed(raw: str, kind: str, *reasons: str, op_id: str | None = None) -> Received:
    return Received(op_id, MalformedMessage(kind, reasons), raw)


def _write_data(envelope: Open, payload: Any, dialect: Dialect) -> None:
    tables = dialect.events if type(payload) in _EVENT_TYPES else dialect.requests
    places = tables.get(payload.frame_type)
    if places is not None:
        envelope["data"] = _placed(payload.to_wire(), places, keep_others=dialect.keeps_unknown)
    elif payload.model_extra or payload.written_when_null:
        envelope["data"] = payload.to_wire()
    else:
        envelope["data"] = payload


def _write_ack(envelope: Open, ack: Ack, dialect: Dialect) -> None:
    if dialect.replies_in_data:
        inside = {"op_id": envelope.get("op_id"), "data": ack.data}
        envelope["data"] = {**(ack.model_extra or {}), **inside}
    elif ack.data is not None:
        envelope["data"] = ack.data


def _write_error(envelope: Open, error: ErrorReply, dialect: Dialect) -> None:
    envelope["data" if dialect.replies_in_data else "error"] = error.to_wire()


def _write_ping(envelope: Open, ping: PresencePing, dialect: Dialect) -> None:
    """A ping has no data, unless a newer peer gave it some."""
    if ping.model_extra:
        _write_data(envelope, ping, dialect)


_WRITERS: Mapping[type, Callable[[Open, Any, Dialect], None]] = MappingProxyType(
    {Ack: _write_ack, ErrorReply: _write_error, PresencePing: _write_ping}
)
"""The types that are not written by their own keys alone."""


def _placed(data: dict[str, Any], places: Places, *, keep_others: bool) -> dict[str, Any]:
    placed: dict[str, Any] = {}
    for key, path in places.items():
        if key in data:
            _put(placed, path, data[key])
    others = {key: value for key, value in data.items() if key not in places}
    return {**others, **placed} if keep_others else placed


def _put(target: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        target = target.setdefault(step, {})
    target[path[-1]] = value
