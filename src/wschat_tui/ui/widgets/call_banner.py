"""Somebody calls: two lines over whatever screen there is, and keys that no typing makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content

from wschat_tui.state.call_words import KINDS
from wschat_tui.state.select import name_of
from wschat_tui.ui.call_words import SIGN, timer
from wschat_tui.ui.keys import shown
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.line import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wschat_tui.state.call import Call
    from wschat_tui.state.model import State
    from wschat_tui.ui.keys import Keymap

ANSWERS = ("call.accept", "call.accept_video", "call.decline")
"""The actions that it offers, in this order."""


class CallBanner(Vertical, can_focus=False):
    """Lies over the top of a screen and takes neither the focus nor any room."""

    DEFAULT_CSS = """
    CallBanner {
        layer: _loading;
        dock: top;
        width: 100%;
        height: auto;
        padding: 0 1;
        background: $panel;
        border: heavy $warning;
        border-title-color: $text-warning;
        border-title-style: bold;
        & > #caller { text-style: bold; }
        & > Hints { color: $text; }
    }
    """

    def __init__(self, keymap: Keymap) -> None:
        super().__init__(id="call-banner")
        self._caller = Line(id="caller")
        self._hints = tuple(
            Hint(shown(one.keys[0]) if one.keys else "click", one.hint, f"app.act('{one.id}')")
            for one in map(keymap.action, ANSWERS)
        )
        self.border_title = "Incoming call"

    def compose(self) -> ComposeResult:
        """Who calls, and what to do."""
        yield self._caller
        yield Hints(*self._hints)

    def show(self, state: State, call: Call, now: int) -> None:
        """Show who calls, how, and for how long."""
        name = name_of(state, call.peer)
        head = Content.assemble((f"{SIGN} ", "$text-warning"), name)
        kind = KINDS[call.kind]
        self._caller.put(
            (
                Content.assemble(head, f" is calling you: {kind}"),
                Content.assemble(head, f": {kind}"),
            ),
            Content.styled(f"rings {timer(call, now)}", "$text-muted"),
        )
