"""The line that says which keys matter here; each hint can be clicked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.geometry import Size

_BETWEEN = "   "


@dataclass(frozen=True, slots=True)
class Hint:
    """A key, what it does, and the action that a click on it runs."""

    key: str
    label: str
    action: str = ""
    """Textual's name of it, such as `screen.cancel`."""


class Hints(Widget, can_focus=False):
    """Hints in a row, in as many lines as they need; no hint is cut in two."""

    DEFAULT_CSS = """
    Hints {
        height: auto;
        width: 1fr;
        color: $text-muted;
        link-style: none;
        link-background: transparent;
        link-color: $text-muted;
        link-style-hover: none;
        link-background-hover: $foreground 12%;
        link-color-hover: $text;
    }
    """
    ALLOW_SELECT = False

    def __init__(self, *hints: Hint, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hints = hints

    def show(self, *hints: Hint) -> None:
        """Show these instead."""
        self._hints = hints
        self.refresh(layout=True)

    def render(self) -> Content:
        """The hints, broken between them alone."""
        return hint_text(self._hints, self.size.width)

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 - the width alone decides
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """How many lines they need."""
        return len(_lines(map(_drawn, self._hints), width))


def hint_text(hints: Iterable[Hint], width: int) -> Content:
    """The hints in as many lines as they need at a width, broken between them alone."""
    return Content("\n").join(_lines(map(_drawn, hints), width))


def _lines(hints: Iterable[Content], width: int) -> list[Content]:
    lines: list[Content] = []
    for hint in hints:
        wider = lines[-1].append(_BETWEEN).append(hint) if lines else None
        if wider is not None and wider.cell_length <= width:
            lines[-1] = wider
        else:
            lines.append(hint)
    return lines


def _drawn(hint: Hint) -> Content:
    """One hint; bold keys tell themselves from words without colour."""
    text = Content.assemble((hint.key, "bold $text"), f" {hint.label}")
    return text.stylize(Style.from_meta({"@click": hint.action})) if hint.action else text
