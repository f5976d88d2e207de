"""One of a few, all in sight: `(●) password  ( ) token`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.geometry import Size


class Choice(Widget, can_focus=True):
    """A row of options of which one holds: arrows and Space go round, a click picks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right,space", "step(1)", "Next", show=False),
    ]
    DEFAULT_CSS = """
    Choice {
        height: auto;
        pointer: pointer;
    }
    """
    ALLOW_SELECT = False

    value: reactive[str] = reactive("", layout=True)

    class Changed(Message):
        """Another option holds."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            """The choice, for selectors."""
            return self.choice

    def __init__(
        self,
        options: Mapping[str, str],
        value: str = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`options`: value → label, in order. `value`: the one that holds at first."""
        super().__init__(id=id, classes=classes)
        self._options = dict(options)
        self.set_reactive(Choice.value, value if value in options else next(iter(options)))

    def render(self) -> Content:
        """All options in as many lines as they need, broken between them alone."""
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 - the width alone decides
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """How many lines they need."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for value in self._options:
            option = self._option(value)
            wider = Content("  ").join((lines[-1], option)) if lines else option
            if lines and wider.cell_length <= width:
                lines[-1] = wider
            else:
                lines.append(option)
        return lines

    def _option(self, value: str) -> Content:
        held = value == self.value
        mark = "(●)" if held else "( )"
        label = self._options[value].replace(" ", "\N{NO-BREAK SPACE}")
        styled = "bold reverse" if held and self.has_focus else "bold" if held else ""
        text = Content.assemble(f"{mark}\N{NO-BREAK SPACE}", (label, styled))
        return text.stylize(Style.from_meta({"option": value}))

    def watch_value(self, value: str) -> None:
        """Tell of the change."""
        self.post_message(self.Changed(self, value))

    def on_focus(self) -> None:
        """Show the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the focus went."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """To the next option, around the end."""
        values = list(self._options)
        self.value = values[(values.index(self.value) + by) % len(values)]

    def on_click(self, event: events.Click) -> None:
        """Pick what is clicked."""
        value = event.style.meta.get("option")
        if isinstance(value, str) and value in self._options:
            event.stop()
            self.value = value
