"""Sound as it comes, without waiting for what is lost (aiortc's own buffer waits 16 packets).

aiortc 1.16 hands on one packet for each that comes, so that whatever once waited for a lost one
stays late to the end of the call: one loss costs 240 ms (aiortc #543). Every packet of sound is a
frame of its own, so it can be handed on at once; a missing one is waited for as long as the next
one takes, in case they only changed places, and then filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiortc.jitterbuffer import JitterFrame

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCRtpReceiver
    from aiortc.rtp import RtpPacket

HELD = 1
"""Packets after a missing one that are kept, in case it comes late."""

RESTART = 100
"""Packets of difference after which a stream is taken for a new one (RFC 3550, appendix A.1)."""

_BUFFER = "_RTCRtpReceiver__jitter_buffer"


def quicken(receiver: RTCRtpReceiver) -> bool:
    """Give the receiver of a sound this buffer; False where this aiortc has another inside."""
    inside = vars(receiver)
    names = ("decoder_queue", "timestamp_mapper", "codecs", "jitter_buffer")
    if not all(f"_RTCRtpReceiver__{name}" in inside for name in names):
        return False

    def decode(packet: RtpPacket, frame: JitterFrame) -> None:
        codec = inside["_RTCRtpReceiver__codecs"].get(packet.payload_type)
        if codec is not None:
            frame.timestamp = inside["_RTCRtpReceiver__timestamp_mapper"].map(frame.timestamp)
            inside["_RTCRtpReceiver__decoder_queue"].put((codec, frame))

    setattr(receiver, _BUFFER, SoundBuffer(decode))
    return True


class SoundBuffer:
    """In place of `aiortc.jitterbuffer.JitterBuffer`, for sound alone."""

    def __init__(self, decode: Callable[[RtpPacket, JitterFrame], None]) -> None:
        """decode: takes each packet in its order, as soon as that is known."""
        self._decode = decode
        self._expected: int | None = None
        self._held: dict[int, RtpPacket] = {}

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        """Take a packet. No picture loss to report, and no frame: those went to `decode`."""
        number = packet.sequence_number
        ahead = 0 if self._expected is None else (number - self._expected) & 0xFFFF
        if ahead >= 0x8000:
            if 0x10000 - ahead < RESTART:
                return False, None  # it comes after its place was filled
            ahead = RESTART
        if self._expected is None or ahead >= RESTART:
            self._held.clear()
            self._expected = number
        self._held[number] = packet
        if len(self._held) > HELD and self._expected not in self._held:
            self._expected = self._nearest(self._expected)
        self._release()
        return False, None

    def _nearest(self, expected: int) -> int:
        return min(self._held, key=lambda number: (number - expected) & 0xFFFF)

    def _release(self) -> None:
        while (packet := self._held.pop(self._expected or 0, None)) is not None:
            self._expected = (packet.sequence_number + 1) & 0xFFFF
            data: bytes = getattr(packet, "_data", b"")
            if data:
                self._decode(packet, JitterFrame(data=data, timestamp=packet.timestamp))


def keep_hearing(receiver: RTCRtpReceiver) -> None:
    """Go on after a goodbye. A browser says one whenever it pauses (RFC 3550, section 6.6).

    aiortc 1.16 ends the decoder for good then, and what the browser sends later is lost.
    """
    from aiortc.rtp import RtcpByePacket

    handle: Any = receiver._handle_rtcp_packet  # noqa: SLF001  there is no public way

    async def handle_all_but_goodbye(packet: object) -> None:
        if not isinstance(packet, RtcpByePacket):
            await handle(packet)

    receiver._handle_rtcp_packet = handle_all_but_goodbye  # type: ignore[method-assign]  # noqa: SLF001
