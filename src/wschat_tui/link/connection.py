"""Opening one socket with the settings that are safe, and nothing that tries twice."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidURI
from websockets.proxy import get_proxy
from websockets.uri import parse_uri

from wschat_tui.link import diagnosis
from wschat_tui.link.address import is_loopback
from wschat_tui.link.failure import Failure, NotOpened

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.link.options import Options


class _Quiet(logging.Logger):
    """The library logs headers and frames at DEBUG, tokens included: no setting turns that on."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802
        return level >= logging.INFO and super().isEnabledFor(level)


_LOG = logging.getLogger("wschat_tui.link")
_LOG.addHandler(logging.NullHandler())
_SOCKET_LOG = _Quiet("wschat_tui.link.socket")
_SOCKET_LOG.parent = _LOG


class Ear:
    """When the server was last heard, and how it began to speak."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.heard_at = clock()
        self.first_bytes = b""

    def hear(self, data: bytes) -> None:
        """Bytes came, whatever they are: pongs of the library count as well."""
        self.heard_at = self._clock()
        if not self.first_bytes:
            self.first_bytes = bytes(data[:8])


class _Opening(connect):
    """One try, to the one place that was asked for."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Refuse: the library would stay on the new host for ever after."""
        return exc


async def open_socket(
    options: Options, token: str | None, ear: Ear, trust: ssl.SSLContext | None, wall: float
) -> ClientConnection | Failure:
    """Open the socket, or say why not. `token` goes into the header, afresh each time.

    `wall` is seconds since the Unix epoch, for a `Retry-After` that names a date.
    """

    class Listening(ClientConnection):
        def data_received(self, data: bytes) -> None:
            ear.hear(data)
            super().data_received(data)

    timers = options.timers
    try:
        opening = _Opening(
            _with_token(options, token),
            proxy=proxy_for(options),
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
            **_tls(trust),
        )
        return await opening
    except (
        OSError,
        InvalidHandshake,
        InvalidURI,
        InvalidProxy,
        ImportError,
        UnicodeError,
    ) as error:
        return diagnosis.of_opening(error, ear.first_bytes, wall)


def unsafe(options: Options, token: str | None) -> NotOpened | None:
    """Why this token may not travel this way, if it may not."""
    try:
        uri = parse_uri(options.url)
    except (InvalidURI, ValueError):
        return NotOpened("bad_address")
    if token is None or uri.secure or options.insecure or is_loopback(uri.host):
        return None
    return NotOpened("insecure")


def proxy_for(options: Options) -> str | None:
    """The proxy's URL, or None to connect directly. Loopback is always direct.

    Raises InvalidURI or ValueError for a bad address.
    """
    uri = parse_uri(options.url)
    if options.proxy == "none" or is_loopback(uri.host):
        return None
    return get_proxy(uri) if options.proxy == "env" else options.proxy


def without_password(proxy: str | None) -> str | None:
    """A proxy's URL as it may be shown."""
    if proxy is None:
        return None
    parts = urlsplit(proxy)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


async def trust_of(options: Options) -> ssl.SSLContext | NotOpened | None:
    """Whom to trust with TLS: the system's authorities, or those of `ca_file` alone; None for ws://."""
    if urlsplit(options.url).scheme != "wss":
        return None
    try:
        # Reading a bundle of authorities takes tens of milliseconds.
        return await asyncio.to_thread(ssl.create_default_context, cafile=options.ca_file)
    except OSError:
        return NotOpened("bad_ca_file")


def _tls(trust: ssl.SSLContext | None) -> dict[str, Any]:
    return {} if trust is None else {"ssl": trust}


def _headers(options: Options, token: str | None) -> dict[str, str]:
    return {} if token is None or options.token_in_url else {"Authorization": f"Bearer {token}"}


def _with_token(options: Options, token: str | None) -> str:
    if token is None or not options.token_in_url:
        return options.url
    parts = urlsplit(options.url)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}token={quote(token, safe='')}"))
