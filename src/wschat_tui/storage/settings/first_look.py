"""The few settings that the first picture needs, read without loading the model of all settings."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_Value = TypeVar("_Value")

Receipts = Literal["focused", "visible", "manual"]
Preset = Literal["default", "vim", "emacs"]
Toasts = Literal["mentions", "none"]


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What to paint first, with the default for what is missing or wrong; that is reported later.

    theme: empty for the usual one. preset: `ui.keys`. keys: action id to the keys
    it is moved to, joined by commas. default_profile: the one that is named so, else the only one;
    None when it is not there.
    """

    theme: str = ""
    mouse: bool = True
    animations: bool = True
    receipts: Receipts = "focused"
    preset: Preset = "default"
    bell: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    toasts: Toasts = "mentions"
    desktop: bool = True
    has_profiles: bool = False
    default_profile: str | None = None


def look(settings_file: Path) -> FirstLook:
    """Read `settings_file` (settings.toml); never raises, whatever is in the file."""
    try:
        document = tomllib.loads(settings_file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return FirstLook()
    ui, profiles = _table(document, "ui"), _table(document, "profiles")
    notifications = _table(document, "notifications")
    named = document.get("default_profile", next(iter(profiles)) if len(profiles) == 1 else None)
    return FirstLook(
        theme=_of_type(str, ui.get("theme"), ""),
        mouse=_of_type(bool, ui.get("mouse"), True),
        animations=_of_type(bool, ui.get("animations"), True),
        receipts=_one_of(get_args(Receipts), ui.get("receipts")),
        preset=_one_of(get_args(Preset), ui.get("keys")),
        bell=_of_type(bool, ui.get("bell"), True),
        keys=joined(_table(document, "keys")),
        toasts=_one_of(get_args(Toasts), notifications.get("toasts")),
        desktop=_of_type(bool, notifications.get("desktop"), True),
        has_profiles=bool(profiles),
        default_profile=named if isinstance(named, str) and named in profiles else None,
    )


def flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """A nested table as dotted names: TOML reads `message.reply = "r"` as a table in a table."""
    names: dict[str, Any] = {}
    for name, value in table.items():
        names |= (
            flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
        )
    return names


def joined(table: Mapping[str, Any]) -> dict[str, str]:
    """The keys of each action, joined by commas; what is neither text nor texts is left out."""
    listed = {name: [keys] if isinstance(keys, str) else keys for name, keys in flat(table).items()}
    return {
        name: ",".join(keys)
        for name, keys in listed.items()
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys)
    }


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _of_type(kind: type[_Value], found: Any, default: _Value) -> _Value:
    return found if isinstance(found, kind) else default


def _one_of(allowed: tuple[Any, ...], found: Any) -> Any:
    """`found` if it is allowed, else the first that is."""
    return found if found in allowed else allowed[0]
