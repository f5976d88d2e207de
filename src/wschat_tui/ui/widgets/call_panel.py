"""All figures of a call, over its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from wschat_tui.ui.call_figures import all_figures

if TYPE_CHECKING:
    from wschat_tui.state.calls.call import CallStats

_MEANINGS_FROM = 56
"""Cells from which there is room to say what a figure means."""


class CallPanel(Static):
    """Names, values, and what they mean."""

    DEFAULT_CSS = """
    CallPanel {
        layer: figures;
        dock: right;
        width: 68;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        padding: 0 1;
        background: $panel;
        border: round $primary;
        border-title-color: $text;
        border-title-style: bold;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__("", id="call-panel", markup=False)
        self.border_title = "Figures of the last second"
        self._told: tuple[CallStats, str] | None = None

    def show(self, stats: CallStats, name: str) -> None:
        """Show these figures; `name`: the other side's."""
        if (stats, name) != self._told:
            self._told = (stats, name)
            self._draw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._draw()

    def _draw(self) -> None:
        if self._told is None:
            return
        figures = all_figures(*self._told)
        first = max(cell_len(one.name) for one in figures) + 2
        second = max(cell_len(one.value) for one in figures) + 2
        wide = self.size.width >= _MEANINGS_FROM
        lines = (
            Content.assemble(
                (one.name.ljust(first), "$text-muted"),
                one.value.ljust(second) if wide else one.value,
                (one.meaning if wide else "", "$text-muted"),
            )
            for one in figures
        )
        self.update(Content("\n").join(tuple(lines)))
