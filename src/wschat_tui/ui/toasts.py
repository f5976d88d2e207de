"""Sentences for the user, at the edge of the screen: cut, never markup, never a flood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.text import clean
from wschat_tui.ui.frozen import FULL, waiting_writes

if TYPE_CHECKING:
    from textual.screen import Screen

    from wschat_tui.runtime.services import Services
    from wschat_tui.state.effects import Notify
    from wschat_tui.state.model import Level

LONGEST = 240
"""Characters of a sentence that are shown."""

QUIET = 1_500
"""Milliseconds within which the same sentence is not shown twice."""

SECONDS: dict[str, float] = {"information": 5, "warning": 8, "error": 12}


class Toasts:
    """Shows notices on a screen, and rings where the user wants to hear."""

    def __init__(self, screen: Screen[None], services: Services) -> None:
        self._screen = screen
        self._services = services
        self._last = ("", 0)

    def show(self, notice: Notify) -> None:
        """Show a notice of the session; a mere call for attention, only where the user wants it."""
        if not notice.bell or self._services.look.toasts != "none":
            self.say(notice.text, notice.level)
        if notice.bell and self._services.look.bell:
            self._ring()

    def say(self, sentence: str, level: Level = "information") -> None:
        """Show a sentence."""
        text = clean(sentence, limit=LONGEST)
        now = self._services.now()
        if text == self._last[0] and now - self._last[1] < QUIET:
            return
        self._last = (text, now)
        self._screen.notify(text, severity=level, timeout=SECONDS[level], markup=False)

    def _ring(self) -> None:
        app = self._screen.app
        if waiting_writes(getattr(app, "_driver", None)) <= FULL:
            app.bell()
