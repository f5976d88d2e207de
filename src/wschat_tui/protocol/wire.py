"""What every payload shares: frozen, tolerant of unknown keys, strict about the known ones."""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from wschat_tui.protocol.limits import MAX_ID, MAX_TIMESTAMP


def finite(value: Any) -> Any:
    """Give back what JSON can say.

    JSON has neither NaN nor infinities, but the parser takes them, and reads 1e999 as one. Whatever
    is kept without a model passes here, so that all that was read can be written again.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            continue
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
        elif isinstance(one, float) and not isfinite(one):
            raise PydanticCustomError("finite", "it holds NaN or an infinite number")
    return value


def _said(text: str) -> str | None:
    return text or None


Json = Annotated[Any, AfterValidator(finite)]
"""Any JSON value, kept as it came."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID)]
"""An opaque, non-empty identifier: a message, user, network or device id, a scope or a room."""

OptionalId = Annotated[str, StringConstraints(max_length=MAX_ID), AfterValidator(_said)] | None
"""An identifier that may be missing; null and the empty text are the same as missing."""

Word = Annotated[str, StringConstraints(max_length=MAX_ID)]
"""A short free text, such as a reason or a status this client does not know."""

OptionalWord = Annotated[str, StringConstraints(max_length=MAX_ID), AfterValidator(_said)] | None
"""A short free text that may be missing; null and the empty text are the same as missing."""

Timestamp = Annotated[str, StringConstraints(max_length=MAX_TIMESTAMP)]
"""RFC 3339, kept as text: a bad one is shown as unknown and never spoils its message."""

OptionalTimestamp = (
    Annotated[str, StringConstraints(max_length=MAX_TIMESTAMP), AfterValidator(_said)] | None
)
"""A timestamp that may be missing; null and the empty text are the same as missing."""

Flag = StrictBool
"""A JSON boolean; neither 0, 1 nor "true" stand in for one."""


class Payload(BaseModel):
    """The `data` of one envelope. Keys beyond the model are kept, written back, and ignored."""

    model_config = ConfigDict(
        frozen=True, extra="allow", populate_by_name=True, hide_input_in_errors=True
    )

    __pydantic_extra__: dict[str, Json] = Field(init=False)

    frame_type: ClassVar[str]
    """The envelope's `type`, as in the protocol's tables."""

    written_when_null: ClassVar[frozenset[str]] = frozenset()
    """Keys whose null has a meaning, so that it is written and not left out."""

    other_names: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Other names of keys that may be null. Where one is kept beside the null, the null is written
    too, or the other would be read in its place."""

    def to_wire(self) -> dict[str, Any]:
        """This payload as JSON-ready keys and values, named as in the source's tables.

        A null that says nothing is left out; a key this model does not know is kept as it came.
        """
        data = self.model_dump(mode="json", exclude_none=True)
        for key in self.written_when_null:
            data.setdefault(key, None)
        for other in self.other_names.keys() & (self.model_extra or {}):
            data.setdefault(self.other_names[other], None)
        return data | null_extras(self)


def null_extras(model: BaseModel) -> dict[str, None]:
    """The unknown keys whose value is null, which dumping without nulls leaves out."""
    return {key: None for key, value in (model.model_extra or {}).items() if value is None}
