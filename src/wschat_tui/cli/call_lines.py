"""A call in figures: a JSON line each second, one at the end, and what they mean for the exit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from wschat_tui.cli.call_options import FLOWS
from wschat_tui.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wschat_tui.state.calls.call import Call, CallOver, CallStats

_FIGURES = {
    "round_trip": "round_trip_ms",
    "jitter": "jitter_ms",
    "loss": "loss_percent",
    "loss_there": "loss_there_percent",
    "sent_rate": "sent_kbps",
    "received_rate": "received_kbps",
    "sent_packets": "sent_packets",
    "received_packets": "received_packets",
    "sent_frames": "sent_fps",
    "received_frames": "received_fps",
    "width": "width",
    "height": "height",
    "audio_codec": "audio_codec",
    "video_codec": "video_codec",
    "local_path": "local_path",
    "remote_path": "remote_path",
    "gaps": "gaps",
}
"""Fields of `CallStats` and their names in JSON, units included."""

ENDS: Mapping[str, Exit] = {
    "no_answer": Exit.TIMED_OUT,
    "cancelled": Exit.TIMED_OUT,
    "declined": Exit.REFUSED,
    "busy": Exit.REFUSED,
    "unsupported": Exit.REFUSED,
    "answered_elsewhere": Exit.REFUSED,
    "declined_elsewhere": Exit.REFUSED,
    "failed": Exit.NO_MEDIA,
    "lost": Exit.NO_MEDIA,
    "error": Exit.NO_MEDIA,
}
"""Reasons for which a call was not what was wanted, whatever flowed."""


def flowed(stats: CallStats) -> frozenset[str]:
    """What has flowed, by the names of `--expect`."""
    came = (stats.sound_in, stats.sound_out, stats.picture_in, stats.picture_out)
    return frozenset(name for name, there in zip(FLOWS, came, strict=True) if there)


def second_line(call: Call, seconds: float) -> str:
    """The figures of one second. seconds: since media first flowed."""
    return _line(
        "stats",
        {
            "call": call.id,
            "peer": call.peer,
            "seconds": round(seconds, 1),
            **_figures(call.stats),
            **_truths(flowed(call.stats)),
            "reconnecting": call.reconnecting,
            "signalling_lost": call.signalling_lost,
        },
    )


def last_line(over: CallOver, seen: frozenset[str], code: int, words: tuple[str, ...]) -> str:
    """How the call went. seen: what flowed at any time. words: those that both sides compare."""
    lasted = 0 if over.active_at is None else over.ended_at - over.active_at
    return _line(
        "ended",
        {
            "call": over.id,
            "peer": over.peer,
            "kind": over.kind,
            "outgoing": over.outgoing,
            "reason": over.reason,
            "by_me": over.by_me,
            "seconds": round(lasted / 1000, 1),
            **_figures(over.stats),
            **_truths(seen),
            "words": list(words),
            "exit": int(code),
        },
    )


def verdict(over: CallOver, seen: frozenset[str], expect: frozenset[str], *, refused: bool) -> Exit:
    """What the end and the flows of a call come to. refused: the server did not carry it."""
    if over.reason == "failed" and refused:
        return Exit.REFUSED
    if over.reason in ENDS:
        return ENDS[over.reason]
    return Exit.OK if expect <= seen else Exit.NO_MEDIA


def _figures(stats: CallStats) -> dict[str, Any]:
    return {name: _rounded(getattr(stats, field)) for field, name in _FIGURES.items()}


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


def _truths(seen: frozenset[str]) -> dict[str, bool]:
    return {name.replace("-", "_"): name in seen for name in FLOWS}


def _line(event: str, data: dict[str, Any]) -> str:
    return json.dumps({"event": event, **data})
