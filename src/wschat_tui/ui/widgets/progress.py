"""A sentence with moving dots: something is going on, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.content import Content
from textual.widgets import Static

from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from textual.timer import Timer

Mood = Literal["idle", "busy", "bad", "good"]

_MARKS: dict[Mood, str] = {"idle": "", "busy": "", "bad": "✗ ", "good": "✓ "}
_DOTS = 4
_BEAT = 0.4


class Progress(Static):
    """One sentence about the work in hand; empty, it takes no room."""

    DEFAULT_CSS = """
    Progress {
        height: auto;
        display: none;
        &.-bad { color: $text-error; display: block; }
        &.-good { color: $text-success; display: block; }
        &.-busy { color: $text; display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self._sentence = ""
        self._mood: Mood = "idle"
        self._beats = _DOTS - 1
        self._timer: Timer | None = None

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence

    @property
    def mood(self) -> Mood:
        """How it stands."""
        return self._mood

    def say(self, sentence: str, mood: Mood = "idle") -> None:
        """Say this; an empty sentence says nothing and takes no room."""
        self._sentence = clean(sentence)
        self._mood = mood if sentence else "idle"
        for one in _MARKS:
            self.set_class(one == self._mood, f"-{one}")
        self._run(moving=self._mood == "busy" and self.app.animation_level != "none")
        self._draw()

    def _run(self, *, moving: bool) -> None:
        """Move the dots while there is something to wait for; at other times no timer runs."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(_BEAT, self._beat) if moving else None

    def _beat(self) -> None:
        self._beats = (self._beats + 1) % _DOTS
        self._draw()

    def _draw(self) -> None:
        if self._mood == "busy":
            self.update(Content(self._sentence + "." * self._beats))
        else:
            self.update(Content(_MARKS[self._mood] + self._sentence))
