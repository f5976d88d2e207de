"""The send budget: a token bucket over all frames, and which frame goes next (spec section 1)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.protocol.requests import (
    AuthRefresh,
    CallAnswer,
    CallEnd,
    CallIce,
    CallOffer,
    ChatDelete,
    ChatEdit,
    ChatRead,
    ChatRedact,
    ChatSend,
    ChatTyping,
)

if TYPE_CHECKING:
    from wschat_tui.protocol.requests import Request

RATE = 8.0
"""Frames a second; deployed servers allow 10."""

BURST = 15
"""Frames at once; deployed servers allow 20."""

_ROUNDING = 1e-9

_FIRST = (
    AuthRefresh,
    CallAnswer,
    CallEnd,
    CallIce,
    CallOffer,
    ChatDelete,
    ChatEdit,
    ChatRedact,
    ChatSend,
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frame that waits for its turn."""

    op_id: str
    text: str
    urgent: bool
    """It goes before all that are not."""
    topic: tuple[str, str] | None = None
    """Of several with the same topic only the newest is worth sending."""
    size: int = 0
    """Bytes of UTF-8."""
    own: bool = False
    """The link's own, of which nobody else is told."""


def outgoing(
    op_id: str, request: Request, text: str, *, urgent: bool | None = None, own: bool = False
) -> Outgoing:
    """A frame with its rank: calls and chat that awaits an ack go first, unless `urgent` says."""
    first = isinstance(request, _FIRST) if urgent is None else urgent
    return Outgoing(op_id, text, first, _topic(request), len(text.encode()), own)


def _topic(request: Request) -> tuple[str, str] | None:
    if isinstance(request, ChatTyping):
        return request.frame_type, request.scope
    if isinstance(request, ChatRead):
        return request.frame_type, request.room
    return None


class Pacer:
    """Decides when which frame may go. Pure: `now` is monotonic seconds, and never runs back."""

    def __init__(self, now: float, rate: float = RATE, burst: int = BURST) -> None:
        self._rate = rate
        self._burst = burst
        self._budget = float(burst)
        self._counted_at = now
        self._held_until = now
        self._first: deque[Outgoing] = deque()
        self._others: deque[Outgoing] = deque()

    def push(self, frame: Outgoing) -> None:
        """Queue a frame. One of the same topic that still waits is replaced, at its place."""
        queue = self._first if frame.urgent else self._others
        if frame.topic is not None:
            for place, waiting in enumerate(queue):
                if waiting.topic == frame.topic:
                    queue[place] = frame
                    return
        queue.append(frame)

    def pop(self, now: float) -> Outgoing | float | None:
        """The frame to write now, or the seconds until one may go, or None when none waits."""
        queue = self._first or self._others
        if not queue:
            return None
        wait = self._wait(now)
        if wait > 0:
            return wait
        self._budget -= 1
        return queue.popleft()

    def slow_down(self, now: float, seconds: float) -> None:
        """Write nothing for so long, and no burst after it: the server counted more than we did."""
        self._refill(now)
        self._budget = 0.0
        self._held_until = max(self._held_until, now + seconds)
        self._counted_at = self._held_until

    def drain(self) -> tuple[Outgoing, ...]:
        """Take out all that wait, in the order in which they would have gone."""
        waiting = (*self._first, *self._others)
        self._first.clear()
        self._others.clear()
        return waiting

    def __len__(self) -> int:
        """How many frames wait."""
        return len(self._first) + len(self._others)

    def _wait(self, now: float) -> float:
        self._refill(now)
        missing = 1.0 - self._budget
        refill = missing / self._rate if missing > _ROUNDING else 0.0
        return max(0.0, self._held_until - now) + refill

    def _refill(self, now: float) -> None:
        gained = max(0.0, now - self._counted_at) * self._rate
        self._budget = min(float(self._burst), self._budget + gained)
        self._counted_at = max(self._counted_at, now)
