"""How a call goes, in the units of people, from what aiortc counts and what was seen to pass."""

from __future__ import annotations

import ipaddress
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wschat_tui.state.calls.call import CallStats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiortc import RTCPeerConnection, RTCRtpTransceiver

WINDOW = 5
"""Measurements over which a loss counts as late."""

_PATHS = {"host": "host", "srflx": "reflexive", "prflx": "reflexive", "relay": "relayed"}


@dataclass(slots=True)
class Passed:
    """What was decoded, and what was handed to the encoder, since the call began."""

    sounds_in: int = 0
    pictures_in: int = 0
    sounds_out: int = 0
    pictures_out: int = 0
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class _Count:
    """Of one connection, at one moment."""

    at: float = 0.0
    sent: int = 0
    received: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    pictures_in: int = 0
    pictures_out: int = 0


@dataclass(slots=True)
class Measure:
    """Takes one measurement after the other of one connection."""

    clock: Callable[[], float] = time.monotonic
    _last: _Count | None = None
    _losses: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=WINDOW + 1))

    async def take(
        self, pc: RTCPeerConnection, passed: Passed, gaps: int, base: CallStats
    ) -> CallStats:
        """Figures since the last measurement. base: totals of the call's earlier connections."""
        reports = list((await pc.getStats()).values())
        now, then = self._count(reports, passed), self._last
        self._last = now
        span = now.at - then.at if then else 0.0
        transceivers = pc.getTransceivers()
        local, remote = _path(transceivers)
        return CallStats(
            round_trip=_round_trip(reports),
            loss=self._loss(transceivers, reports),
            loss_there=_most(100 * one / 256 for one in _each(reports, "fractionLost")),
            jitter=_jitter(reports),
            sent_rate=_rate(span, now.sent_bytes - then.sent_bytes if then else 0),
            received_rate=_rate(span, now.received_bytes - then.received_bytes if then else 0),
            sent_packets=base.sent_packets + now.sent,
            received_packets=base.received_packets + now.received,
            sent_frames=_each_second(span, now.pictures_out - then.pictures_out if then else 0),
            received_frames=_each_second(span, now.pictures_in - then.pictures_in if then else 0),
            width=passed.width,
            height=passed.height,
            audio_codec=_codec(transceivers, "audio"),
            video_codec=_codec(transceivers, "video"),
            local_path=local,
            remote_path=remote,
            gaps=gaps,
            sound_in=passed.sounds_in > 0,
            picture_in=passed.pictures_in > 0,
            sound_out=passed.sounds_out > 0,
            picture_out=passed.pictures_out > 0,
        )

    def _count(self, reports: list[Any], passed: Passed) -> _Count:
        whole = [one for one in reports if one.type == "transport"]
        return _Count(
            self.clock(),
            sum(one.packetsSent for one in whole),
            sum(one.packetsReceived for one in whole),
            sum(one.bytesSent for one in whole),
            sum(one.bytesReceived for one in whole),
            passed.pictures_in,
            passed.pictures_out,
        )

    def _loss(self, transceivers: list[RTCRtpTransceiver], reports: list[Any]) -> float | None:
        """Percent of the packets of the last seconds that never came."""
        pairs = [pair for one in transceivers for pair in _streams(one)]
        if not pairs:
            came = [one for one in reports if one.type == "inbound-rtp"]
            pairs = [(one.packetsReceived, one.packetsLost) for one in came]
        if not pairs:
            return None
        self._losses.append((sum(one[0] for one in pairs), sum(one[1] for one in pairs)))
        received = self._losses[-1][0] - self._losses[0][0]
        lost = max(0, self._losses[-1][1] - self._losses[0][1])
        return 100 * lost / (received + lost) if received + lost else None


def _streams(transceiver: RTCRtpTransceiver) -> list[tuple[int, int]]:
    """Packets that came and that did not, of each stream: aiortc's report shows but the last."""
    streams = getattr(transceiver.receiver, "_RTCRtpReceiver__remote_streams", {})
    return [(one.packets_received, one.packets_lost) for one in streams.values()]


def _jitter(reports: list[Any]) -> float | None:
    """Of the sound, else of the picture; they are counted in ticks of different clocks."""
    ticks = {"audio": 48, "video": 90}
    found = {one.kind: one.jitter for one in reports if one.type == "inbound-rtp"}
    return next((found[kind] / ticks[kind] for kind in ticks if kind in found), None)


def _codec(transceivers: list[RTCRtpTransceiver], kind: str) -> str:
    for one in transceivers:
        codecs = getattr(one, "_codecs", [])
        if one.kind == kind and one.currentDirection not in (None, "inactive") and codecs:
            name: str = codecs[0].name
            return name
    return ""


def _path(transceivers: list[RTCRtpTransceiver]) -> tuple[str, str]:
    """The kinds of addresses at both ends of the path; empty where they are not known."""
    transport: Any = transceivers[0].receiver.transport.transport if transceivers else None
    nominated = getattr(getattr(transport, "_connection", None), "_nominated", {})
    pair = nominated.get(1)
    if pair is None:
        return "", ""
    local, remote = pair.local_candidate, pair.remote_candidate
    ours = _PATHS.get(local.type, "")
    if ours == "host" and _is_private(local.host) and not _is_private(pair.remote_addr[0]):
        ours = "reflexive"
    theirs = _PATHS.get(remote.type, "")
    if remote.type == "prflx" and _is_private(pair.remote_addr[0]):
        # Browsers hide such addresses behind names, so that they are learned from their packets.
        theirs = "host"
    return ours, theirs


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _each(reports: list[Any], name: str) -> list[float]:
    found = [getattr(one, name, None) for one in reports]
    return [one for one in found if one is not None]


def _round_trip(reports: list[Any]) -> float | None:
    """Aiortc takes it from wall clocks, which may be set back meanwhile: less than none is none."""
    return _least(1000 * one for one in _each(reports, "roundTripTime") if one >= 0)


def _least(figures: Iterable[float]) -> float | None:
    return min(figures, default=None)


def _most(figures: Iterable[float]) -> float | None:
    return max(figures, default=None)


def _rate(span: float, size: int) -> float | None:
    return size * 8 / 1000 / span if span > 0 else None


def _each_second(span: float, count: int) -> float | None:
    return count / span if span > 0 else None
