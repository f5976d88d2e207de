"""The media of one call: a connection of aiortc, and the descriptions that it takes and gives.

Loaded when somebody calls, for it needs the extra `calls`.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.jitterbuffer import JitterBuffer
from aiortc.sdp import candidate_from_sdp

from mock_server.call_echo import Echo, drain
from mock_server.call_loopback import stay_within
from mock_server.call_pattern import Bars, Tone
from mock_server.call_reoffer import kept
from mock_server.scenario import Telephone
from wschat_tui.protocol.objects import IceCandidate, SessionDescription

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidAccessError,
    InvalidStateError,
    LookupError,
    OperationError,
    OSError,
    TypeError,
    ValueError,
)
"""What aiortc raises over a description that it cannot use."""

CANDIDATES = 64
"""The most that one side may name."""

CLOSING = 5.0
"""Seconds that a connection has to close."""


class Peer:
    """One connection. Its methods are called one after the other, as the signals come."""

    def __init__(
        self,
        telephone: Telephone,
        say: Callable[[SessionDescription | IceCandidate | None], None],
        changed: Callable[["Peer", str], None],
        *,
        loopback: bool,
    ) -> None:
        self._telephone = telephone
        self._say = say
        self._changed = changed
        self._loopback = loopback
        settings = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        self._connection = RTCPeerConnection(settings)
        self._connection.on("track", self._receive)
        self._connection.on("connectionstatechange", self._note)
        self._gives: dict[str, MediaStreamTrack] = {}
        self._offer: RTCSessionDescription | None = None
        self._early: list[IceCandidate | None] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._described = False
        self._gathered = False
        self._hidden = False
        self.theirs = ""
        """The fingerprint of the other side's certificate."""

    @property
    def offering(self) -> bool:
        """Whether an offer of ours waits for its answer."""
        return self._offer is not None

    def continues(self, theirs: str) -> bool:
        """Whether an offer with this certificate goes on with this connection."""
        return self.theirs == theirs

    async def offer(self) -> None:
        """Describe what is sent."""
        self._offer = await self._connection.createOffer()
        if self._gathered:
            sdp = kept(self._offer.sdp, self._connection.localDescription.sdp)
            self._offer = RTCSessionDescription(sdp, "offer")
            self._say(_description(self._offer))
        else:
            await self._describe(self._offer)

    def give(self, kind: str) -> None:
        """Send this kind of media, from the next description on."""
        if kind in self._gives or (kind == "video" and self._hidden):
            return
        if self._telephone.sends == "echo":
            self._gives[kind] = Echo(kind, self._telephone.delay)
        else:
            self._gives[kind] = Bars() if kind == "video" else Tone(self._telephone.tone)
        self._connection.addTrack(self._gives[kind])

    def show(self) -> None:
        """Send a picture: what was sent before, or the bars."""
        self._hidden = False
        picture = self._gives.setdefault("video", Bars())
        if all(sender.track is not picture for sender in self._connection.getSenders()):
            self._connection.addTrack(picture)

    def hide(self) -> None:
        """Send no picture."""
        self._hidden = True
        for transceiver in self._connection.getTransceivers():
            if transceiver.kind == "video":
                transceiver.sender.replaceTrack(None)
                transceiver.direction = "recvonly"

    async def answer(self, sdp: str) -> None:
        """Take an offer and answer it. One of ours that waits is dropped in its favour."""
        self._offer = None
        self.theirs = fingerprint(sdp)
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in self._connection.getTransceivers():
            self.give(transceiver.kind)
        await self._describe(await self._connection.createAnswer())
        self._add_early()

    async def settle(self, sdp: str) -> None:
        """Take the answer to our offer; one that answers nothing is ignored."""
        offer, self._offer = self._offer, None
        if offer is None:
            return
        self.theirs = fingerprint(sdp)
        if self._connection.signalingState == "stable":
            await self._connection.setLocalDescription(offer)
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        self._add_early()

    def add(self, candidate: IceCandidate | None) -> None:
        """Take a candidate, which waits where the description it belongs to is not there yet."""
        if self._described:
            self._try(candidate)
        elif len(self._early) < CANDIDATES:
            self._early.append(candidate)

    async def close(self) -> None:
        """End the connection, its tasks and its threads."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for track in self._gives.values():
            track.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                await self._connection.close()

    async def _describe(self, description: RTCSessionDescription) -> None:
        """Set a description of ours, and send it before or after its candidates are known."""
        if self._loopback:
            stay_within(self._connection)
        trickled = self._telephone.candidates == "trickled"
        if trickled:
            self._say(_description(description))
        await self._connection.setLocalDescription(description)
        if not trickled:
            self._say(_description(self._connection.localDescription))
        elif not self._gathered:
            for candidate in _candidates(self._connection.localDescription.sdp):
                self._say(candidate)
            self._say(None)
        self._gathered = True

    def _add_early(self) -> None:
        """Their description is there, so what waited for it can be used."""
        self._described = True
        for candidate in self._early:
            self._try(candidate)
        self._early.clear()

    def _try(self, candidate: IceCandidate | None) -> None:
        """In a task of its own, for a name takes a second to look up, and longer to fail."""
        if len(self._tasks) < CANDIDATES:
            self._start(self._add_one(candidate), "a candidate")

    async def _add_one(self, candidate: IceCandidate | None) -> None:
        with suppress(*FAULTS):
            if candidate is None or not candidate.candidate:
                await self._connection.addIceCandidate(None)
                return
            found = candidate_from_sdp(candidate.candidate.removeprefix("candidate:"))
            found.sdpMid, found.sdpMLineIndex = candidate.sdpMid, candidate.sdpMLineIndex
            await self._connection.addIceCandidate(found)

    def _receive(self, track: MediaStreamTrack) -> None:
        """Something comes: every track is read."""
        if track.kind == "audio":
            self._soften()
        self.give(track.kind)
        given = self._gives.get(track.kind)
        follow = given.follow(track) if isinstance(given, Echo) else drain(track)
        self._start(follow, f"incoming {track.kind}")

    def _soften(self) -> None:
        """Wait for a lost packet of sound for 80 ms at most, and not for 320 from then on."""
        name = "_RTCRtpReceiver__jitter_buffer"
        for transceiver in self._connection.getTransceivers():
            if transceiver.kind == "audio" and name in vars(transceiver.receiver):
                vars(transceiver.receiver)[name] = JitterBuffer(capacity=4, prefetch=1)

    def _note(self) -> None:
        self._changed(self, self._connection.connectionState)

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def fingerprint(sdp: str) -> str:
    """The SHA-256 of the certificate that a description names, or nothing."""
    found = re.search(r"^a=fingerprint:sha-256 ([0-9A-Fa-f:]{95})\s*$", sdp, re.MULTILINE)
    return found[1].upper() if found else ""


def _description(given: RTCSessionDescription) -> SessionDescription:
    return SessionDescription(type="offer" if given.type == "offer" else "answer", sdp=given.sdp)


def _candidates(sdp: str) -> Iterator[IceCandidate]:
    """Those of the first section, which all media share."""
    _, _, first = sdp.partition("\nm=")
    section, _, _ = first.partition("\nm=")
    mid = re.search(r"^a=mid:(\S+)", section, re.MULTILINE)
    for line in re.findall(r"^a=(candidate:.*?)\s*$", section, re.MULTILINE):
        yield IceCandidate(candidate=line, sdpMid=mid[1] if mid else None, sdpMLineIndex=0)
