"""Screens over the chat lie a few deep, and one of a kind, however fast keys and clicks come.

Clicks and keys wait in a queue: fifty on one link are heard before the first of them has opened
its question. Textual draws each screen through all those below it, and so has an end of its own.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.await_complete import AwaitComplete

from wschat_tui.ui.screens.sheet import Sheet

DEEPEST = 4
"""Sheets over each other; only one that must be seen comes on top of so many."""


class FewSheets(App[None]):
    """Opens no second sheet of a kind, and no further one over many."""

    def admits(self, kind: type[Sheet[Any]]) -> bool:
        """Whether a sheet of this kind would be opened now."""
        lying = [type(one) for one in self.screen_stack if isinstance(one, Sheet)]
        return kind not in lying and (kind.MUST or len(lying) < DEEPEST)

    # The library's overloads say the same of every kind of waiting.
    def push_screen(self, screen: Any, *args: Any, **options: Any) -> Any:
        """Open a screen; a sheet that is not admitted is forgotten, and its callback not called."""
        if isinstance(screen, Sheet) and not self.admits(type(screen)):
            return AwaitComplete()
        return super().push_screen(screen, *args, **options)
