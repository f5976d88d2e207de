"""Orders written down many at once, and what becomes of them when the disk will not have them."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.state.history.archive_effects import DropOutgoing, KeepMessages, KeepOutgoing
from wschat_tui.state.history.archive_inputs import ArchiveStalled, OutgoingUnkept
from wschat_tui.storage.archive.fates import fate_of, why
from wschat_tui.storage.archive.orders import READING, carry_out, is_durable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wschat_tui.state.history.archive_effects import ArchiveOrder
    from wschat_tui.state.history.archive_inputs import ArchiveInput
    from wschat_tui.storage.archive.store import Store

MAX_HELD = 20_000
"""Messages and other orders that wait in memory for room on the disk, at most."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class After:
    """What is to be done once all that was ordered before it is on the disk."""

    op_id: str
    then: Callable[[], None]


class Writing:
    """Carries orders out, and holds those that could not be written."""

    def __init__(
        self,
        store: Store,
        tell: Callable[[ArchiveInput], None],
        call: Callable[[Callable[[], None]], None],
    ) -> None:
        """tell: hands an input to the session; call: calls something in the session's loop."""
        self._store = store
        self._tell = tell
        self._call = call
        self._held: list[ArchiveOrder] = []
        self._afters: list[After] = []
        """What waits for the held to be written; given where the file broke."""

    @property
    def stalled(self) -> bool:
        """Orders wait for room on the disk."""
        return bool(self._held)

    @property
    def weight(self) -> int:
        """How many messages and other orders wait."""
        return sum(map(weight_of, self._held))

    def write(self, orders: Sequence[ArchiveOrder], afters: Sequence[After] = ()) -> None:
        """Write all that waits as one transaction.

        Raises sqlite3.Error where the file is broken; `move` has what was not written.
        """
        waiting, afters = [*self._held, *orders], [*self._afters, *afters]
        self._afters = []
        try:
            self._commit(waiting)
        except sqlite3.Error as error:
            self._failed(error, waiting, afters)
        except Exception:  # noqa: BLE001  a record of a kind that no column takes: found below
            self._take_back()
            self._one_by_one(waiting, afters)
        else:
            self._kept(afters)

    def move(self, store: Store) -> None:
        """Write what could not be written to the store that stands in for the broken one.

        What was asked is asked again by whoever wants to know it. Raises as `write` does.
        """
        self._store = store
        self._held = [one for one in self._held if not isinstance(one, READING)]
        self.write(())

    def give_back(self, error: sqlite3.Error | OSError) -> None:
        """There is no other store: nobody waits for the disk any more."""
        self._unkept(error, self._afters)
        self._afters = []

    def _kept(self, afters: Sequence[After]) -> None:
        if self._held:
            self._held = []
            self._tell(ArchiveStalled(""))
        for after in afters:
            self._call(after.then)

    def _commit(self, orders: Sequence[ArchiveOrder]) -> None:
        if not orders:
            return
        run = self._store.connection.execute
        if all(isinstance(order, READING) for order in orders):
            run("begin")
        else:
            durable = any(is_durable(order) for order in orders)
            run(f"pragma synchronous = {'full' if durable else 'normal'}")
            run("begin immediate")
        answers = [carry_out(self._store, order) for order in orders]
        run("commit")
        for answer in answers:
            if answer is not None:
                self._tell(answer)

    def _failed(
        self, error: sqlite3.Error, orders: Sequence[ArchiveOrder], afters: Sequence[After]
    ) -> None:
        self._take_back()
        fate = fate_of(error)
        if fate == "refused":
            self._one_by_one(orders, afters)
            return
        if fate == "broken":
            self._held, self._afters = list(orders), list(afters)
            raise error
        self._unkept(error, afters)
        self._hold(error, orders, {after.op_id for after in afters})

    def _take_back(self) -> None:
        self._store.take_back()

    def _unkept(self, error: sqlite3.Error | OSError, afters: Sequence[After]) -> None:
        sentence = (
            f"The message could not be written down before it was sent, as {why(error)};"
            " it was not sent and is back in the composer."
        )
        for after in afters:
            self._tell(OutgoingUnkept(after.op_id, sentence))

    def _hold(self, error: sqlite3.Error, orders: Sequence[ArchiveOrder], unkept: set[str]) -> None:
        """Wait for room. What was given back is on its way no more, on the disk neither."""
        first = not self._held
        self._held = [one for one in orders if _holds(one, unkept)]
        self._held += [DropOutgoing(op_id) for op_id in sorted(unkept)]
        if first and self._held:
            self._tell(
                ArchiveStalled(
                    f"The history is not being written, as {why(error)}: what is new waits in"
                    " memory and is written when that is over."
                )
            )
        self._answer(orders)

    def _answer(self, orders: Sequence[ArchiveOrder]) -> None:
        """What asks only is answered also while nothing can be written."""
        for order in orders:
            if isinstance(order, READING):
                try:
                    self._commit([order])
                except sqlite3.Error as error:
                    self._take_back()
                    _LOG.warning("a page could not be read: %s", why(error))

    def _one_by_one(self, orders: Sequence[ArchiveOrder], afters: Sequence[After]) -> None:
        """Find the order that cannot be kept, and keep the others."""
        stalled, self._held = bool(self._held), []
        lost: set[str] = set()
        for at, order in enumerate(orders):
            try:
                self._commit([order])
            except Exception as error:  # noqa: BLE001  whatever it is, the others are kept
                self._take_back()
                if isinstance(error, sqlite3.Error) and fate_of(error) != "refused":
                    self._failed(error, orders[at:], self._without(lost, afters))
                    return
                _LOG.error("%s cannot be kept: %s", type(order).__name__, type(error).__name__)
                if isinstance(order, KeepOutgoing):
                    lost.add(order.row.op_id)
        if stalled:
            self._tell(ArchiveStalled(""))
        for after in self._without(lost, afters):
            self._call(after.then)

    def _without(self, lost: set[str], afters: Sequence[After]) -> list[After]:
        """Those that can still be carried out; the others are given back."""
        for after in afters:
            if after.op_id in lost:
                self._tell(OutgoingUnkept(after.op_id, _UNFIT))
        return [after for after in afters if after.op_id not in lost]


_UNFIT = "The message could not be written down, so it was not sent; it is back in the composer."


def weight_of(order: ArchiveOrder) -> int:
    """How much there is to an order."""
    return len(order.messages) if isinstance(order, KeepMessages) else 1


def _holds(order: ArchiveOrder, unkept: set[str]) -> bool:
    if isinstance(order, READING):
        return False
    return not (isinstance(order, KeepOutgoing) and order.row.op_id in unkept)
