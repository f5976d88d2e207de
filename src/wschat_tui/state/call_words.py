"""Calls in words: what every view says of one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from wschat_tui.state.select import name_of
from wschat_tui.state.text import SafeText, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wschat_tui.state.call import Call, CallKind, CallPhase
    from wschat_tui.state.model import State

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
        "replaced": "replaced by another call",
        "unsupported": "not possible between these two programs",
        "error": "something went wrong",
        ELSEWHERE: "answered on another device",
        DECLINED_ELSEWHERE: "declined on another device",
    }
)

_PHASES: Mapping[CallPhase, str] = MappingProxyType(
    {
        "out_ringing": "ringing",
        "in_ringing": "calls you",
        "connecting": "connecting",
        "active": "connected",
    }
)

KINDS: Mapping[CallKind, str] = MappingProxyType(
    {"audio": "audio call", "video": "video call", "screen": "screen call"}
)


def reason_words(reason: str) -> SafeText:
    """Why a call ended, as a clause; one that nobody knows is said as it came, cleaned."""
    known = _REASONS.get(reason)
    return clean(reason, one_line=True, limit=80) if known is None else SafeText(known)


def call_title(state: State, call: Call) -> SafeText:
    """What a call is headed by, such as `Video call with bob`."""
    return SafeText(f"{KINDS[call.kind].capitalize()} with {name_of(state, call.peer)}")


def call_words(call: Call, now: int) -> str:
    """How a call stands, such as `ringing` or `03:12`. now: milliseconds since the epoch."""
    if call.phase == "out_ringing" and not call.told:
        return "calling"
    if call.active_at is None:
        return _PHASES[call.phase]
    time = clock(now - call.active_at)
    return f"reconnecting, {time}" if call.reconnecting else time


def clock(milliseconds: int) -> str:
    """A time as a running clock: `03:12`, `1:03:12`."""
    minutes, seconds = divmod(max(milliseconds, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def duration(milliseconds: int) -> str:
    """A time that is over, in words: `12 s`, `3 min 12 s`, `1 h 3 min`."""
    minutes, seconds = divmod(max(milliseconds, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
