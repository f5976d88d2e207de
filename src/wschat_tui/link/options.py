"""How to connect: the settings of one link. The figures are the defaults that the tests scale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wschat_tui import __version__
from wschat_tui.link import pacer, policy
from wschat_tui.protocol.dialects import STANDARD, Dialect

if TYPE_CHECKING:
    from pathlib import Path

USER_AGENT = f"wschat-tui/{__version__}"

MAX_FRAME_IN = 8 * 1024 * 1024
"""Bytes of the largest frame that is read: a batch can hold 257 messages."""


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds. A dead link is noticed in `dead_after` at most."""

    open_timeout: float = 10.0
    ping_interval: float = 15.0
    ping_timeout: float = 15.0
    close_timeout: float = 3.0
    probe_timeout: float = 5.0
    """How long the server may take to be heard after the machine slept or its network changed."""
    look_every: float = 1.0
    """Between two looks whether that happened."""
    heartbeat: float = 25.0
    """Between two `presence.ping`."""
    silence_step: float = 1.0
    """Between two tellings of a silence."""
    first_delay: float = policy.FIRST_DELAY
    delay_factor: float = policy.FACTOR
    longest_delay: float = policy.LONGEST_DELAY
    stable_after: float = 30.0
    """A connection that lasted so long makes the next failure the first again."""
    slice: float = 0.0015
    """Longest work on inbound frames before other tasks have their turn."""
    rate_pause: float = 2.0
    """How long nothing is sent after the server said that it was too much."""
    refresh_timeout: float = 10.0
    """How long the ack of `auth.refresh` is waited for."""

    @property
    def dead_after(self) -> float:
        """The silence that proves a link dead; from half of it on it is told."""
        return self.ping_interval + self.ping_timeout + self.close_timeout


@dataclass(frozen=True, slots=True)
class Options:
    """Where to, and by which way."""

    url: str
    """A whole `ws://` or `wss://` address, as `address.parse` makes it."""
    proxy: str = "env"
    """`none`, `env` (what the environment names) or a URL. Loopback is always reached directly."""
    ca_file: Path | None = None
    """Trust the certificates in this PEM file, and no others."""
    insecure: bool = False
    """Send the token over ws:// to other machines as well."""
    token_in_url: bool = False
    """Send the token as `?token=`, for servers that do not read the header."""
    dialect: Dialect = STANDARD
    user_agent: str = USER_AGENT
    max_frame_in: int = MAX_FRAME_IN
    max_queue: int = 64
    """Frames that wait for the reader before the socket is read no further."""
    rate: float = pacer.RATE
    burst: int = pacer.BURST
    timers: Timers = field(default_factory=Timers)
