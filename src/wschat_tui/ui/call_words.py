"""What is said of a call: how it stands, for how long, what is sent, and its figures. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wschat_tui.state.calls.call_words import KINDS
from wschat_tui.state.select import name_of
from wschat_tui.state.text import clean
from wschat_tui.ui.wrap import fit

if TYPE_CHECKING:
    from wschat_tui.state.calls.call import Call, Shown
    from wschat_tui.state.calls.call_views import Talking
    from wschat_tui.state.model import State

SIGN = "☎"

TALKING: dict[Talking, str] = {
    "open": "always",
    "push": "while a key says so",
    "voice": "while you speak",
}
"""When the microphone is sent, to follow "the microphone is sent"."""

_SENT: dict[Shown, str] = {
    "": "no picture sent",
    "camera": "camera on",
    "screen": "your screen is shared",
    "terminal": "this terminal is shared",
    "command": "a command is shared",
    "file": "a file is shared",
    "pattern": "a test pattern is sent",
}

_NOT_IN_A_FILE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_WHAT = 40

MOST_OF_A_NAME = 28
"""Cells of a name before what else is said of a call: none hides that I am heard or recorded."""


def span(milliseconds: int) -> str:
    """How long something lasted: `0:05`, `12:34`, `1:02:03`; never below zero."""
    minutes, seconds = divmod(max(milliseconds, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def timer(call: Call, now: int) -> str:
    """How long it rings, connects, or has been talked."""
    if call.active_at is not None:
        return span(now - call.active_at)
    return span(now - (call.began_at if call.phase != "connecting" else call.phase_at))


def standing(call: Call, now: int) -> tuple[str, str]:
    """How the call stands, in words: a long and a short form."""
    match call.phase:
        case "out_ringing":
            return ("ringing there", "ringing") if call.told else ("calling", "calling")
        case "in_ringing":
            return f"is calling you: {KINDS[call.kind]}", "calls"
        case "connecting":
            return "connecting", "connecting"
        case "active":
            if not call.reconnecting:
                return "connected", "connected"
            silent = (
                f", silent for {span(now - call.heard_at)}" if call.heard_at is not None else ""
            )
            return f"reconnecting{silent}", "reconnecting"


def kind_now(call: Call) -> str:
    """What kind of call it is by now: one that began with sound alone may have pictures."""
    pictures = call.phase == "active" and bool(call.picture or call.shows)
    return KINDS["video" if call.kind == "audio" and pictures else call.kind]


def worrying(call: Call) -> bool:
    """Something is wrong with the call as it stands."""
    return call.reconnecting or call.signalling_lost


def sent(call: Call) -> str:
    """What picture I send, in words."""
    what = clean(call.shows_what, one_line=True, limit=_LONGEST_WHAT)
    if what and call.shows in {"command", "file"}:
        return f"{what} is shared"
    return _SENT[call.shows]


def microphone(call: Call, talking: Talking = "open", *, speaking: bool = True) -> str:
    """What becomes of my voice, in words."""
    if not call.microphone:
        return "muted"
    if talking == "open":
        return "microphone on"
    if speaking:
        return "talking"
    return "hold Space to talk" if talking == "push" else "waits for your voice"


def brief(state: State, call: Call, now: int) -> str:
    """The call in a few words, for the header: `☎ bob 12:34 muted`."""
    words = [SIGN, peer(state, call), timer(call, now)]
    if call.phase == "active" and call.reconnecting:
        words.append("reconnecting")
    elif call.phase != "active":
        words.append(standing(call, now)[1])
    if not call.microphone:
        words.append("muted")
    if call.recording:
        words.append("recording")
    return " ".join(words)


def peer(state: State, call: Call) -> str:
    """The other side, in a line that says more."""
    return fit(name_of(state, call.peer), MOST_OF_A_NAME)


def recording_file(call: Call, now: int) -> str:
    """A file's name for a recording: who, and when it began (UTC)."""
    peer = _NOT_IN_A_FILE.sub("-", call.peer).strip("-")[:32] or "somebody"
    moment = datetime.fromtimestamp(now / 1000, UTC)
    return f"call-{peer}-{moment:%Y%m%d-%H%M%S}.webm"
