"""What every payload of the wire shares: frozen, tolerant of keys it does not know, strict about those it does."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, StrictBool, StringConstraints

MAX_ID = 1024
"""Longest id, scope, room or user name accepted, in characters. Longer ones are malformed."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID)]
"""An opaque, non-empty identifier: a message, user, network or device id, a scope or a room."""

Word = Annotated[str, StringConstraints(max_length=MAX_ID)]
"""A short free text, such as a reason or a status this client does not know."""

Timestamp = Annotated[str, StringConstraints(max_length=64)]
"""RFC 3339, kept as text: a bad one is shown as unknown and never spoils its message."""

Flag = StrictBool
"""A JSON boolean; neither 0, 1 nor "true" stand in for one."""


class Payload(BaseModel):
    """The `data` of one envelope. Keys beyond the model are kept, written back, and ignored."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        populate_by_name=True,
        hide_input_in_errors=True,
        ser_json_inf_nan="null",
    )

    frame_type: ClassVar[str]
    """The envelope's `type`, as in the protocol's tables."""

    written_when_null: ClassVar[frozenset[str]] = frozenset()
    """Keys whose null has a meaning, so that it is written and not left out."""

    def to_wire(self) -> dict[str, Any]:
        """This payload as JSON-ready keys and values, without the nulls that say nothing.

        What was read is written back as it was, keys this model does not know included.
        """
        data = self.model_dump(mode="json", exclude_unset=True)
        for name, field in type(self).model_fields.items():
            value = data.setdefault(name, field.default)
            if value is None and name not in self.written_when_null:
                del data[name]
        return data
