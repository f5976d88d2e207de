"""One side of a measured call, in a process of its own: `ours` is the engine, `bare` plain aiortc.

Takes orders as lines of JSON, tells what happens and when in the same way. Both sides' clocks are
the machine's, so that moments of one can be taken from those of the other.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import time
from typing import Any, Protocol

import av
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from wschat_tui.media.engine import Engine
from wschat_tui.media.intake import Intake
from wschat_tui.media.setup import IceServer, Setup
from wschat_tui.media.sources.picture import PictureTrack, open_picture
from wschat_tui.media.sources.sound import SoundTrack, open_sound
from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    OpenMedia,
    TakeCandidate,
    TakeDescription,
)
from wschat_tui.state.calls.call_inputs import (
    CallInput,
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
)


def say(**words: Any) -> None:
    """A line to whoever measures."""
    sys.stdout.write(json.dumps({"at": time.monotonic(), **words}) + "\n")
    sys.stdout.flush()


class Side(Protocol):
    """What both kinds do."""

    async def open(self, shows: str, what: str, offer: str) -> None:
        """Offer, or answer."""

    async def take(self, kind: str, sdp: str) -> None:
        """The other side's answer."""

    def candidate(self, text: str | None) -> None:
        """The other side's address."""

    async def close(self) -> None:
        """End the call."""


class Ours:
    """The engine, with tones, patterns and no speaker."""

    def __init__(self, servers: list[str]) -> None:
        loop = asyncio.get_running_loop()
        self._ids = itertools.count()
        self._call = ""
        self._engine = Engine(
            lambda item: loop.call_soon_threadsafe(self._told, item),
            Setup(
                ice_servers=tuple(IceServer((one,)) for one in servers), fake=True, loop_files=True
            ),
            lambda: time.time_ns() // 1_000_000,
            lambda: str(next(self._ids)),
        )
        _watch_intake(lambda kind: loop.call_soon_threadsafe(lambda: say(came=kind)))

    async def open(self, shows: str, what: str, offer: str) -> None:
        """Offer, or answer."""
        self._call = str(next(self._ids))
        kind = "video" if shows else "audio"
        self._engine.run(OpenMedia(self._call, kind, shows, what, offer=offer))  # type: ignore[arg-type]

    async def take(self, kind: str, sdp: str) -> None:
        """The other side's answer."""
        self._engine.run(TakeDescription(self._call, kind, sdp))  # type: ignore[arg-type]

    def candidate(self, text: str | None) -> None:
        """The other side's address."""
        given = IceCandidate(candidate=text, sdpMLineIndex=0) if text else None
        self._engine.run(TakeCandidate(self._call, given))

    async def close(self) -> None:
        """End the call."""
        self._engine.run(CloseMedia(self._call))

    def _told(self, item: CallInput) -> None:
        if isinstance(item, MediaDescribed):
            say(kind=item.kind, sdp=item.sdp)
        elif isinstance(item, MediaCandidate):
            say(candidate=item.candidate.candidate if item.candidate else None)
        elif isinstance(item, MediaConnected):
            say(connected=True)


def _watch_intake(came: Any) -> None:
    """Say when the first sound and the first picture of a call were decoded."""
    begin, sound, picture = Intake.__init__, Intake._sound, Intake._take

    def began(self: Intake, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        self.met = set()  # type: ignore[attr-defined]

    def note(self: Any, kind: str) -> None:
        if kind not in self.met:
            self.met.add(kind)
            came(kind)

    def heard(self: Intake, *arguments: Any) -> None:
        note(self, "audio")
        sound(self, *arguments)

    def seen(self: Intake, *arguments: Any) -> None:
        note(self, "video")
        picture(self, *arguments)

    Intake.__init__, Intake._sound, Intake._take = began, heard, seen  # type: ignore[method-assign]


class Bare:
    """aiortc as its documentation uses it, with the same sources, and frames thrown away."""

    def __init__(self, servers: list[str]) -> None:
        self._servers = servers
        self._tasks: list[asyncio.Task[None]] = []
        self._sources: list[SoundTrack | PictureTrack] = []
        self._pc: RTCPeerConnection | None = None

    async def open(self, shows: str, what: str, offer: str) -> None:
        """Offer, or answer."""
        setup = Setup(fake=True, loop_files=True)
        self._sources = [await open_sound(setup)]
        if shows:
            self._sources.append(await open_picture(shows, what, setup))  # type: ignore[arg-type]
        servers = [RTCIceServer(one) for one in self._servers]
        settings = RTCConfiguration(servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        pc = self._pc = RTCPeerConnection(settings)
        pc.on("track", lambda track: self._tasks.append(asyncio.create_task(_drain(track))))
        pc.on("connectionstatechange", self._changed)
        if offer:
            await pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        for source in self._sources:
            pc.addTrack(source)
        made = await (pc.createAnswer() if offer else pc.createOffer())
        await pc.setLocalDescription(made)
        say(kind=made.type, sdp=pc.localDescription.sdp)

    async def take(self, kind: str, sdp: str) -> None:
        """The other side's answer."""
        assert self._pc is not None
        await self._pc.setRemoteDescription(RTCSessionDescription(sdp, kind))

    def candidate(self, text: str | None) -> None:
        """They are in the descriptions."""

    async def close(self) -> None:
        """End the call."""
        assert self._pc is not None
        await self._pc.close()
        for task in self._tasks:
            task.cancel()
        for source in self._sources:
            source.stop()
            await source.gone()

    def _changed(self) -> None:
        if self._pc is not None and self._pc.connectionState == "connected":
            say(connected=True)


async def _drain(track: MediaStreamTrack) -> None:
    first = True
    while True:
        try:
            frame = await track.recv()
        except MediaStreamError:
            return
        if first:
            first = False
            say(came="audio" if isinstance(frame, av.AudioFrame) else "video")


async def serve(side: Side) -> None:
    """Do as told until the end of the orders."""
    loop = asyncio.get_running_loop()
    say(ready=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        match order["do"]:
            case "open":
                await side.open(order["shows"], order["what"], order["offer"])
            case "take":
                await side.take(order["kind"], order["sdp"])
            case "candidate":
                side.candidate(order["text"])
            case "close":
                await side.close()
                say(closed=True)
            case "cost":
                used = os.times()
                say(cpu=used.user + used.system, rss=_rss())
            case _:
                raise ValueError(order)


def _rss() -> float:
    """MiB that this process holds."""
    with open("/proc/self/statm", encoding="ascii") as figures:  # noqa: PTH123
        return int(figures.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def main(kind: str, servers: list[str]) -> None:
    """One side, of this kind."""
    await serve(Ours(servers) if kind == "ours" else Bare(servers))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
