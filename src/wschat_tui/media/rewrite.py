"""New offers in the numbers of old ones.

aiortc's offers always use its own numbers for formats and header extensions. A browser that made
the first offer refuses to have its own assigned anew (aiortc #686), so each offer after the first
is given the numbers that the other side's last description used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wschat_tui.media.sections import Description, Section, read

if TYPE_CHECKING:
    from collections.abc import Iterator

_DYNAMIC = range(96, 128)
"""Format numbers without a fixed meaning (RFC 3551)."""

_EXTENSIONS = range(1, 15)
"""Numbers of one-byte header extensions (RFC 8285)."""

_BY_FORMAT = ("rtpmap", "fmtp", "rtcp-fb")


def follow(offer: str, before: str) -> str:
    """Our offer, with the names and numbers that the other side's last description used.

    Sections are matched by their place, which never changes in the life of a call. What the other
    side did not have there gets numbers that nothing uses.
    """
    new, old = read(offer), read(before)
    extensions = {uri: n for one in reversed(old.sections) for uri, n in one.extensions().items()}
    formats = {number for one in old.sections for number in one.formats}
    numbers = _Free(extensions, formats)
    names: dict[str, str] = {}
    for place, section in enumerate(new.sections):
        same = old.sections[place] if place < len(old.sections) else None
        if same is not None and same.kind == section.kind and same.mid:
            names[section.mid] = same.mid
            _rename(section, same.mid)
        if section.kind in ("audio", "video"):
            _renumber(section, _models(old, same, section.kind), numbers)
            section.lines = [numbers.extension(line) for line in section.lines]
    new.head = [_grouped(line, names) for line in new.head]
    return new.text()


class _Free:
    """Numbers for what the other side has none for."""

    def __init__(self, extensions: dict[str, str], formats: set[str]) -> None:
        self._extensions = dict(extensions)
        self._formats = set(formats)

    def format(self) -> str:
        """A number for a format; raises StopIteration where all are taken, which no peer can do."""
        found = next(str(n) for n in _DYNAMIC if str(n) not in self._formats)
        self._formats.add(found)
        return found

    def extension(self, line: str) -> str:
        """The line of a header extension with the number that it has in this call."""
        found = re.fullmatch(r"a=extmap:\d+((?:/\w+)? )(\S+)(.*)", line)
        if found is None:
            return line
        between, uri, rest = found.groups()
        taken = set(self._extensions.values())
        if uri not in self._extensions:
            free = (str(n) for n in _EXTENSIONS if str(n) not in taken)
            self._extensions[uri] = next(free)
        return f"a=extmap:{self._extensions[uri]}{between}{uri}{rest}"


def _models(old: Description, same: Section | None, kind: str) -> Iterator[Section]:
    """Where to look for the number of a codec: in the same section first."""
    if same is not None and same.kind == kind:
        yield same
    yield from (one for one in old.sections if one is not same and one.kind == kind)


def _renumber(section: Section, models: Iterator[Section], numbers: _Free) -> None:
    known = [model for model in models if not model.refused]
    mapped: dict[str, str] = {}
    # The formats of retransmissions name another format, so they come after all others.
    for number in sorted(section.formats, key=lambda one: _repeats(section, one) is not None):
        mapped[number] = _numbered(section, number, mapped, known) or (
            number if int(number) not in _DYNAMIC else numbers.format()
        )
    section.lines = [_by_format(line, mapped) for line in section.lines]
    section.formats = [mapped[number] for number in section.formats]


def _numbered(
    section: Section, number: str, mapped: dict[str, str], models: list[Section]
) -> str | None:
    """The number that the other side uses for the same codec."""
    codec = section.codecs().get(number)
    repeated = _repeats(section, number)
    for model in models:
        for theirs, name in model.codecs().items():
            if name != codec or theirs in mapped.values():
                continue
            if repeated is not None:
                if _repeats(model, theirs) == mapped.get(repeated):
                    return theirs
            elif _alike(section, number, model, theirs):
                return theirs
    return None


def _alike(one: Section, number: str, other: Section, theirs: str) -> bool:
    """H.264 comes in kinds that do not fit each other (RFC 6184, section 8.2.2)."""
    if not (one.codecs().get(number) or "").startswith("h264/"):
        return True
    mine, others = _parameters(one, number), _parameters(other, theirs)
    mode = "packetization-mode"
    profile = "profile-level-id"
    return (
        mine.get(mode, "0") == others.get(mode, "0")
        and mine.get(profile, "42e01f")[:4].lower() == others.get(profile, "42e01f")[:4].lower()
    )


def _repeats(section: Section, number: str) -> str | None:
    """The format that this one sends again (RFC 4588); None for one that sends for itself."""
    return _parameters(section, number).get("apt")


def _parameters(section: Section, number: str) -> dict[str, str]:
    start = f"a=fmtp:{number} "
    line = next((one for one in section.lines if one.startswith(start)), start)
    pairs = (part.strip().partition("=") for part in line[len(start) :].split(";"))
    return {name: value for name, _, value in pairs}


def _by_format(line: str, mapped: dict[str, str]) -> str:
    found = re.fullmatch(rf"a=({'|'.join(_BY_FORMAT)}):(\d+)( .*)", line)
    if found is None or found[2] not in mapped:
        return line
    rest = re.sub(r"\bapt=(\d+)", lambda apt: f"apt={mapped.get(apt[1], apt[1])}", found[3])
    return f"a={found[1]}:{mapped[found[2]]}{rest}"


def _rename(section: Section, mid: str) -> None:
    section.lines = [f"a=mid:{mid}" if one.startswith("a=mid:") else one for one in section.lines]


def _grouped(line: str, names: dict[str, str]) -> str:
    if not line.startswith("a=group:BUNDLE "):
        return line
    mids = line.split(" ")[1:]
    return " ".join(["a=group:BUNDLE", *(names.get(mid, mid) for mid in mids)])
