"""What a person types as a server, made into a WebSocket address; or the sentence why not."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PATH = "/v1/ws"

_SCHEMES: Mapping[str, str] = MappingProxyType(
    {"ws": "ws", "http": "ws", "wss": "wss", "https": "wss"}
)
_PORTS: Mapping[str, int] = MappingProxyType({"ws": 80, "wss": 443})
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_SECRET_KEYS = frozenset({"token", "access_token"})
_EXAMPLE = "write it like chat.example.org, or localhost:8765"


@dataclass(frozen=True, slots=True)
class Address:
    """A server's WebSocket address."""

    url: str
    host: str
    """In lower case and ASCII; an IPv6 address without brackets."""
    port: int
    secure: bool

    @property
    def loopback(self) -> bool:
        """Whether it is this machine."""
        return is_loopback(self.host)

    @property
    def where(self) -> str:
        """`host:port`, for sentences."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a token belongs to (RFC 6454)."""
        return f"{'wss' if self.secure else 'ws'}://{self.where}"

    @property
    def http_base(self) -> str:
        """The same server's HTTP side, without a slash at the end."""
        return f"{'https' if self.secure else 'http'}://{self.where}"


@dataclass(frozen=True, slots=True)
class Nonsense:
    """What was typed is no address."""

    sentence: str


def parse(text: str) -> Address | Nonsense:
    """Read `localhost:8765`, `example.org`, `ws://…`, `wss://…`, `http://…` or `https://…`.

    Without a scheme it is wss://, and ws:// on this machine; without a path it is `/v1/ws`.
    """
    typed = text.strip()
    if not typed:
        return Nonsense(f"No server was given; {_EXAMPLE}.")
    if not typed.isprintable() or " " in typed:
        return Nonsense(f"A server's address has no spaces or control characters; {_EXAMPLE}.")
    try:
        parts = urlsplit(_with_scheme(typed))
        port = parts.port
    except ValueError:
        return Nonsense(f"“{_shown(typed)}” is not an address; {_EXAMPLE}.")
    return _trouble(parts, port) or _made(parts, port)


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address is this machine (RFC 6761 section 6.3)."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _with_scheme(typed: str) -> str:
    if _HAS_SCHEME.match(typed):
        return typed
    typed = typed.removeprefix("//")
    if _is_bare_ipv6(typed):
        typed = f"[{typed}]"
    host = urlsplit("//" + typed).hostname or ""
    return f"{'ws' if is_loopback(host) else 'wss'}://{typed}"


def _is_bare_ipv6(typed: str) -> bool:
    try:
        return ipaddress.ip_address(typed).version == 6
    except ValueError:
        return False


def _trouble(parts: SplitResult, port: int | None) -> Nonsense | None:
    if parts.scheme not in _SCHEMES:
        return Nonsense(
            f"A chat server is not reached by {_shown(parts.scheme)}://; use wss:// or https://."
        )
    if parts.username is not None or parts.password is not None:
        return Nonsense("A name and a password do not belong into the address; log in instead.")
    if port == 0:
        return Nonsense("A port is a number from 1 to 65535.")
    host = ascii_host(parts.hostname or "")
    if host is None or ("[" in parts.netloc and ":" not in host):
        return Nonsense(f"The address names no host; {_EXAMPLE}.")
    if _SECRET_KEYS & parse_qs(parts.query, keep_blank_values=True).keys():
        return Nonsense("A token does not belong into the address; log in instead.")
    return None


def _made(parts: SplitResult, port: int | None) -> Address:
    scheme = _SCHEMES[parts.scheme]
    host = ascii_host(parts.hostname or "") or ""
    netloc = _bracketed(host) + (f":{port}" if port else "")
    path = DEFAULT_PATH if parts.path in {"", "/"} else parts.path
    url = urlunsplit((scheme, netloc, path, parts.query, ""))
    return Address(url, host, port or _PORTS[scheme], scheme == "wss")


def ascii_host(host: str) -> str | None:
    """The host in ASCII (IDNA) and lower case, or None when it cannot be one."""
    if ":" in host:
        return host if _is_bare_ipv6(host) else None
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return name if _HOST.fullmatch(name) else None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _shown(text: str) -> str:
    return clean(text, one_line=True, limit=60)
