"""Exceptions of the socket, TLS and WebSocket libraries, told as plain facts."""

from __future__ import annotations

import email.utils
import errno
import re
import socket
import ssl
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)

from wschat_tui.link.documents import document_of
from wschat_tui.link.failure import Cause, Closed, Failure, HttpStatus, NotOpened
from wschat_tui.link.replies import error_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_TLS_ALERT = b"\x15\x03"

_CERTIFICATES: Mapping[int, Cause] = MappingProxyType(
    {
        # X509_V_ERR_* of OpenSSL's x509_vfy.h.
        9: "not_yet_valid",
        10: "expired",
        18: "self_signed",
        19: "unknown_ca",
        20: "unknown_ca",
        21: "unknown_ca",
        23: "revoked",
        62: "wrong_host",
        64: "wrong_host",
    }
)

_PLAIN_REASONS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"}
    | {"PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"}
)

_ERRNOS: Mapping[int, Cause] = MappingProxyType(
    {
        errno.ECONNREFUSED: "refused",
        errno.ENETUNREACH: "no_route",
        errno.EHOSTUNREACH: "no_route",
        errno.ENETDOWN: "no_route",
        errno.ETIMEDOUT: "timeout",
    }
)

_NUMBERED = re.compile(r"\[Errno (\d+)\]")


_KINDS: tuple[tuple[type[Exception], Cause], ...] = (
    (InvalidProxy, "proxy_address"),
    (ProxyError, "proxy_failed"),
    (ImportError, "proxy_socks"),
    (InvalidURI, "bad_address"),
    (UnicodeError, "bad_address"),
    (InvalidHandshake, "not_websocket"),
)


def of_opening(error: Exception, first_bytes: bytes = b"", wall: float = 0.0) -> Failure:
    """Why opening failed. `first_bytes` is what the server said; `wall` seconds of Unix time."""
    match error:
        case InvalidStatus():
            return _status(error, wall)
        case InvalidProxyStatus() if error.response.status_code < 500:
            return NotOpened("proxy_refused")
        case InvalidMessage():
            return NotOpened(_no_http(error, first_bytes))
        case OSError():
            return NotOpened(_os_cause(error))
        case _:
            return NotOpened(
                next((cause for kind, cause in _KINDS if isinstance(error, kind)), "unreachable")
            )


def of_close(closed: ConnectionClosed) -> Closed:
    """Who closed an open socket, and with which code; None where it just ended."""
    received, sent = closed.rcvd, closed.sent
    if received is not None and closed.rcvd_then_sent is not False:
        return Closed(received.code, said=received.reason)
    if sent is not None:
        return Closed(sent.code, by_us=True)
    return Closed(None)


def retry_after(value: str | None, wall: float) -> float | None:
    """The seconds of a `Retry-After`, given as a number or a date (RFC 9110 section 10.2.3)."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - wall)
    except (ValueError, OverflowError):
        return None


def _status(error: InvalidStatus, wall: float) -> HttpStatus:
    headers = error.response.headers
    waits = headers.get_all("Retry-After")
    targets = headers.get_all("Location")
    return HttpStatus(
        error.response.status_code,
        retry_after(waits[0] if waits else None, wall),
        redirect_host(targets[0]) if targets else None,
        error_of(document_of(bytes(error.response.body or b"")))[1],
    )


def redirect_host(location: str) -> str | None:
    """The host that a `Location` names, if it names one."""
    try:
        return urlsplit(location).netloc.rpartition("@")[2] or None
    except ValueError:
        return None


def _no_http(error: InvalidMessage, first_bytes: bytes) -> Cause:
    if first_bytes.startswith(_TLS_ALERT):
        return "tls_on_plain"
    return "cut" if isinstance(error.__cause__, EOFError) else "not_http"


def _os_cause(error: OSError) -> Cause:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(error.verify_code, "untrusted")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "cut"
    if isinstance(error, ssl.SSLError):
        return "plain_on_tls" if (error.reason or "") in _PLAIN_REASONS else "no_tls"
    if isinstance(error, socket.gaierror):
        return "no_dns"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError):
        return "cut"
    # asyncio joins the errors of several addresses into one text that keeps only their numbers.
    numbers = [error.errno] if error.errno else [int(n) for n in _NUMBERED.findall(str(error))]
    return next((_ERRNOS[n] for n in numbers if n in _ERRNOS), "unreachable")
