"""One turn of the state: working copies, open while inputs are folded in, frozen at its end.

A window of messages is copied once a turn, however many inputs came together. Nobody outside a
turn sees its copies, so that `reduce` stays a pure function.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wschat_tui.state.effects import Effect, Transmit
from wschat_tui.state.model import MAX_LOADED, WINDOW, Message, Room, State

if TYPE_CHECKING:
    from wschat_tui.protocol.requests import Request

SLACK = 200
"""Messages over the window that are kept before it is trimmed, so that trimming is rare."""


class Turn:
    """The state being turned; `state` is exact but for the rooms and messages open here."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.effects: list[Effect] = []
        self._rooms: dict[str, Room | None] = {}
        self._lists: dict[str, list[Message]] = {}
        self._places = state.places

    # ---- the state's own fields

    def set(self, **changes: Any) -> None:
        """Give fields of the state new values; rooms and places are changed by the calls below."""
        self.state = replace(self.state, **changes)

    def emit(self, effect: Effect) -> None:
        """Order something of the world, after the turn."""
        self.effects.append(effect)

    # ---- rooms

    def room(self, scope: str) -> Room | None:
        """A room as it stands now; its `messages` may be older than `messages(scope)`."""
        if scope in self._rooms:
            return self._rooms[scope]
        return self.state.rooms.get(scope)

    def rooms(self) -> list[Room]:
        """All rooms as they stand now."""
        scopes = [*self.state.rooms.keys(), *(s for s in self._rooms if s not in self.state.rooms)]
        return [room for scope in scopes if (room := self.room(scope)) is not None]

    def put(self, room: Room) -> Room:
        """Keep a changed or new room."""
        self._rooms[room.scope] = room
        return room

    def change_room(self, scope: str, **changes: Any) -> None:
        """Give fields of a room new values, where there is such a room."""
        room = self.room(scope)
        if room is not None:
            self.put(replace(room, **changes))

    def drop_room(self, scope: str) -> None:
        """Forget a room and its messages."""
        for message in self.messages(scope):
            self._unplace(message.id)
        self._lists.pop(scope, None)
        self._rooms[scope] = None

    # ---- messages

    def messages(self, scope: str) -> list[Message]:
        """The messages of a room, oldest first, to read; change them by the calls below."""
        if scope not in self._lists:
            room = self.room(scope)
            self._lists[scope] = list(room.messages) if room is not None else []
        return self._lists[scope]

    def knows(self, message_id: str) -> bool:
        """The message is loaded."""
        return message_id in self._places

    def find(self, message_id: str) -> Message | None:
        """A loaded message, in whatever room it is."""
        scope = self._places.get(message_id)
        if scope is None:
            return None
        return next((m for m in reversed(self.messages(scope)) if m.id == message_id), None)

    def append(self, message: Message) -> None:
        """Put a message at the end of its room."""
        self.messages(message.scope).append(message)
        self._places = self._places.insert(message.id, message.scope)

    def change(self, message: Message, **changes: Any) -> Message:
        """Put a changed message in the place of the one given; its revision grows."""
        lines = self.messages(message.scope)
        at = _index(lines, message)
        changed = replace(lines[at], revision=lines[at].revision + 1, **changes)
        lines[at] = changed
        if changed.id != message.id:
            self._unplace(message.id)
            self._places = self._places.insert(changed.id, changed.scope)
        return changed

    def remove(self, message: Message) -> None:
        """Take a message out of its room."""
        lines = self.messages(message.scope)
        del lines[_index(lines, message)]
        self._unplace(message.id)

    def merge(self, scope: str, older: list[Message]) -> None:
        """Insert messages that are not known yet by their time; those loaded keep their order."""
        lines = self.messages(scope)
        lines[:] = _merged(older, lines)
        for message in older:
            self._places = self._places.insert(message.id, scope)

    # ---- orders

    def transmit(self, op_id: str, request: Request) -> None:
        """Order a request to be sent."""
        self.emit(Transmit(op_id, request))

    # ---- the end

    def freeze(self) -> tuple[State, tuple[Effect, ...]]:
        """The new state, the same object as before where nothing changed, and what was ordered."""
        rooms = self.state.rooms
        for scope in self._lists:
            self._close(scope)
        for scope, room in self._rooms.items():
            if room is not None:
                rooms = rooms.insert(scope, room)
            elif scope in rooms:
                rooms = rooms.remove(scope)
        if rooms is not self.state.rooms or self._places is not self.state.places:
            self.state = replace(self.state, rooms=rooms, places=self._places)
        return self.state, tuple(self.effects)

    def _close(self, scope: str) -> None:
        room, lines = self.room(scope), self._lists[scope]
        if room is None or _same(room.messages, lines):
            return
        window = MAX_LOADED if scope == self.state.focus else WINDOW
        if len(lines) > window + SLACK:
            lines = self._trimmed(lines, window)
            room = replace(room, history="more", cursor="")
        self._rooms[scope] = replace(room, messages=tuple(lines))

    def _trimmed(self, lines: list[Message], window: int) -> list[Message]:
        for message in lines[:-window]:
            self._unplace(message.id)
        return lines[-window:]

    def _unplace(self, message_id: str) -> None:
        self._places = self._places.discard(message_id)


def _index(lines: list[Message], message: Message) -> int:
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].id == message.id:
            return at
    raise LookupError(message.id)


def _same(before: tuple[Message, ...], after: list[Message]) -> bool:
    return len(before) == len(after) and all(a is b for a, b in zip(before, after, strict=True))


def _merged(new: list[Message], old: list[Message]) -> list[Message]:
    """Both in order of time; one without a time stays in place, mine on their way come last."""
    merged: list[Message] = []
    at = 0
    for message in old:
        on_its_way = message.delivery not in {"received", "sent"}
        while at < len(new) and (on_its_way or (new[at].at or 0) <= (message.at or 0)):
            merged.append(new[at])
            at += 1
        merged.append(message)
    return merged + new[at:]
