"""Strangers' session descriptions and candidates, judged before media see them (RFC 8866, 8839)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from wschat_tui.state.addresses import reachable

if TYPE_CHECKING:
    from wschat_tui.protocol.objects import IceCandidate

MAX_SIZE = 64 * 1024
"""Bytes of UTF-8 of the longest description that is looked into."""

MAX_MEDIA = 3
"""Sections of sound and pictures in one description."""

MAX_CANDIDATES = 64
"""Candidates that are taken for one description, within it or after it."""

_KINDS = ("audio", "video", "application")
_CODECS = {"audio": {"OPUS", "PCMU", "PCMA", "G722"}, "video": {"VP8", "H264"}}
_STATIC = {"audio": {"0", "8", "9"}, "video": set[str]()}
"""Payload types that mean a codec without saying so (RFC 3551)."""

_SHA256 = re.compile(r"a=fingerprint:(?i:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2}))")
_UFRAG = re.compile(r"a=ice-ufrag:([!-~]{4,256})")
_PASSWORD = re.compile(r"a=ice-pwd:[!-~]{22,256}")
_RTPMAP = re.compile(r"a=rtpmap:(\d{1,3}) ([A-Za-z0-9-]+)/\d+")
_MEDIA = re.compile(r"m=([a-z]+) (\d{1,5})(?:/\d+)? \S+((?: \S+)*)")
_CANDIDATE = re.compile(
    r"(?:a=)?candidate:[!-~]{1,64} \d{1,3} (?P<transport>udp|tcp) \d{1,10}"
    r" (?P<address>\S{1,255}) (?P<port>\d{1,5}) typ (?:host|srflx|prflx|relay)"
    r"(?: rport \d{1,5}| (?!rport )[!-~]+ [!-~]+)*",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Section:
    kind: str
    live: bool
    """It is not turned off: it has a port, or shares that of another section."""
    payloads: tuple[str, ...]
    lines: tuple[str, ...]


def flaw(sdp: str) -> str:
    """What makes a description useless or dangerous, as a clause about it; empty where nothing."""
    if len(sdp) > MAX_SIZE or len(sdp.encode("utf-8", "replace")) > MAX_SIZE:
        return f"it is larger than {MAX_SIZE // 1024} KiB"
    lines = sdp.splitlines()
    session, sections = _sections(lines)
    if lines[:1] != ["v=0"] or sections is None:
        return "it is no session description"
    media = [one for one in sections if one.kind != "application"]
    live = [one for one in media if one.live]
    if len(media) > MAX_MEDIA or len(sections) > MAX_MEDIA + 1:
        return f"it has more than {MAX_MEDIA} media sections"
    if not live:
        return "it has neither sound nor pictures"
    return _insecure(lines, (*session, *live[0].lines)) or _unusable(lines, live)


def sifted(sdp: str, *, loopback: bool) -> str:
    """A description without the candidates that are not to be tried, and with one fingerprint.

    A certificate is taken that fits any of its fingerprints, and people compare the SHA-256 alone.
    """

    def stays(line: str) -> bool:
        if line.startswith("a=fingerprint:"):
            return _SHA256.fullmatch(line) is not None
        return not line.startswith("a=candidate:") or _is_usable(line, loopback=loopback)

    return "".join(line for line in sdp.splitlines(keepends=True) if stays(line.strip()))


def usable(candidate: IceCandidate | None, *, loopback: bool) -> bool:
    """A candidate may be tried, or says that there are no more. loopback: this machine is fine."""
    text = "" if candidate is None else candidate.candidate.strip()
    return not text or _is_usable(text, loopback=loopback)


def belongs(candidate: IceCandidate | None, sdp: str) -> bool:
    """A candidate does not say that it belongs to another description."""
    generation = candidate.usernameFragment if candidate is not None else None
    return not generation or generation in _UFRAG.findall(sdp)


def fingerprint(sdp: str) -> str:
    """The SHA-256 of the certificate that a description names; empty where it names none."""
    return next(iter(_fingerprints(sdp.splitlines())), "")


def _fingerprints(lines: list[str]) -> set[str]:
    named = (line.strip() for line in lines if line.startswith("a=fingerprint:"))
    return {found[1].upper() for line in named if (found := _SHA256.fullmatch(line))}


def _insecure(lines: list[str], first: tuple[str, ...]) -> str:
    prints = _fingerprints(lines)
    if len(prints) != 1:
        return "it names more than one certificate" if prints else "it names no certificate"
    if not any(map(_UFRAG.fullmatch, first)) or not any(map(_PASSWORD.fullmatch, first)):
        return "it has no credentials for finding a path"
    return ""


def _unusable(lines: list[str], live: list[_Section]) -> str:
    if not any(map(_is_spoken, live)):
        return "it has no codec that is known here"
    if sum(line.startswith("a=candidate:") for line in lines) > MAX_CANDIDATES:
        return f"it has more than {MAX_CANDIDATES} candidates"
    return ""


def _is_spoken(section: _Section) -> bool:
    """A codec of the section is known here."""
    maps = {found[1]: found[2] for line in section.lines if (found := _RTPMAP.match(line))}
    static, codecs = _STATIC[section.kind], _CODECS[section.kind]
    return any(
        maps[one].upper() in codecs if one in maps else one in static for one in section.payloads
    )


def _sections(lines: list[str]) -> tuple[tuple[str, ...], list[_Section] | None]:
    """The lines of the session, and its media; None where one of those cannot be read."""
    starts = [at for at, line in enumerate(lines) if line.startswith("m=")]
    sections: list[_Section] = []
    for start, end in pairwise([*starts, len(lines)]):
        found, body = _MEDIA.fullmatch(lines[start]), tuple(lines[start + 1 : end])
        if found is None or found[1] not in _KINDS:
            return (), None
        live = int(found[2]) != 0 or "a=bundle-only" in body
        sections.append(_Section(found[1], live, tuple(found[3].split()), body))
    return tuple(lines[: starts[0]] if starts else lines), sections


def _is_usable(text: str, *, loopback: bool) -> bool:
    found = _CANDIDATE.fullmatch(text)
    return (
        found is not None
        and 0 < int(found["port"]) < 65536
        and reachable(found["address"], loopback=loopback)
    )
