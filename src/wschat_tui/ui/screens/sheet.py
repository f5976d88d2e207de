"""A screen over the chat screen, which goes away once, however often it is told to."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from wschat_tui.ui.screens.attached import Under, attached

Result = TypeVar("Result")


class Sheet(ModalScreen[Result]):
    """A modal screen that can be dismissed while it is on top, and at no other time.

    Keys and clicks that were on their way when it went must not take away what lay under it.
    """

    MUST: ClassVar[bool] = False
    """It is opened however many sheets are open."""

    def get_widget_and_offset_at(self, x: int, y: int) -> Under:
        """What the mouse is on, unless it was just taken away."""
        return attached(super().get_widget_and_offset_at(x, y))

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Go away with a result; nothing where it went already."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
