"""Offers and answers over one connection (RFC 9429), each told before any address is looked for."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Literal

from aiortc import RTCSessionDescription

from wschat_tui.media import received
from wschat_tui.media.candidates import own, taken_out
from wschat_tui.media.rewrite import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCPeerConnection

    from wschat_tui.media.candidates import Candidates
    from wschat_tui.media.gathering import Gathering
    from wschat_tui.media.tasks import Tasks
    from wschat_tui.protocol.objects import IceCandidate


FINISHING = 1.0
"""Seconds that aiortc has to finish one step before the next."""


class NoPath(Exception):
    """This side has no address to be reached at; the text is a sentence for the user."""


class Negotiation:
    """Who described what. Its methods are called one after the other, never two at a time."""

    def __init__(
        self,
        pc: RTCPeerConnection,
        tasks: Tasks,
        candidates: Candidates,
        described: Callable[[Literal["offer", "answer"], str], None],
        found: Callable[[IceCandidate | None], None],
    ) -> None:
        """described, found: hear our descriptions and candidates, in the order to send them."""
        self._pc = pc
        self._tasks = tasks
        self._candidates = candidates
        self._described = described
        self._found = found
        self._settling: asyncio.Task[None] | None = None
        self._waiting: RTCSessionDescription | None = None
        self._version = 0
        self._session = ""
        self._offered = ""
        self.theirs = ""
        """The other side's last description that was taken, as it came."""

    @property
    def begun(self) -> bool:
        """Something of ours was set, so that sockets may be open."""
        return self._settling is not None

    @property
    def agreed(self) -> bool:
        """Both sides' descriptions fit each other, and none is on its way."""
        return bool(self.theirs) and self._waiting is None and self._pc.signalingState == "stable"

    @property
    def dead(self) -> set[int]:
        """The places of media that the other side wants no more."""
        return received.refused(self.theirs)

    async def offer(self, gathering: Gathering | None, like: str = "") -> None:
        """Describe ourselves. like: theirs, where another path is offered for the same call.

        Only the first offer is set at once. Later ones need no new path; they are set together
        with their answer, so that one of theirs that crosses ours finds a connection that can
        take it: aiortc cannot take an offer back.
        """
        made = await self._pc.createOffer()
        before = self.theirs or like
        text = self._signed(follow(made.sdp, before) if before else made.sdp)
        self._offered = text
        self._described("offer", received.give_up(text, self.dead))
        description = RTCSessionDescription(text, "offer")
        if gathering is None:
            self._waiting = description
        else:
            self._settle(description, gathering)

    async def answer(self, sdp: str, prepare: Callable[[], Gathering | None]) -> None:
        """Take their offer and answer it; one of ours that waits is forgotten. Raises Unusable.

        prepare: is called when it is known what is offered, to say what goes the other way.
        """
        self._waiting = None
        await self.settled()
        await self._take(received.offered(sdp), "offer")
        self.theirs = sdp
        gathering = prepare()
        made = await self._pc.createAnswer()
        text = self._signed(made.sdp)
        self._described("answer", received.give_up(text, self.dead))
        description = RTCSessionDescription(text, "answer")
        if gathering is None:
            await self._pc.setLocalDescription(description)
        else:
            self._settle(description, gathering)
        self._candidates.begin(sdp)

    async def take_answer(self, sdp: str) -> None:
        """Take the answer to our offer; one that answers nothing is ignored. Raises Unusable."""
        await self.settled()
        answer = received.answered(sdp, self._offered) if self._offered else ""
        waiting, self._waiting, self._offered = self._waiting, None, ""
        if waiting is not None:
            await self._pc.setLocalDescription(waiting)
            await _connected()
        elif self._pc.signalingState != "have-local-offer":
            return
        await self._take(answer, "answer")
        self.theirs = sdp
        self._candidates.begin(sdp)

    async def settled(self) -> None:
        """Wait until what was described first is set: aiortc takes no answer earlier."""
        if self._settling is not None:
            await asyncio.shield(self._settling)

    async def _take(self, sdp: str, kind: str) -> None:
        text, candidates = taken_out(sdp)
        await self._pc.setRemoteDescription(RTCSessionDescription(text, kind))
        for candidate in candidates:
            self._candidates.take(candidate)

    def _settle(self, description: RTCSessionDescription, gathering: Gathering) -> None:
        work = self._set(description, gathering)
        self._settling = self._tasks.start(work, "set description")

    async def _set(self, description: RTCSessionDescription, gathering: Gathering) -> None:
        await self._pc.setLocalDescription(description)
        candidates = own(self._pc.localDescription.sdp)
        if not candidates:
            raise NoPath(gathering.lack)
        for candidate in candidates:
            self._found(candidate)
        self._tasks.start(self._look_further(gathering), "look for addresses")

    async def _look_further(self, gathering: Gathering) -> None:
        await gathering.late(self._found)
        self._found(None)
        self._candidates.own_ended()

    def _signed(self, sdp: str) -> str:
        """With one session's name and a rising version, and the promise of candidates to come."""
        origin = re.search(r"(?m)^o=(\S+) (\S+) \S+ (.*?)\r?$", sdp)
        if origin is None:
            return sdp
        self._session = self._session or origin[2]
        self._version += 1
        line = f"o={origin[1]} {self._session} {self._version} {origin[3]}"
        signed = sdp.replace(origin[0].rstrip("\r"), line, 1)
        return signed.replace("t=0 0\r\n", "t=0 0\r\na=ice-options:trickle\r\n", 1)


async def _connected() -> None:
    """Let aiortc finish what `setLocalDescription` left to a task.

    It would look for the new media in the description that is about to be replaced.
    """
    left = [task for task in asyncio.all_tasks() if _connects(task)]
    if left:
        await asyncio.wait(left, timeout=FINISHING)


def _connects(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__qualname__", "") == "RTCPeerConnection.__connect"
