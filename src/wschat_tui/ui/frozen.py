"""A terminal that stops reading must not stop the program."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from wschat_tui.ui.pixels import Pixels
from wschat_tui.ui.standing import Standing

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual import events
    from textual.screen import Screen

FULL = 9
"""Writes that wait before frames are left out; Textual's queue blocks the event loop at 30."""

LOOK_AGAIN = 0.05
"""Seconds until the queue is looked at again."""


def waiting_writes(driver: object) -> int:
    """How many writes wait for the terminal; 0 where the driver of this Textual does not tell."""
    queue = getattr(getattr(driver, "_writer_thread", None), "_queue", None)
    size = getattr(queue, "qsize", None)
    return size() if callable(size) else 0


class PatientApp(App[None]):
    """Leaves frames out while the terminal does not read, and paints anew once it does."""

    _owes_a_frame = False

    def __init__(self) -> None:
        super().__init__()
        self._standing = Standing()
        self.pixels = Pixels(self)

    def on_mount(self) -> None:
        """What stood on the terminal before the program was stopped stands there no more."""
        self.app_suspend_signal.subscribe(self, lambda _: self._standing.forget())

    def paint_anew(self) -> None:
        """Paint all of it: somebody else may have written to the terminal meanwhile."""
        self._standing.forget()
        if self.screen_stack:
            self.screen.refresh()

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """The terminal answered where the cursor is, which only one question asks."""
        self.pixels.answered(event.x)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if not self._owes_a_frame and waiting_writes(self._driver) <= FULL:
            followed = cast("RenderableType", self._standing.followed(renderable, self.size))
            super()._display(screen, followed)
            return
        if not self._owes_a_frame:
            self._owes_a_frame = True
            asyncio.get_running_loop().call_later(LOOK_AGAIN, self._pay)

    def _pay(self) -> None:
        if not self.is_running:
            return
        if waiting_writes(self._driver) > 0:
            asyncio.get_running_loop().call_later(LOOK_AGAIN, self._pay)
            return
        self._owes_a_frame = False
        if self.screen_stack:
            self.screen.refresh()
