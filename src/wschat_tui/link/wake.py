"""The machine slept, or its network changed: noticed by what clocks and addresses say.

A socket that was open then is often dead, and says so only after the sum of the timers; a wait for
the next try counts the seconds of another network.
"""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wschat_tui.link.address import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

Reason = Literal["slept", "stalled", "moved"]
"""slept: the machine did; stalled: this process stood still; moved: there is a new address."""

EVERY = 1.0
"""Seconds between two looks."""

JUMP = 3.0
"""Seconds that a clock may run ahead of another, or a look may be late, and mean nothing."""

NOWHERE = (
    (socket.AF_INET, "192.0.2.1"),
    (socket.AF_INET6, "2001:db8::1"),
)
"""Addresses that are nobody's (RFC 5737, RFC 3849): the way to them is the way out."""

_DISCARD = 9
# Linux's monotonic clock stands still while the machine sleeps, and this one does not; on macOS
# the same is true of what Python's `monotonic` reads and the system's CLOCK_MONOTONIC.
_BOOT = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


@dataclass(frozen=True, slots=True)
class Moment:
    """What the clocks show, in seconds, and where this machine is in the network."""

    awake: float
    """A clock that stands still while the machine sleeps."""
    boot: float
    """One that goes on."""
    wall: float
    """Unix time; a virtual machine that was stopped learns from it alone."""
    addresses: frozenset[str]
    """From which packets would leave."""
    peer: str = ""
    """To whom."""


class Wake:
    """Compares each moment with the one before. Pure."""

    def __init__(self, first: Moment, every: float = EVERY, jump: float = JUMP) -> None:
        self._before = first
        self.every = every
        """Seconds between two looks, as planned."""
        self._jump = jump

    def look(self, now: Moment) -> Reason | None:
        """What happened since the last look, where something did."""
        before, self._before = self._before, now
        gone = now.awake - before.awake
        ahead = max(now.boot - before.boot, now.wall - before.wall) - gone
        if ahead > self._jump:
            return "slept"
        if now.peer == before.peer and now.addresses - before.addresses:
            return "moved"
        return "stalled" if gone - self.every > self._jump else None


async def watch(wake: Wake, moment: Callable[[], Moment], nudge: Callable[[Reason], None]) -> None:
    """Look again and again, and call `nudge` where something happened; ends by cancellation."""
    while True:
        await asyncio.sleep(wake.every)
        reason = wake.look(moment())
        if reason is not None:
            nudge(reason)


def boot_clock() -> float:
    """Seconds that go on while the machine sleeps, where the system counts them."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


def local_addresses(peer: str) -> frozenset[str]:
    """From which addresses packets to `peer` and to the world would leave; nothing is sent.

    peer: an IP address, or empty where none is known. Where it is this machine's own, the world
    does not matter.
    """
    families = [(socket.AF_INET6 if ":" in peer else socket.AF_INET, peer)] if peer else []
    outside = () if peer and is_loopback(peer) else NOWHERE
    found = [_local(*one) for one in (*families, *outside)]
    return frozenset(address for address in found if address)


def _local(family: socket.AddressFamily, address: str) -> str:
    """The address that the kernel would send from, or nothing where it knows no way."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.setblocking(False)
            # A datagram socket that connects sends nothing; it only chooses its way.
            asking.connect((address, _DISCARD))
            return str(asking.getsockname()[0])
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Senses:
    """How a machine tells that it slept or moved."""

    boot: Callable[[], float] = boot_clock
    """Seconds that go on while it sleeps."""
    addresses: Callable[[str], frozenset[str]] = local_addresses
    """From where packets to a peer would leave."""


SENSES = Senses()
