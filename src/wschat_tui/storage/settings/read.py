"""Reading settings.toml: either settings that hold, or every mistake in the file at once."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from wschat_tui.storage.settings.problems import (
    Known,
    Problem,
    SettingsError,
    mistake,
    secrets_in,
    strangers_in,
)
from wschat_tui.storage.settings.settings import Settings
from wschat_tui.storage.settings.toml_lines import find_lines

if TYPE_CHECKING:
    from pathlib import Path

    from wschat_tui.storage.settings.problems import Finding
    from wschat_tui.storage.settings.section import Section
    from wschat_tui.storage.settings.settings import Profile

_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_ANY = Known()
_Section = TypeVar("_Section", bound="Section")


def load_settings(file: Path, known: Known = _ANY) -> Settings:
    """The settings in `file`, or the defaults when there is no file; blocks while it reads.

    Raises SettingsError with everything that is wrong.
    """
    return parse_settings(read_text(file), file, known)


def parse_settings(text: str, file: Path, known: Known = _ANY) -> Settings:
    """The settings in `text`, which `file` holds or is to hold; raises SettingsError."""
    document = _document(text, file)
    findings = [*secrets_in(document), *strangers_in(document, known)]
    settings = Settings()
    try:
        settings = Settings.model_validate(document)
    except ValidationError as error:
        told = {path for path, _ in findings}
        details = error.errors(include_url=False, include_input=False)
        findings += [found for found in map(mistake, details) if found[0] not in told]
    if findings:
        raise SettingsError(_placed(findings, text, file))
    return _anchored(settings, file.parent)


def read_text(file: Path) -> str:
    """The text of `file`, empty when there is none; raises SettingsError when it cannot be read."""
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        text = f"it cannot be read ({error.strerror or error}); check who owns it."
        raise SettingsError([Problem(file, None, "", text)]) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = "this is not UTF-8 text; save the file as UTF-8."
        raise SettingsError([Problem(file, line, "", text)]) from None


def _document(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = _syntax(str(error), text, file)
    except RecursionError:
        problem = Problem(file, None, "", "its lists or tables are nested too deeply.")
    raise SettingsError([problem])


def _syntax(message: str, text: str, file: Path) -> Problem:
    """The complaint of `tomllib`, with its place where ours stand."""
    place = _TOML_PLACE.search(message)
    said = message[: place.start()] if place else message
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    column = f" (column {place[2]})" if place and place[2] else ""
    return Problem(file, line, "", f"this is not TOML: {said}{column}.")


def _placed(findings: list[Finding], text: str, file: Path) -> list[Problem]:
    """Findings with their lines; what is missing has that of the table that it is missing from."""
    lines: dict[str, int] = {}
    for path, line in find_lines(text).items():
        lines.setdefault(_dotted(path), line)
    problems = []
    for path, sentence in findings:
        ends = range(len(path), 0, -1)
        found = (lines[name] for end in ends if (name := _dotted(path[:end])) in lines)
        problems.append(Problem(file, next(found, None), _dotted(path), sentence))
    return problems


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


def _anchored(settings: Settings, base: Path) -> Settings:
    """Relative paths begin beside the settings, wherever wschat was started."""
    calls = _below(settings.calls, "turn_password_file", base)
    profiles = {name: _at_home(profile, base) for name, profile in settings.profiles.items()}
    return settings.model_copy(update={"profiles": profiles, "calls": calls})


def _at_home(profile: Profile, base: Path) -> Profile:
    calls = _below(profile.calls, "turn_password_file", base)
    return _below(profile, "ca_file", base).model_copy(update={"calls": calls})


def _below(section: _Section, field: str, base: Path) -> _Section:
    file: Path | None = getattr(section, field)
    return section if file is None else section.model_copy(update={field: base / file.expanduser()})
