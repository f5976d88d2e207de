"""Notifications that the terminal shows on the desktop, as escape sequences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 120
"""Characters of a notification."""

_SILENT = ("", "dumb", "linux", "unknown")
_BY_777 = ("rxvt", "foot", "contour")
"""Terminals, by the begin of their TERM, that know OSC 777 and not OSC 9."""


def note(title: str, text: str, env: Mapping[str, str]) -> str:
    """What to write to the terminal of this environment; empty where nothing would come of it.

    OSC 777 (urxvt, foot, VTE) where that is what the terminal knows; else OSC 9 (iTerm2, kitty,
    WezTerm, ghostty, Windows Terminal). tmux is asked to pass it on.
    """
    term = env.get("TERM", "")
    if term in _SILENT:
        return ""
    head, body = _plain(title), _plain(text)
    if term.startswith(_BY_777) or "VTE_VERSION" in env:
        sequence = f"\x1b]777;notify;{head};{body}\x07"
    else:
        sequence = f"\x1b]9;{head}: {body}\x07"
    return _through_tmux(sequence) if env.get("TMUX") else sequence


def _plain(text: str) -> str:
    """A stranger's words as a field: no control characters, and no sign that ends a field."""
    return clean(text, one_line=True, limit=LONGEST).replace(";", ",")


def _through_tmux(sequence: str) -> str:
    doubled = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"
