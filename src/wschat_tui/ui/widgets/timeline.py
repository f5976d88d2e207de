"""The messages of a room or a thread: one widget over lines, whatever their number."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from wschat_tui.ui.row import Row, Rows
from wschat_tui.ui.strips import Reader
from wschat_tui.ui.widgets import timeline_messages as messages
from wschat_tui.ui.widgets.timeline_diff import splices
from wschat_tui.ui.widgets.timeline_index import CHUNK
from wschat_tui.ui.widgets.timeline_view import TimelineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.message import Message

PLACES = 50
"""Rooms whose place in the text is remembered."""


class Timeline(TimelineView):
    """Shows rows, follows what comes, and has a message cursor.

    `show` is told the rows of a room or a thread whenever the state moved. It posts what the user
    did and what came into view; it never changes anything itself but what is seen.
    """

    Activated = messages.Activated
    LinkClicked = messages.LinkClicked
    Moved = messages.Moved
    NeedNewer = messages.NeedNewer
    NeedOlder = messages.NeedOlder
    ReactionClicked = messages.ReactionClicked
    Seen = messages.Seen
    Selected = messages.Selected
    ThreadClicked = messages.ThreadClicked

    FOCUS_ON_CLICK: ClassVar[bool] = False
    """A click on a reaction or a link leaves the focus where the user writes."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Rows = Rows("")
        self._loose = False
        """Rows came in otherwise than by `show`."""
        self._fresh = False
        """The place was just entered, and it is not decided yet where to begin."""
        self._went_down = False
        """The user went to the end while what was missed was still coming."""
        self._places: dict[str, tuple[str, int]] = {}
        self._mark = ""
        self._told = (0, True)
        self._newest = ""
        self._asked = self._asked_below = ""

    def _tell(self, message: Message) -> None:
        """Post a message as this widget's own.

        One that is made while the parent paints, or calls `show`, would not be handed on to it.
        """
        self.post_message(message.set_sender(self))

    # ---- rows

    def show(self, rows: Rows) -> None:
        """Show these rows; what is the same object as before costs nothing."""
        before = self._rows
        if rows is before and not self._loose:
            return
        self._rows = rows
        if rows.newer != before.newer:
            self.ended = not rows.newer
            self._asked = self._asked_below = ""
        if rows.empty != self.empty:
            self.empty = rows.empty
            self._repaint()
        self.canvas.address(Reader(rows.me, rows.called))
        if rows.scope != before.scope:
            self._enter(before, rows)
        else:
            self._change(before, rows)
        self.settle()

    def _enter(self, before: Rows, rows: Rows) -> None:
        """Another room: leave the one before where it was, and go to where this one was left."""
        if before.scope and self._held and not self._follow:
            self._places[before.scope] = self._held[0]
            if len(self._places) > PLACES:
                del self._places[next(iter(self._places))]
        self.cursor = None
        self._reload(rows)
        self._held, self._mark, self._newest = [], "", ""
        self._asked = self._asked_below = ""
        self._went_down = False
        place = self._places.pop(rows.scope, None)
        known = place is not None and place[0] in self.index
        self._follow, self._fresh = not known, not known
        if known and place is not None:
            self._held = [place]

    def _change(self, before: Rows, rows: Rows) -> None:
        """The same room: take out, put in and replace what is not the same object."""
        beside = self._beside_cursor()
        if self._loose:
            self._reload(rows)
        else:
            for start, stop, begin, end in splices(before.rows, rows.rows):
                self.index.splice(start, stop, rows.rows[begin:end])
        if self._pinned and self._pinned not in self.index:
            self.cursor = next((key for key in beside if key in self.index), None)
        self._await(before, rows)
        if before.newer == rows.newer and _sent_now(before.rows, rows.rows):
            self.cursor = None
            self._follow, self._fresh = True, False

    def _await(self, before: Rows, rows: Rows) -> None:
        """Stay where it was read, while what was missed comes; then see anew where to begin."""
        parted = before.parted or rows.parted or before.divider != rows.divider
        if self._follow and not self._went_down and parted and rows.unread > before.unread:
            self._fresh, self._follow = True, not rows.waiting
        if before.waiting and not rows.waiting:
            self._newest, self._went_down = "", False
            self._fresh = self._fresh or rows.newer

    def _reload(self, rows: Rows) -> None:
        self.index.clear()
        self.index.load(rows.rows)
        self._loose = False

    def extend(self, rows: Sequence[Row]) -> None:
        """Add rows below, without `show`."""
        if len(rows) > CHUNK:
            self.index.load(rows, below=True)
        else:
            self.index.extend(rows)
        self._loose = True
        self.soon()

    def append(self, row: Row) -> None:
        """Add a row below, without `show`."""
        self.extend((row,))

    def replace(self, row: Row) -> bool:
        """Put a changed row in the place of the one with its key, without `show`."""
        self._loose = True
        self.soon()
        return self.index.replace(row)

    # ---- the message cursor

    @property
    def cursor(self) -> str | None:
        """The key of the row under the message cursor."""
        return self._pinned or None

    @cursor.setter
    def cursor(self, key: str | None) -> None:
        if (key or "") == self._pinned or (key and key not in self.index):
            return
        self._pinned = key or ""
        self._repaint()
        if key:
            self.uncover(key)
        else:
            self._go(self._held_line())
        row = self.cursor_row
        message = row.message if row is not None else None
        self._tell(self.Selected(self, message.id if message is not None else ""))

    @property
    def cursor_row(self) -> Row | None:
        """The row under the message cursor, as it is now."""
        return self.index.get(self._pinned) if self._pinned else None

    def move_cursor(self, by: int) -> None:
        """Move the cursor by messages, down where positive; the ends are as far as it goes.

        Where there is none yet, it begins at the lowest message in view.
        """
        if not self._pinned:
            self.cursor = self._lowest_seen()
            return
        rows = filter(_is_message, self.index.walk(self._pinned, 1 if by > 0 else -1))
        found = list(islice(rows, abs(by)))
        if found:
            self.cursor = found[-1].key
        elif by < 0:
            self._go(0)

    def page_cursor(self, by: int) -> None:
        """Scroll by pages, and put the cursor on the message that is seen then."""
        self.page(by)
        if seen := [part.row.key for part in self.seen if _is_message(part.row)]:
            self.cursor = seen[0] if by < 0 else seen[-1]

    def first(self) -> None:
        """Put the cursor on the oldest message."""
        self.cursor = next((row.key for row in self.index if _is_message(row)), None)
        self._go(0)

    def last(self) -> None:
        """Put the cursor on the newest message."""
        row = self.index.last
        if row is not None and not _is_message(row):
            row = next(filter(_is_message, self.index.walk(row.key, -1)), None)
        self.cursor = row.key if row is not None else None

    def select(self, message_id: str) -> bool:
        """Put the cursor on a message; False where it is not loaded."""
        named = (one for one in self.index if _id_of(one) == message_id)
        row = self.index.get(message_id) or next(named, None)
        if row is not None:
            self.cursor = row.key
        return row is not None

    def seek(self, message_id: str) -> bool:
        """Put the cursor on a message, in the middle of the view; False where it is not shown."""
        if not self.select(message_id) or self.cursor is None:
            return False
        # Whoever comes for a message does not want to begin at the new ones.
        self._fresh = False
        self.hold(self.cursor, self._lines_seen // 3)
        return True

    def reveal(self) -> None:
        """Show the spoilers of the message under the cursor, or hide them again."""
        if (row := self.cursor_row) is not None:
            self.canvas.reveal(row)
            self._repaint()

    def _lowest_seen(self) -> str | None:
        bottom = self.scroll_offset.y + self._lines_seen
        rows = [part for part in self.seen if _is_message(part.row)]
        whole = [part for part in rows if part.top + part.height <= bottom] or rows
        return whole[-1].row.key if whole else None

    def _beside_cursor(self) -> list[str]:
        """Keys of messages to fall back on, nearest to the cursor first."""
        if not self._pinned:
            return []
        below = islice(filter(_is_message, self.index.walk(self._pinned, 1)), 20)
        above = islice(filter(_is_message, self.index.walk(self._pinned, -1)), 20)
        return [row.key for row in (*below, *above)]

    # ---- what came into view

    @property
    def below(self) -> int:
        """How many messages below the view have not been seen yet."""
        return self._told[0]

    @property
    def at_bottom(self) -> bool:
        """The newest message is in view."""
        return self._told[1]

    def bottom(self) -> None:
        """Show the newest row, and follow."""
        self._fresh, self._went_down = False, self._rows.waiting
        super().bottom()

    def _go(self, y: int) -> None:
        self._fresh = False
        super()._go(y)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The user scrolled."""
        self._fresh = self._fresh and round(old_value) == round(new_value)
        super().watch_scroll_y(old_value, new_value)

    def on_settled(self) -> None:
        """Tell what came into view."""
        if self._fresh and self._rows.waiting:
            return
        if self._fresh:
            self._fresh = False
            self._begin()
            return
        self._tell_place()
        self._tell_seen()
        self._tell_older()
        self._tell_newer()

    def _begin(self) -> None:
        """Begin at the rule above the new messages, where they fill more than the view."""
        if "new" in self.index:
            top, _ = self.index.span_of("new")
            if self.index.total - top > self._lines_seen:
                self.hold("new", self._lines_seen // 4)
                return
        self.bottom()

    def _tell_place(self) -> None:
        y = self.scroll_offset.y
        at_bottom = self.ended and y + self._lines_seen >= self.index.total
        lowest = self._view[-1].row.key if self._view else ""
        known = self._mark in self.index and lowest in self.index
        if at_bottom or not known or self.index.is_below(lowest, self._mark):
            self._mark = lowest
        below = 0 if at_bottom or not self._mark else self.index.said_below(self._mark)
        if (below, at_bottom) != self._told:
            self._told = (below, at_bottom)
            self._tell(self.Moved(self, below, at_bottom=at_bottom))

    def _tell_seen(self) -> None:
        bottom = self.scroll_offset.y + self._lines_seen
        for part in reversed(self._view):
            message = part.row.message
            if message is None or part.top + part.height > bottom or not _is_settled(part.row):
                continue
            if self._newest not in self.index or self.index.is_below(part.row.key, self._newest):
                self._newest = part.row.key
                self._tell(self.Seen(self, message.id))
            return

    def _tell_older(self) -> None:
        if not self._rows.more or self.scroll_offset.y > self._lines_seen:
            return
        first = next(filter(_is_message, self.index), None)
        key = f"{self._rows.scope} {first.key if first is not None else ''}"
        if key != self._asked:
            self._asked = key
            self._tell(self.NeedOlder(self))

    def _tell_newer(self) -> None:
        left = self.index.total - self.scroll_offset.y - self._lines_seen
        if not self._rows.newer or left > self._lines_seen:
            return
        last = self.index.last
        key = f"{self._rows.scope} {last.key if last is not None else ''}"
        if key != self._asked_below:
            self._asked_below = key
            self._tell(self.NeedNewer(self))

    # ---- the mouse

    def on_click(self, event: events.Click) -> None:
        """Act on what was clicked: a reaction, a thread, a link, or else the message."""
        event.prevent_default()
        found = self.line_at(event.y)
        if found is None or self.text_selection is not None:
            return
        event.stop()
        row, line = found
        message_id = _id_of(row)
        for target in line.targets:
            if target.start <= event.x < target.end:
                self._act(row, message_id, target.action, target.data)
                return
        if _is_message(row):
            self.cursor = row.key
            self.focus()
            if event.chain == 2:
                self._tell(self.Activated(self, message_id, "open"))

    def _act(self, row: Row, message_id: str, action: str, data: str) -> None:
        match action:
            case "reaction":
                self._tell(self.ReactionClicked(self, message_id, data))
            case "thread" | "thread-new":
                root = row.message.parent_id if row.message is not None else None
                root = root if row.in_thread and root else message_id
                self._tell(self.ThreadClicked(self, root))
            case "link":
                self._tell(self.LinkClicked(self, message_id, data))
            case "file":
                self._tell(self.Activated(self, message_id, "file"))
            case _:
                self.canvas.reveal(row)
                self._repaint()


def _is_message(row: Row) -> bool:
    """It is one, or a row that something can be done about: a call, or what may be missing."""
    message = row.message
    return row.kind == "message" or (message is not None and message.kind in {"call", "gap"})


def _id_of(row: Row) -> str:
    return row.message.id if row.message is not None else ""


def _is_settled(row: Row) -> bool:
    """The server knows the message by its id."""
    message = row.message
    return (
        row.kind == "message" and message is not None and message.delivery in {"received", "sent"}
    )


def _sent_now(before: Sequence[Row], after: Sequence[Row]) -> bool:
    """The newest row is one that I just sent."""
    if not after or (before and before[-1].key == after[-1].key):
        return False
    message = after[-1].message
    return message is not None and message.delivery in {"queued", "sending"}
