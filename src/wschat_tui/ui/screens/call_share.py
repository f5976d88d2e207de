"""What to send a picture of while a call is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.entry import Entry
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.menu import Item, Menu

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from wschat_tui.state.calls.call import Shown

_OFFERS: dict[Shown, tuple[str, str]] = {
    "camera": ("Your camera", ""),
    "screen": ("Your screen", "everything on it is seen"),
    "terminal": ("This terminal", "this program, as you see it; works over SSH too"),
    "command": ("A command", "in a terminal of its own"),
    "file": ("A file", "a video or a sound"),
    "pattern": ("A test pattern", ""),
    "": ("Nothing", "your voice alone"),
}

_ASKS: dict[Shown, tuple[str, str]] = {
    "command": ("Command, such as htop", "Type the command that is shown, then Enter."),
    "file": ("Path of a file", "Type the path of the file that is played, then Enter."),
}


@dataclass(frozen=True, slots=True)
class Share:
    """What was chosen; empty `shows`: nothing."""

    shows: Shown
    what: str = ""


class CallShareScreen(Sheet[Share | None]):
    """Dismisses with a `Share`, or with None where all stays as it is."""

    CSS_PATH = ["../styles/sheet.tcss", "../styles/call_sheets.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", show=False)]

    def __init__(self, current: Shown) -> None:
        """`current`: what is sent now."""
        super().__init__(classes="sheet-screen")
        self._current = current
        self._asking: Shown = ""

    def compose(self) -> ComposeResult:
        """The choices, a field for what takes a name, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Share"
            yield Menu(*(self._item(shows) for shows in _OFFERS), id="offers")
            yield Static("", id="asks", markup=False)
            yield Entry(id="what", limit=1000)
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("↑↓", "choose"), Hint("Enter", "share"), Hint("Esc", "back", "screen.back")
                )

    def on_mount(self) -> None:
        """Begin at what is sent now."""
        menu = self.query_one(Menu)
        menu.show(menu.items, keep=_key(self._current))
        menu.focus()
        self._ask("")

    def _item(self, shows: Shown) -> Item:
        name, about = _OFFERS[shows]
        now = Content.styled("now", "bold $text-success") if shows == self._current else Content("")
        return Item(_key(shows), Content.assemble(name, (f"  {about}", "$text-muted")), now)

    def _ask(self, shows: Shown) -> None:
        self._asking = shows
        placeholder, sentence = _ASKS.get(shows, ("", ""))
        field, words = self.query_one("#what", Entry), self.query_one("#asks", Static)
        field.display = words.display = bool(shows)
        field.placeholder = placeholder
        words.update(sentence)
        if shows:
            field.focus()

    def on_menu_moved(self, event: Menu.Moved) -> None:
        """The cursor is nobody else's matter."""
        event.stop()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """One was chosen; some need a name first."""
        event.stop()
        shows = next(one for one in _OFFERS if _key(one) == event.item.key)
        if shows in _ASKS:
            self._ask(shows)
        else:
            self.dismiss(Share(shows))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The name is there."""
        event.stop()
        what = event.value.strip()
        if what:
            self.dismiss(Share(self._asking, what))

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_back(self) -> None:
        """From the field to the choices, from there to the call."""
        if self._asking:
            self._ask("")
            self.query_one(Menu).focus()
        else:
            self.dismiss(None)


def _key(shows: Shown) -> str:
    return shows or "nothing"
