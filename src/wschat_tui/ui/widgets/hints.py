"""The line that says which keys matter here; each hint can be clicked."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

_BETWEEN = "   "


@dataclass(frozen=True, slots=True)
class Hint:
    """A key, what it does, and the action that a click on it runs."""

    key: str
    label: str
    action: str = ""
    """Textual's name of it, such as `screen.cancel`."""


class Hints(Static, can_focus=False):
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
        super().__init__(_line(hints), id=id, markup=False)

    def show(self, *hints: Hint) -> None:
        """Show these instead."""
        self.update(_line(hints))


def _line(hints: tuple[Hint, ...]) -> Content:
    return Content(_BETWEEN).join([_hint(one) for one in hints])


def _hint(hint: Hint) -> Content:
    """One hint, unbreakable; bold keys tell themselves from words without colour."""
    label = hint.label.replace(" ", "\N{NO-BREAK SPACE}")
    text = Content.assemble((hint.key, "bold $text"), f"\N{NO-BREAK SPACE}{label}")
    if not hint.action:
        return text
    return text.stylize(Style.from_meta({"@click": hint.action}))
