"""Where messages are typed: grows with its text, and leaves Enter and Escape to the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea

from wschat_tui.state.text import clean
from wschat_tui.ui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Region
    from textual.strip import Strip

    from wschat_tui.ui.keys import Keymap

MANY_LINES = 20
"""A paste of more lines than this is asked about."""

LONGEST_PASTE = 256 * 1024
"""Characters of a paste that are taken; what the server takes of one message is far less."""

_BUSY_KEYS = {"enter", "tab"}

_HERE = "composer.slash"
"""The action of the composer that leads nowhere else."""


class Composer(Field, TextArea):
    """A text area whose Enter, Escape, Tab and arrows are actions; a paste is one text."""

    DEFAULT_CSS = """
    Composer {
        height: auto;
        min-height: 1;
        max-height: 8;
        border: none;
        padding: 0;
        background: $surface;
        scrollbar-size-vertical: 1;
        &:focus { border: none; }
        & .text-area--cursor-line { background: transparent; }
        & .text-area--placeholder { color: $text-muted; }
        & .text-area--cursor {
            color: $input-cursor-foreground;
            background: $input-cursor-background;
        }
        &:blur .text-area--cursor { color: $text; background: transparent; }
    }
    """

    class Pasted(Message):
        """A long paste waits for the user's word."""

        def __init__(self, composer: Composer, text: str, lines: int) -> None:
            super().__init__()
            self.composer = composer
            self.text = text
            self.lines = lines

    class Moved(Message):
        """The text or the cursor changed."""

        def __init__(self, composer: Composer) -> None:
            super().__init__()
            self.composer = composer

    def __init__(self, keymap: Keymap, look: Callable[[], None], *, id: str) -> None:
        """`look` takes notice of the text; keys may come faster than messages about it."""
        super().__init__(
            id=id, compact=True, highlight_cursor_line=False, soft_wrap=True, tab_behavior="focus"
        )
        self.cursor_blink = False
        self.match_cursor_bracket = False
        self._look = look
        self._actions = keymap.bindings("completion", "composer").key_to_bindings
        self.LEADING = _BUSY_KEYS.union(self._actions).difference(keymap.action(_HERE).keys)
        self._styled_for: tuple[object, ...] = ()

    @property
    def before(self) -> str:
        """The text up to the cursor."""
        return self.get_text_range((0, 0), self.cursor_location)

    def name_purpose(self, purpose: str) -> None:
        """Say what is typed here, while nothing is."""
        if str(self.placeholder) != purpose:
            self.placeholder = Content(purpose)

    def put(self, text: str) -> None:
        """Have this text and no other, the cursor at its end."""
        if text != self.text:
            self.load_text(text)
        self.move_cursor(self.document.end)

    def take_back(self, length: int, text: str) -> None:
        """Put a text in place of the last characters before the cursor, all on one line."""
        row, column = self.cursor_location
        self.replace(text, (row, max(column - length, 0)), (row, column))

    def paste(self, text: str) -> None:
        """Insert a text where the cursor is, in place of what is selected."""
        self._replace_via_keyboard(text, *self.selection)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw; the theme's styles are looked up anew only when they may have changed."""
        theme = self._theme
        look = (self.app.theme, self.has_focus, self.background_colors, theme)
        if look != self._styled_for:
            self._styled_for = look
            theme.apply_css(self)
        return super(TextArea, self).render_lines(crop)

    async def _on_key(self, event: events.Key) -> None:
        """Take keys in the order in which they were pressed, however fast that was.

        Actions are looked for here and not before the key arrives: Enter must send what was typed
        before it, and what follows a key that leads elsewhere belongs there.
        """
        if self.app.screen is not self.screen or self.screen.focused is not self:
            self._pass_on(event)
        elif await self._acted(event):
            event.stop()
            event.prevent_default()
        elif event.key not in _BUSY_KEYS and not await self.obey(event):
            await super()._on_key(event)

    def _pass_on(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        hand_back = getattr(self.app, "hand_back", self.app.post_message)
        hand_back(events.Key(event.key, event.character))

    async def _acted(self, event: events.Key) -> bool:
        bindings = self._actions.get(event.key, ())
        if bindings:
            self._look()
        for binding in bindings:
            if await self.app.run_action(binding.action, self):
                return True
        return False

    async def _on_paste(self, event: events.Paste) -> None:
        """Insert what was pasted as one text, without what a terminal would obey.

        The newline that ends the last line is left out: it would begin one that nobody pasted.
        """
        event.stop()
        event.prevent_default()
        pasted = clean(event.text, limit=LONGEST_PASTE)
        text = pasted.removesuffix("\n") or pasted
        lines = text.count("\n") + 1
        if lines > MANY_LINES:
            self.post_message(self.Pasted(self, text, lines))
        else:
            self.paste(text)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell in one message what Textual tells in two."""
        event.stop()
        self.post_message(self.Moved(self))

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Tell in one message what Textual tells in two."""
        event.stop()
        self.post_message(self.Moved(self))
