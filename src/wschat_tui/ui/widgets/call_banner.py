"""Somebody calls: a few lines over whatever screen there is, and keys that no typing makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from wschat_tui.state.calls.call_words import KINDS
from wschat_tui.state.select import name_of
from wschat_tui.ui.call_words import SIGN, timer
from wschat_tui.ui.keys import shown
from wschat_tui.ui.widgets.hints import Hint, hint_text
from wschat_tui.ui.widgets.line import BLANK, spread

if TYPE_CHECKING:
    from textual.geometry import Size

    from wschat_tui.state.calls.call import Call
    from wschat_tui.state.model import State
    from wschat_tui.ui.keys import Keymap

ANSWERS = ("call.accept", "call.accept_video", "call.decline")
"""The actions that it offers, in this order."""


class CallBanner(Widget, can_focus=False):
    """Lies over the top of a screen and takes neither the focus nor any room.

    It has no widgets inside, so that a screen that looks for its own finds no others.
    """

    DEFAULT_CSS = """
    CallBanner {
        layer: _loading;
        dock: top;
        width: 100%;
        height: auto;
        padding: 0 1;
        background: $panel;
        color: $text;
        border: heavy $warning;
        border-title-color: $text-warning;
        border-title-style: bold;
        link-style: none;
        link-color: $text;
        link-background: transparent;
        link-style-hover: none;
        link-color-hover: $text;
        link-background-hover: $foreground 12%;
    }
    """
    ALLOW_SELECT = False

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(id="call-banner")
        self._hints = tuple(
            Hint(shown(one.keys[0]) if one.keys else "click", one.hint, f"app.act('{one.id}')")
            for one in map(keymap.action, ANSWERS)
        )
        self._caller: tuple[Content, ...] = (BLANK,)
        self._clock = BLANK
        self.border_title = "Incoming call"

    def show(self, state: State, call: Call, now: int) -> None:
        """Show who calls, how, and for how long."""
        head = Content.assemble(
            (f"{SIGN} ", "bold $text-warning"), (name_of(state, call.peer), "bold")
        )
        ends = (f" is calling you: {KINDS[call.kind]}", f": {KINDS[call.kind]}", "")
        self._caller = tuple(Content.assemble(head, (end, "bold")) for end in ends)
        self._clock = Content.styled(f"rings {timer(call, now)}", "$text-muted")
        self.refresh()

    def render(self) -> Content:
        """Who calls, and what to do."""
        width = self.content_size.width
        caller = spread(self._caller, (self._clock,), width)
        return Content("\n").join((caller, hint_text(self._hints, width)))

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 - the width alone decides
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """A line for the caller, and as many as the keys need."""
        return 2 + hint_text(self._hints, width).plain.count("\n")
