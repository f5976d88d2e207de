"""Why there is no connection, as plain facts: what `policy` judges."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class HttpStatus:
    """The server answered the upgrade with something else than 101."""

    status: int
    retry_after: float | None = None
    """Seconds, from the `Retry-After` header (RFC 9110 section 10.2.3)."""
    target: str | None = None
    """The host that a redirect names."""
    said: str = ""
    """The server's words."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The socket was open, and is closed."""

    code: int | None
    """The close code (RFC 6455 section 7.4); None when the connection just ended."""
    by_us: bool = False
    """The code is ours: the library gave up on what the server sent, or did not send."""
    said: str = ""
    """The server's words."""


Cause = Literal[
    "bad_address",
    "bad_ca_file",
    "bad_token",
    "cut",
    "expired",
    "insecure",
    "no_dns",
    "no_route",
    "no_tls",
    "not_http",
    "not_websocket",
    "not_yet_valid",
    "plain_on_tls",
    "proxy_absent",
    "proxy_address",
    "proxy_failed",
    "proxy_refused",
    "proxy_socks",
    "refused",
    "revoked",
    "self_signed",
    "timeout",
    "tls_on_plain",
    "unknown_ca",
    "unreachable",
    "untrusted",
    "wrong_host",
]


@dataclass(frozen=True, slots=True)
class NotOpened:
    """The socket could not be opened, for a reason below HTTP or before it."""

    cause: Cause


Failure = HttpStatus | Closed | NotOpened

Kind = Literal[
    "address",
    "busy",
    "certificate",
    "closed",
    "forbidden",
    "insecure",
    "missing",
    "not_websocket",
    "offline",
    "protocol",
    "proxy",
    "redirect",
    "refused",
    "server",
    "silent",
    "tls",
    "token",
    "too_large",
]
"""One word for the reason, for those who want to tell failures apart."""
