"""What is said of a message before it comes: kept until then, within a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.history.archive_effects import Amend

if TYPE_CHECKING:
    from wschat_tui.state.model import Late
    from wschat_tui.state.turn import Turn

MAX_EARLY = 200
"""Changes kept for messages that have not come yet; those of the id named longest ago go first."""


def keep(turn: Turn, event: Late) -> None:
    """Let a change wait for its message."""
    early = dict(turn.state.early)
    early[event.message_id] = (*early.get(event.message_id, ())[1 - MAX_EARLY :], event)
    while sum(map(len, early.values())) > MAX_EARLY:
        del early[next(iter(early))]
    turn.set(early=early)


def amend(turn: Turn, event: Late) -> None:
    """Let a change wait, and be made where its message is kept on the disk alone."""
    keep(turn, event)
    _tell(turn, event)


def amend_again(turn: Turn, message_id: str) -> None:
    """The disk may have got a message that is not shown: have made what waits for it."""
    for event in turn.state.early.get(message_id, ()):
        _tell(turn, event)


def forget(turn: Turn, event: Late) -> None:
    """A change was made on the disk."""
    waiting = turn.state.early.get(event.message_id, ())
    if event in waiting:
        early = dict(turn.state.early)
        at = waiting.index(event)
        early[event.message_id] = (*waiting[:at], *waiting[at + 1 :])
        if not early[event.message_id]:
            del early[event.message_id]
        turn.set(early=early)


def take(turn: Turn, message_id: str) -> tuple[Late, ...]:
    """What waited for a message that has come, oldest first."""
    if message_id not in turn.state.early:
        return ()
    early = dict(turn.state.early)
    due = early.pop(message_id)
    turn.set(early=early)
    return due


def _tell(turn: Turn, event: Late) -> None:
    if turn.state.archive == "ready":
        turn.emit(Amend(event, turn.state.me))
