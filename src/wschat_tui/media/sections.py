"""A session description as text in parts: its head, and one section for each medium (RFC 8866)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIRST = re.compile(r"m=(\S+) (\S+) (\S+) ?(.*)")


@dataclass(slots=True)
class Section:
    """One medium: its first line taken apart, and the lines below it."""

    kind: str
    port: str
    protocol: str
    formats: list[str]
    lines: list[str]

    @property
    def mid(self) -> str:
        """The name that both sides know it by."""
        return self.value("mid") or ""

    @property
    def refused(self) -> bool:
        """One side does not want it (RFC 3264), rather than sends it by another's path."""
        return self.port == "0" and "a=bundle-only" not in self.lines

    def value(self, name: str) -> str | None:
        """The value of the first attribute of this name."""
        start = f"a={name}:"
        return next((one[len(start) :] for one in self.lines if one.startswith(start)), None)

    def taken(self, *names: str) -> list[str]:
        """The attributes of these names, as lines."""
        starts = tuple(f"a={name}:" for name in names)
        return [line for line in self.lines if line.startswith(starts)]

    def without(self, *names: str) -> list[str]:
        """The other lines."""
        starts = tuple(f"a={name}:" for name in names)
        return [line for line in self.lines if not line.startswith(starts)]

    def codecs(self) -> dict[str, str]:
        """Format number → name, rate and channels, in lower case."""
        pairs = (one[len("a=rtpmap:") :].split(" ", 1) for one in self.taken("rtpmap"))
        return {pair[0]: pair[1].strip().lower() for pair in pairs if len(pair) == 2}

    def extensions(self) -> dict[str, str]:
        """Name of a header extension → its number (RFC 8285)."""
        pairs = (one[len("a=extmap:") :].split(" ") for one in self.taken("extmap"))
        return {pair[1]: pair[0].partition("/")[0] for pair in pairs if len(pair) >= 2}

    def text(self) -> list[str]:
        """As lines."""
        first = " ".join([f"m={self.kind}", self.port, self.protocol, *self.formats])
        return [first, *self.lines]


@dataclass(slots=True)
class Description:
    """A whole description."""

    head: list[str]
    sections: list[Section]

    def text(self) -> str:
        """As it is sent."""
        below = [line for section in self.sections for line in section.text()]
        return "\r\n".join([*self.head, *below, ""])


def read(sdp: str) -> Description:
    """Take a description apart; lines before the first medium are its head."""
    description = Description([], [])
    for line in sdp.splitlines():
        first = _FIRST.fullmatch(line)
        if first is not None:
            kind, port, protocol, formats = first.groups()
            description.sections.append(Section(kind, port, protocol, formats.split(), []))
        elif description.sections:
            description.sections[-1].lines.append(line)
        elif line:
            description.head.append(line)
    return description
