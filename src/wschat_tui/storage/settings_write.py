"""Changing settings.toml: comments, order and layout survive, and nobody sees half a file.

Every function blocks, returns the settings as they are then, and raises SettingsError when the file
or the change is wrong; nothing is written then.
"""

from __future__ import annotations

import tomllib
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import tomlkit

from wschat_tui.storage.private import write_atomic
from wschat_tui.storage.settings import Profile, Settings
from wschat_tui.storage.settings_problems import Problem, SettingsError, is_secret, secret_text
from wschat_tui.storage.settings_read import parse_settings, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from pathlib import Path

    Table = MutableMapping[str, Any]

Value = str | bool | int | float | list[str]


def save_profile(file: Path, name: str, profile: Profile) -> Settings:
    """Add a profile, or change those of its values that differ; defaults are left out."""
    wanted = profile.model_dump(mode="json", exclude_defaults=True)

    def change(document: Table, now: Settings) -> None:
        old = now.profiles.get(name)
        table = document.setdefault("profiles", {}).setdefault(name, {})
        for field in Profile.model_fields:
            if old is None or getattr(old, field) != getattr(profile, field):
                _set(table, field, wanted.get(field))

    return _edit(file, change)


def remove_profile(file: Path, name: str) -> Settings:
    """Remove a profile, and its name as the default; nothing happens when it is not there."""

    def change(document: Table, now: Settings) -> None:
        if name in now.profiles:
            del document["profiles"][name]
        if now.default_profile == name:
            del document["default_profile"]

    return _edit(file, change)


def set_default(file: Path, name: str) -> Settings:
    """Make a profile the one that opens when none is named."""
    return set_value(file, "default_profile", name)


def set_value(file: Path, key: str, value: Value | None) -> Settings:
    """Set the setting with this dotted name (`ui.theme`), or with None go back to its default."""
    *above, last = _path(key)
    if "keys" not in above and is_secret(last):
        raise SettingsError([Problem(file, None, key, secret_text((*above, last)))])

    def change(document: Table, _now: Settings) -> None:
        table = document
        for name in above:
            table = table.setdefault(name, {})
        _set(table, last, value)

    return _edit(file, change)


def _path(key: str) -> list[str]:
    """Names of actions have dots themselves, so below `keys` the rest is one name."""
    section, _, rest = key.partition(".")
    return [section, rest] if section == "keys" else key.split(".")


def _set(table: Table, name: str, value: Value | None) -> None:
    if value is not None:
        table[name] = value
    elif name in table:
        del table[name]


def _edit(file: Path, change: Callable[[Table, Settings], None]) -> Settings:
    """Make the same change to the laid-out text and to its bare values, and compare the two.

    The comparison catches the layouts that the editing library gets wrong, before they are saved.
    """
    text = read_text(file)
    now = parse_settings(text, file)
    laid_out, bare = tomlkit.parse(text), tomllib.loads(text)
    change(laid_out, now)
    change(bare, now)
    written = _spaced(text, tomlkit.dumps(laid_out))
    settings = parse_settings(written, file)
    if tomllib.loads(written) != bare:
        said = "its layout is too unusual for a program to change; change it by hand."
        raise SettingsError([Problem(file, None, "", said)])
    _save(file, written)
    return settings


def _spaced(before: str, after: str) -> str:
    """`after` with an empty line before each table that follows something new."""
    neighbours = set(pairwise(before.splitlines()))
    lines = after.splitlines(keepends=True)
    spaced = lines[:1]
    for above, line in pairwise(lines):
        beside = (above.rstrip("\n"), line.rstrip("\n"))
        if line.startswith("[") and above.strip() and beside not in neighbours:
            spaced.append("\n")
        spaced.append(line)
    return "".join(spaced)


def _save(file: Path, text: str) -> None:
    try:
        write_atomic(file, text.encode())
    except OSError as error:
        said = f"it could not be written ({error.strerror or error}); nothing was changed."
        raise SettingsError([Problem(file, None, "", said)]) from None
