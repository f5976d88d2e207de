"""A video in true pixels, laid over its half blocks while nothing else stands there."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from wschat_tui.ui.pixels import forgotten

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Region
    from textual.widget import Widget

    from wschat_tui.runtime.services import PictureView

_IDS = count(0x77C1_0000)


class Overlay:
    """Over one widget. Under it the half blocks stay, for whenever it is taken away."""

    def __init__(self, widget: Widget, write: Callable[[str], object]) -> None:
        self._widget = widget
        self._write = write
        self._id = next(_IDS)
        self._place: Region | None = None

    @property
    def shown(self) -> bool:
        """It is there."""
        return self._place is not None

    def fits(self, *, wanted: bool) -> bool:
        """It is where it should be: nowhere if it is not wanted, or something is in front."""
        return self._place == (clear_place(self._widget) if wanted else None)

    def lay(self, picture: PictureView | None) -> bool:
        """Show this picture if nothing is in front of the widget, else none; tells which."""
        place = clear_place(self._widget) if picture is not None else None
        said = picture.graphic(self._id) if picture is not None and place is not None else ""
        if not said or place is None:
            self.lift()
            return False
        self._write(f"\x1b7\x1b[{place.y + 1};{place.x + 1}H{said}\x1b8")
        self._place = place
        return True

    def lift(self) -> None:
        """Take it away."""
        if self._place is not None:
            self._place = None
            self._write(forgotten(self._id))


def clear_place(widget: Widget) -> Region | None:
    """Where a widget is on the terminal, if all of it is seen and nothing is in front of it."""
    screen = widget.screen
    if not screen.is_active:
        return None
    seen = screen._compositor.visible_widgets  # noqa: SLF001  # in front first, unlike any other
    if widget not in seen:
        return None
    region, clip = seen[widget]
    if not region or not clip.contains_region(region):
        return None
    for other, (place, cut) in seen.items():
        if other is widget:
            return region
        if region.overlaps(place.intersection(cut)):
            return None
    return None
