"""The address of an attachment, judged before anything is asked: whose it is, or why not (S20)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from wschat_tui.link.address import Address, ascii_host, parse
from wschat_tui.link.public import is_public
from wschat_tui.state.text import clean

_PORTS = {"http": 80, "https": 443}
_UPLOADS = "/v1/uploads/"
"""Where servers of this protocol keep files (spec section 8)."""

_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
"""The last part of a host that the system would read as an address (WHATWG URL, section 3.5)."""

UNREADABLE = "The address of this file cannot be read; nothing was fetched."


@dataclass(frozen=True, slots=True)
class FileAddress:
    """Where a file is."""

    url: str
    """Whole, its host in ASCII, without a fragment."""
    host: str
    port: int
    own: bool
    """The chat server has it: same scheme, host and port."""
    trusted: bool
    """The token may go there: it is where the chat server keeps its files."""

    @property
    def where(self) -> str:
        """`host:port`, for sentences; the usual port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port in _PORTS.values() else f"{host}:{self.port}"


def judge(text: str, server: str) -> FileAddress | str:
    """Where a file is, as told in a message; a sentence where it must not be fetched.

    server: the chat server's WebSocket address. Addresses without a host are the server's own.
    """
    home = parse(server)
    if not isinstance(home, Address):
        return home.sentence
    try:
        parts = urlsplit(text.strip())
        if not parts.scheme:
            parts = urlsplit(urljoin(f"{home.http_base}/", text.strip()))
        port = parts.port
    except ValueError:
        return UNREADABLE
    return _refusal(parts, port) or _judged(parts, port, home)


def _refusal(parts: SplitResult, port: int | None) -> str:
    if parts.scheme not in _PORTS:
        kind = clean(parts.scheme, one_line=True, limit=20)
        return f"Only https: addresses are fetched, and this is {kind}: nothing was fetched."
    if parts.username is not None or parts.password is not None:
        return "An address with a name or a password in it is not fetched."
    return UNREADABLE if port == 0 or not ascii_host(parts.hostname or "") else ""


def _judged(parts: SplitResult, port: int | None, home: Address) -> FileAddress | str:
    host = ascii_host(parts.hostname or "") or ""
    port = port or _PORTS[parts.scheme]
    netloc = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    own = f"{parts.scheme}://{netloc}" == home.http_base
    url = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    told = FileAddress(url, host, port, own, own and _is_upload(parts.path))
    if own:
        return told
    if parts.scheme != "https":
        return f"{told.where} sends files in the clear (http:), so nothing was fetched."
    if _is_number(host) and not is_public(host):
        return f"{told.where} is not on the open internet; nothing was fetched."
    return told


def _is_number(host: str) -> bool:
    """An IP address, or one of the other ways in which systems write one."""
    return ":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None


def _is_upload(path: str) -> bool:
    return path.startswith(_UPLOADS) and ".." not in unquote(unquote(path))
