"""What of a turn must outlive the process: told to the archive once, at the turn's end."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from wschat_tui.state.history.archive_effects import (
    DropMessages,
    DropRoom,
    KeepMessages,
    KeepPlace,
    KeepRoom,
    OrderMessages,
    RoomRecord,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from wschat_tui.state.effects import Effect
    from wschat_tui.state.model import Message, Room, State

LASTING = frozenset({"chat", "call", "gap"})
"""The kinds of rows that are kept."""


def lasts(message: Message) -> bool:
    """It outlives the process as a message; what is on its way does as a row of the outbox."""
    return message.settled and message.kind in LASTING


def oldest_kept(lines: Iterable[Message]) -> str:
    """The oldest of some rows that the disk has, too; empty where it has none."""
    return next((one.id for one in lines if lasts(one)), "")


def record_of(room: Room) -> RoomRecord:
    """What is kept of a room."""
    return RoomRecord(
        room.scope,
        room.title,
        room.joined,
        room.last_read,
        room.held,
        room.receipts,
        room.history == "complete",
        room.hole,
    )


def differs(before: Room | None, after: Room) -> bool:
    """What is kept of a room has changed."""
    if before is None:
        return True
    if before.receipts is not after.receipts:
        return True
    return _plain(before) != _plain(after)


def ties(lines: Iterable[Message]) -> Iterator[OrderMessages]:
    """Times alone do not tell the order of what came in the same millisecond."""
    for at, run in groupby(filter(lasts, lines), lambda one: one.at):
        ids = tuple(one.id for one in run)
        if at is not None and len(ids) > 1:
            yield OrderMessages(ids)


class Keeping:
    """Gathers what a turn did to messages; at its end it is one order of each kind."""

    def __init__(self, before: State) -> None:
        self._before = before
        self._kept: dict[str, Message] = {}
        self._gone: dict[str, None] = {}

    def keep(self, message: Message) -> None:
        """A message is new or has changed."""
        if lasts(message):
            self._kept[message.id] = message
            self._gone.pop(message.id, None)

    def lose(self, message: Message) -> None:
        """A message is no more, or goes by another id."""
        self._kept.pop(message.id, None)
        if lasts(message):
            self._gone[message.id] = None

    def forget(self, message_id: str) -> None:
        """A row on the disk that is not loaded is no more."""
        self._kept.pop(message_id, None)
        self._gone[message_id] = None

    def spare(self, message_id: str) -> None:
        """A message that is no more is taken out in another way."""
        self._gone.pop(message_id, None)

    def orders(
        self, now: State, rooms: Mapping[str, Room | None], laid: Iterable[Sequence[Message]]
    ) -> list[Effect]:
        """What the archive is told. rooms: those that were touched; laid: rows put among others."""
        if now.archive != "ready":
            return []
        orders: list[Effect] = []
        if self._kept:
            orders.append(KeepMessages(tuple(self._kept.values())))
        if self._gone:
            orders.append(DropMessages(tuple(self._gone)))
        tied = (tie for lines in laid for tie in ties(lines))
        orders += [tie for tie in tied if not self._kept.keys().isdisjoint(tie.ids)]
        for scope, room in rooms.items():
            was = self._before.rooms.get(scope) if self._before.archive == "ready" else None
            if room is None:
                orders.append(DropRoom(scope))
            elif differs(was, room):
                orders.append(KeepRoom(record_of(room)))
        if _place(now) != _place(self._before):
            orders.append(KeepPlace(now.me, now.focus))
        return orders


def _plain(room: Room) -> tuple[object, ...]:
    complete = room.history == "complete"
    return room.title, room.joined, room.last_read, room.held, complete, room.hole


def _place(state: State) -> tuple[bool, str, str]:
    return state.archive == "ready", state.me, state.focus
