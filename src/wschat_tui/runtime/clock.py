"""The door where time and identity come in: everything the pure core is told rather than asks."""

import time
from collections.abc import Callable
from itertools import count
from secrets import randbits
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Tells the time and makes ids. Tests and demos use a fixed one."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    def op_id(self) -> str:
        """A fresh id that sorts after all earlier ones."""
        ...


class SystemClock:
    """The machine's clock; ids are UUIDv7 (RFC 9562) with a counter, so that they sort.

    A machine whose clock is set back goes on from where this one was: what waits for a time does
    not wait an hour longer for it (SECURITY.md F23).

    wall, steady: nanoseconds, of the machine's clock and of one that nobody sets.
    """

    def __init__(
        self,
        wall: Callable[[], int] = time.time_ns,
        steady: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._counter = count(1)
        self._wall, self._steady = wall, steady
        self._told, self._told_at = wall(), steady()

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        steady = self._steady()
        self._told = max(self._wall(), self._told + steady - self._told_at)
        self._told_at = steady
        return self._told // 1_000_000

    def op_id(self) -> str:
        """48 bits of time, 12 of a counter, 62 of randomness."""
        value = self.now() << 80 | 0x7 << 76 | (next(self._counter) & 0xFFF) << 64
        return str(UUID(int=value | 0b10 << 62 | randbits(62)))
