"""The two sides of a call as large as there is room: pictures, or faces where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container

from wschat_tui.ui.call_arrangement import arrangement, corner
from wschat_tui.ui.widgets.call_face import Face

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wschat_tui.runtime.services import PictureView
    from wschat_tui.state.calls.call_views import Levels, Side
    from wschat_tui.ui.phone import Layout
    from wschat_tui.ui.widgets.video import Video

    Source = Callable[[int, int], PictureView | None]

_STYLES: dict[Side, str] = {"theirs": "$text-primary", "mine": "$text-success"}


class Tile(Container):
    """One side: its picture while there is one, else its face."""

    DEFAULT_CSS = """
    Tile {
        width: 1fr;
        height: 1fr;
        background: $background;
        &.-hidden { display: none; }
        &.-pip { layer: pip; border: round $primary; background: $surface; }
        &.-picture > Face { display: none; }
    }
    """

    def __init__(self, side: Side, source: Source) -> None:
        super().__init__(id=f"tile-{side}")
        self._source = source
        self._video: Video | None = None
        self._wanted = False
        self.face = Face(_STYLES[side])

    def compose(self) -> ComposeResult:
        """The face; the picture comes when there is one."""
        yield self.face

    def on_mount(self) -> None:
        """Show what was asked for before there was a place for it."""
        self.picture(on=self._wanted)

    def picture(self, *, on: bool) -> None:
        """Show the picture, or the face again."""
        self._wanted = on
        if not self.is_mounted:
            return
        if on and self._video is None:
            from wschat_tui.ui.widgets.video import Video

            self._video = Video(self._source)
            self.mount(self._video)
        elif not on and self._video is not None:
            self._video.remove()
            self._video = None
        self.set_class(on, "-picture")


class CallStage(Container):
    """Two tiles, arranged as the user likes and the size allows."""

    DEFAULT_CSS = """
    CallStage {
        width: 1fr;
        height: 1fr;
        layers: base pip figures;
        layout: horizontal;
        &.-rows { layout: vertical; }
    }
    """

    def __init__(self, source: Callable[[Side, int, int], PictureView | None]) -> None:
        super().__init__(id="call-stage")
        self.theirs = Tile("theirs", lambda columns, rows: source("theirs", columns, rows))
        self.mine = Tile("mine", lambda columns, rows: source("mine", columns, rows))
        self._layout: Layout = "pip"
        self._pictures = (False, False)

    def compose(self) -> ComposeResult:
        """Both sides."""
        yield self.theirs
        yield self.mine

    @property
    def faces(self) -> bool:
        """Both are shown as faces, with meters of their own."""
        return not any(self._pictures)

    def show(self, layout: Layout, *, theirs: bool, mine: bool) -> None:
        """Arrange them; theirs, mine: there is a picture of them."""
        self._layout, self._pictures = layout, (theirs, mine)
        self.theirs.picture(on=theirs)
        self.mine.picture(on=mine)
        self._arrange()

    def hear(self, levels: Levels) -> None:
        """Show how loud it is."""
        self.theirs.face.hear(levels.theirs)
        self.mine.face.hear(levels.mine)

    def on_resize(self) -> None:
        """Arrange them for the new size."""
        self._arrange()

    def _arrange(self) -> None:
        width, height = self.size
        theirs, mine = self._pictures
        how = arrangement(self._layout, width, height, theirs=theirs, mine=mine)
        self.set_class(how == "rows", "-rows")
        self.mine.set_class(how == "single", "-hidden")
        self.mine.set_class(how == "pip", "-pip")
        self.mine.border_title = "you" if how == "pip" else None
        styles = self.mine.styles
        if how == "pip":
            place = corner(width, height)
            styles.width, styles.height = place.columns, place.rows
            styles.offset = (place.x, place.y)
        else:
            styles.width = styles.height = "1fr"
            styles.offset = (0, 0)
