"""A room or a thread as rows to be drawn: what stands where, and under which heading. Pure.

A row that would come out the same as before is the same object as before, so that comparing by
identity finds what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from wschat_tui.state.select import name_of, read_counts, section_of, thread_of, title_of
from wschat_tui.ui.days import UNKNOWN, Days, name_of_day

if TYPE_CHECKING:
    from datetime import tzinfo

    from wschat_tui.state.model import Message, Room, State

GROUP_SPAN = 5 * 60_000
"""Milliseconds within which messages of one author stand under one heading."""

EMPTY = "No messages here yet. Say hello."
NO_ROOT = "The message that began this thread is not loaded."
GAP = "messages may be missing here"
NEW = "new messages"
YOU = "you"

RowKind = Literal["message", "day", "new", "event", "top"]
"""A message, a rule with the day, the rule above the first new message, something that happened,
and what is said above the oldest message."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One thing in the timeline. Compared by identity."""

    key: str
    """Stable while the row changes, also when the server names a message of mine."""
    kind: RowKind
    message: Message | None = None
    text: str = ""
    """What is said where it is no message."""
    name: str = ""
    """How the author is called; "you" for me."""
    clock: str = ""
    """The time of day in the local time zone."""
    day: int = 0
    """The local day, as `date.toordinal` counts; 0 where unknown."""
    grouped: bool = False
    """It goes on under the heading of the message above."""
    mine: bool = False
    readers: int = 0
    """How many others have read it, where it is mine."""
    replies: int = 0
    last_reply: str = ""
    """When the newest reply came, in words."""
    new_replies: int = 0
    in_thread: bool = False
    """A reply that stands in the room because its root is not loaded."""


class Basis(NamedTuple):
    """What rows depend on beside the messages. While each part is the same, so are the rows."""

    me: str
    people: object
    receipts: object
    today: int
    tz: tzinfo
    divider: str = ""
    history: str = ""
    title: str = ""
    refused: str = ""
    last_read: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of one place, oldest first, and what the place needs to be drawn."""

    scope: str
    """The room, or `thread:` and the root's id."""
    rows: tuple[Row, ...] = ()
    more: bool = False
    """Older messages can be fetched."""
    empty: str = EMPTY
    """What is said where there is no row."""
    me: str = ""
    """This user's id, whose reactions are marked."""
    called: frozenset[str] = frozenset()
    """Lower-case names that mean this user after an @."""
    messages: tuple[Message, ...] = ()
    """What the rows are made from."""
    basis: Basis | None = None
    unsettled: bool = False
    """Some row depends on what comes later or is read: new replies, or a reply without its root."""
    pending: bool = False
    """The first new message is folded away: the rule stands above the next that is not."""


class Summary(NamedTuple):
    """What is folded under the root of a thread."""

    replies: int
    last: int | None
    new: int


_NOTHING = Summary(0, None, 0)


def rows_of_room(
    state: State, room: Room, previous: Rows | None = None, *, tz: tzinfo = UTC
) -> Rows:
    """The rows of a room; replies are folded under their root where it is loaded.

    `previous` is what was made of the same room before; what did not change is taken from it.
    """
    days = _days(tz)
    basis = Basis(
        state.me,
        state.people,
        room.receipts,
        days.of(state.now)[0],
        tz,
        room.divider,
        room.history,
        _title(state, room),
        room.refused,
        room.last_read,
    )
    before = previous if previous is not None and previous.scope == room.scope else None
    if before is not None and _holds(before, basis, room.messages):
        if len(before.messages) == len(room.messages):
            return before
        making = _Making(state, days, before)
        making.resume(before)
        making.add_all(room.messages[len(before.messages) :])
    else:
        making = _Making(state, days, before)
        making.fold(room)
        making.top(room.history, basis.title)
        making.add_all(room.messages)
    return Rows(
        room.scope,
        tuple(making.rows),
        more=room.history in {"more", "unknown"},
        empty=_empty(room),
        me=state.me,
        called=_called(state),
        messages=room.messages,
        basis=basis,
        unsettled=making.unsettled,
        pending=making.pending,
    )


def rows_of_thread(
    state: State, root_id: str, previous: Rows | None = None, *, tz: tzinfo = UTC
) -> Rows:
    """The rows of a thread: its root, then its replies."""
    days = _days(tz)
    scope = f"thread:{root_id}"
    messages = thread_of(state, root_id)
    basis = Basis(state.me, state.people, None, days.of(state.now)[0], tz)
    before = previous if previous is not None and previous.scope == scope else None
    if before and before.messages == messages and _same(before.basis, basis):
        return before
    making = _Making(state, days, before)
    making.whole = True
    making.add_all(messages)
    return Rows(
        scope,
        tuple(making.rows),
        empty=NO_ROOT,
        me=state.me,
        called=_called(state),
        messages=messages,
        basis=basis,
    )


def _holds(before: Rows, basis: Basis, messages: tuple[Message, ...]) -> bool:
    """All the rows made before still stand, and what is new comes below them."""
    old = before.basis
    if old is None or not _same(old[:-1], basis[:-1]):
        return False
    if before.unsettled and old.last_read != basis.last_read:
        return False
    known = len(before.messages)
    if messages[:known] != before.messages:
        return False
    return not any(one.parent_id for one in messages[known:]) and (
        not before.unsettled or len(messages) == known
    )


def _same(before: tuple[object, ...] | None, after: tuple[object, ...]) -> bool:
    """Equal words and numbers, and otherwise the same objects."""
    return before is not None and all(
        one is other or (isinstance(one, str | int) and one == other)
        for one, other in zip(before, after, strict=True)
    )


def _title(state: State, room: Room) -> str:
    direct = section_of(room.scope) == "direct"
    return ("your talk with " if direct else "#") + title_of(state, room.scope)


def _called(state: State) -> frozenset[str]:
    return frozenset({state.me.casefold(), name_of(state, state.me).casefold()} - {"", "?"})


def _empty(room: Room) -> str:
    if room.refused:
        return room.refused
    return "loading messages…" if room.history == "loading" else EMPTY


@lru_cache(8)
def _days(tz: tzinfo) -> Days:
    return Days(tz)


class _Making:
    """Rows in the making: what stands above decides how the next is headed."""

    def __init__(self, state: State, days: Days, before: Rows | None) -> None:
        self.state = state
        self.rows: list[Row] = []
        self.whole = False
        self.unsettled = False
        self.pending = False
        self._days = days
        self._today = days.of(state.now)[0]
        self._old = {row.key: row for row in before.rows} if before else {}
        self._names: dict[str, str] = {}
        self._above: Row | None = None
        self._day = 0
        self._seen: set[str] = set()
        self._divider = ""
        self._readers: dict[str, int] = {}
        self._roots: set[str] = set()
        self._threads: dict[str, Summary] = {}

    def resume(self, before: Rows) -> None:
        """Go on below rows that were made before."""
        room = self.state.rooms[before.scope]
        self.rows = list(before.rows)
        self.unsettled, self.pending, self._divider = (
            before.unsettled,
            before.pending,
            room.divider,
        )
        self._seen = {row.key for row in before.rows if row.kind == "day"}
        self._day = next((row.day for row in reversed(before.rows) if row.day), 0)
        last = before.rows[-1] if before.rows else None
        self._above = last if last is not None and last.kind == "message" else None

    def fold(self, room: Room) -> None:
        """Take from a room what its rows depend on beside the message itself."""
        self._divider = room.divider
        if room.receipts:
            self._readers = read_counts(self.state, room)
        if any(one.parent_id for one in room.messages):
            self._roots = {one.id for one in room.messages if not one.parent_id}
            self._threads = _summaries(self.state, room, self._roots)

    def top(self, history: str, title: str) -> None:
        """What is said above the oldest message."""
        text = {
            "loading": "loading earlier messages…",
            "complete": f"the beginning of {title}",
            "absent": "this server keeps no earlier messages",
        }.get(history)
        if text:
            self._put(Row("top", "top", text=text))

    def add_all(self, messages: tuple[Message, ...]) -> None:
        """Add messages below what is there."""
        for message in messages:
            if self._divider and message.id == self._divider:
                self.pending = True
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
            if key in self._seen:
                key += f":{message.id}"
            self._seen.add(key)
            self._put(Row(key, "day", text=name_of_day(day, self._today), day=day))
        return day, clock

    def _add_event(self, message: Message, day: int, clock: str) -> None:
        self._above = None
        name = self._name(message)
        self._put(Row(message.id, "event", message, _event(message, name), name, clock, day))

    def _add_chat(self, message: Message, day: int, clock: str) -> None:
        mine = bool(message.op_id) or (bool(self.state.me) and message.author == self.state.me)
        thread = self._threads.get(message.id, _NOTHING)
        loose = bool(message.parent_id) and not self.whole
        grouped = self._continues(message, loose)
        readers = self._readers.get(message.id, 0) if mine else 0
        last = self._days.short(thread.last, self._today) if thread.last is not None else ""
        name = YOU if mine else self._name(message)
        key = message.op_id or message.id
        self.unsettled = self.unsettled or thread.new > 0 or loose
        row = Row(
            key, "message", message, "", name, clock, day, grouped, mine, readers, thread.replies,
            last, thread.new, loose,
        )  # fmt: skip
        self._above = self._put(row)

    def _continues(self, message: Message, loose: bool) -> bool:
        above = self._above
        if above is None or above.message is None or above.message.author != message.author:
            return False
        before, after = above.message.at, message.at
        if before is None or after is None or above.in_thread != loose:
            return False
        return abs(after - before) <= GROUP_SPAN

    def _put(self, row: Row) -> Row:
        """Add a row, or the one that stood for the same before."""
        old = self._old.get(row.key)
        if old is not None and _alike(old, row):
            row = old
        self.rows.append(row)
        return row

    def _name(self, message: Message) -> str:
        name = self._names.get(message.author)
        if name is None:
            name = self._names[message.author] = name_of(self.state, message.author)
        return name


def _alike(one: Row, other: Row) -> bool:
    return (
        one.message is other.message
        and one.grouped == other.grouped
        and one.readers == other.readers
        and one.text == other.text
        and one.name == other.name
        and one.clock == other.clock
        and one.day == other.day
        and one.replies == other.replies
        and one.last_reply == other.last_reply
        and one.new_replies == other.new_replies
        and one.in_thread == other.in_thread
        and one.mine == other.mine
    )


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


def _summaries(state: State, room: Room, roots: set[str]) -> dict[str, Summary]:
    """Root → its replies, of which those below what I read, and not mine, are new."""
    found: dict[str, Summary] = {}
    mark = room.last_read or room.divider
    new = False
    for message in room.messages:
        if mark and message.id == room.divider and not room.last_read:
            new = True
        if message.parent_id in roots and message.parent_id and not message.deleted:
            count, last, fresh = found.get(message.parent_id, _NOTHING)
            mine = bool(message.op_id) or message.author == state.me
            at = message.at if message.at is not None else last
            found[message.parent_id] = Summary(count + 1, at, fresh + (new and not mine))
        if message.id == room.last_read:
            new = True
    return found
