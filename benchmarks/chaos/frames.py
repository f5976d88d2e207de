"""WebSocket frames as they pass on the wire (RFC 6455 section 5.2): cut apart, never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

TEXT = 1
PING = 9
_LARGEST_SHORT = 125
_FIN = 0x80
_MASKED = 0x80
_BITS = 0x7F
_KIND = 0x0F


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: the bytes as they came, and where the payload begins in them."""

    data: bytes
    head: int
    mask: bytes

    @property
    def kind(self) -> int:
        """The opcode."""
        return self.data[0] & _KIND

    @property
    def whole(self) -> bool:
        """A text message of one frame: what can be left out or moved without breaking others."""
        return self.data[0] == _FIN | TEXT

    def envelopes(self) -> list[dict[str, Any]]:
        """What the payload says, line by line; nothing where it is no JSON."""
        payload = self.data[self.head :]
        if self.mask:
            pad = self.mask * (len(payload) // 4 + 1)
            number = int.from_bytes(payload, "big") ^ int.from_bytes(pad[: len(payload)], "big")
            payload = number.to_bytes(len(payload), "big")
        return [said for line in payload.split(b"\n") if (said := _document(line))]


def cut(buffer: bytearray) -> list[Frame]:
    """Take every complete frame out of the buffer; the beginning of one stays in it."""
    frames: list[Frame] = []
    at = 0
    while (frame := _next(buffer, at)) is not None:
        frames.append(frame)
        at += len(frame.data)
    del buffer[:at]
    return frames


def _next(buffer: bytearray, at: int) -> Frame | None:
    if len(buffer) < at + 2:
        return None
    short, head = buffer[at + 1] & _BITS, 2
    size = short
    if short > _LARGEST_SHORT:
        width = 2 if short == _LARGEST_SHORT + 1 else 8
        size, head = int.from_bytes(buffer[at + 2 : at + 2 + width], "big"), 2 + width
    body = head + (4 if buffer[at + 1] & _MASKED else 0)
    if len(buffer) < at + body + size:
        return None
    data = bytes(buffer[at : at + body + size])
    return Frame(data, body, data[head:body])


def _document(line: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
