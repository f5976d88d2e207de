"""The other side's descriptions, made safe and made such as aiortc can read."""

from __future__ import annotations

import re

from wschat_tui.media.sections import Description, Section, read
from wschat_tui.media.words import fingerprint

LONGEST = 64 * 1024
"""Bytes of a description."""

MOST = 8
"""Media of a description."""

TRANSPORT = ("ice-ufrag", "ice-pwd", "ice-options", "fingerprint", "setup")


class Unusable(ValueError):
    """A description that cannot be taken; its text is a sentence for the user."""


def offered(sdp: str) -> str:
    """An offer, ready to be set; raises Unusable."""
    description = _read(sdp)
    leader = next((one for one in description.sections if not one.refused), None)
    for section in description.sections:
        if section.refused and leader is not None:
            _carry(section, leader)
    return description.text()


def answered(sdp: str, offer: str) -> str:
    """An answer to our offer, ready to be set; raises Unusable.

    A medium that was refused comes without what aiortc wants to see of it: it is set as one that
    flows neither way.
    """
    description, ours = _read(sdp), read(offer)
    if [one.kind for one in description.sections] != [one.kind for one in ours.sections]:
        msg = "The other side's answer does not fit what was asked of it."
        raise Unusable(msg)
    leader = next((one for one in description.sections if not one.refused), None)
    if leader is None:
        msg = "The other side takes neither sound nor pictures."
        raise Unusable(msg)
    for section, own in zip(description.sections, ours.sections, strict=True):
        if section.refused:
            section.formats, section.lines = own.formats, own.without(*TRANSPORT, "ssrc", "msid")
            _carry(section, leader)
    return description.text()


def path(sdp: str) -> tuple[str, bytes]:
    """What a description says about its end of the line: a change means another line."""
    user = next(
        (one for section in read(sdp).sections if (one := section.value("ice-ufrag"))), None
    ) or next((one for one in sdp.splitlines() if one.startswith("a=ice-ufrag:")), "")
    return user.removeprefix("a=ice-ufrag:"), fingerprint(sdp) or b""


def refused(sdp: str) -> set[int]:
    """The places of media that a description has given up; they stay so."""
    return {place for place, one in enumerate(read(sdp).sections) if one.refused}


def give_up(sdp: str, places: set[int]) -> str:
    """Our description, with these media given up too (RFC 3264, section 6; RFC 9143)."""
    description = read(sdp)
    gone = {one.mid for place, one in enumerate(description.sections) if place in places}
    for section in description.sections:
        if section.mid in gone:
            section.port = "0"
    description.head = [_without(line, gone) for line in description.head]
    return description.text()


def _read(sdp: str) -> Description:
    if len(sdp.encode("utf-8", "surrogatepass")) > LONGEST:
        msg = "The other side's description of the call is too long to be one."
        raise Unusable(msg)
    description = read(sdp)
    if len(description.sections) > MOST:
        msg = "The other side describes more media than a call has."
        raise Unusable(msg)
    if not any(one.kind in ("audio", "video") for one in description.sections):
        msg = "The other side's description of the call names neither sound nor pictures."
        raise Unusable(msg)
    mids = [one.mid for one in description.sections]
    if len(set(mids)) < len(mids) or not all(re.fullmatch(r"[!-~]{1,64}", mid) for mid in mids):
        msg = "The other side's description of the call does not tell its media apart."
        raise Unusable(msg)
    for section in description.sections:
        section.lines = _meant(section)
    # All media takes one path here, whatever the other side groups; aiortc trips over other groups.
    head = [line for line in description.head if not line.startswith("a=group:BUNDLE")]
    description.head = [*head, " ".join(["a=group:BUNDLE", *mids])]
    if fingerprint(sdp) is None:
        msg = "The other side's description of the call names no key to know it by."
        raise Unusable(msg)
    return description


def _meant(section: Section) -> list[str]:
    """The lines without those of formats that it does not have, over which aiortc stumbles."""
    known = {*section.codecs(), *(one for one in section.formats if one.isdecimal())}
    named = (re.match(r"a=(?:fmtp|rtcp-fb):(\S+)", line) for line in section.lines)
    return [
        line
        for line, found in zip(section.lines, named, strict=True)
        if found is None or found[1] == "*" or found[1] in known
    ]


def _without(line: str, mids: set[str]) -> str:
    if not line.startswith("a=group:BUNDLE"):
        return line
    return " ".join(word for word in line.split(" ") if word not in mids)


def _carry(section: Section, leader: Section) -> None:
    """Set a refused section as one that exists and is silent, on the path of another."""
    flows = {"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}
    kept = [line for line in section.without(*TRANSPORT) if line not in flows]
    section.lines = [*kept, "a=inactive", *leader.taken(*TRANSPORT)]
    if "a=rtcp-mux" not in section.lines:
        section.lines.append("a=rtcp-mux")
    section.port = "9"
