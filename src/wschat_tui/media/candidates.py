"""Addresses at which the two sides may reach each other: read, judged, and taken out of texts.

What the other side names is a stranger's word: it must not make this machine knock at doors of
its own, or of the network's machinery (RFC 8445, section 19).
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from aiortc.exceptions import InvalidStateError
from aiortc.sdp import candidate_from_sdp

from wschat_tui.protocol.objects import IceCandidate

if TYPE_CHECKING:
    from aiortc import RTCIceCandidate, RTCPeerConnection

    from wschat_tui.media.tasks import Tasks

MOST = 64
"""Candidates that are taken from the other side for one connection."""

_HIDDEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local", re.IGNORECASE)
"""What browsers put in place of local addresses (draft-ietf-mmusic-mdns-ice-candidates)."""

_SHAPE = re.compile(r"(?:a=)?(?:candidate:)?(\S{1,64} [12] \S{1,8} \d{1,10} \S{1,64} \d{1,5} .*)")


class Candidates:
    """The other side's, of one connection: each is tried by a task of its own."""

    def __init__(self, pc: RTCPeerConnection, tasks: Tasks) -> None:
        self._pc = pc
        self._tasks = tasks
        self._early: list[IceCandidate] = []
        self._ready = False
        self._users: set[str] = set()
        self._count = 0
        self._trying = 0
        self._ended = False
        self._own_ended = False
        self.loopback_ok = False

    def take(self, given: IceCandidate | None) -> None:
        """Take one, whenever it comes; None: there are no more. What is too much is ignored."""
        if given is None or not given.candidate:
            self._ended = True
            self._maybe_end()
        elif self._count < MOST:
            self._count += 1
            self._early.append(given)
            self._try()

    def begin(self, theirs: str) -> None:
        """The description that they belong to is set; those of another generation are not meant."""
        self._users = set(re.findall(r"(?m)^a=ice-ufrag:(\S+)", theirs))
        self._ready = True
        self._try()
        self._maybe_end()

    def own_ended(self) -> None:
        """Ours are complete too. Only then does a lack of paths mean that there is none."""
        self._own_ended = True
        self._maybe_end()

    def _try(self) -> None:
        if not self._ready:
            return
        early, self._early = self._early, []
        for given in early:
            candidate = judged(given, loopback_ok=self.loopback_ok)
            if candidate is not None and self._belongs(given):
                self._trying += 1
                self._tasks.start(self._add(candidate), "add candidate")

    def _belongs(self, given: IceCandidate) -> bool:
        """All media takes the first section's path; browsers name others until they know."""
        if given.usernameFragment and given.usernameFragment not in self._users:
            return False
        first = next((one.mid for one in self._pc.getTransceivers()), None)
        if given.sdpMid not in (None, "", first):
            return False
        return given.sdpMid == first or given.sdpMLineIndex in (None, 0)

    async def _add(self, candidate: RTCIceCandidate) -> None:
        candidate.sdpMid = next((one.mid for one in self._pc.getTransceivers()), None)
        try:
            await self._pc.addIceCandidate(candidate)
        except (ValueError, OSError, InvalidStateError):
            """One that cannot be used is one that was not named."""
        finally:
            self._trying -= 1
        self._maybe_end()

    def _maybe_end(self) -> None:
        if self._ended and self._own_ended and self._ready and not self._trying:
            self._ended = False
            self._tasks.start(self._pc.addIceCandidate(None), "end candidates")


def taken_out(sdp: str) -> tuple[str, list[IceCandidate | None]]:
    """A description without its candidates, and those of its first section; None: all are there.

    They are judged and added one by one like those that come alone, since one that must be looked
    up would keep all others waiting.
    """
    kept: list[str] = []
    found: list[IceCandidate | None] = []
    section = -1
    ended = False
    for line in sdp.splitlines():
        section += line.startswith("m=")
        if line.startswith("a=candidate:"):
            if section == 0:
                found.append(IceCandidate(candidate=line[2:1026], sdpMLineIndex=0))
        elif line == "a=end-of-candidates":
            ended = ended or section == 0
        else:
            kept.append(line)
    return "\r\n".join(kept) + "\r\n", [*found[:MOST], None] if ended else found[:MOST]


def own(sdp: str) -> list[IceCandidate]:
    """The candidates of our own description. All media takes one path, so the first section's."""
    _, found = taken_out(sdp)
    mid = re.search(r"(?m)^a=mid:(\S+)", sdp)
    named = {"sdpMid": mid[1] if mid else None, "sdpMLineIndex": 0}
    return [one.model_copy(update=named) for one in found if one is not None]


def judged(given: IceCandidate, *, loopback_ok: bool) -> RTCIceCandidate | None:
    """The candidate, if it may be tried; None for one that is malformed, useless or dangerous."""
    shape = _SHAPE.fullmatch(given.candidate.strip())
    if shape is None:
        return None
    try:
        candidate = candidate_from_sdp(shape[1])
    except (ValueError, AssertionError, IndexError):
        return None
    if candidate.component != 1 or candidate.protocol.lower() != "udp":
        return None
    if not 0 < candidate.port < 65536 or not _may_be_tried(candidate.ip, loopback_ok=loopback_ok):
        return None
    return candidate


def _may_be_tried(host: str, *, loopback_ok: bool) -> bool:
    if _HIDDEN.fullmatch(host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    if plain.is_loopback:
        return loopback_ok
    return not (
        plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved
    )
