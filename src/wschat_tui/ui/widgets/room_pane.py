"""The open room: its title, its messages, who is typing, and where one writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content

from wschat_tui.ui.room_words import below_words, title_texts, typing_texts, unread_texts
from wschat_tui.ui.widgets.composer_box import ComposerBox
from wschat_tui.ui.widgets.line import BLANK, Line
from wschat_tui.ui.widgets.messages_pane import MessagesPane

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from textual.app import ComposeResult

    from wschat_tui.state.inputs import DraftKept
    from wschat_tui.state.model import State
    from wschat_tui.ui.keys import Keymap


class RoomPane(Vertical):
    """The middle of the screen."""

    DEFAULT_CSS = """
    RoomPane {
        width: 1fr;
        & > #title { padding: 0 1; background: $surface; }
        & > #typing { padding: 0 1; }
    }
    """

    def __init__(self, keymap: Keymap, keep: Callable[[DraftKept], None], tz: tzinfo) -> None:
        super().__init__(id="room")
        self.messages = MessagesPane(keymap, tz, id="messages")
        self.box = ComposerBox(keymap, keep, id="composer")
        self._title = Line(id="title")
        self._typing = Line(id="typing")
        self._rooms_key = keymap.key_of("view.rooms")
        self._sought: tuple[tuple[str, str], str] = (("", ""), "")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self.messages
        yield self._typing
        yield self.box

    def show(self, state: State, *, rooms_seen: bool) -> None:
        """Show the open room; what is unread elsewhere is told where the room list is not seen."""
        elsewhere = BLANK if rooms_seen else unread_texts(state, self._rooms_key)
        self._title.put(title_texts(state), elsewhere)
        if state.sought != self._sought[0]:
            self._sought = (state.sought, self.box.text)
        # What was asked for may come late, and whoever began to write by then goes on writing.
        self.messages.show_room(state, writing=self.box.text != self._sought[1])
        self.box.show(state, state.focus)
        self.count(state)

    def count(self, state: State) -> None:
        """Show who is typing, beside the byte counter or what is new below."""
        words = below_words(state, self.messages.below)
        new = Content.styled(words, "bold $text-primary") if words else BLANK
        self._typing.put(typing_texts(state), self.box.counter or new)
