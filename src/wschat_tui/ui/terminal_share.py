"""What this terminal shows, handed over for as long as somebody wants a picture of it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.color import Color
    from rich.segment import Segment
    from rich.style import Style
    from textual.screen import Screen
    from textual.strip import Strip
    from textual.timer import Timer

    from wschat_tui.runtime.services import MediaView

EVERY = 1 / 8
"""Seconds between two looks; more often is of no use (`TerminalView.put`)."""

Run = tuple[str, str, str]
"""Text, foreground, background; colours as #rrggbb, or empty for the terminal's own."""


class TerminalShare:
    """Looks at the screen on top while it is switched on, and hands over what has changed."""

    def __init__(self, owner: Screen[None], media: Callable[[], MediaView | None]) -> None:
        self._owner = owner
        self._media = media
        self._timer: Timer | None = None
        self._before: list[list[Run]] = []

    def switch(self, *, on: bool) -> None:
        """Look, or look no more."""
        if on and self._timer is None:
            self._timer = self._owner.set_interval(EVERY, self._look, name="share terminal")
        elif not on and self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._before = []

    def _look(self) -> None:
        media = self._media()
        view = media.terminal if media is not None else None
        if view is None or not view.wanted:
            return
        screen = self._owner.app.screen
        # No public way leads to what is drawn but an export, which is a hundred times as slow.
        rows = [runs(strip) for strip in screen._compositor.render_strips()]  # noqa: SLF001
        if rows != self._before:
            self._before = rows
            view.put(screen.size.width, rows)


def runs(strip: Strip) -> list[Run]:
    """A line as runs of one look each."""
    looks: Iterable[tuple[tuple[str, str], Iterable[Segment]]] = groupby(strip, _look_of)
    return [("".join(one.text for one in some), *look) for look, some in looks]


def _look_of(segment: Segment) -> tuple[str, str]:
    style: Style | None = segment.style
    if style is None:
        return "", ""
    pair = (_hex(style.color), _hex(style.bgcolor))
    return (pair[1], pair[0]) if style.reverse else pair


def _hex(color: Color | None) -> str:
    return "" if color is None or color.is_default else color.get_truecolor().hex
