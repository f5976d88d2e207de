"""A small question: yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from wschat_tui.state.text import clean
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.widgets.hints import Hint, Hints

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ConfirmScreen(Sheet[bool]):
    """Ask whether to go on. Dismisses with True for yes; Escape and the other button are no.

    Where `danger`, the harmless answer has the focus, so that a stray Enter destroys nothing.
    """

    CSS_PATH = ["../styles/sheet.tcss", "../styles/confirm.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No", show=False),
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("left,up", "app.focus_previous", "Other button", show=False),
        Binding("right,down", "app.focus_next", "Other button", show=False),
    ]

    def __init__(
        self,
        question: str,
        yes: str = "Yes",
        no: str = "No",
        *,
        danger: bool = False,
        detail: str = "",
    ) -> None:
        super().__init__(classes="sheet-screen")
        self._question = clean(question)
        self._detail = clean(detail)
        self._yes = clean(yes, one_line=True)
        self._no = clean(no, one_line=True)
        self._danger = danger

    def compose(self) -> ComposeResult:
        """The question, what it means, two buttons."""
        with Vertical(classes="sheet"):
            yield Static(Content(self._question), id="question", markup=False)
            if self._detail:
                yield Static(Content(self._detail), id="detail", markup=False)
            with Horizontal(classes="sheet-buttons"):
                yield Button(Content(self._no), id="no", compact=True)
                yield Button(
                    Content(self._yes),
                    id="yes",
                    variant="error" if self._danger else "primary",
                    compact=True,
                )
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("y", self._yes.lower(), "screen.answer(True)"),
                    Hint("n", self._no.lower(), "screen.answer(False)"),
                )

    def on_mount(self) -> None:
        """Put the focus on the answer that is safe to give by mistake."""
        self.query_one("#no" if self._danger else "#yes", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was pressed or clicked."""
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer by key."""
        self.dismiss(yes)


class LeaveScreen(ConfirmScreen):
    """The question before something is lost, which nothing keeps from being asked."""

    MUST = True
