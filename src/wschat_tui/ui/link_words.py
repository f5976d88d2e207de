"""How the connection is, in words: long where there is room, short where there is not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, assert_never

from wschat_tui.ui.render import seconds

if TYPE_CHECKING:
    from wschat_tui.state.model import LinkState

Mood = Literal["good", "busy", "bad"]
"""good: as it should be; busy: it will be, nothing to do; bad: somebody has to look."""

Words = tuple[str, ...]

TROUBLED_FROM = 5
"""Seconds without an answer that are worth a word."""


@dataclass(frozen=True, slots=True)
class LinkWords:
    """The connection as the header shows it."""

    sign: str
    """Tells the mood without colour."""
    mood: Mood
    long: str
    short: str
    retry: bool = False
    """Connecting now can be asked for."""


def link_words(link: LinkState, now: int) -> LinkWords:
    """What to say of the connection at a moment (milliseconds since the epoch)."""
    match link.phase:
        case "idle":
            return LinkWords("◌", "busy", "starting…", "starting…")
        case "connecting":
            again = f" (try {link.attempt})" if link.attempt > 1 else ""
            word = "connecting again…" if link.ever_online else "connecting…"
            return LinkWords("◌", "busy", f"{word}{again}", "connecting…")
        case "online":
            return _online(link)
        case "waiting":
            lost = "connection lost" if link.ever_online else "not connected"
            left = seconds((link.retry_at or now) - now)
            when = f"in {left} s" if left else "now"
            long = f"{lost} — trying again {when}"
            return LinkWords("○", "bad", long, f"offline, again {when}", retry=True)
        case "stopped":
            word = "not connected"
            return LinkWords("✕", "bad", word, word, retry=not link.final)
        case "login":
            return LinkWords("✕", "bad", "log in again to go on", "log in again", retry=True)
        case _:
            assert_never(link.phase)


def trouble(link: LinkState) -> str:
    """The sentence that stands above the messages while something must be done; else empty."""
    if link.phase in {"stopped", "login"}:
        return link.sentence or "The connection has ended."
    if link.phase == "waiting" and not link.ever_online:
        return link.sentence
    return ""


def _online(link: LinkState) -> LinkWords:
    if link.silent >= TROUBLED_FROM:
        return LinkWords(
            "◍", "busy", f"no answer for {link.silent} s", f"no answer {link.silent} s"
        )
    trip = f" {link.round_trip:,} ms" if link.round_trip is not None else ""
    return LinkWords("●", "good", f"online{trip}", "online")
