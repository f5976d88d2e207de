"""A line of a form: its name, the control, and signs for the focus and for a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget


class FormRow(Horizontal):
    """`label` before `control`. The id of the row is that of the control with `row-` before it."""

    DEFAULT_CSS = """
    FormRow {
        height: auto;
        & > .form-label { width: 16; color: $text-muted; }
        &.-focused > .form-label { color: $text; text-style: bold; }
        &.-fault > .form-label { color: $text-error; text-style: bold; }
        & > Input, & > Choice { width: 1fr; }
        & > Choice { padding: 0 2; }
    }
    """

    def __init__(self, label: str, control: Widget) -> None:
        super().__init__(id=f"row-{control.id}")
        self._label = label
        self._caption = Static(self._text(), classes="form-label", markup=False)
        self.control = control

    def compose(self) -> ComposeResult:
        """The name, then the control."""
        yield self._caption
        yield self.control

    def mark(self, *, fault: bool) -> None:
        """Show, or no longer show, that this line is what is wrong."""
        self.set_class(fault, "-fault")
        self._caption.update(self._text())

    def _text(self) -> Content:
        sign = "!" if self.has_class("-fault") else "›" if self.has_class("-focused") else " "
        return Content(f"{sign} {self._label}")

    def on_descendant_focus(self) -> None:
        """The control has the focus."""
        self.add_class("-focused")
        self._caption.update(self._text())

    def on_descendant_blur(self) -> None:
        """The focus went elsewhere."""
        self.remove_class("-focused")
        self._caption.update(self._text())

    def on_click(self, event: events.Click) -> None:
        """A click on the name goes to the control."""
        if event.widget is self._caption:
            self.control.focus()
