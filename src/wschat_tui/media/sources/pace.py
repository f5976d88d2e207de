"""How many pictures a second are sent: fewer where the encoder or the link cannot keep up."""

from __future__ import annotations

SLOWEST = 2.0
"""Pictures a second that are sent however slow everything is."""

_SHARE = 0.7
"""Of the time between two pictures that encoding and sending may take."""
_MEMORY = 0.8
_PAUSE = 1.0
"""Seconds after which the sender was not busy, but had nobody to send to."""
_LOSSY = 10.0
"""Percent of lost packets from which on the link counts as too slow; below a fifth, as free."""


class Pace:
    """Measures how long the sender was busy with each picture; times in monotonic seconds."""

    def __init__(self, rate: float) -> None:
        """rate: pictures a second where nothing hinders."""
        self._rate = rate
        self._factor = 1.0
        self._busy = 0.0
        self._left_at: float | None = None
        self._due = 0.0

    @property
    def rate(self) -> float:
        """Pictures a second at most, at this moment."""
        slowed = max(SLOWEST, self._rate * self._factor)
        return min(self._rate, slowed, _SHARE / self._busy if self._busy else slowed)

    def back(self, now: float) -> None:
        """The sender asks for the next picture: it is done with the one before."""
        if self._left_at is not None:
            spent = now - self._left_at
            if spent < _PAUSE:
                self._busy = _MEMORY * self._busy + (1 - _MEMORY) * spent
            self._left_at = None

    def wait(self, now: float) -> float:
        """Seconds until the next picture may leave."""
        return max(0.0, self._due - now)

    def leave(self, now: float) -> None:
        """A picture is handed to the sender."""
        interval = 1 / self.rate
        on_time = now - self._due < interval
        self._due = (self._due if on_time else now) + interval
        self._left_at = now

    def link(self, loss: float) -> None:
        """Packets were lost on their way, in percent, as the other side reports each second."""
        if loss >= _LOSSY:
            self._factor = max(0.25, self._factor * 0.8)
        elif loss < _LOSSY / 5:
            self._factor = min(1.0, self._factor * 1.1)
