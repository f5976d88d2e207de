"""When to ping, how long the answer took, and for how long the server has been silent."""

from __future__ import annotations

from dataclasses import dataclass

from wschat_tui.link.news import RoundTrip, Silent


@dataclass(frozen=True, slots=True)
class Beat:
    """What a moment asks for."""

    ping: bool
    news: tuple[RoundTrip | Silent, ...]
    wait: float
    """Seconds until the next moment that may ask for something."""
    dead: bool = False
    """Nobody is there any more."""


class Heartbeat:
    """Pure: `now` is monotonic seconds. `presence.ping` goes out at once, and then each `every`.

    `dead_after` is the silence, in seconds, that proves the link dead. From half of it on the
    silence is told, each `step`.
    """

    def __init__(self, now: float, every: float, dead_after: float, step: float = 1.0) -> None:
        self._every = every
        self._dead_after = dead_after
        self._quiet_from = quiet_from = dead_after / 2
        self._step = step
        self._ping_at = now
        self._tell_at = now + quiet_from
        self._told = False
        self._pinged: dict[str, float | None] = {}

    def pinged(self, op_id: str) -> None:
        """A ping was queued under this op_id; the one before it is given up."""
        self._pinged = {op_id: None}

    def written(self, op_id: str, now: float) -> None:
        """A frame left; if it was the ping, its round trip begins."""
        if op_id in self._pinged:
            self._pinged[op_id] = now

    def answered(self, op_id: str | None, now: float) -> RoundTrip | None:
        """A pong came. Without an op_id it answers the ping that is out."""
        began = self._pinged.pop(op_id, None) if op_id else self._popped()
        return None if began is None else RoundTrip(now - began)

    def beat(self, now: float, heard_at: float) -> Beat:
        """What is due now. `heard_at` is when the last byte came from the server."""
        news: list[RoundTrip | Silent] = [*self._silence(now, heard_at)]
        ping = now >= self._ping_at
        if ping:
            self._ping_at = now + self._every
            if self._popped() is not None:
                news.append(RoundTrip(None))
        wait = max(0.0, min(self._ping_at, self._tell_at, heard_at + self._dead_after) - now)
        return Beat(ping, tuple(news), wait, dead=now - heard_at >= self._dead_after)

    def _silence(self, now: float, heard_at: float) -> tuple[Silent, ...]:
        if now - heard_at < self._quiet_from:
            told, self._told = self._told, False
            self._tell_at = heard_at + self._quiet_from
            return (Silent(0.0),) if told else ()
        if now < self._tell_at:
            return ()
        self._told = True
        self._tell_at = now + self._step
        return (Silent(now - heard_at),)

    def _popped(self) -> float | None:
        return self._pinged.popitem()[1] if self._pinged else None
