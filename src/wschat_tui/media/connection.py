"""One RTCPeerConnection, and what aiortc leaves to whoever uses it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Literal, Protocol

from aiortc import RTCPeerConnection

from wschat_tui.media.candidates import Candidates
from wschat_tui.media.gathering import Gathering
from wschat_tui.media.jitter import keep_hearing, quicken
from wschat_tui.media.negotiation import Negotiation
from wschat_tui.media.outgoing import Outgoing
from wschat_tui.media.sections import read
from wschat_tui.media.servers import configuration, lack
from wschat_tui.media.tasks import Tasks
from wschat_tui.media.words import fingerprint, words

if TYPE_CHECKING:
    from aiortc import RTCRtpTransceiver
    from aiortc.mediastreams import MediaStreamTrack
    from av.frame import Frame

    from wschat_tui.media.setup import Setup
    from wschat_tui.media.telling import Ending
    from wschat_tui.protocol.objects import IceCandidate

CLOSING = 5.0
"""Seconds that a connection has to close."""

SETTLING = 0.5
"""Seconds that it has to open its sockets, so that those can be closed."""

Sending = ("sendrecv", "sendonly")


class Hears(Protocol):
    """Whoever has a connection, and hears what becomes of it."""

    def described(self, kind: Literal["offer", "answer"], sdp: str) -> None:
        """A description is to be sent."""

    def candidate(self, candidate: IceCandidate | None) -> None:
        """A candidate is to be sent."""

    def connected(self, found: tuple[str, ...]) -> None:
        """There is a path, the handshake is done; the words made of both keys."""

    def came(self, track: MediaStreamTrack) -> None:
        """The other side sends this; it must be read to its end."""

    def left(self, kind: str, frame: Frame) -> None:
        """This is about to be sent."""

    def negotiation_needed(self) -> None:
        """What is sent has changed since it was described."""

    def failed(self, reason: Ending, sentence: str) -> None:
        """It is over."""

    def faulted(self, fault: BaseException) -> None:
        """Something broke within."""


class Connection:
    """From its making to `close`. Its methods are called one after the other."""

    def __init__(self, setup: Setup, hears: Hears) -> None:
        self._setup = setup
        self._hears = hears
        self._tasks = Tasks(self._faulted)
        self.pc = RTCPeerConnection(configuration(setup))
        self.pc.on("track", hears.came)
        self.pc.on("connectionstatechange", self._changed)
        self.sound: Outgoing = Outgoing("audio", lambda frame: self._left(self.sound, frame))
        self.picture: Outgoing = Outgoing("video", lambda frame: self._left(self.picture, frame))
        self._candidates = Candidates(self.pc, self._tasks)
        self._negotiation = Negotiation(
            self.pc, self._tasks, self._candidates, self._describe, self._name
        )
        self._gathering: Gathering | None = None
        self._wanted: bool | None = None
        self._described_picture: str | None = None
        self._tended: set[int] = set()
        self._closed = False

    @property
    def theirs(self) -> str:
        """The other side's last description."""
        return self._negotiation.theirs

    @property
    def is_connected(self) -> bool:
        """Media can flow."""
        return self.pc.connectionState == "connected"

    @property
    def takes_picture(self) -> bool:
        """The other side may send pictures, as far as was agreed."""
        directions = [one.currentDirection for one in self.pc.getTransceivers() if _shows(one)]
        return any(one in ("sendrecv", "recvonly") for one in directions)

    async def offer(self, *, picture: bool) -> None:
        """Make the first offer of a call."""
        self._wanted = picture or None
        self.pc.addTransceiver(self.sound, "sendrecv")
        if picture:
            self.pc.addTransceiver(self.picture, "sendrecv")
        await self._negotiation.offer(self._prepared())

    async def offer_anew(self, like: str, *, picture: bool) -> None:
        """Offer another path for the call that this description of theirs belongs to."""
        self._wanted = picture
        mine: dict[str, MediaStreamTrack] = {"audio": self.sound, "video": self.picture}
        for section in read(like).sections:
            if section.kind == "application":
                self.pc.createDataChannel("unused")
            elif section.kind in ("audio", "video"):
                sends = section.kind == "audio" or picture
                track = mine.pop(section.kind, None) if sends else None
                way = "sendrecv" if track is not None else "recvonly"
                self.pc.addTransceiver(track or section.kind, way)
        if picture and "video" in mine:
            self.pc.addTransceiver(self.picture, "sendrecv")
        await self._negotiation.offer(self._prepared(), like)

    async def offer_again(self) -> None:
        """Describe what has changed."""
        if self._wanted and self._shown() is None:
            transceiver = self.pc.addTransceiver(self.picture, "sendrecv")
            # Theirs may come first, and aiortc looks at this of all that there are.
            transceiver._offerDirection = "inactive"  # noqa: SLF001
        self._prepare()
        await self._negotiation.offer(None)

    async def answer(self, sdp: str, *, picture: bool = False) -> None:
        """Answer an offer, the first or a later one. Raises Unusable."""
        self._wanted = picture or self._wanted
        await self._negotiation.answer(sdp, self._prepared)
        self._check(answered=True)

    async def take_answer(self, sdp: str) -> None:
        """Take the answer to an offer of ours. Raises Unusable."""
        await self._negotiation.take_answer(sdp)
        self._check()

    def take_candidate(self, candidate: IceCandidate | None) -> None:
        """Take a candidate, at any time."""
        self._candidates.take(candidate)

    def show(self, *, on: bool) -> None:
        """Pictures are to be sent, or no longer."""
        self._wanted = on
        transceiver = self._shown()
        if transceiver is not None:
            transceiver.direction = "sendrecv" if on else "recvonly"
            if on and transceiver.sender.track is not self.picture:
                transceiver.sender.replaceTrack(self.picture)
        self._check(answered=True)

    def retire(self) -> None:
        """Send and tell nothing any more."""
        self._closed = True
        self.sound.feed(None)
        self.picture.feed(None)

    async def close(self) -> None:
        """End it, its tasks and its sockets."""
        self.retire()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._negotiation.settled(), SETTLING)
        await self._tasks.cancel()
        # A description may leave aiortc with parts missing, so that it cannot end what it began.
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.pc.close(), CLOSING)
        if self._gathering is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._gathering.close(), CLOSING)

    def _prepared(self) -> Gathering | None:
        """Get ready to describe ourselves; how to be reached, where that is not known yet."""
        self._prepare()
        if self._negotiation.begun:
            return None
        self._gathering = Gathering(self.pc, self._setup)
        self._candidates.loopback_ok = self._gathering.loopback
        return self._gathering

    def _prepare(self) -> None:
        heard = False
        for transceiver in self.pc.getTransceivers():
            self._tend(transceiver)
            if transceiver.kind == "audio" and not heard:
                heard = True
                self._send(transceiver, self.sound)
        shown = self._shown()
        for transceiver in self.pc.getTransceivers():
            if transceiver is not shown and transceiver.sender.track is self.picture:
                transceiver.sender.replaceTrack(None)
        if shown is not None and self._wanted is not False:
            self._send(shown, self.picture)
        self._described_picture = shown.direction if shown is not None else None

    def _send(self, transceiver: RTCRtpTransceiver, track: MediaStreamTrack) -> None:
        if transceiver.sender.track is not track:
            transceiver.sender.replaceTrack(track)
            transceiver.direction = "sendrecv"

    def _tend(self, transceiver: RTCRtpTransceiver) -> None:
        if id(transceiver) not in self._tended:
            self._tended.add(id(transceiver))
            keep_hearing(transceiver.receiver)
            if transceiver.kind == "audio":
                quicken(transceiver.receiver)

    def _shown(self) -> RTCRtpTransceiver | None:
        """What pictures are sent by; not by what the other side gave up."""
        dead = self._negotiation.dead
        alive = (one for one in self.pc.getTransceivers() if one._get_mline_index() not in dead)  # noqa: SLF001
        return next((one for one in alive if _shows(one)), None)

    def _check(self, *, answered: bool = False) -> None:
        """Say so if what was agreed on is not what is wanted.

        answered: we were not the last to ask. What was asked for and refused is not asked again.
        """
        if self._wanted is None or not self._negotiation.agreed:
            return
        shown = self._shown()
        wanted = "sendrecv" if self._wanted else "recvonly"
        if shown is None:
            lacks = self._wanted
        else:
            refused = answered and self._wanted and shown.currentDirection not in Sending
            lacks = refused or self._described_picture != wanted
        if lacks:
            self._hears.negotiation_needed()

    def _left(self, track: Outgoing, frame: Frame) -> None:
        """A frame was read; aiortc reads on, and throws away, where the other side wants none."""
        transceivers = self.pc.getTransceivers()
        if any(
            one.sender.track is track and one.currentDirection in Sending for one in transceivers
        ):
            self._hears.left(track.kind, frame)

    def _describe(self, kind: Literal["offer", "answer"], sdp: str) -> None:
        if not self._closed:
            self._hears.described(kind, sdp)

    def _name(self, candidate: IceCandidate | None) -> None:
        if not self._closed:
            self._hears.candidate(candidate)

    def _changed(self) -> None:
        if self._closed:
            return
        match self.pc.connectionState:
            case "connected":
                self._hears.connected(self._words())
            case "failed":
                self._hears.failed("failed", self._why())
            case "closed":
                self._hears.failed("closed", "")
            case _:
                """On the way to one of these, or there already."""

    def _why(self) -> str:
        transports = [one.receiver.transport for one in self.pc.getTransceivers()]
        failed = [one for one in transports if one.state == "failed"]
        if any(one.encrypted for one in failed):
            return (
                "The other side does not have the key that it named: somebody may stand between. "
                "The call was ended, and nothing was sent."
            )
        if failed:
            return "The other side broke off while the call was being secured. Call again."
        return lack(self._setup)

    def _words(self) -> tuple[str, ...]:
        mine, theirs = fingerprint(self.pc.localDescription.sdp), fingerprint(self.theirs)
        return words(mine, theirs) if mine and theirs else ()

    def _faulted(self, fault: BaseException) -> None:
        if not self._closed:
            self._hears.faulted(fault)


def _shows(transceiver: RTCRtpTransceiver) -> bool:
    return transceiver.kind == "video"
