"""The name of the program as two people would say it: bubbles of colour and words alone."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

_LINES = (
    ("  w s c h a t  ", "bold $block-cursor-foreground on $block-cursor-background", "  "),
    ("  hello, terminal  ", "$text on $primary 25%", " " * 9),
)


class Logo(Static, can_focus=False):
    """Two speech bubbles. A screen reader hears the name and a greeting, no drawing characters."""

    DEFAULT_CSS = """
    Logo { width: 30; height: auto; }
    """
    ALLOW_SELECT = False

    def __init__(self, *, roomy: bool = True) -> None:
        super().__init__(_drawn(roomy=roomy), markup=False)

    def resize(self, *, roomy: bool) -> None:
        """Draw the bubbles one line high, or three."""
        self.update(_drawn(roomy=roomy))


def _drawn(*, roomy: bool) -> Content:
    lines: list[Content] = []
    for text, style, indent in _LINES:
        blank = Content.assemble(indent, (" " * len(text), style))
        body = Content.assemble(indent, (text, style))
        lines += [blank, body, blank] if roomy else [body]
    return Content("\n").join(lines)
