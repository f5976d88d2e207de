"""The figures of a call as people read them: one line of any length, and all of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.state.calls.call import CallStats

UNKNOWN = "not known yet"

_PATHS = {
    "host": "directly",
    "reflexive": "through a NAT (STUN)",
    "relayed": "through a relay (TURN)",
}
_CODECS = 24


@dataclass(frozen=True, slots=True)
class Figure:
    """A name, a value with its unit, and what it means."""

    name: str
    value: str
    meaning: str = ""


def figure_lines(stats: CallStats) -> tuple[str, ...]:
    """The figures in one line, from the longest form to the shortest."""
    parts = [
        _milliseconds(stats.round_trip, "there and back"),
        _percent(stats.loss, "lost"),
        _milliseconds(stats.jitter, "jitter", before=True),
        _rates(stats),
        picture(stats),
        codecs(stats),
        path(stats),
    ]
    said = [part for part in parts if part]
    short = [part for part in (_milliseconds(stats.round_trip, ""), *parts[1:2], parts[3]) if part]
    lines = [" · ".join(said[:count]) for count in range(len(said), len(short), -1)]
    return tuple(dict.fromkeys((*lines, " · ".join(short), " · ".join(short[:2]))))


def all_figures(stats: CallStats, name: str) -> tuple[Figure, ...]:
    """Everything that is measured. `name`: the other side's."""
    return (
        Figure("There and back", _or_unknown(_milliseconds(stats.round_trip, "")), "round trip"),
        Figure("Lost to you", _or_unknown(_percent(stats.loss, "")), "packets that never came"),
        Figure("Lost to them", _or_unknown(_percent(stats.loss_there, "")), f"as {name} reports"),
        Figure("Jitter", _or_unknown(_milliseconds(stats.jitter, "")), "how unevenly they come"),
        Figure("Comes", _or_unknown(_rate(stats.received_rate)), _packets(stats.received_packets)),
        Figure("Goes", _or_unknown(_rate(stats.sent_rate)), _packets(stats.sent_packets)),
        Figure("Their picture", picture(stats) or "none", video_codec(stats)),
        Figure("Your picture", _frames(stats.sent_frames) or "none", video_codec(stats)),
        Figure("Sound", audio_codec(stats) or UNKNOWN, _gaps(stats.gaps)),
        _path("Your path", stats.local_path),
        _path("Their path", stats.remote_path),
    )


def picture(stats: CallStats) -> str:
    """The picture that comes: `640x360 at 24/s`."""
    if not stats.width or not stats.height:
        return ""
    return " at ".join(
        filter(None, (f"{stats.width}x{stats.height}", _frames(stats.received_frames)))
    )


def codecs(stats: CallStats) -> str:
    """What sound and picture are packed as: `VP8, Opus`."""
    return ", ".join(filter(None, (video_codec(stats), audio_codec(stats))))


def audio_codec(stats: CallStats) -> str:
    """What sound is packed as."""
    return clean(stats.audio_codec, one_line=True, limit=_CODECS)


def video_codec(stats: CallStats) -> str:
    """What pictures are packed as."""
    return clean(stats.video_codec, one_line=True, limit=_CODECS)


def path(stats: CallStats) -> str:
    """How packets travel: `host to relayed`."""
    if not stats.local_path or not stats.remote_path:
        return ""
    here = clean(stats.local_path, one_line=True, limit=_CODECS)
    there = clean(stats.remote_path, one_line=True, limit=_CODECS)
    return f"{here} to {there}"


def _path(name: str, kind: str) -> Figure:
    said = clean(kind, one_line=True, limit=_CODECS)
    return Figure(name, said or UNKNOWN, _PATHS.get(kind, ""))


def _milliseconds(value: float | None, word: str, *, before: bool = False) -> str:
    if value is None:
        return ""
    number = f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"
    return f"{word} {number}".strip() if before else f"{number} {word}".strip()


def _percent(value: float | None, word: str) -> str:
    if value is None:
        return ""
    number = f"{value:.1f}" if 0 < value < 10 else f"{value:.0f}"
    return f"{number} % {word}".strip()


def _rate(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value / 1000:.1f} Mb/s" if value >= 1000 else f"{value:.0f} kb/s"


def _rates(stats: CallStats) -> str:
    arrows: Sequence[str] = ("↓", "↑")
    rates = (_rate(stats.received_rate), _rate(stats.sent_rate))
    return " ".join(f"{arrow} {rate}" for arrow, rate in zip(arrows, rates, strict=True) if rate)


def _frames(value: float | None) -> str:
    return f"{value:.0f}/s" if value else ""


def _packets(count: int) -> str:
    return f"{count:,} packets so far"


def _gaps(count: int) -> str:
    return "no gaps over 60 ms" if not count else f"{count:,} gaps over 60 ms"


def _or_unknown(text: str) -> str:
    return text or UNKNOWN
