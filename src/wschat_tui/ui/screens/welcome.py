"""The first screen where there is nothing to open: what this is, and the ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from wschat_tui.state.text import clean
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.logo import Logo
from wschat_tui.ui.widgets.menu import Item, Menu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

Way = Literal["demo", "connect", "token", "profiles", "quit"]

_WAYS: tuple[tuple[Way, str, str, str], ...] = (
    ("demo", "Try the demo", "lively people, no account needed", "d"),
    ("connect", "Connect to a server", "with your email and password", "c"),
    ("token", "Import a token", "that a server gave you", "t"),
    ("profiles", "Profiles", "", "p"),
    ("quit", "Quit", "", "q"),
)
_ABOUT = "Rooms, threads, reactions and direct messages, in your terminal."


class WelcomeScreen(Screen[Way]):
    """The ways in. Dismisses with the one that was chosen; Escape and q are "quit".

    `profiles`: how many the settings have; without any that way in is not offered.
    `problems`: sentences about what went wrong: why opening failed, lines of the settings file.
    """

    CSS_PATH = ["../styles/welcome.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"take('{way}')", label, show=False) for way, label, _, key in _WAYS),
        Binding("escape", "take('quit')", "Quit", show=False),
    ]

    def __init__(self, *, profiles: int = 0, problems: Sequence[str] = ()) -> None:
        super().__init__()
        self._profiles = profiles
        self._problems = tuple(problems)

    def compose(self) -> ComposeResult:
        """The name, what it is, what went wrong, the ways in, the keys."""
        with VerticalScroll(id="welcome", can_focus=False):
            yield Logo()
            yield Static(_ABOUT, id="about", markup=False)
            yield Static("", id="problems", markup=False)
            yield Menu(*self._items(), id="ways")
            with Vertical(id="welcome-foot"):
                yield Hints(
                    Hint("↑↓", "move"),
                    Hint("Enter", "choose", "screen.choose"),
                    Hint("Esc", "quit", "screen.take('quit')"),
                )

    def on_mount(self) -> None:
        """The first way in is one Enter away."""
        self.tell(*self._problems)
        self.query_one("#ways", Menu).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Draw the name as large as there is room for."""
        self.query_one(Logo).resize(roomy=event.size.height >= HEIGHTS[1][0])

    def tell(self, *sentences: str) -> None:
        """Show these sentences about what went wrong; none hides the place."""
        place = self.query_one("#problems", Static)
        lines = [Content(f"✗ {clean(one)}") for one in sentences if one]
        place.update(Content("\n").join(lines))
        place.display = bool(lines)

    def show_profiles(self, profiles: int) -> None:
        """Offer the profiles, where there are some now."""
        self._profiles = profiles
        menu = self.query_one("#ways", Menu)
        menu.show(self._items(), keep=menu.current.key if menu.current else "")

    def _items(self) -> list[Item]:
        return [
            Item(way, _row(label, self._note(way, note)), Content.styled(key, "$text-muted"))
            for way, label, note, key in _WAYS
            if way != "profiles" or self._profiles
        ]

    def _note(self, way: Way, note: str) -> str:
        if way != "profiles":
            return note
        return "one is set up" if self._profiles == 1 else f"{self._profiles} are set up"

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """A way in was chosen."""
        event.stop()
        self.dismiss(cast("Way", event.item.key))

    def action_choose(self) -> None:
        """Choose the way in under the cursor."""
        self.query_one("#ways", Menu).action_choose()

    def action_take(self, way: Way) -> None:
        """Choose a way in by its letter."""
        if way != "profiles" or self._profiles:
            self.dismiss(way)


def _row(label: str, note: str) -> Content:
    return Content.assemble((f"{label:<21}", "bold"), (note, "$text-muted"))
