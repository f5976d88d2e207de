"""A list to choose from: one line a row, a column at the right, headings, a pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

POINTER = "❯ "
_GAP = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One row. A heading is passed over by the cursor."""

    key: str
    left: Content
    right: Content = Content("")
    heading: bool = False


class Menu(ScrollView, can_focus=True):
    """Rows to choose from by arrows and Enter, or by a click.

    `led=True`: the keyboard is elsewhere, in a search field that drives it through the actions
    `up`, `down`, `page_up`, `page_down` and `choose`; the cursor then looks alive without focus.
    `keys_alone=True`: a click moves the cursor and chooses nothing.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"menu--cursor", "menu--heading", "menu--hover"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "up", "Up", show=False),
        Binding("down,j", "down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("home,g", "first", "First", show=False),
        Binding("end,G", "last", "Last", show=False),
        Binding("enter,space", "choose", "Choose", show=False),
    ]
    DEFAULT_CSS = """
    Menu {
        height: auto;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        overflow-x: hidden;
        overflow-y: auto;
        pointer: pointer;
        & > .menu--cursor { color: $text; background: $foreground 12%; text-style: bold; }
        &:focus > .menu--cursor, &.-led > .menu--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
        }
        & > .menu--hover { background: $foreground 6%; }
        & > .menu--heading { color: $text-muted; text-style: bold; }
    }
    """
    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(-1)
    hover: reactive[int] = reactive(-1)

    class Moved(Message):
        """The cursor came to an item; None where the menu is empty."""

        def __init__(self, menu: Menu, item: Item | None) -> None:
            super().__init__()
            self.menu = menu
            self.item = item

    class Chosen(Message):
        """An item was chosen, by Enter or by a click."""

        def __init__(self, menu: Menu, item: Item) -> None:
            super().__init__()
            self.menu = menu
            self.item = item

    def __init__(
        self,
        *items: Item,
        led: bool = False,
        keys_alone: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._keys_alone = keys_alone
        self._items: tuple[Item, ...] = ()
        self.can_focus = not led
        self.set_class(led, "-led")
        self.show(items)

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self._items[self.cursor] if 0 <= self.cursor < len(self._items) else None

    @property
    def items(self) -> tuple[Item, ...]:
        """All rows, headings among them."""
        return self._items

    def show(self, items: Sequence[Item], keep: str = "") -> None:
        """Show these rows; the cursor goes to the item with the key `keep`, or to the first."""
        self._items = tuple(items)
        self.virtual_size = Size(0, len(self._items))
        at = next((i for i, one in enumerate(items) if keep and one.key == keep), self._step(-1, 1))
        self.set_reactive(Menu.cursor, at)
        self.hover = -1
        self.refresh(layout=True)
        if self.is_mounted:
            self.call_after_refresh(self._reveal)
            self.post_message(self.Moved(self, self.current))

    def on_mount(self) -> None:
        """Tell where the cursor begins."""
        self.post_message(self.Moved(self, self.current))

    def render_line(self, y: int) -> Strip:
        """One row, as wide as the widget."""
        width = self.scrollable_content_region.width
        index = y + round(self.scroll_y)
        if not 0 <= index < len(self._items):
            return Strip.blank(width, self.rich_style)
        item = self._items[index]
        style = self.get_visual_style(*self._look(index, item))
        line = self._line(item, width, pointed=index == self.cursor)
        return Visual.to_strips(self, line, width, 1, style, pad=True)[0]

    def _look(self, index: int, item: Item) -> tuple[str, ...]:
        if item.heading:
            return ("menu--heading",)
        if index == self.cursor:
            return ("menu--cursor",)
        return ("menu--hover",) if index == self.hover else ()

    def _line(self, item: Item, width: int, *, pointed: bool) -> Content:
        pointer = "" if item.heading else POINTER if pointed else " " * len(POINTER)
        right = item.right.truncate(max(width // 2, 1), ellipsis=True)
        room = width - len(pointer) - (right.cell_length + _GAP if right else 0) - 1
        left = item.left.truncate(max(room, 1), ellipsis=True, pad=True)
        gap = " " * _GAP if right else ""
        line = Content.assemble(pointer, left, gap, right, " ").truncate(max(width, 1), pad=True)
        # On the colour of the cursor the colours of parts may not be readable.
        return line.without_spans if pointed else line

    def watch_cursor(self) -> None:
        """Follow the cursor."""
        self._reveal()
        self.refresh()
        self.post_message(self.Moved(self, self.current))

    def watch_hover(self) -> None:
        """Show which row a click would choose."""
        self.refresh()

    def _reveal(self) -> None:
        """Scroll so that the cursor is seen, and the heading above it where it is the first."""
        top = self.cursor - 1 if self.cursor > 0 and self._items[self.cursor - 1].heading else None
        for line in (top, self.cursor):
            if line is not None and line >= 0:
                self.scroll_to_region(Region(0, line, 1, 1), animate=False, force=True)

    def _step(self, start: int, direction: int) -> int:
        """The next item from `start` that is no heading; `start` where there is none."""
        index = start + direction
        while 0 <= index < len(self._items):
            if not self._items[index].heading:
                return index
            index += direction
        return start if 0 <= start < len(self._items) else -1

    def _move(self, steps: int) -> None:
        direction = 1 if steps > 0 else -1
        for _ in range(abs(steps)):
            self.cursor = self._step(self.cursor, direction)

    def action_up(self) -> None:
        """One up; from the first to the last."""
        before = self.cursor
        self._move(-1)
        if self.cursor == before:
            self.action_last()

    def action_down(self) -> None:
        """One down; from the last to the first."""
        before = self.cursor
        self._move(1)
        if self.cursor == before:
            self.action_first()

    def go(self, move: str) -> None:
        """Move or choose, where a field has the focus: up, down, page_up, page_down, choose."""
        moves = {
            "up": self.action_up,
            "down": self.action_down,
            "page_up": self.action_page_up,
            "page_down": self.action_page_down,
            "choose": self.action_choose,
        }
        moves[move]()

    def action_page_up(self) -> None:
        """A page up."""
        self._move(-max(self.size.height - 1, 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._move(max(self.size.height - 1, 1))

    def action_first(self) -> None:
        """To the first item."""
        self.cursor = self._step(-1, 1)

    def action_last(self) -> None:
        """To the last item."""
        self.cursor = self._step(len(self._items), -1)

    def action_choose(self) -> None:
        """Choose the item under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def _index_at(self, event: events.MouseEvent) -> int:
        offset = event.get_content_offset(self)
        index = -1 if offset is None else offset.y + round(self.scroll_y)
        return index if 0 <= index < len(self._items) and not self._items[index].heading else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark the row under the mouse."""
        self.hover = self._index_at(event)

    def on_leave(self) -> None:
        """Forget the mouse."""
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        """Choose what is clicked, or go there."""
        index = self._index_at(event)
        if index >= 0:
            event.stop()
            self.cursor = index
            if not self._keys_alone:
                self.action_choose()
