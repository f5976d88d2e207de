"""The long pass of the garbage collector, made while nobody waits for the program.

It looks at every object that has lived for a while: tens of milliseconds with many messages, in
which no key is seen and no ping is answered.
"""

from __future__ import annotations

import asyncio
import gc

REST = 2.0
"""Seconds without a frame after which nobody waits."""

LONGEST = 6.0
"""Seconds after which the pass is made in the middle of things.

Strips that were drawn keep themselves alive until then: 1.6 MB a second of fast scrolling.
"""

ENOUGH = 10
"""Passes over younger objects that make a long one worth its while; Python's own measure."""

_NEVER = 1_000_000


class Collector:
    """Puts the long pass off until no frame has been drawn for a while."""

    def __init__(self, rest: float = REST, longest: float = LONGEST) -> None:
        self._rest = rest
        self._longest = longest
        self._begun = False
        self._due: asyncio.TimerHandle | None = None
        self._drawn = self._passed = 0.0
        self._younger = 0

    def begin(self) -> None:
        """Collect from now on, where whoever started the program kept the collector off till now.

        What lives by now is the program itself: it lives to the end, and is looked at no more.
        """
        if gc.isenabled():
            return
        self._begun = True
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _NEVER)
        gc.freeze()
        gc.enable()
        self._passed = asyncio.get_running_loop().time()

    def drew(self) -> None:
        """A frame was drawn."""
        if not self._begun:
            return
        loop = asyncio.get_running_loop()
        self._drawn = loop.time()
        if self._due is None and _younger_passes() - self._younger >= ENOUGH:
            self._due = loop.call_later(self._rest, self._look)

    def stop(self) -> None:
        """Collect no more."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        left = self._drawn + self._rest - now
        if left > 0 and now - self._passed < self._longest:
            self._due = loop.call_later(left, self._look)
            return
        self._due = None
        gc.collect()
        self._passed, self._younger = now, _younger_passes()


def _younger_passes() -> int:
    return int(gc.get_stats()[1]["collections"])
