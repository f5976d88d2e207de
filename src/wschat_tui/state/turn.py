"""One turn of the state: working copies, open while inputs are folded in, frozen at its end.

A window of messages is copied once a turn, however many inputs came together. Nobody outside a
turn sees its copies, so that `reduce` stays a pure function.
"""

from __future__ import annotations

from dataclasses import replace
from operator import is_
from typing import TYPE_CHECKING, Any

from wschat_tui.protocol.events import ChatDeleted
from wschat_tui.state.effects import Effect, Notify, Transmit
from wschat_tui.state.history.archive_effects import Amend, KeepPerson, ReadPage
from wschat_tui.state.history.aside import Aside, replaced
from wschat_tui.state.history.keeping import Keeping, oldest_kept
from wschat_tui.state.history.trimming import trimmed, trimmed_thread
from wschat_tui.state.likeness import meet, part
from wschat_tui.state.model import MAX_LOADED, WINDOW, Counts, Message, Person, Room, State
from wschat_tui.state.revising import added, changed, differs, repointed
from wschat_tui.state.tally import is_parted, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wschat_tui.protocol.requests import Request

SLACK = 200
"""Messages over the window that are kept before it is trimmed, so that trimming is rare."""

OPEN_SLACK = 5_000
"""The same for the room that is open where nothing is on disk: trimming makes every row anew."""

_NEAR = 32
"""Messages at the end of a room that are looked through before an index of it is made."""


class Turn:
    """The state being turned; `state` is exact but for the rooms and messages open here."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.effects: list[Effect] = []
        self._said: set[Notify] = set()
        self._rooms: dict[str, Room | None] = {}
        self._news: dict[str, tuple[int, int]] = {}
        self._envelopes = Counts()
        self._lists: dict[str, list[Message]] = {}
        self._spots: dict[str, dict[str, int]] = {}
        self._searches = 0
        self._last = 0
        self._miscounted: set[str] = set()
        self._places = state.places
        self._authors: set[str] = set()
        self._aside = Aside()
        self._keeping = Keeping(state)
        self._laid: set[str] = set()
        self._doubtful: dict[str, None] = {}

    # ---- the state's own fields

    def set(self, **changes: Any) -> None:
        """Give fields of the state new values; rooms and places are changed by the calls below."""
        self.state = changed(self.state, changes)

    def emit(self, effect: Effect) -> None:
        """Order something of the world, after the turn; the same words are said once."""
        if isinstance(effect, Notify):
            if effect in self._said:
                return
            self._said.add(effect)
        self.effects.append(effect)

    def transmit(self, op_id: str, request: Request) -> None:
        """Order a request to be sent."""
        self.emit(Transmit(op_id, request))

    def count_envelopes(self, received: int, unknown: int, malformed: int) -> None:
        """So many envelopes came."""
        self._envelopes = Counts(received, unknown, malformed)

    def know(self, person: Person) -> None:
        """Keep what is known of a user; from here on, those who look alike are told apart."""
        known = self.state.people.get(person.id)
        if known == person:
            return
        looks = self.state.looks
        if known is not None and known.name != person.name:
            looks = part(looks, person.id, known.name)
        looks = meet(looks, person.id, person.name)
        named = (known.name, known.role) if known is not None else None
        if self.state.archive == "ready" and named != (person.name, person.role):
            self.emit(KeepPerson(person))
        self.set(people=self.state.people.insert(person.id, person), looks=looks)

    # ---- rooms

    def room(self, scope: str) -> Room | None:
        """A room as it stands now; its `messages` may be older than `messages(scope)`."""
        if scope in self._news:
            self._count_news(scope)
        return self._rooms[scope] if scope in self._rooms else self.state.rooms.get(scope)

    def room_for(self, scope: str) -> Room:
        """A room; one that is heard of for the first time begins here."""
        room = self.room(scope)
        return room if room is not None else self.put(Room(scope, joined=True))

    def glance(self, scope: str) -> Room:
        """A room as `room_for` gives it, but that the news of this turn may not be counted yet."""
        room = self._rooms[scope] if scope in self._rooms else self.state.rooms.get(scope)
        return room if room is not None else self.room_for(scope)

    def rooms(self) -> list[Room]:
        """All rooms as they stand now, in the order of their scopes."""
        scopes = sorted({*self.state.rooms, *self._rooms})
        return [room for scope in scopes if (room := self.room(scope)) is not None]

    def put(self, room: Room) -> Room:
        """Keep a changed or new room."""
        self._rooms[room.scope] = room
        return room

    def change_room(self, scope: str, **changes: Any) -> None:
        """Give fields of a room new values, where there is such a room."""
        if (room := self.room(scope)) is not None:
            self.put(changed(room, changes))

    def drop_room(self, scope: str) -> None:
        """Forget a room and its messages."""
        for message in self.messages(scope):
            self._places = self._places.remove(message.id)
        self._lists.pop(scope, None)
        self._spots.pop(scope, None)
        self._laid.discard(scope)
        self._miscounted.discard(scope)
        self._doubtful.pop(scope, None)
        self._news.pop(scope, None)
        self._rooms[scope] = None
        if self.state.past is not None and self.state.past.scope == scope:
            self.set(past=None)

    def count(self, message: Message) -> bool:
        """A message at the end of its room is news. True where it is the first in the room."""
        scope, mention = message.scope, int(message.mentions_me)
        unread, mentions = self._news.get(scope, (0, 0))
        first = not unread and not self.room_for(scope).unread
        self._news[scope] = (unread + 1, mentions + mention)
        return first

    def recount(self, scope: str) -> None:
        """Count what is unread in a room anew, at the end of the turn."""
        self._miscounted.add(scope)

    def recount_above(self, scope: str) -> None:
        """Let the archive count what is unread above the window: it may be another number now."""
        self._doubtful[scope] = None

    # ---- messages

    def messages(self, scope: str) -> Sequence[Message]:
        """The messages of a room, oldest first, to read; change them by the calls below."""
        if (lines := self._lists.get(scope)) is not None:
            return lines
        room = self.room(scope)
        return room.messages if room is not None else ()

    def place_of(self, message_id: str) -> str | None:
        """The scope of the room in which a message is loaded."""
        return self._places.get(message_id)

    def spot(self, scope: str, message_id: str) -> int:
        """Where in a room's messages one stands; -1 where it does not."""
        if self._places.get(message_id) != scope:
            return -1
        lines = self.messages(scope)
        if self._last < len(lines) and lines[self._last].id == message_id:
            return self._last
        self._last = self._search(scope, lines, message_id)
        return self._last

    def _search(self, scope: str, lines: Sequence[Message], message_id: str) -> int:
        near = _NEAR if self._searches else len(lines)
        for at in range(len(lines) - 1, max(len(lines) - near, 0) - 1, -1):
            if lines[at].id == message_id:
                self._searches += len(lines) - at > _NEAR
                return at
        spots = self._spots.setdefault(scope, {})
        for at in range(len(spots), len(lines)):
            spots[lines[at].id] = at
        return spots[message_id]

    def find(self, message_id: str) -> Message | None:
        """A loaded message, in whatever room it is, or one that is shown of the past."""
        scope = self._places.get(message_id)
        if scope is None:
            return self._aside.find(self.state, message_id)
        return self.messages(scope)[self.spot(scope, message_id)]

    def as_known(self, message: Message) -> Message:
        """A message as its room shows it, where it does: it may have changed since it was read."""
        known = self.find(message.id)
        return known if known is not None and known.scope == message.scope else message

    def get(self, message_id: str) -> Message:
        """A message that is known to be loaded."""
        scope = self._places[message_id]
        return self.messages(scope)[self.spot(scope, message_id)]

    def append(self, message: Message) -> None:
        """Put a message at the end of its room; one of mine in the open room brings one there."""
        if not message.settled and not message.parent_id and message.scope == self.state.focus:
            self.set(past=None, ended=message.scope)
        self._open(message.scope).append(message)
        self._places = self._places.insert(message.id, message.scope)
        self._authors.add(message.author)
        self._keeping.keep(message)

    def change(self, message: Message, **changes: Any) -> Message:
        """Put a changed message in the place of the one given; its revision grows."""
        at = self.spot(message.scope, message.id)
        aside = self._aside.find(self.state, message.id)
        old = self.messages(message.scope)[at] if at >= 0 else aside or message
        if not differs(old, changes):
            return old
        new = replace(old, revision=old.revision + 1, **changes)
        if aside is not None:
            self.set(**replaced(self.state, old.id, new))
        if at < 0:
            self.recount_above(message.scope)
        else:
            self._open(message.scope)[at] = new
        if new.id != old.id:
            self._renamed(old, new)
            self._keeping.lose(old)
        self._keeping.keep(new)
        return new

    def remove(self, message: Message) -> None:
        """Take a message out of its room; what pointed to it points to its neighbour."""
        scope, at = message.scope, self.spot(message.scope, message.id)
        if self._aside.find(self.state, message.id) is not None:
            self.set(**replaced(self.state, message.id))
        self._keeping.lose(message)
        if at < 0:
            self.recount_above(scope)
            return
        self._unhook(scope, at)
        del self._open(scope)[at]
        self._spots.pop(scope, None)
        self._places = self._places.remove(message.id)
        self.recount(scope)

    def sink(self, message: Message) -> None:
        """Put a message below what came meanwhile, and above what is still on its way."""
        at = self.spot(message.scope, message.id)
        below = self.messages(message.scope)[at + 1 :]
        came = [one for one in below if one.settled]
        if came:
            on_their_way = [one for one in below if not one.settled]
            self._open(message.scope)[at:] = [*came, message, *on_their_way]
            self._spots.pop(message.scope, None)

    def lay(self, scope: str, lines: Sequence[Message], *, kept: bool = False) -> None:
        """Give a room these messages: those that it has, in their order, and others among them.

        kept: they come from the archive, and need not go there.
        """
        before = self.messages(scope)
        if len(lines) == len(before) and all(map(is_, lines, before)):
            return
        self._lists[scope] = list(lines)
        self._spots.pop(scope, None)
        for message in lines:
            if message.id not in self._places:
                self._places = self._places.insert(message.id, scope)
                self._authors.add(message.author)
                if not kept:
                    self._keeping.keep(message)
                    self._laid.add(scope)
        self.recount(scope)

    def keep(self, messages: Iterable[Message]) -> None:
        """Have messages on the disk that are not loaded."""
        for message in messages:
            self._keeping.keep(message)

    def forget(self, message_id: str) -> None:
        """Have a row on the disk no more that is not loaded."""
        self._keeping.forget(message_id)

    # ---- the end

    def freeze(self) -> tuple[State, tuple[Effect, ...]]:
        """The new state, the same object as before where nothing changed, and what was ordered."""
        for scope in tuple(self._news):
            self._count_news(scope)
        for scope in self._lists:
            self._close(scope)
        for scope in self._miscounted:
            self._count(scope)
        rooms = self.state.rooms
        for scope, room in self._rooms.items():
            if room is None:
                rooms = rooms.remove(scope) if scope in rooms else rooms
            elif scope in self._lists or rooms.get(scope) != room:
                rooms = rooms.insert(scope, room)
        counts = added(self.state.counts, self._envelopes)
        looks = self.state.looks
        for user in self._authors - {""}:
            looks = meet(looks, user)
        self.set(rooms=rooms, places=self._places, counts=counts, looks=looks)
        laid = (self._lists[scope] for scope in self._laid)
        kept = self._keeping.orders(self.state, self._rooms, laid)
        return self.state, (*kept, *self.effects, *self._counts_above())

    def _counts_above(self) -> list[Effect]:
        """Asked last, when all that was changed is on its way to the disk."""
        counts: list[Effect] = []
        for scope in self._doubtful:
            room = self.state.rooms.get(scope)
            anchor = oldest_kept(room.messages) if room is not None and room.above else ""
            if anchor and self.state.archive in ("ready", "reading"):
                counts.append(ReadPage(scope, "older", anchor, 0))
        return counts

    def _open(self, scope: str) -> list[Message]:
        if scope not in self._lists:
            self._lists[scope] = list(self.messages(scope))
        return self._lists[scope]

    def _close(self, scope: str) -> None:
        lines = self._lists[scope]
        widely = scope == self.state.focus and self.state.archive != "ready"
        window, slack = (MAX_LOADED, OPEN_SLACK) if widely else (WINDOW, SLACK)
        if len(lines) > window + slack:
            lines = self._trimmed(scope, lines, window)
        self.put(replace(self.room_for(scope), messages=tuple(lines)))

    def _trimmed(self, scope: str, lines: list[Message], window: int) -> list[Message]:
        """The newest messages, and those of mine that are on their way, however old."""
        gone = [message for message in lines[:-window] if message.settled]
        for message in gone:
            self._places = self._places.remove(message.id)
        self.set(thread_past=trimmed_thread(self.state, scope, gone))
        left = [one for one in lines[:-window] if not one.settled] + lines[-window:]
        room = trimmed(self.state, self.room_for(scope), gone)
        if any(one.id == room.divider for one in gone):
            room = replace(room, divider=left[0].id)
        self.put(room)
        self.recount(scope)
        return left

    def _count_news(self, scope: str) -> None:
        unread, mentions = self._news.pop(scope)
        room = self.room_for(scope)
        self.put(replace(room, unread=room.unread + unread, mentions=room.mentions + mentions))

    def _count(self, scope: str) -> None:
        room = self.room_for(scope)
        news = unread(room.messages, room.last_read, self.state.me)
        read = any(one.id == room.last_read for one in room.messages)
        above, called = (0, 0) if read else (room.unread_above, room.mentions_above)
        parted = room.parted_above and not read
        self.change_room(
            scope,
            unread=len(news) + above,
            mentions=sum(message.mentions_me for message in news) + called,
            unread_above=above,
            mentions_above=called,
            parted=parted or is_parted(room.messages, room.last_read),
            parted_above=parted,
        )

    def _renamed(self, old: Message, new: Message) -> None:
        self._places = self._places.remove(old.id).insert(new.id, new.scope)
        self._spots.pop(new.scope, None)
        self._point(new.scope, old.id, above=new.id, below=new.id)
        self.recount(new.scope)

    def _unhook(self, scope: str, at: int) -> None:
        """Lead what points to a message that goes to the one above it, the divider below it."""
        lines = self.messages(scope)
        above = next((one.id for one in reversed(lines[:at]) if one.settled), "")
        below = lines[at + 1].id if at + 1 < len(lines) else ""
        self._point(scope, lines[at].id, above=above, below=below)

    def _point(self, scope: str, gone: str, *, above: str, below: str) -> None:
        """Give what points to an id that is gone another to point to; a mark at none is dropped.

        Where only the disk has what stands above it, the archive tells what that is.
        """
        room, mark = self.room_for(scope), above
        if room.above and not above and gone in (room.last_read, room.hole):
            self._keeping.spare(gone)
            self.emit(Amend(ChatDeleted(message_id=gone, mode="hard"), self.state.me))
            mark = gone
        self.put(repointed(room, gone, above=above, mark=mark, below=below))
