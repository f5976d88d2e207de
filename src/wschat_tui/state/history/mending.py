"""A history that broke and was begun anew: all that is known here goes into the new one, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.effects import Notify
from wschat_tui.state.history.archive_effects import (
    DropOperation,
    DropOutgoing,
    KeepDraft,
    KeepOperation,
    KeepOutgoing,
    KeepPerson,
    KeepPlace,
    KeepRoom,
)
from wschat_tui.state.history.keeping import record_of, ties
from wschat_tui.state.text import SafeText, clean

if TYPE_CHECKING:
    from wschat_tui.state.history.archive_inputs import ArchiveMended, ArchiveOpened
    from wschat_tui.state.model import Room
    from wschat_tui.state.turn import Turn


def mended(turn: Turn, told: ArchiveMended) -> None:
    """Tell the new file what the old one may have lost; what was asked of that is asked anew."""
    state = turn.state
    turn.keep((*state.thread_past, *(state.past.messages if state.past is not None else ())))
    turn.set(archive_word=SafeText(""), past=None, sought=("", ""))
    for person in state.people.values():
        turn.emit(KeepPerson(person))
    for room in turn.rooms():
        _keep_room(turn, room)
    turn.emit(KeepPlace(state.me, state.focus))
    _keep_typed(turn, told.kept)
    turn.emit(Notify(clean(told.kept.word, one_line=True, limit=600), "warning"))


def _keep_room(turn: Turn, room: Room) -> None:
    """Older messages that the disk has lost are on the server, maybe: it is asked for them."""
    history = "more" if room.above and room.history == "complete" else room.history
    turn.change_room(room.scope, reading=False, history=history)
    lines = turn.messages(room.scope)
    turn.keep(lines)
    for tie in ties(lines):
        turn.emit(tie)
    now = turn.room_for(room.scope)
    turn.emit(KeepRoom(record_of(now)))
    for thread, text in now.drafts.items():
        turn.emit(KeepDraft(now.scope, thread, text))
    turn.recount_above(now.scope)


def _keep_typed(turn: Turn, kept: ArchiveOpened) -> None:
    """What the broken file still had, and is over since then, must not be sent once more."""
    state = turn.state
    waiting = {one.op_id: one for one in state.operations.values() if one.kept}
    for row in state.outbox:
        turn.emit(KeepOutgoing(row))
    for operation in waiting.values():
        turn.emit(KeepOperation(operation))
    mine = {row.op_id for row in state.outbox}
    for gone in [row.op_id for row in kept.outbox if row.op_id not in mine]:
        turn.emit(DropOutgoing(gone))
    for gone in [one.op_id for one in kept.operations if one.op_id not in waiting]:
        turn.emit(DropOperation(gone))
    for one in kept.rooms:
        room = turn.room(one.room.scope)
        typed = room.drafts if room is not None else {}
        for thread in [thread for thread, _ in one.drafts if thread not in typed]:
            turn.emit(KeepDraft(one.room.scope, thread, ""))
