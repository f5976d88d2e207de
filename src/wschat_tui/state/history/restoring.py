"""What the archive tells: the rooms, people and messages of earlier runs, and pages of the past."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from wschat_tui.protocol.events import ChatReadUpdate
from wschat_tui.state import attention, changes, early, rooms
from wschat_tui.state.effects import Notify
from wschat_tui.state.history import above, gaps, history, looking, mending, past
from wschat_tui.state.history.archive_inputs import (
    Amended,
    ArchiveFailed,
    ArchiveMended,
    ArchiveOpened,
    ArchiveStalled,
    AroundAsked,
    GapAsked,
    NewerAsked,
    NewestAsked,
    OutgoingUnkept,
    PageRead,
    ThreadRead,
)
from wschat_tui.state.model import Room
from wschat_tui.state.outbox import reopening
from wschat_tui.state.text import SafeText, clean, name

if TYPE_CHECKING:
    from wschat_tui.state.history.archive_inputs import ArchiveInput, RoomKept
    from wschat_tui.state.turn import Turn


READING = (
    "This profile is open in another wschat, which keeps its history; what happens here is shown, "
    "and kept only while this one runs. To have it kept, quit both and start one."
)
"""Said to whoever opens a profile a second time (SECURITY.md, row F22)."""


def fold(turn: Turn, item: ArchiveInput) -> None:  # noqa: C901, PLR0912 - one line an input
    """Take what the archive tells, or what is asked of it."""
    match item:
        case ArchiveOpened():
            opened(turn, item)
        case ArchiveFailed():
            failed(turn, item)
        case ArchiveMended():
            mending.mended(turn, item)
        case ArchiveStalled():
            stalled(turn, item)
        case PageRead():
            page(turn, item)
        case OutgoingUnkept():
            reopening.unkept(turn, item)
        case ThreadRead():
            thread(turn, item)
        case Amended():
            amended(turn, item)
        case NewerAsked():
            past.newer(turn, item)
        case NewestAsked():
            past.newest(turn, item)
        case AroundAsked():
            rooms.go_to(turn, item)
        case GapAsked():
            gaps.ask(turn, item)
        case _:
            assert_never(item)


def opened(turn: Turn, told: ArchiveOpened) -> None:
    """Begin where the last run ended."""
    for person in told.people:
        turn.know(person)
    turn.set(archive="ready" if told.writable else "reading", now=told.at)
    for room in turn.rooms():
        turn.put(room)
    for kept in told.rooms:
        # What another program of this account has in its composer is that one's to send.
        _restore(turn, kept if told.writable else replace(kept, drafts=()))
    if turn.room(told.focus) is not None:
        turn.set(focus=told.focus, arrived=True)
    focus = turn.state.focus
    if turn.room(focus) is not None:
        attention.divide(turn, focus)
        history.deepen(turn, focus)
    reopening.opened(turn, told)
    if not told.writable:
        turn.set(archive_word=SafeText(READING))
        turn.emit(Notify(READING, "warning"))
    if told.word:
        turn.emit(Notify(clean(told.word, one_line=True, limit=600), "error"))


def failed(turn: Turn, told: ArchiveFailed) -> None:
    """From here on memory has to do."""
    word = clean(told.sentence, one_line=True, limit=300)
    turn.set(archive="failed", archive_word=word, past=None, sought=("", ""))
    for room in turn.rooms():
        turn.change_room(room.scope, above=False, reading=False)
    turn.emit(Notify(word, "error"))


def stalled(turn: Turn, told: ArchiveStalled) -> None:
    """What is new waits in memory, or is kept again."""
    word = clean(told.sentence, one_line=True, limit=300)
    turn.set(archive_word=word)
    if word:
        turn.emit(Notify(word, "warning"))


def page(turn: Turn, told: PageRead) -> None:
    """A page from disk: for the past that is shown, or to go above what is loaded."""
    room = turn.room(told.scope)
    if room is None:
        return
    if told.way == "around":
        past.read_around(turn, told)
        if past.is_visited(turn, told.anchor) and turn.state.link.phase == "online":
            looking.begin_in_past(turn)
    elif told.way == "newer":
        past.read_newer(turn, told)
    elif not past.read_older(turn, told) or room.reading:
        above.read(turn, room, told)
    for message in told.messages:
        changes.catch_up(turn, message.id)


def thread(turn: Turn, told: ThreadRead) -> None:
    """What the disk has of the open thread stands beside what is loaded."""
    if told.root == turn.state.thread:
        only = tuple(turn.as_known(one) for one in told.messages if turn.place_of(one.id) is None)
        turn.set(thread_past=only)
        for message in only:
            changes.catch_up(turn, message.id)


def amended(turn: Turn, told: Amended) -> None:
    """A change is on the disk; what was counted of the message there may be another number now."""
    if told.change is not None:
        early.forget(turn, told.change)
    room = turn.room(told.scope)
    if room is None or turn.place_of(told.message_id) is not None:
        return
    marked = isinstance(told.change, ChatReadUpdate) and told.change.user_id == turn.state.me
    gone = told.message is None and room.last_read == told.message_id
    loaded = turn.spot(room.scope, room.last_read) >= 0
    if (marked or gone) and not loaded and not (marked and room.held):
        turn.change_room(room.scope, last_read=told.last_read)
        turn.recount(room.scope)
    turn.recount_above(room.scope)


def _restore(turn: Turn, kept: RoomKept) -> None:
    """A room as it was: its messages, marks and drafts; what came since then may be missing."""
    record = kept.room
    was = turn.room(record.scope) or Room(record.scope)
    drafts = was.drafts
    for thread, text in kept.drafts:
        drafts = drafts.insert(thread, text)
    turn.put(
        replace(
            was,
            title=name(record.title) if record.title else was.title,
            joined=record.joined or was.joined,
            last_read=record.last_read,
            held=record.held,
            receipts=record.receipts,
            drafts=drafts,
            above=kept.above,
            unread_above=kept.unread,
            mentions_above=kept.mentions,
            parted_above=kept.parted,
            history="complete" if record.complete else "more" if kept.messages else was.history,
            hole=record.hole,
        )
    )
    turn.lay(record.scope, kept.messages, kept=True)
    gaps.part(turn, record.scope)
