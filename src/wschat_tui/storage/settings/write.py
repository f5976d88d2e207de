"""Changing settings.toml: comments, order and layout survive, and nobody sees half a file.

Every function blocks, returns the settings as they are then, and raises SettingsError when the file
or the change is wrong; nothing is written then.
"""

from __future__ import annotations

import tomllib
from collections.abc import MutableMapping
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import tomlkit

from wschat_tui.storage.private import write_atomic
from wschat_tui.storage.settings.problems import Problem, SettingsError, is_secret, secret_text
from wschat_tui.storage.settings.read import parse_settings, read_text
from wschat_tui.storage.settings.settings import Profile, Settings
from wschat_tui.storage.settings.toml_comments import HeaderComments

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Table = MutableMapping[str, Any]
Value = str | bool | int | float | list[str]


def save_profile(file: Path, name: str, profile: Profile) -> Settings:
    """Add a profile, or change those of its values that differ; defaults are left out."""
    wanted = profile.model_dump(mode="json", exclude_defaults=True)

    def change(document: Table, now: Settings) -> None:
        old = now.profiles.get(name)
        if old is None:
            _table(document, "profiles")[name] = wanted
            return
        for field in Profile.model_fields:
            if getattr(old, field) != getattr(profile, field):
                _set(document["profiles"][name], field, wanted.get(field))

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
    section, _, action = key.partition(".")
    if section != "keys" and is_secret(key.rpartition(".")[2]):
        raise SettingsError([Problem(file, None, key, secret_text((key,)))])

    def change(document: Table, _now: Settings) -> None:
        if section == "keys":
            table, name = _place_of(action, _table(document, "keys"))
        else:
            *above, name = key.split(".")
            table = reduce(_table, above, document)
        _set(table, name, value)

    return _edit(file, change)


def _place_of(action: str, keys: Table) -> tuple[Table, str]:
    """Where an action stands: its name has dots, and may be written as a quoted or a dotted key."""
    *above, last = action.split(".")
    table: Any = keys
    for name in above:
        table = table.get(name) if isinstance(table, MutableMapping) else None
    nested = isinstance(table, MutableMapping) and last in table
    return (table, last) if nested else (keys, action)


def _table(above: Table, name: str) -> Table:
    """The table below `name`, a new one if there is none; what is no table is refused later."""
    if not isinstance(above.get(name), MutableMapping):
        above[name] = {}
    table: Table = above[name]
    return table


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
    comments = HeaderComments(laid_out)
    change(laid_out, now)
    comments.put_back()
    change(bare, now)
    written = _spaced(text, tomlkit.dumps(laid_out))
    if not _reads_as(written, bare):
        said = "its layout is too unusual for a program to change; change it by hand."
        raise SettingsError([Problem(file, None, "", said)])
    settings = _checked(written, file)
    _save(file, written)
    return settings


def _checked(text: str, file: Path) -> Settings:
    """The settings in a text that is not written yet: its lines mean nothing to the user."""
    try:
        return parse_settings(text, file)
    except SettingsError as error:
        problems = [replace(problem, line=None) for problem in error.problems]
        raise SettingsError(problems) from None


def _reads_as(text: str, bare: Table) -> bool:
    try:
        return bool(_pruned(tomllib.loads(text)) == _pruned(bare))
    except tomllib.TOMLDecodeError:
        return False


def _pruned(value: Any) -> Any:
    """Without tables that are empty: they set nothing, and not every one of them is written."""
    if not isinstance(value, dict):
        return value
    inner = {name: _pruned(each) for name, each in value.items()}
    return {name: each for name, each in inner.items() if each != {}}


def _spaced(before: str, after: str) -> str:
    """`after` with an empty line before each table that follows something new."""
    neighbours = set(pairwise(before.splitlines()))
    lines = after.splitlines(keepends=True)
    spaced = lines[:1]
    for above, line in pairwise(lines):
        beside = (above.rstrip("\n"), line.rstrip("\n"))
        begins = line.startswith(("[", "#")) and not above.startswith(("\n", "#"))
        if begins and beside not in neighbours:
            spaced.append("\n")
        spaced.append(line)
    return "".join(spaced)


def _save(file: Path, text: str) -> None:
    try:
        write_atomic(file, text.encode())
    except OSError as error:
        said = f"it could not be written ({error.strerror or error}); nothing was changed."
        raise SettingsError([Problem(file, None, "", said)]) from None
