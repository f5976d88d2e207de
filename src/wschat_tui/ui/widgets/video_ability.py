"""What the terminal can show a picture with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

    from wschat_tui.state.calls.call_views import Ability

_BY_COLOURS: Mapping[str | None, Ability] = {
    "truecolor": "truecolor",
    "256": "256",
    "standard": "16",
    "windows": "16",
}
"""By what Rich found out from COLORTERM and TERM."""

NEAR, FAR = 30, 10
"""Pictures a second: on this machine, and where each of them goes through a network."""


def ability_of(app: App[object]) -> Ability:
    """As many colours as the rest of the program uses here; letters where it shall use none."""
    if app.no_color:
        return "ascii"
    return _BY_COLOURS.get(app.console.color_system, "ascii")


def pace_of(env: Mapping[str, str]) -> int:
    """How many pictures a second are worth their bytes."""
    return FAR if env.get("SSH_CONNECTION") or env.get("SSH_TTY") else NEAR
