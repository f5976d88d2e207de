"""A TCP connection through an HTTP proxy, by CONNECT (RFC 9110 section 9.3.6).

The library's own way leaves an unhandled EOFError in the loop when a proxy hangs up, and cannot
tell a proxy that is not there from a server that is not there.
"""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from typing import TYPE_CHECKING, Any

from wschat_tui.link.failure import NotOpened

if TYPE_CHECKING:
    from websockets.proxy import Proxy

_LONGEST_HEAD = 64 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})[ \r]")


async def open_tunnel(
    proxy: Proxy, place: str, user_agent: str, seconds: float
) -> socket.socket | NotOpened:
    """A connected socket to `place` (`host:port`), or why there is none. The caller owns it."""
    try:
        async with asyncio.timeout(seconds):
            sock = await _connected(proxy.host, proxy.port)
    except OSError:
        return NotOpened("proxy_absent")
    trouble: NotOpened | None = NotOpened("proxy_failed")
    try:
        async with asyncio.timeout(seconds):
            trouble = await _asked(sock, _request(proxy, place, user_agent))
    except OSError:
        pass
    finally:
        if trouble is not None:
            sock.close()
    return trouble or sock


async def _connected(host: str, port: int) -> socket.socket:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    error = OSError(f"no address for {host}")
    for family, kind, protocol, _, address in found:
        try:
            return await _connected_to(socket.socket(family, kind, protocol), address)
        except OSError as failed:
            error = failed
    raise error


async def _connected_to(sock: socket.socket, address: tuple[Any, ...]) -> socket.socket:
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


def _request(proxy: Proxy, place: str, user_agent: str) -> bytes:
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}", f"User-Agent: {user_agent}"]
    if proxy.username is not None:
        secret = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {secret}")
    return "\r\n".join([*lines, "", ""]).encode()


async def _asked(sock: socket.socket, request: bytes) -> NotOpened | None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, request)
    head = b""
    while b"\r\n\r\n" not in head:
        received = await loop.sock_recv(sock, 4096)
        if not received or len(head) > _LONGEST_HEAD:
            return NotOpened("proxy_failed")
        head += received
    status = _STATUS.match(head)
    # A tunnel is silent until it is spoken into: more than a head is no proxy's answer.
    if status is None or not head.endswith(b"\r\n\r\n"):
        return NotOpened("proxy_failed")
    if status[1].startswith(b"2"):
        return None
    return NotOpened("proxy_failed" if status[1].startswith(b"5") else "proxy_refused")
