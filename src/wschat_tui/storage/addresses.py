"""Server addresses: which ones are taken, and which part of one a token belongs to."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit, urlunsplit

DEFAULT_PATH = "/v1/ws"
_PORTS = {"ws": 80, "wss": 443}
_PROXY_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})
_PROXY_WORDS = frozenset({"none", "env"})


def server_url(text: str) -> str:
    """`text` as a full WebSocket address, with `/v1/ws` where it names no path.

    Raises ValueError; its message completes a sentence that begins with the setting's name.
    """
    parts = _split(text)
    _refuse_secrets(parts)
    path = DEFAULT_PATH if parts.path in ("", "/") else parts.path
    netloc = parts.netloc.lower()
    return urlunsplit((parts.scheme, netloc, path, parts.query, ""))


def origin_of(url: str) -> str:
    """Scheme, host and explicit port in lower case: `wss://chat.example.test:443`.

    A token is given to its origin and to no other (RFC 6454 section 4, with ws and wss).
    Raises ValueError as `server_url` does.
    """
    parts = _split(url)
    host = _ascii_host(parts)
    return f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}"


def proxy_choice(text: str) -> str:
    """`none`, `env` or a proxy's URL without a password; raises ValueError as `server_url` does."""
    if text in _PROXY_WORDS:
        return text
    parts = _parse(text)
    if parts.scheme not in _PROXY_SCHEMES:
        msg = 'must be "none", "env" or a proxy such as http://proxy.example.test:3128'
        raise ValueError(msg)
    _check_place(parts)
    if parts.username is not None:
        msg = 'must hold no user name or password; write "env" and set HTTPS_PROXY instead'
        raise ValueError(msg)
    return text


def _split(text: str) -> SplitResult:
    parts = _parse(text)
    if parts.scheme not in _PORTS:
        msg = "must begin with ws:// or wss://"
        raise ValueError(msg)
    _check_place(parts)
    return parts


def _parse(text: str) -> SplitResult:
    if not text.isprintable() or " " in text:
        msg = "must not contain spaces or control characters"
        raise ValueError(msg)
    try:
        return urlsplit(text)
    except ValueError:
        msg = "is not an address; it looks like wss://chat.example.test"
        raise ValueError(msg) from None


def _check_place(parts: SplitResult) -> None:
    """Refuse an address without a host, or with a port that cannot be."""
    try:
        port_fits = parts.port != 0
    except ValueError:
        port_fits = False
    if not port_fits:
        msg = "must have a port between 1 and 65535, or none"
        raise ValueError(msg)
    _ascii_host(parts)


def _ascii_host(parts: SplitResult) -> str:
    """The host in lower case and ASCII (punycode), an IPv6 address in brackets."""
    host = parts.hostname or ""
    if ":" in host:
        return f"[{host}]"
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_host = ""
    if not ascii_host:
        msg = "must name a host, as in wss://chat.example.test"
        raise ValueError(msg)
    return ascii_host


def _refuse_secrets(parts: SplitResult) -> None:
    """Addresses end up in logs, titles and history, so they carry no secret."""
    if parts.username is not None:
        msg = "must hold no user name or password; `wschat login` keeps the token in the keyring"
        raise ValueError(msg)
    if "token" in parts.query.lower():
        msg = "must hold no token; `wschat login` keeps it in the keyring"
        raise ValueError(msg)
