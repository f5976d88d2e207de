"""The messages of a room or a thread, with the keys of the message cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import BindingsMap
from textual.containers import Container

from wschat_tui.state.select import current_room, message_of
from wschat_tui.ui.rows import Rows, rows_of_room, rows_of_thread
from wschat_tui.ui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from datetime import tzinfo

    from textual.app import ComposeResult

    from wschat_tui.state.model import Message, State
    from wschat_tui.ui.keys import Keymap

FAR = 1_000_000
"""More messages or pages than are ever loaded."""


class MessagesPane(Container):
    """A timeline, and what the chat screen asks of it."""

    DEFAULT_CSS = """
    MessagesPane { height: 1fr; background: $background; }
    """

    def __init__(self, keymap: Keymap, tz: tzinfo, *, id: str) -> None:
        super().__init__(id=id)
        self.timeline = Timeline(id=f"{id}-timeline")
        self._tz = tz
        self._rows: Rows | None = None
        self._sought = ("", "")
        ours = keymap.bindings("undelivered", "called", "gap", "timeline")
        self._bindings = BindingsMap.merge([ours, self._bindings])

    def compose(self) -> ComposeResult:
        """The timeline alone."""
        yield self.timeline

    # ---- rows

    def show_room(self, state: State, *, writing: bool = False) -> None:
        """Show the open room. `writing`: the focus is not taken from the composer."""
        room = current_room(state)
        if room is None:
            self._put(Rows("", empty=""))
        else:
            self._put(rows_of_room(state, room, self._rows, tz=self._tz))
            self._seek(state, writing)

    def _seek(self, state: State, writing: bool) -> None:
        """Go to what the user wants to see, once it is here; of a reply, to its root."""
        new = state.sought[0] and state.sought != self._sought
        message = message_of(state, state.sought[1]) if new else None
        if message is not None:
            found = self.timeline.seek(message.id) or self.timeline.seek(message.parent_id or "")
            if found:
                self._sought = state.sought
                if not writing:
                    self.timeline.focus()

    def show_thread(self, state: State) -> None:
        """Show the open thread."""
        self._put(rows_of_thread(state, state.thread, self._rows, tz=self._tz))

    def _put(self, rows: Rows) -> None:
        self._rows = rows
        self.timeline.show(rows)

    # ---- the message cursor

    @property
    def message(self) -> Message | None:
        """The message under the cursor, as it is now."""
        row = self.timeline.cursor_row
        return row.message if row is not None else None

    @property
    def live(self) -> bool:
        """The keys of the message cursor are heard."""
        return self.timeline.has_focus

    def enter(self) -> None:
        """Put the cursor on the newest message in view, and hear its keys."""
        self.timeline.focus()
        if self.timeline.cursor is None:
            self.timeline.move_cursor(0)

    def move(self, by: int) -> None:
        """Move the cursor; the ends are as far as it goes."""
        if by <= -FAR:
            self.timeline.first()
        elif by >= FAR:
            self.timeline.last()
        else:
            self.timeline.move_cursor(by)

    def leave(self) -> None:
        """Put the cursor away."""
        self.timeline.cursor = None

    # ---- scrolling

    @property
    def below(self) -> int:
        """How many messages below the view have not been seen."""
        return self.timeline.below

    def page(self, by: int) -> None:
        """Scroll by pages; the cursor, where there is one, goes along."""
        if self.timeline.cursor is None:
            self.timeline.page(by)
        else:
            self.timeline.page_cursor(by)

    def to_bottom(self) -> None:
        """Show the newest message and follow."""
        self.leave()
        self.timeline.bottom()
