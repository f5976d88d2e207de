"""The last line: which keys matter where the user is; each can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

from wschat_tui.ui.keys import shown
from wschat_tui.ui.widgets.line import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from wschat_tui.ui.actions import Action

_GAP = 2


class HintLine(Line):
    """As many hints as fit, none cut; at the right what else is worth a word."""

    DEFAULT_CSS = """
    HintLine { background: $panel; color: $text-muted; padding: 0 1; pointer: pointer; }
    """

    class Clicked(Message):
        """A hint was clicked."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id

    def __init__(self) -> None:
        super().__init__(id="hints")
        self._actions: tuple[Action, ...] = ()
        self._note = ""
        self._spans: list[tuple[int, int, str]] = []

    def show(self, actions: Sequence[Action], note: str = "") -> None:
        """Hint at these actions, in this order; `note` stands at the right where there is room."""
        wanted = tuple(actions)
        if (wanted, note) != (self._actions, self._note):
            self._actions, self._note = wanted, note
            self.refresh()

    def render(self) -> Content:
        """The hints that fit."""
        width = self.content_size.width
        parts: list[Content] = []
        self._spans = []
        used = 0
        for action in self._actions:
            hint = Content.assemble((shown(action.keys[0]), "bold $text"), " ", action.hint)
            gap = _GAP if parts else 0
            if used + gap + hint.cell_length > width:
                break
            parts.append(hint)
            self._spans.append((used + gap, used + gap + hint.cell_length, action.id))
            used += gap + hint.cell_length
        note = Content(self._note)
        line = Content(" " * _GAP).join(parts)
        gap = width - used - note.cell_length
        return Content.assemble(line, " " * gap, note) if self._note and gap >= 4 else line

    def on_click(self, event: events.Click) -> None:
        """Run what is hinted at."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is not None:
            for start, end, action_id in self._spans:
                if start <= offset.x < end:
                    self.post_message(self.Clicked(action_id))
