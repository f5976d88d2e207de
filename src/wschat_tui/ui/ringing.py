"""A call that comes in, over whatever screen is on top: banner, bell, desktop notification."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wschat_tui.state.calls.call_words import KINDS
from wschat_tui.state.select import name_of
from wschat_tui.ui.desktop_note import note
from wschat_tui.ui.frozen import FULL, waiting_writes
from wschat_tui.ui.widgets.call_banner import CallBanner

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from wschat_tui.runtime.services import Services
    from wschat_tui.state.calls.call import Call
    from wschat_tui.state.model import State
    from wschat_tui.ui.keys import Keymap

BELL_EVERY = 4_000
"""Milliseconds between two bells."""

RINGING = "-ringing"
"""The class of a screen with the banner over it."""


class Ringing:
    """One call that comes in, until it is answered or given up."""

    def __init__(self, owner: Screen[None], keymap: Keymap, services: Services) -> None:
        self._owner = owner
        self._app: App[object] = owner.app
        self._keymap = keymap
        self._services = services
        self._banner: CallBanner | None = None
        self._told: tuple[State, Call] | None = None
        self._rung_at: int | None = None
        self._app.screen_change_signal.subscribe(owner, lambda _screen: self.follow())

    def show(self, state: State, call: Call) -> None:
        """Show the call as it stands now, and ring as long as it does."""
        first = self._told is None
        self._told = (state, call)
        self.follow()
        self._draw()
        self._ring()
        if first and self._services.look.desktop:
            self._note(name_of(state, call.peer), KINDS[call.kind])

    def follow(self) -> None:
        """Lie over the screen that is on top now."""
        screen = self._app.screen
        if self._banner is not None and self._banner.is_attached and self._banner.screen is screen:
            return
        self._leave()
        self._banner = CallBanner(self._keymap)
        screen.mount(self._banner)
        screen.add_class(RINGING)
        self._draw()

    def stop(self) -> None:
        """It rings no more."""
        self._app.screen_change_signal.unsubscribe(self._owner)
        self._leave()

    def _leave(self) -> None:
        banner, self._banner = self._banner, None
        if banner is not None and banner.is_attached:
            screen: Screen[object] = banner.screen
            screen.remove_class(RINGING)
            banner.remove()

    def _draw(self) -> None:
        if self._banner is not None and self._told is not None:
            self._banner.show(*self._told, self._services.now())

    def _ring(self) -> None:
        now = self._services.now()
        due = self._rung_at is None or now - self._rung_at >= BELL_EVERY
        if due and self._services.look.bell and self._heard():
            self._rung_at = now
            self._app.bell()

    def _note(self, who: str, kind: str) -> None:
        sequence = note("wschat", f"{who} is calling: {kind}", os.environ)
        driver = getattr(self._app, "_driver", None)
        if sequence and driver is not None and self._heard():
            driver.write(sequence)

    def _heard(self) -> bool:
        """The terminal takes what is written."""
        return waiting_writes(getattr(self._app, "_driver", None)) <= FULL
