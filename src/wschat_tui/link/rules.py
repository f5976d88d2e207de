"""The rules that `policy` goes by, as tables: from status, code or cause to what is done and said.

In the words `{where}` is the server, `{status}` the number, `{target}` where a redirect leads.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wschat_tui.link.failure import Cause, Kind

Action = Literal["retry", "refresh", "stop"]
"""refresh: renew the token once and try again; where that fails, a login is needed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done about a failure, and what is said."""

    action: Action
    kind: Kind
    what: str
    """What happened."""
    mend: str = ""
    """What the user can do; only where nothing else helps."""


_ADDRESS = "check the server's address"
_ADMIN = "ask who runs the server"
_PROXY = "check the proxy setting"


def _missing(status: int) -> Rule:
    return Rule("stop", "missing", f"{{where}} has no chat at this path ({status})", _ADDRESS)


def _forbidden(number: int) -> Rule:
    return Rule("stop", "forbidden", f"{{where}} does not let you in ({number})", _ADMIN)


def _expired(number: int) -> Rule:
    return Rule("refresh", "token", f"{{where}} does not take your token any more ({number})")


def _distrusted(why: str, mend: str) -> Rule:
    what = f"The certificate of {{where}} {why}, so the login was not sent"
    return Rule("stop", "certificate", what, mend)


STATUS = Rule("stop", "protocol", "{where} answered with the unknown status {status}", _ADDRESS)
"""For a status that no table names."""

STATUS_CLASSES: Mapping[int, Rule] = MappingProxyType(
    {
        1: Rule("stop", "protocol", "{where} answered {status} and did not go on", _ADMIN),
        2: Rule(
            "stop",
            "not_websocket",
            "{where} answered with a page ({status}) and not as a chat server",
            _ADDRESS,
        ),
        3: Rule(
            "stop",
            "redirect",
            "{where} sends you on to {target} ({status}), and your login goes to no other place",
            "change the address if you trust that one",
        ),
        4: Rule("stop", "refused", "{where} refused the connection ({status})", _ADMIN),
        5: Rule("retry", "server", "{where} is in trouble ({status})"),
    }
)
"""By the first digit of the status (RFC 9110 section 15)."""

STATUSES: Mapping[int, Rule] = MappingProxyType(
    {
        401: Rule("refresh", "token", "{where} does not take your token (401)"),
        403: _forbidden(403),
        404: _missing(404),
        405: _missing(405),
        407: Rule("stop", "proxy", "A proxy before {where} wants a login (407)", _PROXY),
        408: Rule("retry", "busy", "{where} waited too long (408)"),
        410: _missing(410),
        425: Rule("retry", "busy", "{where} is not ready yet (425)"),
        426: Rule("stop", "protocol", "{where} wants another kind of connection (426)", _ADDRESS),
        429: Rule("retry", "busy", "{where} has had too many connections from here (429)"),
        503: Rule("retry", "busy", "{where} is not available at the moment (503)"),
    }
)
"""Statuses that say more than their first digit."""

_CUT = Rule("retry", "closed", "The connection to {where} was cut")
_UNREAD = Rule("stop", "protocol", "{where} could not read what was sent ({status})", _ADMIN)

CODE = Rule("retry", "closed", "{where} closed the connection ({status})")
"""For a close code that no table names."""

CODES: Mapping[int | None, Rule] = MappingProxyType(
    {
        None: _CUT,
        1000: Rule("retry", "closed", "{where} ended the connection"),
        1001: Rule("retry", "server", "{where} is going away, perhaps to restart (1001)"),
        1002: _UNREAD,
        1003: _UNREAD,
        1005: Rule("retry", "closed", "{where} closed the connection and did not say why"),
        1006: _CUT,
        1007: _UNREAD,
        1008: Rule(
            "stop", "forbidden", "{where} closed the connection because of its rules (1008)", _ADMIN
        ),
        1009: Rule("retry", "too_large", "{where} closed the connection over too large a message"),
        1010: Rule("stop", "protocol", "{where} misses a feature of the connection (1010)", _ADMIN),
        1011: Rule("retry", "server", "{where} failed (1011)"),
        1012: Rule("retry", "server", "{where} restarts (1012)"),
        1013: Rule("retry", "busy", "{where} is overloaded (1013)"),
        1014: Rule("retry", "server", "A gateway before {where} failed (1014)"),
        3000: _expired(3000),
        3003: _forbidden(3003),
        4001: _expired(4001),
        4401: _expired(4401),
        4403: _forbidden(4403),
        4429: Rule("retry", "busy", "{where} got too much from here (4429)"),
    }
)
"""The server's close codes (RFC 6455 section 7.4.1; IANA's for 3000; common use for 4000)."""

OWN_CODE = Rule("retry", "closed", "The connection to {where} had to be closed ({status})")
"""For any other close code of our own library."""

OWN_CODES: Mapping[int | None, Rule] = MappingProxyType(
    {
        1002: Rule("stop", "protocol", "{where} broke the rules of WebSocket (1002)", _ADMIN),
        1007: Rule("stop", "protocol", "{where} sent text that is not UTF-8 (1007)", _ADMIN),
        1009: Rule("retry", "too_large", "{where} sent more in one piece than is taken (1009)"),
        1011: Rule("retry", "silent", "{where} stopped answering"),
    }
)
"""Close codes with which our own library gave up."""

CAUSES: Mapping[Cause, Rule] = MappingProxyType(
    {
        "bad_address": Rule("stop", "address", "{where} is no place to connect to", _ADDRESS),
        "bad_ca_file": Rule(
            "stop",
            "certificate",
            "The file of trusted certificates for {where} could not be read",
            "check the CA file",
        ),
        "bad_token": Rule(
            "stop",
            "token",
            "The token for {where} holds characters that no token has",
            "log in again",
        ),
        "cut": Rule(
            "retry", "offline", "{where} hung up without an answer; if it wants TLS, use wss://"
        ),
        "expired": _distrusted("has expired", _ADMIN),
        "insecure": Rule(
            "stop",
            "insecure",
            "Your login would travel to {where} unencrypted, so it was not sent",
            "use a wss:// address, or allow this one with the insecure setting",
        ),
        "no_dns": Rule("retry", "offline", "No address is known for {where}"),
        "no_route": Rule("retry", "offline", "The network of {where} cannot be reached"),
        "no_tls": Rule(
            "stop", "tls", "{where} and this client have no kind of TLS in common", _ADMIN
        ),
        "not_http": Rule("stop", "not_websocket", "{where} does not speak HTTP", _ADDRESS),
        "not_websocket": Rule(
            "stop", "not_websocket", "{where} answered, but not as a WebSocket server", _ADDRESS
        ),
        "not_yet_valid": _distrusted("is not valid yet", "check this machine's clock"),
        "plain_on_tls": Rule(
            "stop", "tls", "{where} does not speak TLS", "use a ws:// address if it needs none"
        ),
        "proxy_absent": Rule("retry", "proxy", "The proxy for {where} does not answer"),
        "proxy_address": Rule(
            "stop", "proxy", "The proxy set for {where} is no proxy address", _PROXY
        ),
        "proxy_failed": Rule("retry", "proxy", "The proxy could not connect to {where}"),
        "proxy_refused": Rule("stop", "proxy", "The proxy refuses to connect to {where}", _PROXY),
        "proxy_socks": Rule(
            "stop",
            "proxy",
            "The proxy for {where} is a SOCKS proxy, which needs the package python-socks",
            "install that or set another proxy",
        ),
        "refused": Rule("retry", "offline", "Nothing answers at {where}"),
        "revoked": _distrusted("was revoked", _ADMIN),
        "self_signed": _distrusted(
            "is signed by itself", "name its certificate as the CA file if you trust it"
        ),
        "timeout": Rule("retry", "offline", "{where} did not answer in time"),
        "tls_on_plain": Rule("stop", "tls", "{where} speaks TLS alone", "use a wss:// address"),
        "unknown_ca": _distrusted(
            "is signed by an unknown authority",
            "name that authority's certificate as the CA file if you trust it",
        ),
        "unreachable": Rule("retry", "offline", "{where} cannot be reached"),
        "untrusted": _distrusted("does not hold", _ADMIN),
        "wrong_host": _distrusted("is for another host", _ADDRESS),
    }
)
"""Failures below HTTP, or before it."""
