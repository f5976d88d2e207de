"""Each order of the state, done to the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from wschat_tui.state.archive_effects import (
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
from wschat_tui.storage import (
    archive_amend,
    archive_messages,
    archive_outbox,
    archive_pages,
    archive_rooms,
)

if TYPE_CHECKING:
    from wschat_tui.state.archive_effects import ArchiveOrder
    from wschat_tui.state.archive_inputs import Amended, PageRead, ThreadRead
    from wschat_tui.storage.archive_store import Store

DURABLE = (KeepOutgoing, DropOutgoing, KeepOperation, DropOperation, KeepDraft)
"""What the user typed: it is on the disk itself before anything else happens."""

READING = (ReadPage, ReadThread)
"""What changes nothing."""


def carry_out(store: Store, order: ArchiveOrder) -> PageRead | ThreadRead | Amended | None:
    """Do what is ordered, within the caller's transaction; what it reads is the answer."""
    match order:
        case ReadPage():
            return archive_pages.page(store, order)
        case ReadThread():
            return archive_pages.thread(store, order)
        case Amend():
            return archive_amend.amend(store, order)
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
            archive_messages.keep(store, order.messages)
        case DropMessages():
            archive_messages.drop(store, order.ids)
        case OrderMessages():
            archive_messages.order(store, order.ids)
        case KeepRoom():
            archive_rooms.keep_room(store, order.room)
        case DropRoom():
            archive_rooms.drop_room(store, order.scope)
        case KeepPerson():
            archive_rooms.keep_person(store, order.person)
        case KeepPlace():
            archive_rooms.keep_place(store, order)
        case KeepDraft():
            archive_rooms.keep_draft(store, order)
        case KeepOutgoing():
            archive_outbox.keep_outgoing(store, order.row)
            if order.emptied:
                thread = order.row.parent_id or ""
                archive_rooms.keep_draft(store, KeepDraft(order.row.scope, thread, ""))
        case DropOutgoing():
            archive_outbox.drop_outgoing(store, order.op_id)
        case KeepOperation():
            archive_outbox.keep_operation(store, order.operation)
        case DropOperation():
            archive_outbox.drop_operation(store, order.op_id)
        case _:
            assert_never(order)
