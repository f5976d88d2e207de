"""How loud both sides are, and what is sent, in one line."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from wschat_tui.ui.widgets.call_face import meter
from wschat_tui.ui.widgets.line import Line

_CELLS = 16
_FEW = 8
_METERS_FROM = 48
"""Columns from which there is room for meters."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """What the line shows of sound. Levels go from 0 to 1."""

    name: str = ""
    theirs: float = 0.0
    mine: float = 0.0
    mine_word: str = ""
    """What becomes of my voice: "muted"."""
    more: tuple[str, ...] = ()
    """What else there is to say, the most needed first."""


class CallLevels(Line):
    """Redrawn only where a cell changes."""

    DEFAULT_CSS = """
    CallLevels { padding: 0 1; background: $surface; }
    """

    def show(self, sounds: Sounds, *, meters: bool) -> None:
        """Show them; without `meters`, where they are seen elsewhere, the words alone."""
        word = (sounds.mine_word, "bold $text-warning" if sounds.mine_word == "muted" else "")
        rights = tuple(
            Content(" · ".join(sounds.more[:count])) for count in range(len(sounds.more), 0, -1)
        )
        if not meters or self.size.width < _METERS_FROM:
            self.put(Content.assemble("you: ", word), rights)
        else:
            self.put((_meters(sounds, _CELLS, word), _meters(sounds, _FEW, word)), rights)


def _meters(sounds: Sounds, cells: int, word: tuple[str, str]) -> Content:
    return Content.assemble(
        (sounds.name, "bold"),
        " ",
        meter(sounds.theirs, cells, "$text-primary"),
        "  ",
        ("you", "bold"),
        " ",
        meter(sounds.mine, cells, "$text-success"),
        " ",
        word,
    )
