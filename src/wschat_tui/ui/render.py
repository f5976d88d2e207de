"""How names, presence and times are written, the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.protocol.scopes import kind_of
from wschat_tui.state.select import title_of
from wschat_tui.state.text import SafeText, name

if TYPE_CHECKING:
    from wschat_tui.state.model import State

DOTS = {"online": "●", "away": "◐", "busy": "◆", "offline": "○"}
"""Presence by shape, so that it is told without colour."""

_WORDS = {"online": "online", "away": "away", "busy": "busy", "offline": "offline"}


def dot(status: str) -> str:
    """The sign of a status; one that is not known looks like offline."""
    return DOTS.get(status, DOTS["offline"])


def status_word(status: str) -> SafeText:
    """A status in words; a server's own word is shown as it is."""
    return SafeText(_WORDS.get(status, "") or name(status))


def room_sign(scope: str) -> str:
    """What stands before a room's title: `#`; `@` for direct chats; nothing for the host."""
    kind = kind_of(scope)
    if kind == "direct":
        return "@"
    return "" if kind == "host" else "#"


def room_name(state: State, scope: str) -> SafeText:
    """A room as sentences name it: `#lobby`, `@bob`, `host`."""
    return SafeText(room_sign(scope) + title_of(state, scope))


def counted(number: int, one: str, many: str = "") -> str:
    """`1 member`, `12 members`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def seconds(milliseconds: int) -> int:
    """Whole seconds, rounded up, never below zero: a countdown ends at 0 and not before."""
    return max(-(-milliseconds // 1000), 0)
