"""By which way a server is reached: through which proxy, trusting whom, and whether at all."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from websockets.exceptions import InvalidProxy, InvalidURI
from websockets.headers import build_host
from websockets.proxy import get_proxy, parse_proxy
from websockets.uri import WebSocketURI, parse_uri

from wschat_tui.link.address import is_loopback
from wschat_tui.link.failure import NotOpened

if TYPE_CHECKING:
    from pathlib import Path

    from wschat_tui.link.options import Options


@dataclass(frozen=True, slots=True)
class Way:
    """How a server is reached."""

    proxy: str | None
    """The proxy's URL; None when direct."""
    trust: ssl.SSLContext | None
    """Whom to trust with TLS; None for ws://."""
    place: str
    """The server as `host:port`."""

    @property
    def proxy_shown(self) -> str | None:
        """The proxy's URL without its password."""
        if self.proxy is None:
            return None
        parts = urlsplit(self.proxy)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


async def find_way(options: Options, *, secret: bool) -> Way | NotOpened:
    """By which proxy and with which trust, or why nothing may be sent. Loopback is always direct.

    secret: a token or a password will travel, which ws:// carries to other machines only where
    `insecure` allows it.
    """
    try:
        uri = parse_uri(options.url)
    except (InvalidURI, ValueError):
        return NotOpened("bad_address")
    local = is_loopback(uri.host)
    if secret and not (uri.secure or local or options.insecure):
        return NotOpened("insecure")
    try:
        proxy = None if local else _proxy(options.proxy, uri)
    except (InvalidProxy, ValueError):
        return NotOpened("proxy_address")
    trust = await _trust(options.ca_file) if uri.secure else None
    return trust if isinstance(trust, NotOpened) else Way(proxy, trust, _place(uri))


def _proxy(setting: str, uri: WebSocketURI) -> str | None:
    proxy = {"none": None, "env": get_proxy(uri)}.get(setting, setting)
    if proxy is not None:
        parse_proxy(proxy)
    return proxy


def _place(uri: WebSocketURI) -> str:
    return build_host(uri.host, uri.port, uri.secure, always_include_port=True)


async def _trust(ca_file: Path | None) -> ssl.SSLContext | NotOpened:
    """The system's authorities, or those of the file alone."""
    try:
        # Reading a bundle of authorities takes tens of milliseconds.
        return await asyncio.to_thread(ssl.create_default_context, cafile=ca_file)
    except OSError:
        return NotOpened("bad_ca_file")
