"""What the archive has still to do: what was typed goes first, all else in its order."""

from __future__ import annotations

import queue
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from wschat_tui.state.history.archive_effects import (
    DropOperation,
    DropOutgoing,
    DropRoom,
    KeepDraft,
    KeepOperation,
    KeepOutgoing,
)
from wschat_tui.storage.archive.batch import After, weight_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.state.history.archive_effects import ArchiveOrder
    from wschat_tui.storage.archive.store import Store

BATCH = 300
"""Messages and other orders of one transaction at most, so that what is typed waits for few."""


@dataclass(frozen=True, slots=True)
class Work:
    """Something else to do with the open history; it is given None where it is open no more."""

    run: Callable[[Store | None], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """Write what came before, and let the file go."""


Item: TypeAlias = "ArchiveOrder | After | Work | Stop"


class Backlog:
    """Items of a queue, in their order; where there are many, what was typed overtakes the others.

    It overtakes nothing that it could be mixed up with: neither what was said before of the same
    message, nor a room that goes, nor what has to find all before it done.
    """

    def __init__(self, items: queue.SimpleQueue[Item]) -> None:
        self._items = items
        self._count = 0
        self._typed: deque[tuple[int, Item]] = deque()
        self._rest: deque[tuple[int, Item]] = deque()
        self._weight = 0
        """How much there is in the long row."""
        self._ahead: set[str] = set()
        """Messages that overtake; what waits for their being on the disk does, too."""
        self._behind: set[str] = set()
        """What is said of these in the long row comes first."""
        self._shut = False
        """Something in the long row is not to be overtaken by anything."""

    def take(self, patience: float | None, most: int = BATCH) -> list[Item]:
        """What is to be done next, up to a bound and to the first thing that stands alone.

        patience: seconds to wait for something; None: as long as it takes.
        """
        self._sort(patience)
        if self._typed and self._weight > most:
            return self._all_typed()
        if self._typed:
            self._rest = deque(sorted((*self._typed, *self._rest), key=_number))
            self._weight += sum(_weight_of(item) for _, item in self._typed)
            self._typed.clear()
        return self._next(most)

    def _all_typed(self) -> list[Item]:
        taken = [item for _, item in self._typed]
        self._typed.clear()
        return taken

    def _next(self, most: int) -> list[Item]:
        taken: list[Item] = []
        weight = 0
        while self._rest and weight < most:
            _, item = self._rest.popleft()
            taken.append(item)
            weight += _weight_of(item)
            if isinstance(item, Work | Stop):
                break
        self._weight -= weight
        if not self._rest:
            self._behind.clear()
            self._shut = False
        return taken

    def typed(self) -> bool:
        """Whether something waits that goes first."""
        self._sort(0)
        return bool(self._typed)

    def _sort(self, patience: float | None) -> None:
        if not (self._typed or self._rest) and patience != 0:
            try:
                self._put(self._items.get(timeout=patience))
            except queue.Empty:
                return
        for _ in range(self._items.qsize()):
            self._put(self._items.get_nowait())

    def _put(self, item: Item) -> None:
        self._count += 1
        if self._overtakes(item):
            self._typed.append((self._count, item))
            return
        self._rest.append((self._count, item))
        self._weight += _weight_of(item)
        match item:
            case DropOutgoing() | DropOperation():
                self._behind.add(item.op_id)
                self._ahead.discard(item.op_id)
            case Work() | Stop() | DropRoom() | KeepOutgoing() | KeepOperation() | KeepDraft():
                self._shut = True
            case _:
                pass

    def _overtakes(self, item: Item) -> bool:
        if self._shut:
            return False
        match item:
            case KeepOutgoing():
                if item.row.op_id in self._behind:
                    return False
                self._ahead.add(item.row.op_id)
                return True
            case KeepOperation():
                return item.operation.op_id not in self._behind
            case KeepDraft():
                return True
            case After():
                return item.op_id in self._ahead
            case _:
                return False


def _number(one: tuple[int, Item]) -> int:
    return one[0]


def _weight_of(item: Item) -> int:
    return 0 if isinstance(item, After | Work | Stop) else weight_of(item)
