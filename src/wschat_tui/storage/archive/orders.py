"""Each order of the state, done to the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from wschat_tui.state.history.archive_effects import (
    Amend,
    DropMessages,
    DropOperation,
    DropOutgoing,
    DropRoom,
    KeepDraft,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
    KeepPerson,
    KeepPlace,
    KeepRoom,
    OrderMessages,
    ReadPage,
    ReadThread,
)
from wschat_tui.storage.archive import amend, messages, outbox, pages, rooms

if TYPE_CHECKING:
    from wschat_tui.state.history.archive_effects import ArchiveOrder
    from wschat_tui.state.history.archive_inputs import Amended, PageRead, ThreadRead
    from wschat_tui.storage.archive.store import Store

DURABLE = (KeepOutgoing, DropOutgoing, KeepOperation, DropOperation, KeepDraft)
"""What the user typed: it is on the disk itself before anything else happens."""


def is_durable(order: ArchiveOrder) -> bool:
    """Whether a power loss may not take it; of read marks, one after the other, it may."""
    match order:
        case KeepOperation():
            return order.operation.verb != "read"
        case DropOperation():
            return not order.light
        case _:
            return isinstance(order, DURABLE)


READING = (ReadPage, ReadThread)
"""What changes nothing."""


def carry_out(store: Store, order: ArchiveOrder) -> PageRead | ThreadRead | Amended | None:
    """Do what is ordered, within the caller's transaction; what it reads is the answer."""
    match order:
        case ReadPage():
            return pages.page(store, order)
        case ReadThread():
            return pages.thread(store, order)
        case Amend():
            return amend.amend(store, order)
        case _:
            _write(store, order)
            return None


def _write(  # noqa: C901, PLR0912  one case an order
    store: Store,
    order: KeepMessages
    | DropMessages
    | OrderMessages
    | KeepRoom
    | DropRoom
    | KeepPerson
    | KeepPlace
    | KeepDraft
    | KeepOutgoing
    | DropOutgoing
    | KeepOperation
    | DropOperation,
) -> None:
    match order:
        case KeepMessages():
            messages.keep(store, order.messages)
        case DropMessages():
            messages.drop(store, order.ids)
        case OrderMessages():
            messages.order(store, order.ids)
        case KeepRoom():
            rooms.keep_room(store, order.room)
        case DropRoom():
            rooms.drop_room(store, order.scope)
        case KeepPerson():
            rooms.keep_person(store, order.person)
        case KeepPlace():
            rooms.keep_place(store, order)
        case KeepDraft():
            rooms.keep_draft(store, order)
        case KeepOutgoing():
            outbox.keep_outgoing(store, order.row)
            if order.emptied:
                thread = order.row.parent_id or ""
                rooms.keep_draft(store, KeepDraft(order.row.scope, thread, ""))
        case DropOutgoing():
            outbox.drop_outgoing(store, order.op_id)
        case KeepOperation():
            outbox.keep_operation(store, order.operation)
        case DropOperation():
            outbox.drop_operation(store, order.op_id)
        case _:
            assert_never(order)
