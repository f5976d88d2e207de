"""Reactions in rows and columns, under headings, with a cursor that is told by brackets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from wschat_tui.ui.emoji import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

CELL = 7
"""Columns of a reaction that is one emoji: two brackets, the emoji, its count, and air."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One reaction to pick."""

    text: str
    """Raw, as it will be sent."""
    count: int = 0
    """How many people gave it; 0 draws no number."""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Tiles under a heading; an empty heading takes no line."""

    heading: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tile is drawn, in cells of the whole grid."""

    tile: Tile
    x: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything is, for one width."""

    places: tuple[_Place, ...]
    headings: dict[int, str]
    height: int


class EmojiGrid(ScrollView, can_focus=False):
    """The tiles. The keyboard is elsewhere and drives it with `move` and `pick`; clicks pick."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--heading",
        "grid--cursor",
        "grid--hover",
    }
    DEFAULT_CSS = """
    EmojiGrid {
        height: auto;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        pointer: pointer;
        & > .grid--heading { color: $text-muted; text-style: bold; }
        & > .grid--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
        }
        & > .grid--hover { background: $foreground 12%; }
    }
    """
    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(0)
    hover: reactive[int] = reactive(-1)

    class Moved(Message):
        """The cursor came to a tile; None where there is none."""

        def __init__(self, grid: EmojiGrid, tile: Tile | None) -> None:
            super().__init__()
            self.grid = grid
            self.tile = tile

    class Picked(Message):
        """A tile was picked."""

        def __init__(self, grid: EmojiGrid, tile: Tile) -> None:
            super().__init__()
            self.grid = grid
            self.tile = tile

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sections: tuple[Section, ...] = ()
        self._drawn = _Layout((), {}, 0)

    @property
    def current(self) -> Tile | None:
        """The tile under the cursor."""
        return self._drawn.places[self.cursor].tile if self._drawn.places else None

    def show(self, sections: Sequence[Section]) -> None:
        """Show these; the cursor goes to the first tile."""
        self._sections = tuple(sections)
        self._lay_out()
        self.set_reactive(EmojiGrid.cursor, 0)
        self.hover = -1
        self.scroll_home(animate=False)
        self.refresh(layout=True)
        self.post_message(self.Moved(self, self.current))

    def on_resize(self) -> None:
        """Lay out for the new width."""
        self._lay_out()
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The lines that all tiles need."""
        return _laid_out(self._sections, width).height

    def _lay_out(self) -> None:
        self._drawn = _laid_out(self._sections, self.scrollable_content_region.width)
        self.virtual_size = Size(0, self._drawn.height)

    def render_line(self, y: int) -> Strip:
        """One line: a heading, or tiles."""
        width = self.scrollable_content_region.width
        line = y + round(self.scroll_y)
        if line in self._drawn.headings:
            style = self.get_visual_style("grid--heading")
            heading = Content(self._drawn.headings[line])
            return Visual.to_strips(self, heading, width, 1, style, pad=True)[0]
        tiles = [
            self._tile(index, place)
            for index, place in enumerate(self._drawn.places)
            if place.y == line
        ]
        return Strip.join(tiles).adjust_cell_length(width, self.rich_style)

    def _tile(self, index: int, place: _Place) -> Strip:
        face = Content(_face(place.tile))
        pointed = index == self.cursor
        opening, closing = ("[", "]") if pointed else (" ", " ")
        tile = Content.assemble(opening, face.truncate(place.width - 3, pad=True), closing)
        look = ("grid--cursor",) if pointed else ("grid--hover",) if index == self.hover else ()
        strips = Visual.to_strips(self, tile, place.width - 1, 1, self.get_visual_style(*look))
        return Strip.join([*strips, Strip.blank(1, self.rich_style)])

    def watch_cursor(self) -> None:
        """Follow the cursor."""
        if self._drawn.places:
            place = self._drawn.places[self.cursor]
            above = int(place.y - 1 in self._drawn.headings)
            self.scroll_to_region(
                Region(0, place.y - above, 1, 1 + above), animate=False, force=True
            )
        self.refresh()
        self.post_message(self.Moved(self, self.current))

    def watch_hover(self) -> None:
        """Show which tile a click would pick."""
        self.refresh()

    def move(self, across: int, down: int) -> None:
        """Move the cursor by tiles, or by lines to the tile that is nearest in the line."""
        if not self._drawn.places:
            return
        if across:
            self.cursor = (self.cursor + across) % len(self._drawn.places)
            return
        here = self._drawn.places[self.cursor]
        lines = sorted({place.y for place in self._drawn.places})
        line = lines[(lines.index(here.y) + down) % len(lines)]
        self.cursor = min(
            (index for index, place in enumerate(self._drawn.places) if place.y == line),
            key=lambda index: abs(self._drawn.places[index].x - here.x),
        )

    def pick(self) -> None:
        """Pick the tile under the cursor."""
        if self.current is not None:
            self.post_message(self.Picked(self, self.current))

    def _index_at(self, event: events.MouseEvent) -> int:
        offset = event.get_content_offset(self)
        if offset is None:
            return -1
        x, y = offset.x, offset.y + round(self.scroll_y)
        for index, place in enumerate(self._drawn.places):
            if place.y == y and place.x <= x < place.x + place.width - 1:
                return index
        return -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark the tile under the mouse."""
        self.hover = self._index_at(event)

    def on_leave(self) -> None:
        """Forget the mouse."""
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        """Pick what is clicked."""
        index = self._index_at(event)
        if index >= 0:
            event.stop()
            self.cursor = index
            self.pick()


def _laid_out(sections: Sequence[Section], width: int) -> _Layout:
    """Tiles from left to right, headings on lines of their own; empty sections take no room."""
    places: list[_Place] = []
    headings: dict[int, str] = {}
    y = 0
    for section in sections:
        if not section.tiles:
            continue
        if section.heading:
            headings[y] = section.heading
            y += 1
        x = 0
        for tile in section.tiles:
            wide = max(CELL, cell_len(_face(tile)) + 3)
            if x and x + wide > width:
                x, y = 0, y + 1
            places.append(_Place(tile, x, y, wide))
            x += wide
        y += 1
    return _Layout(tuple(places), headings, y)


def _face(tile: Tile) -> str:
    """The reaction as drawn, with its count, and a tick where it is mine."""
    if not tile.count:
        return f" {shown(tile.text)} "
    return f"{shown(tile.text)} {min(tile.count, 99)}{'✓' if tile.mine else ''}"
