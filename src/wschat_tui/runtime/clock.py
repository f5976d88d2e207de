"""The door where time and identity come in: everything the pure core is told rather than asks."""

import time
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
    """The machine's clock; ids are UUIDv7 (RFC 9562) with a counter, so that they sort."""

    def __init__(self) -> None:
        self._counter = count(1)

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000

    def op_id(self) -> str:
        """48 bits of time, 12 of a counter, 62 of randomness."""
        value = self.now() << 80 | 0x7 << 76 | (next(self._counter) & 0xFFF) << 64
        return str(UUID(int=value | 0b10 << 62 | randbits(62)))
