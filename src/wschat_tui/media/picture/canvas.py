"""Where frames become pictures: the newest frame, as small as somebody wants to see it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from wschat_tui.media.picture.blocks import Blocks, blocks
from wschat_tui.media.picture.fit import Scaler
from wschat_tui.media.picture.letters import Letters, letters
from wschat_tui.media.picture.palette import PALETTES

if TYPE_CHECKING:
    import av

    from wschat_tui.media.picture.fit import Planes
    from wschat_tui.state.calls.call_views import Ability

Picture = Blocks | Letters

MOST_COLUMNS, MOST_ROWS = 1000, 500
"""Cells; a larger view is given a picture of this size."""


class Canvas:
    """Takes frames from any thread, and makes pictures in the one that asks for them.

    Only the newest frame is kept: nothing queues, and a frame that nobody asks for costs nothing.
    """

    def __init__(self) -> None:
        self._numbers = count(1)
        self._latest: tuple[int, av.VideoFrame | None] = (0, None)
        self._made: tuple[int, int, int, Ability] | None = None
        self._picture: Picture | None = None
        self._scaler, self._finer = Scaler(), Scaler()

    def put(self, frame: av.VideoFrame | None) -> None:
        """Show this frame from now on, or nothing; from any thread. The frame is not written to."""
        self._latest = (next(self._numbers), frame)

    def picture(self, columns: int, rows: int, ability: Ability) -> Picture | None:
        """The newest frame in so many cells; the same object while neither changed.

        A frame that cannot be converted leaves the picture as it was. Letters and half blocks are
        steady: a cell changes only where its colour left the one shown by more than noise.
        """
        number, frame = self._latest
        columns, rows = min(columns, MOST_COLUMNS), min(rows, MOST_ROWS)
        asked = (number, columns, rows, ability)
        if asked == self._made:
            return self._picture
        self._made = asked
        if frame is None or columns < 1 or rows < 1:
            self._picture = None
        else:
            self._picture = self._drawn(frame, asked)
        return self._picture

    def _drawn(self, frame: av.VideoFrame, asked: tuple[int, int, int, Ability]) -> Picture | None:
        number, columns, rows, ability = asked
        before = self._picture
        try:
            colours = self._scaler.dots(frame, columns, 2 * rows)
        except Exception:  # noqa: BLE001  # whatever a peer's frame does to the library
            return before if before and (before.columns, before.rows) == (columns, rows) else None
        if ability == "ascii":
            return letters(number, colours, before)
        return blocks(number, colours, PALETTES[ability](), before, self._newest)

    def _newest(self, width: int, height: int) -> Planes | None:
        """The newest frame in dots of any number; a picture that held its own frame would keep it
        for as long as a row of it stands on a terminal.
        """
        _, frame = self._latest
        try:
            return self._finer.dots(frame, width, height) if frame is not None else None
        except Exception:  # noqa: BLE001  # as above
            return None
