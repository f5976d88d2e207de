"""One image, as large as the terminal is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from wschat_tui.ui.overtaking import overtake
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.video import Video
from wschat_tui.ui.widgets.video_ability import ability_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wschat_tui.runtime.services import ImageView, PictureView
    from wschat_tui.state.text import SafeText

_PACE = 4
"""Looks a second whether the size is another by now."""


class PictureScreen(Sheet[None]):
    """Decoded anew for each size that the terminal has."""

    CSS_PATH = ["../styles/files.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v,enter", "back", "Back", show=False)
    ]

    def __init__(self, name: SafeText, image: ImageView) -> None:
        super().__init__()
        self._called = name
        self._image = image
        self._asked: tuple[object, ...] = ()
        self._picture: PictureView | None = None

    def compose(self) -> ComposeResult:
        """The image, its name, the keys."""
        with Vertical(id="frame") as frame:
            frame.border_title = Content(self._called)
            yield Video(self._newest, title=self._called, sentence="one moment", pace=_PACE)
        yield Hints(Hint("Esc", "back", "screen.back"))

    def _newest(self, columns: int, rows: int) -> PictureView | None:
        asked = (columns, rows, ability_of(self.app))
        if asked != self._asked and columns and rows:
            self._asked = asked
            overtake(self, "picture", partial(self._decode, columns, rows))
        return self._picture

    async def _decode(self, columns: int, rows: int) -> None:
        made = await self._image.fitted(columns, rows, ability_of(self.app))
        video = self.query_one(Video)
        if isinstance(made, str):
            self._picture = None
            video.say(self._called, made)
        else:
            self._picture = made
        video.look()

    def action_back(self) -> None:
        """To where it was opened."""
        self.dismiss(None)
