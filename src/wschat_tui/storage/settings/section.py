"""What every table of settings.toml is made of: a strict model, and the types of its values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _word(text: str) -> str:
    if not text or not text.isprintable() or " " in text:
        msg = "must be one word without spaces or control characters"
        raise ValueError(msg)
    return text


def listed(value: Any) -> Any:
    """A TOML list as a tuple; anything else goes on to be refused."""
    return tuple(value) if isinstance(value, list) else value


Word = Annotated[str, AfterValidator(_word)]
Words = Annotated[tuple[Word, ...], BeforeValidator(listed)]
# TOML has no paths, so a text is taken for one.
FilePath = Annotated[Path, Field(strict=False)]


class Section(BaseModel):
    """A table of settings.toml: every key is known, and its type is exactly the one named."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)
