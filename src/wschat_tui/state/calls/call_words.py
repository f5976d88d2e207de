"""Calls in words: what rows and notices say of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wschat_tui.state.text import SafeText, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wschat_tui.state.calls.call import CallKind

ELSEWHERE = "answered_elsewhere"
"""Another device of the user took the call; on the wire with the mark of its answer behind it."""

DECLINED_ELSEWHERE = "declined_elsewhere"
"""Another device of the user would not take the call, so that it rings nowhere any more."""

_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "": "ended",
        "hangup": "ended",
        "declined": "declined",
        "busy": "busy",
        "no_answer": "no answer",
        "cancelled": "cancelled",
        "failed": "no connection came about",
        "lost": "the connection was lost",
        "replaced": "it went on elsewhere",
        "unsupported": "not possible between these two programs",
        "error": "something went wrong",
        ELSEWHERE: "answered on another device",
        DECLINED_ELSEWHERE: "declined on another device",
    }
)

KINDS: Mapping[CallKind, str] = MappingProxyType(
    {"audio": "voice call", "video": "video call", "screen": "screen call"}
)


def reason_words(reason: str) -> SafeText:
    """Why a call ended, as a clause; one that nobody knows is said as it came, cleaned."""
    known = _REASONS.get(reason)
    return clean(reason, one_line=True, limit=80) if known is None else SafeText(known)


def duration(milliseconds: int) -> str:
    """A time that is over, in words: `12 s`, `3 min 12 s`, `1 h 3 min`."""
    minutes, seconds = divmod(max(milliseconds, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
