"""Which message of mine an incoming one is, since an echo carries the server's id and no op_id."""

from collections.abc import Iterable
from dataclasses import replace

from wschat_tui.state.model import Delivery, Message, Outgoing
from wschat_tui.state.outbox import doubts
from wschat_tui.state.reading import attachments_from
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

SHOWN: dict[str, Delivery] = {
    "queued": "queued",
    "handed": "sending",
    "inflight": "sending",
    "unconfirmed": "unconfirmed",
    "failed": "failed",
    "discarded": "failed",
}
"""How a message is shown while its row of the outbox is in a phase."""


def echo(turn: Turn, row: Outgoing, at: int) -> Message:
    """A message as it is shown before the server has it."""
    return Message(
        id=row.op_id,
        scope=row.scope,
        author=turn.state.me,
        body=clean(row.body),
        at=at,
        parent_id=row.parent_id,
        attachments=attachments_from(row.attachments),
        delivery=SHOWN[row.phase],
        op_id=row.op_id,
        source=row.body,
    )


def is_taken(turn: Turn, message_id: str) -> bool:
    """An id that a message of mine on its way goes by, or may go by again: no other can have it."""
    outbox = turn.state.outbox
    return bool(outbox) and any(row.op_id == message_id for row in outbox)


def claimant(turn: Turn, message: Message, *, past: bool = False) -> Outgoing | None:
    """The row that a message is the echo of; None where it is nobody's.

    The one in flight comes first, then those acked without an id, then those in doubt. past: it
    comes from the history, so that one that is older than the sending is another message; what
    is in doubt is left to the look at the history that has all of it (`checks`).
    """
    if not turn.state.me or message.author != turn.state.me:
        return None
    outbox = turn.state.outbox
    flying = (row for row in outbox if row.phase == "inflight")
    others = (row for row in outbox if row.phase not in ("inflight", "discarded"))
    ranked = (*flying, *turn.state.nameless, *others)
    return next((row for row in ranked if _matches(turn, row, message, past=past)), None)


def newest(turn: Turn, scope: str) -> str:
    """The newest message of a room that the server knows by its id; empty where none is loaded."""
    for message in reversed(turn.messages(scope)):
        if message.named and message.id != message.op_id:
            return message.id
    return ""


def contested(turn: Turn, row: Outgoing) -> bool:
    """The same words may be of another device of mine, or of another message in the outbox."""
    return _repeated(turn, row) or foreign(turn, row, reversed(turn.messages(row.scope)))


def foreign(turn: Turn, row: Outgoing, known: Iterable[Message]) -> bool:
    """Another device of mine is at work in the room; `known`: its messages, newest first."""
    others = [one for one in turn.state.outbox if one.since is not None and one != row]
    loose = (
        message
        for message in known
        if not any(doubts.likeness(other, message) == "same" for other in others)
    )
    return doubts.foreign(row, turn.state.me, loose, turn.find(row.after))


def _repeated(turn: Turn, row: Outgoing) -> bool:
    """The server may have the same words from another message that is in doubt, or given up."""
    others = (one for one in turn.state.outbox if one.since is not None and one.phase != "failed")
    return any(one.op_id != row.op_id and doubts.same_words(row, one) for one in others)


def name(turn: Turn, own: Message, told: Message) -> None:
    """Give a message of mine the id and time that its echo carries; it stands where that came.

    One that an ack has delivered stays where that came.
    """
    at = told.at if told.at is not None else own.at
    changed = turn.change(own, id=told.id, at=at, delivery="sent", problem=SafeText(""))
    if not own.settled:
        turn.sink(changed)


def unclaim(turn: Turn, row: Outgoing) -> Outgoing:
    """The echo that a row claimed was another message, from another device: show both.

    Gives the row as it waits again; one that claimed nothing is given back as it is.
    """
    if not row.message_id:
        return row
    other = turn.find(row.message_id)
    waiting, at = replace(row, message_id=""), row.sent_at or 0
    if other is not None and other.id == row.op_id:
        turn.change(other, delivery=SHOWN[row.phase])
        return waiting
    if other is not None:
        at = other.at or at
        turn.change(other, op_id="", delivery="received")
    turn.append(echo(turn, waiting, at))
    return waiting


def _matches(turn: Turn, row: Outgoing, message: Message, *, past: bool) -> bool:
    if row.scope != message.scope or doubts.likeness(row, message) != "same":
        return False
    if row.message_id or row.phase == "failed" or not _may_have_left(row):
        return False
    known = turn.place_of(message.id) is not None or is_taken(turn, message.id)
    if known and message.id != row.op_id:
        return False
    if row.phase == "inflight" or row in turn.state.nameless:
        return not _repeated(turn, row) and not (past and _too_old(turn, row, message))
    if past or row.doubt == "look":
        return False
    return doubts.within(row, message.at) and not contested(turn, row)


def _may_have_left(row: Outgoing) -> bool:
    """It was written, in this try or in an earlier one."""
    return row.since is not None and (row.phase != "handed" or row.attempt > 1)


def _too_old(turn: Turn, row: Outgoing, message: Message) -> bool:
    """It was there before the row was handed over; no clock can tell that better than its place."""
    anchor = turn.find(row.after)
    if anchor is None or anchor.at is None or message.at is None:
        return not doubts.within(row, message.at)
    return message.at < anchor.at or not doubts.within(row, message.at)
