"""Rows in the making: what stands above a message decides how it is headed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.state.select import name_of
from wschat_tui.ui.days import UNKNOWN, name_of_day
from wschat_tui.ui.row import Row, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wschat_tui.state.model import Message, Room, State
    from wschat_tui.ui.days import Days
    from wschat_tui.ui.row import Rows

GROUP_SPAN = 5 * 60_000
"""Milliseconds within which messages of one author stand under one heading."""

GAP = "messages may be missing here"
ASKING = "asking the server for the messages missing here…"
NEW = "new messages"
YOU = "you"

_TOPS = {
    "loading": "loading earlier messages…",
    "absent": "earlier messages cannot be asked for on this server",
}
_NOTHING = Summary(0, None, 0)


class Making:
    """Adds one message after another. `whole`: replies stand among the others, as in a thread."""

    def __init__(
        self, state: State, days: Days, before: Rows | None, *, whole: bool = False
    ) -> None:
        self.rows: list[Row] = []
        self.names: dict[str, str] = {}
        self.unsettled = False
        self.pending = False
        self._state = state
        self._me = state.me
        self._days = days
        self._today = days.of(state.now)[0]
        self._whole = whole
        self._before = before
        self._old: dict[str, Row] = {}
        self._above: Row | None = None
        self._day = 0
        self._headed: set[str] = set()
        self._divider = ""
        self._asked = ""
        self._marks: dict[str, int] = {}
        self._readers: dict[str, int] = {}
        self._everybody = 0
        self._roots: set[str] = set()
        self._threads: dict[str, Summary] = {}

    def resume(self, before: Rows, room: Room) -> None:
        """Go on below rows that were made before, whose readers may have changed."""
        self.rows = list(before.rows)
        self.names = dict(before.names)
        self.unsettled, self.pending = before.unsettled, before.pending
        self._divider, self._asked = room.divider, room.asked
        self._headed = {row.key for row in before.rows if row.kind == "day"}
        self._day = next((row.day for row in reversed(before.rows) if row.day), 0)
        if room.receipts:
            self._count_readers(room)
        if before.receipts is not room.receipts:
            self.rows = [self._with_readers(row) if row.mine else row for row in self.rows]
        last = self.rows[-1] if self.rows else None
        self._above = last if last is not None and last.kind == "message" else None

    def fold(self, room: Room) -> None:
        """Take from a room what its rows depend on beside the message itself."""
        if self._before is not None:
            self._old = {row.key: row for row in self._before.rows}
        self._divider, self._asked = room.divider, room.asked
        if room.receipts:
            self._count_readers(room)
        if any(one.parent_id for one in room.messages):
            self._roots = {one.id for one in room.messages if not one.parent_id}
            self._threads = _summaries(self._me, room, self._roots)

    def top(self, history: str, title: str) -> None:
        """What is said above the oldest message."""
        text = f"the beginning of {title}" if history == "complete" else _TOPS.get(history, "")
        if text:
            self._put(Row("top", "top", text=text))

    def add_all(self, messages: Iterable[Message]) -> None:
        """Add messages below what is there."""
        for message in messages:
            if message.id == self._divider:
                self.pending = bool(self._divider)
            if message.parent_id and message.parent_id in self._roots:
                continue
            day, clock = self._moment(message)
            if self.pending:
                self._put(Row("new", "new", text=NEW, day=day))
                self.pending, self._above = False, None
            if message.kind == "chat":
                self._add_chat(message, day, clock)
            else:
                self._add_event(message, day, clock)

    def _moment(self, message: Message) -> tuple[int, str]:
        """The day and the time of a message; a new day is headed."""
        if message.at is None:
            return self._day, UNKNOWN
        day, clock = self._days.of(message.at)
        if day != self._day:
            self._day, self._above = day, None
            key = f"day:{day}"
            if key in self._headed:
                key += f":{message.id}"
            self._headed.add(key)
            self._put(Row(key, "day", text=name_of_day(day, self._today), day=day))
        return day, clock

    def _add_event(self, message: Message, day: int, clock: str) -> None:
        self._above = None
        mine = message.kind == "call" and message.author == self._me != ""
        name = YOU if mine else self._name(message.author)
        asked = message.kind == "gap" and message.id == self._asked
        text = ASKING if asked else _event(message, name)
        self._put(Row(message.id, "event", message, text, name, clock, day))

    def _add_chat(self, message: Message, day: int, clock: str) -> None:
        mine = bool(message.op_id) or (message.author == self._me != "")
        thread = self._threads.get(message.id, _NOTHING)
        loose = bool(message.parent_id) and not self._whole
        if loose or thread.new:
            self.unsettled = True
        grouped = self._continues(message, loose=loose)
        readers = self._readers.get(message.id, self._everybody) if mine else 0
        last = self._days.short(thread.last, self._today) if thread.last is not None else ""
        name = YOU if mine else self._name(message.author)
        key = message.op_id or message.id
        row = self._old.get(key)
        if (
            row is None
            or row.message is not message
            or row.grouped != grouped
            or row.readers != readers
            or (row.replies, row.last_reply, row.new_replies) != (thread.replies, last, thread.new)
            or (row.name, row.clock, row.day, row.mine) != (name, clock, day, mine)
            or row.in_thread != loose
        ):
            row = Row(
                key,
                "message",
                message,
                "",
                name,
                clock,
                day,
                grouped,
                mine,
                readers,
                thread.replies,
                last,
                thread.new,
                loose,
            )
        self._above = row
        self.rows.append(row)

    def _continues(self, message: Message, *, loose: bool) -> bool:
        above = self._above
        if above is None or above.message is None or above.message.author != message.author:
            return False
        before, after = above.message.at, message.at
        if before is None or after is None or above.in_thread != loose:
            return False
        return abs(after - before) <= GROUP_SPAN

    def _put(self, row: Row) -> None:
        """Add a row that is no message, or the one that stood for the same before."""
        old = self._old.get(row.key)
        same = (
            old is not None
            and old.message is row.message
            and (old.text, old.clock, old.day) == (row.text, row.clock, row.day)
        )
        self.rows.append(old if old is not None and same else row)

    def _name(self, author: str) -> str:
        name = self.names.get(author)
        if name is None:
            name = self.names[author] = name_of(self._state, author)
        return name

    # ---- who has read what

    def _count_readers(self, room: Room) -> None:
        """How many others have read each of the newest messages; all before those, `_everybody`."""
        marks: dict[str, int] = {}
        for user, read in room.receipts.items():
            if user != self._me:
                marks[read] = marks.get(read, 0) + 1
        total = 0
        for message in reversed(room.messages):
            if not marks:
                break
            total += marks.pop(message.id, 0)
            self._readers[message.id] = total
        self._everybody = total

    def _with_readers(self, row: Row) -> Row:
        message = row.message
        readers = self._readers.get(message.id, self._everybody) if message is not None else 0
        return row if readers == row.readers else replace(row, readers=readers)


def _event(message: Message, name: str) -> str:
    match message.kind:
        case "joined":
            return f"→ {name} joined"
        case "left":
            return f"← {name} left"
        case "call":
            return f"☏ {name} · {message.body}" if message.body else f"☏ {name} called"
        case _:
            return message.body or GAP


def _summaries(me: str, room: Room, roots: set[str]) -> dict[str, Summary]:
    """Root → its replies; those below the rule, or below what I read, and not mine, are new.

    The root in view is soon read, and with it all above: the rule tells longer what was new.
    """
    found: dict[str, Summary] = {}
    new = False
    for message in room.messages:
        new = new or message.id == room.divider != ""
        parent = message.parent_id
        if parent and parent in roots and not message.deleted:
            count, last, fresh = found.get(parent, _NOTHING)
            mine = bool(message.op_id) or message.author == me
            at = message.at if message.at is not None else last
            found[parent] = Summary(count + 1, at, fresh + (new and not mine))
        new = new or message.id == room.last_read != ""
    return found
