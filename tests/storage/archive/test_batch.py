"""Which transactions wait for the disk itself."""

import pytest

from wschat_tui.protocol.requests import ChatDelete, ChatRead
from wschat_tui.state.history.archive_effects import (
    DropOperation,
    DropOutgoing,
    KeepDraft,
    KeepOperation,
    KeepOutgoing,
    KeepRoom,
    RoomRecord,
)
from wschat_tui.state.model import Operation, Outgoing
from wschat_tui.storage.archive import door
from wschat_tui.storage.archive.batch import Writing

LOBBY = "network:lobby"
ROOM = KeepRoom(RoomRecord(LOBBY, joined=True))
READ = Operation("r1", "read", ChatRead(message_id="m1", room=LOBBY), acked=False, scope=LOBBY)
DELETE = Operation("d1", "delete", ChatDelete(message_id="m1", mode="soft"), scope=LOBBY)


@pytest.mark.parametrize(
    ("orders", "level"),
    [
        ((ROOM,), 1),
        ((KeepOperation(READ),), 1),
        ((DropOperation("r1", light=True), ROOM), 1),
        ((KeepOperation(DELETE),), 2),
        ((DropOperation("d1"),), 2),
        ((ROOM, KeepOutgoing(Outgoing("o1", LOBBY, "hi", None, (), "queued"), emptied=False)), 2),
        ((DropOutgoing("o1"), ROOM), 2),
        ((KeepDraft(LOBBY, "", "half a sent"),), 2),
    ],
)
def test_what_was_typed_waits_for_the_disk_and_marks_do_not(tmp_path, orders, level):
    """F19: FULL (2) where a power loss may take nothing; NORMAL (1) where the last one counts."""
    entered = door.enter(tmp_path / "history.db", lambda: 5, "alice")
    store = entered.store
    Writing(store, lambda told: None, lambda call: call()).write(orders)
    assert store.connection.execute("pragma synchronous").fetchone() == (level,)
    store.connection.close()
    entered.lock.release()
