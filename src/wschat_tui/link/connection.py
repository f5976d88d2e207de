"""Opening one socket with the settings that are safe, and nothing that tries twice."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake
from websockets.proxy import parse_proxy

from wschat_tui.link import diagnosis
from wschat_tui.link.failure import Failure, NotOpened
from wschat_tui.link.tunnel import open_tunnel
from wschat_tui.link.way import Way, find_way

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from wschat_tui.link.options import Options


class _Quiet(logging.Logger):
    """The library logs headers and frames at DEBUG, tokens included: no setting turns that on."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802
        return level >= logging.INFO and level >= self.getEffectiveLevel()


_LOG = logging.getLogger("wschat_tui.link")
_LOG.addHandler(logging.NullHandler())
_SOCKET_LOG = _Quiet("wschat_tui.link.socket")
_SOCKET_LOG.parent = _LOG


class Ear:
    """When the server was last heard, and how it began to speak."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.heard_at = clock()
        self.chunks = 0
        self.first_bytes = b""

    def forgive(self, seconds: float) -> None:
        """This process stood still for so long, so nothing could be heard."""
        self.heard_at = min(self._clock(), self.heard_at + seconds)

    def hear(self, data: bytes) -> None:
        """Bytes came, whatever they are: pongs of the library count as well."""
        self.heard_at = self._clock()
        self.chunks += 1
        if not self.first_bytes:
            self.first_bytes = bytes(data[:8])


class _Opening(connect):
    """One try, to the one place that was asked for."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Refuse: the library would stay on the new host for ever after."""
        return exc


@dataclass(frozen=True, slots=True)
class Channel:
    """An open socket."""

    socket: ClientConnection
    ear: Ear
    proxy: str | None
    """The proxy between, without its password."""


async def open_channel(
    options: Options, token: str | None, clock: Callable[[], float], wall: float
) -> Channel | Failure:
    """Open a socket, or say why not. `token` goes into the header, afresh each time.

    `wall` is seconds of Unix time, for a `Retry-After` that names a date.
    """
    way = await find_way(options, secret=token is not None)
    if isinstance(way, NotOpened):
        return way
    tunnel = await _tunnel(options, way)
    if isinstance(tunnel, NotOpened):
        return tunnel
    ear = Ear(clock)
    try:
        opened = await _opening(options, token, way, ear, tunnel)
    except (OSError, InvalidHandshake, ImportError, UnicodeError) as error:
        return diagnosis.of_opening(error, ear.first_bytes, wall)
    return Channel(opened, ear, way.proxy_shown)


async def _tunnel(options: Options, way: Way) -> socket.socket | NotOpened | None:
    """The connection through an HTTP proxy; the library knows the way through the other kinds."""
    if way.proxy is None or not way.proxy.startswith("http://"):
        return None
    seconds = options.timers.open_timeout
    return await open_tunnel(parse_proxy(way.proxy), way.place, options.user_agent, seconds)


def _opening(
    options: Options, token: str | None, way: Way, ear: Ear, tunnel: socket.socket | None
) -> _Opening:
    class Listening(ClientConnection):
        def data_received(self, data: bytes) -> None:
            ear.hear(data)
            super().data_received(data)

    timers = options.timers
    return _Opening(
        _with_token(options, token),
        proxy=way.proxy,
        additional_headers=_headers(options, token),
        user_agent_header=options.user_agent,
        compression="deflate",
        open_timeout=timers.open_timeout,
        ping_interval=timers.ping_interval,
        ping_timeout=timers.ping_timeout,
        close_timeout=timers.close_timeout,
        max_size=options.max_frame_in,
        max_queue=options.max_queue,
        logger=_SOCKET_LOG,
        create_connection=Listening,
        ssl=way.trust,
        sock=tunnel,
    )


def _headers(options: Options, token: str | None) -> dict[str, str]:
    return {} if token is None or options.token_in_url else {"Authorization": f"Bearer {token}"}


def _with_token(options: Options, token: str | None) -> str:
    if token is None or not options.token_in_url:
        return options.url
    parts = urlsplit(options.url)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}token={quote(token, safe='')}"))
