"""Keys, commands and signs, made from the actions that there are, narrowed while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from wschat_tui.state.text import clean
from wschat_tui.ui.help_pages import filtered, laid_out, pages
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.entry import Entry
from wschat_tui.ui.widgets.hints import Hint, Hints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from wschat_tui.ui.actions import Action

_TWO_COLUMNS = 92
_GAP = 3


class HelpScreen(Sheet[None]):
    """All keys and commands. `actions`: those of the keymap in force. `about`: what to look for."""

    CSS_PATH = ["../styles/sheet.tcss", "../styles/help.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "close", "Close", show=False, priority=True),
        Binding("up", "scroll(-1)", "Up", show=False, priority=True),
        Binding("down", "scroll(1)", "Down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("ctrl+home", "ends(-1)", "Top", show=False, priority=True),
        Binding("ctrl+end", "ends(1)", "Bottom", show=False, priority=True),
    ]

    def __init__(self, actions: Sequence[Action], about: str = "") -> None:
        super().__init__(classes="sheet-screen")
        self._pages = pages(actions)
        self._about = clean(about, one_line=True, limit=64)

    def compose(self) -> ComposeResult:
        """The filter, the columns, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Keys and commands"
            yield Entry(self._about, "Type to narrow: reply, ^K, /join…")
            with VerticalScroll(id="pages", can_focus=False), Horizontal(id="columns"):
                yield Static("", id="left", markup=False)
                yield Static("", id="right", markup=False)
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("↑↓", "scroll"),
                    Hint("PgUp PgDn", "page"),
                    Hint("Esc", "close", "screen.close"),
                )

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Lay out for the new width, once the panel has it."""
        self.call_after_refresh(self._show)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow as one types."""
        event.stop()
        self._show()
        self._scroll.scroll_home(animate=False)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one("#pages", VerticalScroll)

    def _show(self) -> None:
        query = self.query_one(Input).value
        found = filtered(self._pages, query)
        width = self._scroll.scrollable_content_region.width - 1
        columns = 2 if width >= _TWO_COLUMNS else 1
        right = self.query_one("#right", Static)
        right.display = columns > 1
        texts = laid_out(found, (width - _GAP * (columns - 1)) // columns, columns)
        if not found:
            shown = clean(query, one_line=True, limit=40)
            texts = (Content(f"Nothing has “{shown}” in it. Delete some of it."), Content(""))
        self.query_one("#left", Static).update(texts[0])
        right.update(texts[-1])

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self._scroll.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        self._scroll.scroll_relative(y=by * max(self._scroll.size.height - 1, 1), animate=False)

    def action_ends(self, by: int) -> None:
        """Go to the top or to the bottom."""
        if by < 0:
            self._scroll.scroll_home(animate=False)
        else:
            self._scroll.scroll_end(animate=False)

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)
