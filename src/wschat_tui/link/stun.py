"""Whether a STUN or TURN server answers: one Binding request (RFC 8489), no account needed."""

from __future__ import annotations

import asyncio
import re
import secrets
import struct
from dataclasses import dataclass

PATIENCE = 2.0
"""Seconds in which a server has to answer; over UDP it is asked three times."""

_URL = re.compile(
    r"(?P<scheme>stun|turns?):(?P<host>[^?:]+)(?::(?P<port>\d+))?(?:\?transport=(?P<by>udp|tcp))?"
)
_HEADER = struct.Struct("!HHI12s")
_COOKIE = 0x2112A442
_REQUEST, _SUCCESS = 0x0001, 0x0101
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Server:
    """Where a STUN or TURN server listens (RFC 7064, RFC 7065)."""

    host: str
    port: int
    by: str
    """udp, tcp or tls."""


def server_of(url: str) -> Server | None:
    """The place that a `stun:`, `turn:` or `turns:` address names."""
    found = _URL.fullmatch(url)
    if found is None:
        return None
    secure = found["scheme"] == "turns"
    port = int(found["port"]) if found["port"] else 5349 if secure else 3478
    return Server(found["host"], port, "tls" if secure else found["by"] or "udp")


async def silence_of(url: str, seconds: float = PATIENCE) -> str:
    """Nothing where the server answers; else why not, in a few words."""
    server = server_of(url)
    if server is None:
        return "it is no address of a STUN or TURN server"
    try:
        async with asyncio.timeout(seconds):
            answer = await (_by_udp(server, seconds) if server.by == "udp" else _by_stream(server))
    except TimeoutError:
        return f"it did not answer in {seconds:g} s"
    except OSError as error:
        return f"it cannot be reached ({error.strerror or error})"
    return "" if answer else "what answers there is no STUN server"


class _Listener(asyncio.DatagramProtocol):
    """Waits for the first datagram, or for the news that nobody listens."""

    def __init__(self) -> None:
        self.heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _addr: tuple[str | object, int]) -> None:
        if not self.heard.done():
            self.heard.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.heard.done():
            self.heard.set_exception(exc)


async def _by_udp(server: Server, seconds: float) -> bool:
    loop = asyncio.get_running_loop()
    mark = secrets.token_bytes(12)
    transport, listener = await loop.create_datagram_endpoint(
        _Listener, remote_addr=(server.host, server.port)
    )
    try:
        for _ in range(_TRIES):
            transport.sendto(_asking(mark))
            done, _waiting = await asyncio.wait({listener.heard}, timeout=seconds / _TRIES)
            if done:
                return _is_answer(listener.heard.result(), mark)
        raise TimeoutError
    finally:
        transport.close()


async def _by_stream(server: Server) -> bool:
    mark = secrets.token_bytes(12)
    reader, writer = await asyncio.open_connection(
        server.host, server.port, ssl=True if server.by == "tls" else None
    )
    try:
        writer.write(_asking(mark))
        return _is_answer(await reader.readexactly(_HEADER.size), mark)
    except asyncio.IncompleteReadError:
        return False
    finally:
        writer.close()


def _asking(mark: bytes) -> bytes:
    return _HEADER.pack(_REQUEST, 0, _COOKIE, mark)


def _is_answer(data: bytes, mark: bytes) -> bool:
    if len(data) < _HEADER.size:
        return False
    kind, _length, cookie, marked = _HEADER.unpack_from(data)
    return (kind, cookie, marked) == (_SUCCESS, _COOKIE, mark)
