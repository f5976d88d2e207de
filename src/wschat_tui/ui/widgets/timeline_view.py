"""A view on a long list of rows: what is seen, what stays where it is, and when to paint.

Content is addressed in lines from the top of the list. While `follow` holds, the view stays at the
bottom; otherwise the rows on screen stay where they are, whatever is inserted, changed, taken away
or measured above them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.widget import Widget

from wschat_tui.ui.ink import COMPONENTS
from wschat_tui.ui.strips import Drawn
from wschat_tui.ui.widgets.timeline_canvas import Canvas, selected
from wschat_tui.ui.widgets.timeline_index import Index, Part
from wschat_tui.ui.widgets.timeline_look import LOOK, component_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from wschat_tui.ui.row import Row

FRAME = 1 / 60
"""Seconds between two paints while rows keep coming."""

AHEAD = 2
"""Screens above the view that are measured before they are scrolled to."""

Held = tuple[str, int]
"""The key of a row, and the line of the view at which it begins."""


class TimelineView(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows over the Line API, without a widget, a layout or a strip for what is not seen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{name}" for name in COMPONENTS}
    DEFAULT_CSS = LOOK

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.canvas = Canvas()
        self.index = Index(self.canvas.measure)
        self.ended = True
        """Below the last row there is nothing, so that the view may stay there and follow."""
        self.empty = ""
        """What is said where there is no row."""
        self._follow = True
        self._pinned = ""
        """The row under the message cursor: while there is one, the view does not follow."""
        self._lines_seen = 0
        self._view: list[Part] = []
        self._held: list[Held] = []
        self._picture: list[tuple[Row, int]] = []
        self._drawn: list[Drawn] = []
        self._owners: list[Row | None] = []
        self._undrawn = True
        self._sizing = False
        self._bar: tuple[int, int, int] | None = None
        self._due: asyncio.TimerHandle | None = None
        self._next = 0.0

    # ---- what is seen

    @property
    def follow(self) -> bool:
        """The view stays at the newest row."""
        return self._follow

    @property
    def seen(self) -> Sequence[Part]:
        """The rows in view, from the top, each at least in part."""
        return self._view

    def line_at(self, y: int) -> tuple[Row, Drawn] | None:
        """The row on a line of the view, and what is drawn there."""
        self._draw()
        row = self._owners[y] if 0 <= y < len(self._owners) else None
        return (row, self._drawn[y]) if row is not None else None

    def _blank_above(self) -> int:
        """Lines above the oldest row, where the rows do not fill the view."""
        return max(self._lines_seen - self.index.total, 0)

    # ---- where the view stands

    def bottom(self) -> None:
        """Show the newest row, and follow."""
        self._follow = True
        self.settle()

    def hold(self, key: str, line: int) -> None:
        """Let the row with a key begin at a line of the view, as far as that can be."""
        self._follow = False
        self._held = [(key, line)]
        self.settle()

    def page(self, by: int) -> None:
        """Scroll by pages; two lines stay in view."""
        self._go(self._held_line() + by * max(self._lines_seen - 2, 1))

    def uncover(self, key: str) -> None:
        """Scroll as little as it takes to show all of a row, or else its top."""
        top, lines = self.index.span_of(key)
        y = self._held_line()
        if top < y or lines > self._lines_seen:
            y = top
        elif top + lines > y + self._lines_seen:
            y = top + lines - self._lines_seen
        self._go(y)

    def soon(self) -> None:
        """Settle before the next paint: once a frame, however many rows come."""
        if self._due is None and self.is_running:
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(max(loop.time(), self._next), self.settle)

    def settle(self) -> None:
        """Bring scroll position, scroll bar and picture in line with the rows."""
        self._cancel()
        if self._lines_seen:
            self._next = asyncio.get_running_loop().time() + FRAME
            self._place(self._bottom_line() if self._follow else self._held_line())

    def _cancel(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _go(self, y: int) -> None:
        """Show a line at the top of the view; following begins or ends with it."""
        self._follow = False
        if self._lines_seen:
            self._place(y)

    def _bottom_line(self) -> int:
        self.index.settle_bottom(self._lines_seen * (AHEAD + 1))
        return max(self.index.total - self._lines_seen, 0)

    def _held_line(self) -> int:
        """The top line of the view that leaves the first row that is still there where it was."""
        for key, line in self._held:
            if key in self.index:
                return max(self.index.span_of(key)[0] - line, 0)
        return self.scroll_offset.y

    def _place(self, y: int, fraction: float = 0.0) -> None:
        """Measure around line `y`, show it at the top, and repaint what changed."""
        lines, before, mark = self._lines_seen, self.scroll_offset.y, self._held[:1]
        y = max(y, 0)
        y += self.index.settle(y - lines * AHEAD, y + 1)
        view = self.index.parts(y, y + lines)
        last = max(self.index.total - lines, 0)
        if y > last:
            y, fraction = last, 0.0
            view = self.index.parts(y, y + lines)
        if y == last and not self._pinned and self.ended:
            self._follow = True
        self._view = view
        self._hold_all(y)
        self._scroll_silently(y + fraction)
        self._move_selection(mark, before)
        picture = [(part.row, part.top - y) for part in view]
        if picture != self._picture:
            self._picture = picture
            self._repaint()
        self.on_settled()

    def on_settled(self) -> None:
        """What is in view may have changed. For subclasses."""

    def _hold_all(self, y: int) -> None:
        """Remember where rows stand: messages that are wholly seen first, then the others."""
        first: list[Held] = []
        rest: list[Held] = []
        for part in self._view:
            whole = part.top >= y and part.row.kind == "message"
            (first if whole else rest).append((part.row.key, part.top - y))
        self._held = first + rest

    def _scroll_silently(self, y: float) -> None:
        """Set size and position without a layout, and the scroll bar only where its thumb moves."""
        total, lines = self.index.total, self._lines_seen
        size = Size(self.canvas.layout.width, total)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
        self.set_reactive(Widget.scroll_y, float(y))
        self.set_reactive(Widget.scroll_target_y, float(y))
        bar = (lines, lines * lines * 8 // max(total, 1), int(y * lines * 8 // max(total, 1)))
        if bar != self._bar:
            self._bar = bar
            self.vertical_scrollbar.window_virtual_size = total
            self.vertical_scrollbar.window_size = lines
            self.vertical_scrollbar.position = y

    def _move_selection(self, mark: list[Held], before: int) -> None:
        """Lines have other numbers than before: the selected text stays selected."""
        selection = self.text_selection if mark else None
        if selection is None or mark[0][0] not in self.index:
            return
        moved = self.index.span_of(mark[0][0])[0] - before - mark[0][1]
        if moved:
            start, end = (one and Offset(one.x, one.y + moved) for one in selection)
            self.screen.selections = {**self.screen.selections, self: Selection(start, end)}

    # ---- what Textual asks and tells

    def _scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> bool:
        """Scroll at once, by lines that are measured: an animation would run over estimates."""
        if y is not None and y < self.scroll_y:
            moved = self.index.settle(int(y) - self._lines_seen, self.scroll_offset.y + 1)
            y += moved
            self.set_reactive(Widget.scroll_y, self.scroll_y + moved)
        return super()._scroll_to(x, y, **{**options, "animate": False})

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        """The size is another; where the view stands is for `on_resize` to say."""
        self._sizing = True
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        self._sizing = False
        return changed

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The user scrolled."""
        moved = round(old_value) != round(new_value)
        if moved and self._lines_seen and not self._sizing:
            self._follow = False
            self._place(round(new_value), new_value - round(new_value))

    def on_resize(self) -> None:
        """The width decides how text is wrapped, the height how much is seen."""
        self._fit()

    def _fit(self) -> None:
        region = self.scrollable_content_region
        if region.width != self.canvas.layout.width:
            self.canvas.resize(region.width)
            self.index.rewrap(self.canvas.layout.body)
            self._picture = []
        if region.height != self._lines_seen:
            self._lines_seen = region.height
            self._picture = []
        if not self._picture:
            self.settle()
            self._repaint()

    def on_unmount(self) -> None:
        """Nothing is due any more."""
        self._cancel()

    def notify_style_update(self) -> None:
        """Colours may have changed."""
        super().notify_style_update()
        self.canvas.ink = None
        self._undrawn = True

    # ---- painting

    def _repaint(self) -> None:
        self._undrawn = True
        self.refresh()

    def _draw(self) -> None:
        """The lines of the view, and whose they are."""
        base = self.rich_style
        if self.canvas.ink is None or self.canvas.ink.base != base:
            self.canvas.dip(base, lambda name: component_style(self, f"timeline--{name}"))
            self._undrawn = True
        if not self._undrawn:
            return
        lines, y = self._lines_seen, self.scroll_offset.y
        blank = Drawn(self.canvas.blank(), join="")
        drawn = [blank] * self._blank_above()
        owners: list[Row | None] = [None] * len(drawn)
        if not self._view and self.empty:
            drawn = self.canvas.notice(self.empty, lines)
        for part in self._view:
            made = self.canvas.lines(part.row, cursor=part.row.key == self._pinned)
            made = made[max(y - part.top, 0) :]
            drawn += made
            owners += [part.row] * len(made)
        self._drawn = (drawn + [blank] * (lines - len(drawn)))[:lines]
        self._owners = owners
        self._undrawn = False

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of a part of the view, through the application's filters."""
        if self.scrollable_content_region.size != (self.canvas.layout.width, self._lines_seen):
            self._fit()
        if self.styles.gutter:
            return super().render_lines(crop)
        self._draw()
        width, background = self.canvas.layout.width, self.background_colors[1]
        filters = self.get_line_filters()
        strips: list[Strip] = []
        for y in range(crop.y, min(crop.bottom, len(self._drawn))):
            strip = self._strip(y)
            for one in filters:
                strip = strip.apply_filter(one, background)
            strips.append(
                strip if crop.column_span == (0, width) else strip.crop(*crop.column_span)
            )
        return strips

    def render_line(self, y: int) -> Strip:
        """One line, with the offsets by which text is selected."""
        self._draw()
        if not 0 <= y < len(self._drawn):
            return self.canvas.blank()
        strip = self._strip(y)
        if self._owners[y : y + 1] in ([], [None]):
            return strip
        return strip.apply_offsets(0, self.scroll_offset.y + y - self._blank_above())

    def _strip(self, y: int) -> Strip:
        line, selection = self._drawn[y], self.text_selection
        if selection is None or not line.end:
            return line.strip
        span = selection.get_span(self.scroll_offset.y + y - self._blank_above())
        if span is None:
            return line.strip
        return selected(line, *span, component_style(self.screen, "screen--selection"))

    # ---- text that is selected

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002
        """Other text is selected."""
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it was written: without gutter, and wrapped lines joined again."""
        top = self.scroll_offset.y
        start = selection.start.y if selection.start is not None else top
        end = selection.end.y if selection.end is not None else top + self._lines_seen - 1
        text, join = "", ""
        for part in self.index.parts(start, end + 1):
            for number, line in enumerate(self.canvas.lines(part.row), part.top):
                span = selection.get_span(number)
                if span is None or not line.end or not start <= number <= end:
                    continue
                last = line.end if span[1] < 0 else min(span[1], line.end)
                text += join + line.strip.text[max(span[0], line.start) : last]
                join = line.join
        return (text, "\n") if text else None
