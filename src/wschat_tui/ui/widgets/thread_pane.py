"""A thread beside its room: title, messages, and a composer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from wschat_tui.ui.room_words import thread_texts
from wschat_tui.ui.widgets.composer_box import ComposerBox
from wschat_tui.ui.widgets.line import BLANK, Line
from wschat_tui.ui.widgets.messages_pane import MessagesPane

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from textual import events
    from textual.app import ComposeResult

    from wschat_tui.state.inputs import DraftKept
    from wschat_tui.state.model import State
    from wschat_tui.ui.keys import Keymap

_CROSS = 3
"""Cells at the right end of the title where a click closes."""


class ThreadTitle(Line):
    """The thread's title, with a cross to close it."""

    DEFAULT_CSS = """
    ThreadTitle { padding: 0 1; background: $surface; }
    """

    class Closed(Message):
        """The cross was clicked."""

    def on_click(self, event: events.Click) -> None:
        """Close where the cross is."""
        event.stop()
        if event.x >= self.size.width - _CROSS - 1:
            self.post_message(self.Closed())


class ThreadPane(Vertical):
    """Shown while a thread is open."""

    DEFAULT_CSS = """
    ThreadPane {
        border-left: vkey $border-blurred;
        & > #thread-count { height: 1; padding: 0 1; }
    }
    """

    def __init__(self, keymap: Keymap, keep: Callable[[DraftKept], None], tz: tzinfo) -> None:
        super().__init__(id="thread")
        self.messages = MessagesPane(keymap, tz, id="thread-messages")
        self.box = ComposerBox(keymap, keep, id="thread-composer")
        self._title = ThreadTitle(id="thread-title")
        self._count = Line(id="thread-count")
        self._key = keymap.key_of("thread.close")

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self.messages
        yield self._count
        yield self.box

    @property
    def live(self) -> bool:
        """The user is here."""
        return self.messages.live or self.box.composer.has_focus

    def show(self, state: State) -> None:
        """Show the thread that is open."""
        if not state.thread:
            self.box.show(state, "", "")
            return
        close = Content.assemble((self._key, "bold"), "  ✕")
        self._title.put(thread_texts(state), (close, Content("✕")))
        self.messages.show_thread(state)
        self.box.show(state, state.places.get(state.thread, state.focus), state.thread)
        self.count(state)

    def count(self, _state: State) -> None:
        """Show the byte counter, or what is new below."""
        below = self.messages.below
        new = Content.styled(f"{below} new ↓", "bold $text-primary") if below else BLANK
        self._count.put(BLANK, self.box.counter or new)
