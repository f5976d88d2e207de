"""Words that both sides compare, to know that nobody stands between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from wschat_tui.state.text import clean
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.hints import Hint, Hints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

Verdict = Literal["same", "differ"]

_COLUMNS = 3
_WORD = 16


class CallVerifyScreen(Sheet[Verdict | None]):
    """Dismisses with what the user found, or with None where they did not compare."""

    CSS_PATH = ["../styles/sheet.tcss", "../styles/call_sheets.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,y", "tell('same')", "The same", show=False),
        Binding("d,n", "tell('differ')", "They differ", show=False),
        Binding("escape,w,q", "close", "Close", show=False),
        Binding("left,up", "app.focus_previous", "Other button", show=False),
        Binding("right,down", "app.focus_next", "Other button", show=False),
    ]

    def __init__(self, words: Sequence[str], name: str) -> None:
        """`name`: the other side's, cleaned."""
        super().__init__(classes="sheet-screen")
        self._words = tuple(clean(word, one_line=True, limit=_WORD) for word in words)
        self._peer = name

    def compose(self) -> ComposeResult:
        """What to do, the words, what it means, two buttons."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Is somebody listening in?"
            yield Static(
                Content(f"Read these words aloud with {self._peer}, one after the other."),
                markup=False,
            )
            yield Static(_grid(self._words), id="words", markup=False)
            yield Static(Content(_meaning(self._peer)), id="meaning", markup=False)
            with Horizontal(classes="sheet-buttons"):
                yield Button("They differ: hang up", id="differ", variant="error", compact=True)
                yield Button("All the same", id="same", variant="primary", compact=True)
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("s", "all the same", "screen.tell('same')"),
                    Hint("d", "they differ: hang up", "screen.tell('differ')"),
                    Hint("Esc", "later", "screen.close"),
                )

    def on_mount(self) -> None:
        """A stray Enter does no harm."""
        self.query_one("#same", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was pressed or clicked."""
        event.stop()
        self.dismiss("differ" if event.button.id == "differ" else "same")

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_tell(self, verdict: Verdict) -> None:
        """Answer by key."""
        self.dismiss(verdict)

    def action_close(self) -> None:
        """Compare another time."""
        self.dismiss(None)


def _meaning(name: str) -> str:
    return (
        f"If {name} sees the same words in the same order, what you say goes to {name} and nobody "
        "else can hear it, not even the server. If a single word differs, somebody stands between "
        "you: hang up, and tell nothing in a call that should stay secret."
    )


def _grid(words: Sequence[str]) -> Content:
    lines = []
    for start in range(0, len(words), _COLUMNS):
        cells = [
            Content.assemble(
                (f"{number + 1:>2} ", "$text-muted"), (words[number].ljust(_WORD), "bold")
            )
            for number in range(start, min(start + _COLUMNS, len(words)))
        ]
        lines.append(Content(" ").join(cells))
    return Content("\n").join(lines)
