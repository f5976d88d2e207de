"""The few settings that the first picture needs, read without loading the model of all settings."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

_Value = TypeVar("_Value")

DEFAULT_THEME = "auto"


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What to paint first; a value that is missing or wrong is the default here, and reported later.

    default_profile: the profile to open, None when none is named or the named one is not there.
    """

    theme: str = DEFAULT_THEME
    mouse: bool = True
    animations: bool = True
    has_profiles: bool = False
    default_profile: str | None = None


def look(settings_file: Path) -> FirstLook:
    """Read `settings_file` (settings.toml); never raises, whatever is in the file."""
    try:
        document = tomllib.loads(settings_file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return FirstLook()
    ui, profiles = _table(document, "ui"), _table(document, "profiles")
    default = document.get("default_profile")
    return FirstLook(
        theme=_of_type(str, ui.get("theme"), DEFAULT_THEME),
        mouse=_of_type(bool, ui.get("mouse"), True),
        animations=_of_type(bool, ui.get("animations"), True),
        has_profiles=bool(profiles),
        default_profile=default if isinstance(default, str) and default in profiles else None,
    )


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _of_type(kind: type[_Value], found: Any, default: _Value) -> _Value:
    return found if isinstance(found, kind) else default
