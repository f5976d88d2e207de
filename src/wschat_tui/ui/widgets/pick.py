"""One of many in one line: `◂ Built-in microphone ▸`, changed by the arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events


class Pick(Widget, can_focus=True):
    """Left and right go through the options; a click on an arrow does too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right,space", "step(1)", "Next", show=False),
    ]
    DEFAULT_CSS = """
    Pick { height: 1; width: 1fr; padding: 0 2; pointer: pointer; }
    """
    ALLOW_SELECT = False

    class Changed(Message):
        """Another option holds."""

        def __init__(self, pick: Pick, value: str) -> None:
            super().__init__()
            self.pick = pick
            self.value = value

        @property
        def control(self) -> Pick:
            """The widget, for selectors."""
            return self.pick

    def __init__(self, *, id: str, nothing: str = "") -> None:
        """`nothing`: what is said while there is nothing to pick from."""
        super().__init__(id=id)
        self._options: dict[str, str] = {}
        self._nothing = nothing
        self.value = ""

    def offer(self, options: Mapping[str, str], value: str) -> None:
        """Offer these, value → label (cleaned), of which one holds."""
        self._options = dict(options)
        self.value = value if value in options else next(iter(options), "")
        self.refresh()

    def say(self, sentence: str) -> None:
        """There is nothing to pick from, for this reason."""
        self._options, self._nothing = {}, sentence
        self.refresh()

    def render(self) -> Content:
        """The option that holds, between arrows where there are others."""
        if not self._options:
            return Content.styled(self._nothing, "$text-muted")
        several = len(self._options) > 1
        arrows = ("◂ ", " ▸") if several else ("", "")
        style = "bold reverse" if self.has_focus and several else ""
        room = max(self.size.width - 4, 1)
        label = Content.styled(self._options[self.value], style).truncate(room, ellipsis=True)
        return Content.assemble((arrows[0], "$text-muted"), label, (arrows[1], "$text-muted"))

    def on_focus(self) -> None:
        """Show the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the focus went."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """To the next option, around the end."""
        values = list(self._options)
        if len(values) > 1:
            self.value = values[(values.index(self.value) + by) % len(values)]
            self.refresh()
            self.post_message(self.Changed(self, self.value))

    def on_click(self, event: events.Click) -> None:
        """The left arrow goes back; anything else goes on."""
        event.stop()
        offset = event.get_content_offset(self)
        self.action_step(-1 if offset is not None and offset.x < 2 else 1)
