"""The quick switcher: rooms, people, commands and colours behind one field."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from wschat_tui.state.text import clean
from wschat_tui.ui.fuzzy import fit
from wschat_tui.ui.goto import Goal, found, kind_word
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.entry import Entry
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.menu import Item, Menu

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
    from textual.app import ComposeResult

_NOTHING = "Nothing is called that. /join opens a room that is not listed here."


class PaletteScreen(Sheet[Goal | None]):
    """Choose one of `goals` (see `goto.goals_of`). Dismisses with it, or with None.

    `begin` stands in the field at first; `#`, `@` and `/` narrow to rooms, people and commands.
    """

    CSS_PATH = ["../styles/sheet.tcss", "../styles/palette.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Close", show=False, priority=True),
        Binding("up,ctrl+p", "menu('up')", "Up", show=False, priority=True),
        Binding("down,ctrl+n,ctrl+k", "menu('down')", "Down", show=False, priority=True),
        Binding("pageup", "menu('page_up')", "Page up", show=False, priority=True),
        Binding("pagedown", "menu('page_down')", "Page down", show=False, priority=True),
    ]

    def __init__(self, goals: Sequence[Goal], begin: str = "") -> None:
        super().__init__(classes="sheet-screen")
        self._goals = tuple(goals)
        self._begin = clean(begin, one_line=True, limit=64)
        self._listed: dict[str, Goal] = {}

    def compose(self) -> ComposeResult:
        """The field, what fits, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Go to"
            yield Entry(self._begin, "A room, a person, a command")
            yield Menu(led=True, id="goals")
            yield Static(_NOTHING, id="nothing", markup=False)
            with Vertical(classes="sheet-foot"):
                yield Hints()

    def on_mount(self) -> None:
        """Ready to type."""
        field = self.query_one(Input)
        field.focus()
        field.select_on_focus = False
        field.cursor_position = len(self._begin)
        self._show(self._begin)

    @property
    def _menu(self) -> Menu:
        return self.query_one(Menu)

    def _show(self, query: str) -> None:
        goals = found(self._goals, query)
        self._listed = {_key(goal): goal for goal in goals}
        self._menu.show(tuple(_items(goals, query.strip())))
        self._menu.display = bool(goals)
        self.query_one("#nothing").display = not goals

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as one types."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter chooses what the cursor is on."""
        event.stop()
        self._menu.action_choose()

    def on_menu_moved(self, event: Menu.Moved) -> None:
        """Say what Enter does."""
        event.stop()
        goal = self._listed.get(event.item.key) if event.item else None
        self.query_one(Hints).show(
            *(_enter(goal) if goal else ()),
            Hint("# @ /", "rooms, people, commands"),
            Hint("Esc", "close", "screen.cancel"),
        )

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """One was chosen; nothing where the list became another since."""
        event.stop()
        goal = self._listed.get(event.item.key)
        if goal is not None:
            self.dismiss(goal)

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_menu(self, move: str) -> None:
        """Move in the list, or choose, while the field keeps the focus."""
        self._menu.go(move)

    def action_cancel(self) -> None:
        """Go nowhere."""
        self.dismiss(None)


def _enter(goal: Goal) -> tuple[Hint, ...]:
    does = "tell why not" if goal.hindrance else kind_word(goal.kind)
    return (Hint("Enter", does, "screen.menu('choose')"),)


def _key(goal: Goal) -> str:
    return f"{goal.kind}:{goal.id}"


def _items(goals: Sequence[Goal], query: str) -> Iterator[Item]:
    """Rows; under headings while nothing is typed."""
    section = ""
    for goal in goals:
        if not query and goal.section != section:
            section = goal.section
            yield Item("", Content(section), heading=True)
        yield Item(_key(goal), _left(goal, query), Content.styled(goal.right, _look(goal)))


def _look(goal: Goal) -> str:
    return "bold $text-accent" if goal.kind == "room" else "$text-muted"


def _left(goal: Goal, query: str) -> Content:
    """Sign, title with the letters that fit underlined, and a word about it."""
    title = Content(goal.title)
    fitting = fit(query.lstrip("#@/>"), goal.title) if query else None
    for place in fitting.places if fitting else ():
        title = title.stylize("bold underline", place, place + 1)
    unread = goal.kind == "room" and goal.right
    title = title.stylize("bold") if unread else title
    title = title.stylize("$text-muted") if goal.hindrance else title
    detail = f"  {goal.detail}" if goal.detail else ""
    return Content.assemble((f"{goal.sign} ", "$text-muted"), title, (detail, "$text-muted"))
