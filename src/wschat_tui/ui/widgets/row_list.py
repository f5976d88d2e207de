"""A list of short rows that changes often: drawn line by line, only where something changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import BindingsMap
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from wschat_tui.state.likeness import CLOSES
from wschat_tui.ui.wrap import cells, fit

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events

Part = tuple[str, str]
"""A text and its look: a component class of the list without its `row--`, or nothing."""

MARK, POINTER = "▌", "❯"
_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line. One without a key is a heading, or blank: the cursor passes over it."""

    key: str
    left: tuple[Part, ...]
    right: tuple[Part, ...] = ()
    current: bool = False
    """It is what is open."""
    look: str = ""


class RowList(ScrollView, can_focus=True):
    """Rows with a cursor while it has the focus, chosen by Enter (an action) or by a click."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row--heading",
        "row--dim",
        "row--strong",
        "row--mention",
        "row--count",
        "row--current",
        "row--cursor",
        "row--hover",
        "row--mark",
        "row--online",
        "row--away",
        "row--busy",
        "row--offline",
    }
    DEFAULT_CSS = """
    RowList {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        pointer: pointer;
        & > .row--heading { color: $text-muted; text-style: bold; }
        & > .row--dim { color: $text-muted; }
        & > .row--strong { color: $foreground; text-style: bold; }
        & > .row--mention { color: $text-error; text-style: bold; }
        & > .row--count { color: $text-primary; text-style: bold; }
        & > .row--mark { color: $primary; text-style: bold; }
        & > .row--current { background: $foreground 9%; }
        & > .row--cursor { background: $primary 30%; text-style: bold; }
        & > .row--hover { background: $foreground 5%; }
        & > .row--online { color: $text-success; }
        & > .row--away { color: $text-warning; }
        & > .row--busy { color: $text-error; }
        & > .row--offline { color: $text-muted; }
    }
    """
    ALLOW_SELECT = False

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, rows: RowList, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> RowList:
            """The list it is in."""
            return self.rows

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = ()
        self._cursor = ""
        self._hover = -1
        self._strips: dict[tuple[Row, int, str], Strip] = {}

    def listen_to(self, bindings: BindingsMap) -> None:
        """Hear these keys, before one's own."""
        self._bindings = BindingsMap.merge([bindings, self._bindings])

    # ---- what is shown

    def put(self, rows: tuple[Row, ...]) -> None:
        """Show these rows; the cursor stays with its key."""
        before, self._rows = self._rows, rows
        if len(before) != len(rows):
            self.virtual_size = Size(0, len(rows))
            self.refresh()
        else:
            for index, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old is not new and old != new:
                    self.refresh_line(index)
        if _open_in(rows) != _open_in(before):
            self.call_after_refresh(self._reveal_open)

    @property
    def cursor(self) -> str:
        """The key of the row under the cursor; where the cursor was not moved, of the open one."""
        return self._rows[at].key if (at := self._at()) >= 0 else ""

    def move(self, by: int) -> None:
        """Move the cursor past headings; the ends are as far as it goes."""
        stops = [index for index, row in enumerate(self._rows) if row.key]
        if not stops:
            return
        at = self._at()
        here = stops.index(at) if at in stops else 0
        goal = stops[min(max(here + by, 0), len(stops) - 1)]
        self._cursor = self._rows[goal].key
        self.reveal(goal)
        self.refresh()

    def reveal(self, index: int) -> None:
        """Scroll until a row is seen, and the first heading with the first row."""
        top = 0 if index <= 1 else index
        height = self.size.height
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
        elif index >= self.scroll_offset.y + height:
            self.scroll_to(y=index - height + 1, animate=False, force=True)
        # A bar that is not shown yet does not hear of it.
        self.vertical_scrollbar.position = self.scroll_y

    def on_resize(self) -> None:
        """Keep what is open in sight."""
        self._reveal_open()

    def _reveal_open(self) -> None:
        index = next((at for at, row in enumerate(self._rows) if row.current), -1)
        if index >= 0 and self.size.height:
            self.reveal(index)

    def _at(self) -> int:
        if self._cursor:
            for index, row in enumerate(self._rows):
                if row.key == self._cursor:
                    return index
        open_row = (index for index, row in enumerate(self._rows) if row.current)
        first = (index for index, row in enumerate(self._rows) if row.key)
        return next(open_row, next(first, -1))

    # ---- drawing

    def render_line(self, y: int) -> Strip:
        """One row, as wide as the list."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[index]
        ground = self._ground(index, row)
        key = (row, width, ground)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > _KEPT:
                self._strips.clear()
            strip = self._strips[key] = self._strip(row, width, ground)
        return strip

    def notify_style_update(self) -> None:
        """The colours changed: nothing drawn before is of use."""
        super().notify_style_update()
        self._strips.clear()

    def _ground(self, index: int, row: Row) -> str:
        if not row.key:
            return ""
        if self.has_focus and index == self._at():
            return "cursor"
        if row.current:
            return "current"
        return "hover" if index == self._hover else ""

    def _strip(self, row: Row, width: int, ground: str) -> Strip:
        base = self.rich_style
        if ground:
            base += self.get_component_rich_style(f"row--{ground}")
        if row.look:
            base += self._style(row.look)
        right = Strip(self._segments(row.right, base))
        mark = POINTER if ground == "cursor" else MARK if row.current else " "
        room = width - right.cell_length - (1 if row.right else 0) - 1
        parts = _told_apart(row.left, room - 1)
        left = Strip([Segment(mark, base + self._style("mark")), *self._segments(parts, base)])
        if left.cell_length > room:
            left = Strip([*left.crop(0, max(room - 1, 0)), Segment("…", base)])
        gap = max(width - left.cell_length - right.cell_length - 1, 0)
        line = Strip([*left, Segment(" " * gap, base), *right, Segment(" ", base)])
        return line.adjust_cell_length(width, base)

    def _segments(self, parts: tuple[Part, ...], base: Style) -> list[Segment]:
        return [Segment(text, base + self._style(look) if look else base) for text, look in parts]

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"row--{look}", partial=True)

    # ---- mouse and focus

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor, and begin with what is open the next time."""
        self._cursor = ""
        self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark what a click would choose."""
        self._point(self._index_of(event))

    def on_leave(self) -> None:
        """Forget the mouse."""
        self._point(-1)

    def on_click(self, event: events.Click) -> None:
        """Choose the row."""
        index = self._index_of(event)
        if index >= 0:
            event.stop()
            self.post_message(self.Chosen(self, self._rows[index].key))

    def _point(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.refresh()

    def _index_of(self, event: events.MouseEvent) -> int:
        offset = event.get_content_offset(self)
        index = -1 if offset is None else offset.y + self.scroll_offset.y
        return index if 0 <= index < len(self._rows) and self._rows[index].key else -1


def _told_apart(parts: tuple[Part, ...], room: int) -> tuple[Part, ...]:
    """In too little room, a name loses letters before the id that tells it from another."""
    over = sum(cells(text) for text, _ in parts) - room
    if over <= 0:
        return parts
    return tuple(
        (fit(text, cells(text) - over), look) if text.endswith(CLOSES) else (text, look)
        for text, look in parts
    )


def _open_in(rows: tuple[Row, ...]) -> str:
    return next((row.key for row in rows if row.current), "")
