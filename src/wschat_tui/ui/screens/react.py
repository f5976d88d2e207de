"""The reaction picker: those on the message, mine of late, the usual ones, others by name."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from wschat_tui.state.text import clean
from wschat_tui.ui.emoji import FREQUENT, code_of, find, shown, unique
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.emoji_grid import EmojiGrid, Section, Tile
from wschat_tui.ui.widgets.entry import Entry
from wschat_tui.ui.widgets.hints import Hint, Hints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from wschat_tui.state.model import Message, State

LONGEST_REACTION = 32
"""Characters of a reaction that is typed rather than picked."""

_LOOKED_AT = 400
_RECENT = 9


def tiles_of(state: State, message: Message) -> tuple[Tile, ...]:
    """The reactions that are on a message, in the order they came."""
    return tuple(
        Tile(one.text, len(one.users), mine=state.me in one.users) for one in message.reactions
    )


def recent_of(state: State, limit: int = _RECENT) -> tuple[str, ...]:
    """The reactions I gave in the room that is open, those on the newest messages first."""
    room = state.rooms.get(state.focus)
    messages = islice(reversed(room.messages), _LOOKED_AT) if room and state.me else ()
    mine = (one.text for m in messages for one in m.reactions if state.me in one.users)
    return tuple(islice(unique(mine), limit))


class ReactScreen(Sheet[str | None]):
    """Pick a reaction. Dismisses with it, as it is sent, or with None.

    `present` (`tiles_of`) comes first, so that agreeing is one key; `recent` (`recent_of`) next.
    Picking one of my own takes it back: that is up to who receives the result.
    """

    CSS_PATH = ["../styles/sheet.tcss", "../styles/react.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Close", show=False),
        Binding("up", "move(0, -1)", "Up", show=False, priority=True),
        Binding("down", "move(0, 1)", "Down", show=False, priority=True),
        Binding("left,shift+tab", "move(-1, 0)", "Left", show=False, priority=True),
        Binding("right,tab", "move(1, 0)", "Right", show=False, priority=True),
    ]

    def __init__(self, present: Sequence[Tile] = (), recent: Sequence[str] = ()) -> None:
        super().__init__(classes="sheet-screen")
        self._present = tuple(present)
        self._recent = tuple(recent)

    def compose(self) -> ComposeResult:
        """The search field, the tiles, what the cursor is on, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "React"
            yield Entry(placeholder="Search by name: tada, heart…")
            yield EmojiGrid(id="grid")
            yield Static("", id="about", markup=False)
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("↑↓←→", "move"),
                    Hint("Enter", "react", "screen.pick"),
                    Hint("Esc", "close", "screen.cancel"),
                )

    def on_mount(self) -> None:
        """Ready to type or to move."""
        self.query_one(Input).focus()
        self._show("")

    @property
    def _grid(self) -> EmojiGrid:
        return self.query_one(EmojiGrid)

    def _show(self, query: str) -> None:
        wanted = query.strip()
        self._grid.show(self._found(wanted) if wanted else self._offered())

    def _offered(self) -> list[Section]:
        taken = [tile.text for tile in self._present]
        recent = [one for one in unique((*taken, *self._recent)) if one not in taken]
        usual = unique((*taken, *recent, *FREQUENT))
        return [
            Section("On this message", self._present),
            Section("Yours lately", tuple(map(Tile, recent))),
            Section("Usual", tuple(Tile(one) for one in usual if one not in {*taken, *recent})),
        ]

    def _found(self, wanted: str) -> list[Section]:
        present = {tile.text: tile for tile in self._present}
        texts = [one.text for one in find(wanted, recent=(*present, *self._recent))]
        found = tuple(present.get(text, Tile(text)) for text in texts)
        own = (Tile(wanted),) if wanted not in texts and len(wanted) <= LONGEST_REACTION else ()
        return [Section("", found), Section("As you typed it", own)]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as one types."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter picks what the cursor is on."""
        event.stop()
        self._grid.pick()

    def on_emoji_grid_moved(self, event: EmojiGrid.Moved) -> None:
        """Name what the cursor is on."""
        event.stop()
        about = _about(event.tile) if event.tile else Content("No such emoji; try another name.")
        self.query_one("#about", Static).update(about)

    def on_emoji_grid_picked(self, event: EmojiGrid.Picked) -> None:
        """One was picked."""
        event.stop()
        self.dismiss(event.tile.text)

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_move(self, across: int, down: int) -> None:
        """Move the cursor."""
        self._grid.move(across, down)

    def action_pick(self) -> None:
        """Pick what the cursor is on."""
        self._grid.pick()

    def action_cancel(self) -> None:
        """Pick nothing."""
        self.dismiss(None)


def _about(tile: Tile) -> Content:
    name = code_of(tile.text) or clean(tile.text, one_line=True, limit=LONGEST_REACTION)
    notes = []
    if tile.count:
        notes.append("1 person" if tile.count == 1 else f"{tile.count} people")
    if tile.mine:
        notes.append("you too; Enter takes yours back")
    note = "  " + ", ".join(notes) if notes else ""
    return Content.assemble(shown(tile.text), " ", (name, "bold"), (note, "$text-muted"))
