"""The envelope around a payload: one compiled schema a direction reads a line in one pass."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, core_schema

from wschat_tui.protocol.limits import MAX_OP_ID
from wschat_tui.protocol.wire import Payload, finite

Open = dict[str, Any]
"""An envelope as parsed: nobody else holds it, so it is changed in place."""


def reader_for(models: Mapping[str, type[Payload]]) -> SchemaValidator:
    """Make the reader of one direction, by `type`.

    Its `validate_json` gives a dict with the payload at `data` and, if there is one, the `op_id`.
    """
    envelopes = {kind: _envelope(model) for kind, model in models.items()}
    return SchemaValidator(core_schema.tagged_union_schema(envelopes, discriminator="type"))


def _envelope(model: type[Payload]) -> CoreSchema:
    field = core_schema.typed_dict_field
    op_id = core_schema.nullable_schema(core_schema.str_schema(max_length=MAX_OP_ID))
    schema = core_schema.typed_dict_schema(
        {
            "type": field(core_schema.any_schema()),
            "op_id": field(op_id, required=False),
            "data": field(model.__pydantic_core_schema__),
        },
        extra_behavior="allow",
        extras_schema=_JSON,
    )
    reshape = _SHAPES.get(model.frame_type)
    return core_schema.no_info_before_validator_function(reshape, schema) if reshape else schema


def _one_ack(envelope: Open) -> Open:
    """Bring both shapes of `ack` to one: the op_id outside, what the operation gave in `data`."""
    if _holds_op_id(envelope):
        return _with_op_id_outside(envelope)
    envelope["data"] = {"data": envelope.get("data")}
    return envelope


def _one_error(envelope: Open) -> Open:
    """Bring both shapes of `error` to one: the op_id outside, code and message in `data`."""
    if isinstance(envelope.get("error"), dict):
        envelope["data"] = envelope["error"]
    return _with_op_id_outside(envelope) if _holds_op_id(envelope) else envelope


def _with_data(envelope: Open) -> Open:
    """Give an envelope that needs no data the empty data that its payload is read from."""
    if envelope.get("data") is None:
        envelope["data"] = {}
    return envelope


def _holds_op_id(envelope: Open) -> bool:
    """Tell whether `data` names the operation: with no op_id outside to contradict it."""
    data, outside = envelope.get("data"), envelope.get("op_id")
    if not isinstance(data, dict) or "op_id" not in data:
        return False
    return outside is None or outside == "" or data["op_id"] in (outside, None)


def _with_op_id_outside(envelope: Open) -> Open:
    inside = envelope["data"].pop("op_id")
    envelope["op_id"] = envelope.get("op_id") or inside
    return envelope


_JSON = core_schema.no_info_after_validator_function(finite, core_schema.any_schema())

_SHAPES: Mapping[str, Callable[[Open], Open]] = MappingProxyType(
    {"ack": _one_ack, "error": _one_error, "presence.ping": _with_data}
)
"""The types that are met in more than one shape, and what brings each to the one that is read."""
