"""What is wrong with a settings file, as sentences that name the file, the line and the key."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wschat_tui.storage.settings.calls import Calls, Way
from wschat_tui.storage.settings.first_look import flat
from wschat_tui.storage.settings.history import History, OwnHistory
from wschat_tui.storage.settings.settings import Notifications, Outbox, Profile, Settings, Ui

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from wschat_tui.storage.settings.section import Section
    from wschat_tui.storage.settings.toml_lines import Path as KeyPath

_SECRET = re.compile(r"token|passw|passphrase|secret|credential|api_?key|bearer", re.IGNORECASE)
_NO_SECRETS = frozenset({"token_in_url", "turn_password_file"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. line: counted from 1, None when it has none. key: dotted, may be empty."""

    file: Path
    line: int | None
    key: str
    text: str

    def __str__(self) -> str:
        """`settings.toml line 7: 'profiles.work.server' must begin with ws:// or wss://.`."""
        place = self.file.name if self.line is None else f"{self.file.name} line {self.line}"
        return f"{place}: {self.text}"


class SettingsError(Exception):
    """The settings cannot be used; all that is wrong with them, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Known:
    """Names that other rooms give; an empty set means that any name will do."""

    actions: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()


Finding = tuple["KeyPath", str]
"""A key's path and a whole sentence about it."""


def secrets_in(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Every key that looks as if it held a secret."""
    for path in _paths(document):
        if path[0] != "keys" and is_secret(str(path[-1])):
            yield path, secret_text(path)


def is_secret(name: str) -> bool:
    """Whether a key of this name asks for a secret."""
    return bool(_SECRET.search(name)) and name not in _NO_SECRETS


def secret_text(path: KeyPath) -> str:
    """Why a secret is refused."""
    mend = (
        "name a file that holds it in 'turn_password_file'."
        if "calls" in path
        else "run `wschat login`, which keeps it in the system keyring."
    )
    return f"{_named(path)} does not belong in this file; take it out and {mend}"


def strangers_in(document: Mapping[str, Any], known: Known) -> Iterator[Finding]:
    """Names that point at something that is not there: a profile, an action, a theme."""
    default, profiles = document.get("default_profile"), _table(document, "profiles")
    if isinstance(default, str) and default not in profiles:
        yield ("default_profile",), _unknown("'default_profile'", default, "a profile", profiles)
    for action in flat(_table(document, "keys")) if known.actions else ():
        if action not in known.actions:
            hint = _did_you_mean(action, known.actions, "keys.")
            yield ("keys", action), f"'keys.{action}' names no action{hint or '.'}"
    theme = _table(document, "ui").get("theme")
    if isinstance(theme, str) and theme and known.themes and theme not in known.themes:
        yield ("ui", "theme"), _unknown("'ui.theme'", theme, "a theme", known.themes)


def mistake(error: ErrorDetails) -> Finding:
    """What a model found, in our words; it never quotes the value, which may be a secret."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "extra_forbidden":
        return path, _not_a_setting(path)
    kind = error["type"]
    say = _SAYINGS.get(f"keys {kind}" if path[0] == "keys" else kind) or _SAYINGS.get(kind)
    return path, f"{_named(path)} {say(error.get('ctx', {})) if say else error['msg']}."


# What each kind of error of pydantic says, given its context.
_SAYINGS: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is missing; it is the server's address, as in wss://chat.example.test",
    "string_type": lambda _: "must be a text in quotes",
    "path_type": lambda _: "must be a text in quotes",
    "bool_type": lambda _: "must be true or false",
    "int_type": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "tuple_type": lambda _: 'must be a list of texts, as in ["lobby", "team"]',
    "keys tuple_type": lambda _: 'must be a key or a list of keys, as in ["ctrl+k", "f2"]',
    "model_type": lambda _: "must be a table",
    "dict_type": lambda _: "must be a table",
    "literal_error": lambda ctx: "must be " + str(ctx["expected"]).replace("'", '"'),
    "greater_than": lambda ctx: f"must be more than {ctx['gt']:g}",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']:.0f}",
    "value_error": lambda ctx: str(ctx["error"]),
}

_SECTIONS: dict[tuple[str, ...], type[Section]] = {
    (): Settings,
    ("ui",): Ui,
    ("notifications",): Notifications,
    ("calls",): Calls,
    ("history",): History,
    ("outbox",): Outbox,
    ("profiles", "NAME"): Profile,
    ("profiles", "NAME", "calls"): Way,
    ("profiles", "NAME", "history"): OwnHistory,
}


def _not_a_setting(path: KeyPath) -> str:
    """Name the setting that was meant: of like spelling beside it, or of that name elsewhere."""
    above, name = path[:-1], str(path[-1])
    section = _SECTIONS[tuple("NAME" if depth == 1 else str(n) for depth, n in enumerate(above))]
    prefix = "".join(f"{part}." for part in above)
    hint = _did_you_mean(name, section.model_fields, prefix)
    elsewhere = (
        ".".join((*place, name)) for place, model in _SECTIONS.items() if name in model.model_fields
    )
    hint = hint or next((f"; did you mean '{other}'?" for other in elsewhere), None)
    allowed = ", ".join(sorted(section.model_fields))
    return f"{_named(path)} is not a setting{hint or f'; there are {allowed}.'}"


def _unknown(setting: str, value: str, kind: str, names: Iterable[str]) -> str:
    listed = sorted(names)
    hint = _did_you_mean(value, listed, "") or (
        f"; there are {', '.join(listed)}." if listed else "; there is none yet."
    )
    return f"{setting} names '{value}', which is not {kind}{hint}"


def _did_you_mean(name: str, names: Iterable[str], prefix: str) -> str | None:
    close = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean '{prefix}{close[0]}'?" if close else None


def _named(path: KeyPath) -> str:
    """A key as sentences name it: 'profiles.work.rooms' item 2."""
    name = ".".join(part for part in path if isinstance(part, str))
    items = "".join(f" item {part + 1}" for part in path if isinstance(part, int))
    return f"'{name}'{items}"


def _paths(table: Mapping[str, Any], above: KeyPath = ()) -> Iterator[KeyPath]:
    for name, value in table.items():
        path = (*above, name)
        yield path
        if isinstance(value, dict):
            yield from _paths(value, path)


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}
