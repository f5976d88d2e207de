"""What the link tells: plain facts, in the order in which they became true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wschat_tui.link.failure import Kind
    from wschat_tui.protocol.codec import Received


@dataclass(frozen=True, slots=True)
class Connecting:
    """A try begins. It ends in `Opened`, `Lost`, `Stopped` or `LoginNeeded`."""

    attempt: int
    """1 for the first try, and for the first after a connection that lasted."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The socket is open. It ends in `Lost`, `Stopped` or `LoginNeeded`, or in `Link.close`."""

    url: str
    """Where to, without any token."""
    proxy: str | None
    """Through which proxy, without its password; None when direct."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Envelopes that arrived together, in the order of arrival."""

    received: tuple[Received, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A request was handed to the socket, so the server may have it."""

    op_id: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """Queued requests that never reached the socket: provably, the server does not have them."""

    op_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """The newest `presence.ping` took so long to be answered; None when it was not."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing was heard from the server for so long; 0 says that it speaks again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no connection; the next try begins in `retry_in` seconds, or on `Link.retry_now`."""

    sentence: str
    code: int | None
    """The WebSocket close code or HTTP status that ended it, where there was one."""
    retry_in: float
    attempt: int
    """The try that ended so."""
    poison: str | None = None
    """The op_id of the frame that the server closed the socket over (1009): never send it again."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """There is no connection, and another try would end the same way; `Link.retry_now` tries."""

    sentence: str
    kind: Kind
    code: int | None = None


@dataclass(frozen=True, slots=True)
class LoginNeeded:
    """The server takes neither the access token nor the refresh token; `Link.retry_now` tries."""

    sentence: str


News = (
    Connecting
    | Opened
    | Frames
    | Written
    | Unsent
    | RoundTrip
    | Silent
    | Lost
    | Stopped
    | LoginNeeded
)
