"""Heads of HTTP messages, as far as a proxy must know them (RFC 9112 section 2)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

_NOT_PASSED = ("connection", "sec-websocket-extensions")
"""Compression would tie each message to the ones before it, and they are to be left out singly."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line and the headers of a request or an answer."""

    raw: bytes
    lines: tuple[str, ...]

    @property
    def path(self) -> str:
        """What a request asks for."""
        return self.lines[0].split(" ")[1]

    @property
    def upgrades(self) -> bool:
        """The request asks for a WebSocket."""
        return self._value("upgrade").lower() == "websocket"

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return int(self._value("content-length") or 0)

    @property
    def user(self) -> str:
        """Whose token the mock server takes (`dev:NAME`)."""
        return self._value("authorization").rpartition("dev:")[2]

    @property
    def plain(self) -> bytes:
        """The head without compression."""
        return self._with("Connection: Upgrade")

    @property
    def alone(self) -> bytes:
        """The head of a request after which no other comes."""
        return self._with("Connection: close")

    def _with(self, connection: str) -> bytes:
        kept = [line for line in self.lines if line.partition(":")[0].lower() not in _NOT_PASSED]
        return "\r\n".join([*kept, connection, "", ""]).encode("latin-1")

    def _value(self, name: str) -> str:
        for line in self.lines[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return ""


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next head; None where the other side left before it was complete."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    return Head(raw, tuple(raw.decode("latin-1").split("\r\n")[:-2]))
