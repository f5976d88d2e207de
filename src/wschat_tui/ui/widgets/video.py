"""A moving picture in a widget: always the newest, and no more of it painted than changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from wschat_tui.state.text import clean
from wschat_tui.ui.frozen import waiting_writes
from wschat_tui.ui.pixels import Pixels
from wschat_tui.ui.widgets.video_ability import pace_of
from wschat_tui.ui.widgets.video_pixels import Overlay
from wschat_tui.ui.widgets.video_strip import VideoStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.timer import Timer

    from wschat_tui.runtime.services import PictureView

    Source = Callable[[int, int], PictureView | None]
    """Gives the newest picture in so many columns and rows; the same object while none is newer."""


class Video(Widget, can_focus=False):
    """Asks a source for pictures while it is seen, and paints the rows that changed.

    Without a picture there are a title and a sentence in the middle. It takes no border and no
    padding: those belong to a container.
    """

    DEFAULT_CSS = """
    Video {
        width: 1fr;
        height: 1fr;
        content-align: center middle;
        text-align: center;
        background: $surface;
        color: $text-muted;
    }
    """
    ALLOW_SELECT = False

    def __init__(
        self,
        source: Source,
        *,
        title: str = "",
        sentence: str = "",
        pace: int = 0,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`pace`: how often a second the source is asked; 0: what suits the terminal."""
        super().__init__(id=id, classes=classes)
        self._source = source
        self._words = _words(title, sentence)
        self._pace = pace or pace_of(os.environ)
        self._picture: PictureView | None = None
        self._strips: dict[int, Strip] = {}
        self._timer: Timer | None = None
        self._shown = False
        self._overlay: Overlay | None = None

    @property
    def picture(self) -> PictureView | None:
        """What is painted; nothing where the words are."""
        return self._picture

    @property
    def running(self) -> bool:
        """The source is asked again and again."""
        return self._timer is not None

    def say(self, title: str, sentence: str = "") -> None:
        """What stands in the middle while there is no picture."""
        words = _words(title, sentence)
        if words != self._words:
            self._words = words
            if self._picture is None:
                self.refresh()

    def look(self) -> None:
        """Ask the source now; nothing is painted where nothing changed."""
        before, picture = self._picture, self._source(*self.size)
        overlay = self._over()
        if picture is before and (overlay is None or overlay.fits(wanted=picture is not None)):
            return
        self._picture = picture
        self._strips.clear()
        lifted = overlay is not None and overlay.shown
        if overlay is not None and overlay.lay(picture):
            return
        if picture is None or before is None or lifted:
            self.refresh()
        elif rows := picture.changed(before):
            self.refresh(*_regions(rows, self.size.width))

    def _over(self) -> Overlay | None:
        """What lays true pixels over the rows, once the terminal has shown that it can."""
        if self._overlay is None:
            pixels = getattr(self.app, "pixels", None)
            if isinstance(pixels, Pixels) and pixels.can:
                self._overlay = Overlay(self, self._write)
        return self._overlay

    def _write(self, text: str) -> None:
        driver = getattr(self.app, "_driver", None)
        if driver is not None:
            driver.write(text)

    # ---- when it is asked

    def on_mount(self) -> None:
        """Rest while another screen is on top."""
        self.app.screen_change_signal.subscribe(self, lambda _: self._run_or_rest())
        pixels = getattr(self.app, "pixels", None)
        if isinstance(pixels, Pixels):
            asks = not (self.app.is_headless or self.app.is_web)
            pixels.ask(os.environ, self._write if asks else None)

    def on_unmount(self) -> None:
        """Leave nothing on the terminal."""
        if self._overlay is not None:
            self._overlay.lift()

    def on_show(self) -> None:
        """It is on the screen."""
        self._shown = True
        self._run_or_rest()

    def on_hide(self) -> None:
        """It is not on the screen any more."""
        self._shown = False
        self._run_or_rest()

    def on_resize(self, event: events.Resize) -> None:
        """A picture of another size, at once."""
        if event.size:
            self.look()

    def _run_or_rest(self) -> None:
        run = self._shown and self.screen.is_active
        if run and self._timer is None:
            self._timer = self.set_interval(1 / self._pace, self._tick)
        elif not run and self._timer is not None:
            self._timer.stop()
            self._timer = None
            if self._overlay is not None:
                self._overlay.lift()

    def _tick(self) -> None:
        """Leave a picture out while the terminal has not read the last one."""
        if not waiting_writes(getattr(self.app, "_driver", None)):
            self.look()

    # ---- how it is painted

    def render(self) -> Content:
        """The words."""
        return self._words

    def render_line(self, y: int) -> Strip:
        """A row of the picture, or of the words."""
        if self._picture is None:
            return super().render_line(y)
        return self._strip(self._picture, y, self.size.width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows as they are; Textual's own way makes plain strips of them, and slow ones.

        Rows of half blocks are made of numbers alone: no filter has anything to do with them.
        Letters go Textual's way, and get what becomes of colours on this terminal.
        """
        picture = self._picture
        if picture is None or not picture.coloured:
            return super().render_lines(crop)
        width = self.size.width
        strips = [self._strip(picture, y, width) for y in crop.line_range]
        if crop.column_span == (0, width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def _strip(self, picture: PictureView, row: int, width: int) -> Strip:
        strip = self._strips.get(row)
        if strip is None:
            if row < picture.rows:
                strip = VideoStrip(picture, row)
            else:
                strip = Strip.blank(width, self.rich_style)
            if strip.cell_length != width:
                strip = strip.adjust_cell_length(width, self.rich_style)
            self._strips[row] = strip
        return strip


def _words(title: str, sentence: str) -> Content:
    lines = [Content.styled(clean(title, one_line=True), "bold")] if title else []
    return Content("\n").join([*lines, Content(clean(sentence))])


def _regions(rows: list[int], width: int) -> list[Region]:
    """Rows in a row are one region."""
    regions: list[Region] = []
    for row in rows:
        if regions and regions[-1].bottom == row:
            regions[-1] = Region(0, regions[-1].y, width, regions[-1].height + 1)
        else:
            regions.append(Region(0, row, width, 1))
    return regions
