"""My messages on their way out: queued, sent one at a time, acked, resent or discarded by hand.

The outbox rule (SECURITY.md): one `chat.send` waits for its ack at a time, so that the order
holds; what provably never left is queued again; what may have arrived is in doubt and is never
sent again without the user's word.
"""

from dataclasses import replace
from typing import Any, Literal

from wschat_tui.protocol.limits import MAX_BODY
from wschat_tui.protocol.requests import ChatSend
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state.effects import GiveBack, Notify
from wschat_tui.state.inputs import DiscardAsked, ResendAsked, Typed
from wschat_tui.state.model import Message, Outgoing
from wschat_tui.state.operations import ACK_TIMEOUT, late
from wschat_tui.state.outbox import checks, echoes, outbox, placing
from wschat_tui.state.outbox.outbox import row_of
from wschat_tui.state.reading import sound, wire_scope
from wschat_tui.state.text import SafeText
from wschat_tui.state.turn import Turn
from wschat_tui.state.wording import request_of

ECHO_TIMEOUT = 2_000
"""Milliseconds after which an echo does without the ack."""

EXPIRY = 86_400_000
"""Milliseconds that a message waits to be sent; after that the user is asked."""

LOST = "The connection was lost before the confirmation"
LATE = f"No confirmation in {ACK_TIMEOUT // 1000} s"
OLD = "It waited for more than a day"


def typed(turn: Turn, said: Typed) -> None:
    """The user posts a message: it is shown at once and goes out in its turn."""
    if not said.text.strip() and not said.attachments:
        return
    text, scope, thread = sound(said.text), canonical(said.scope, turn.state.me), said.parent_id
    size = len(text.encode())
    row = Outgoing(said.op_id, scope, text, thread, said.attachments, "queued", typed_at=said.at)
    if size > MAX_BODY:
        turn.emit(GiveBack(scope, said.text, thread or ""))
        sentence = (
            f"The message has {size:,} bytes and the server takes {MAX_BODY:,}; "
            "it was not sent, shorten it."
        )
        turn.emit(Notify(sentence, "warning", scope))
    elif request_of(turn, ChatSend, **_fields(turn, row)) is None:
        turn.emit(GiveBack(scope, said.text, thread or ""))
    else:
        outbox.add(turn, row, emptied=_empty_composer(turn, row))
        pump(turn)


def announce(turn: Turn, op_id: str, at: int, scope: str, text: str) -> None:
    """Post a sentence in the user's name, and leave alone what stands in the composer."""
    outbox.add(turn, Outgoing(op_id, scope, text, None, (), "queued", typed_at=at))
    pump(turn)


def pump(turn: Turn) -> None:
    """Hand the next queued message to the link, if none waits for its ack and the link is up.

    A room that has to be joined first, or whose history is being looked at, holds up its own
    messages and no others.
    """
    rows = turn.state.outbox
    busy = any(row.phase in ("handed", "inflight") for row in rows)
    if turn.state.link.phase != "online" or busy or not rows:
        return
    closed = _closed(turn)
    row = next((row for row in rows if row.phase == "queued" and row.scope not in closed), None)
    if row is not None:
        _hand_over(turn, row)


def written(turn: Turn, op_id: str, at: int) -> None:
    """A message was handed to the socket: from here on it may have arrived."""
    row = row_of(turn, op_id)
    if row is not None and row.phase == "handed":
        since = at + turn.state.skew if row.attempt == 1 else row.since
        outbox.mark(turn, row, "inflight", sent_at=at, since=since)


def unsent(turn: Turn, op_id: str) -> None:
    """A message provably did not leave: it waits for the next connection."""
    row = row_of(turn, op_id)
    if row is not None and row.phase == "handed":
        _take_back(turn, row)


def acked(turn: Turn, op_id: str, data: Any, at: int) -> bool:
    """The server took a message and named its id. False where the op_id is no message's.

    One that was given up too late is shown again.
    """
    row = row_of(turn, op_id)
    if row is None:
        return False
    if row.phase == "discarded":
        turn.append(echoes.echo(turn, row, row.typed_at))
    outbox.delivered(turn, row, named_by(data), at)
    outbox.drop(turn, row)
    pump(turn)
    return True


def named_by(data: Any) -> str:
    """The message id in an ack's data; empty where there is none."""
    message_id = data.get("message_id") if isinstance(data, dict) else None
    return message_id if isinstance(message_id, str) else ""


def refused(turn: Turn, op_id: str, sentence: SafeText) -> bool:
    """The server, or the link, did not take a message. False where the op_id is no message's."""
    row = row_of(turn, op_id)
    if row is None:
        return False
    if row.phase == "discarded":
        outbox.drop(turn, row)
    else:
        outbox.mark(turn, echoes.unclaim(turn, row), "failed", sentence, doubt="")
    pump(turn)
    return True


def tick(turn: Turn, at: int) -> None:
    """Time passed."""
    overdue(turn, at)
    checks.tick(turn, at)
    pump(turn)


def overdue(turn: Turn, at: int) -> None:
    """An ack that has not come in time leaves a message in doubt: neither lost nor sent twice.

    Where its echo came, and is nobody else's, it is delivered.
    """
    for row in turn.state.outbox:
        waited = late(row.sent_at, at) if row.sent_at is not None else 0
        echoed = row.message_id and waited >= ECHO_TIMEOUT and not echoes.contested(turn, row)
        if row.phase == "inflight" and (echoed or waited >= ACK_TIMEOUT):
            _doubt(turn, row, LATE, at)
            pump(turn)


def expire(turn: Turn, at: int) -> None:
    """What has waited for more than a day may not be meant any more: the user is asked."""
    for row in turn.state.outbox:
        if row.phase == "queued" and 0 < row.typed_at < at - EXPIRY:
            if row.doubt:
                outbox.mark(turn, row, "unconfirmed", OLD, doubt="ask")
            else:
                outbox.mark(turn, row, "failed", OLD)


def link_up(turn: Turn, at: int) -> None:
    """What is in doubt is looked for, and what waited goes out."""
    expire(turn, at)
    checks.link_up(turn, at)
    pump(turn)


def link_down(turn: Turn, poison: str) -> None:
    """What was written may have arrived; what was not goes back to the queue."""
    checks.link_down(turn)
    for row in turn.state.outbox:
        if row.op_id == poison and not row.message_id and row.phase != "discarded":
            sentence = "The server closed the connection over it"
            outbox.mark(turn, row, "failed", sentence, doubt="")
        elif row.phase == "inflight":
            _doubt(turn, row, LOST)
        elif row.phase == "handed":
            _take_back(turn, row)
        elif row.phase == "unconfirmed" and row.doubt == "look":
            outbox.mark(turn, row, "unconfirmed", LOST)


def resend(turn: Turn, asked: ResendAsked) -> bool:
    """Queue a failed or doubtful message again, under the op_id it has.

    Where it is looked for, now or after the next connect, it is sent only if it is not found.
    """
    row = row_of(turn, asked.op_id)
    if row is None:
        return False
    if row.phase == "unconfirmed" and turn.state.resend == "never":
        text = "It may have arrived, and the settings say that such a message is not sent again."
        turn.emit(Notify(f"{text} Copy it with y to post it anew.", "warning", row.scope))
    elif row.phase in ("failed", "unconfirmed"):
        check = turn.state.checks.get(row.scope)
        looked = row.doubt == "look" or (check is not None and row.op_id in check.rows)
        doubt: Literal["look", ""] = "look" if looked and row.doubt else ""
        outbox.mark(turn, row, "queued", doubt=doubt, typed_at=asked.at)
        pump(turn)
    return True


def discard(turn: Turn, asked: DiscardAsked) -> bool:
    """Give a message up. One that is on its way cannot be called back.

    One that the server may have is remembered until its history was looked at, lest it be taken
    for another one with the same words.
    """
    row = row_of(turn, asked.op_id)
    if row is None:
        return False
    if row.phase in ("queued", "failed", "unconfirmed"):
        turn.remove(outbox.shown(turn, row))
        if row.doubt:
            ghost = replace(row, phase="discarded", doubt="look")
            outbox.keep(turn, ghost)
            checks.look(turn, ghost)
        else:
            outbox.drop(turn, row)
        pump(turn)
    return True


def claim_echo(turn: Turn, message: Message, *, past: bool = False) -> bool:
    """The message is the echo of one of mine: it names it, and delivers it where no ack did.

    past: it comes from the history, and not just now.
    """
    row = echoes.claimant(turn, message, past=past)
    if row is None:
        return False
    echoes.name(turn, outbox.shown(turn, row), message)
    if row in turn.state.nameless:
        turn.set(nameless=tuple(one for one in turn.state.nameless if one != row))
        if past:
            placing.place(turn, message.id)
    elif row.phase == "inflight":
        outbox.keep(turn, replace(row, message_id=message.id))
    else:
        outbox.drop(turn, row)
    pump(turn)
    return True


def _empty_composer(turn: Turn, row: Outgoing) -> bool:
    room, thread = turn.room_for(row.scope), row.parent_id or ""
    turn.put(replace(room, drafts=room.drafts.discard(thread), divider="", held=False))
    return thread in room.drafts


def _closed(turn: Turn) -> set[str]:
    """Rooms to which nothing goes out now."""
    rows = (row for row in turn.state.outbox if row.phase != "discarded")
    looked = {row.scope for row in rows if row.doubt == "look"}
    joins = (one.scope for one in turn.state.operations.values() if one.verb == "join")
    return looked.union(joins)


def _hand_over(turn: Turn, row: Outgoing) -> None:
    """What is noted of the first try tells later whether the server has it."""
    since, after = row.since, row.after
    if since is None:
        since = max(row.typed_at, turn.state.now) + turn.state.skew
        after = echoes.newest(turn, row.scope)
    attempt = row.attempt + 1
    outbox.mark(turn, row, "handed", attempt=attempt, since=since, after=after)
    turn.transmit(row.op_id, ChatSend(**_fields(turn, row)))


def _take_back(turn: Turn, row: Outgoing) -> None:
    first = row.attempt == 1
    since, after = (None, "") if first else (row.since, row.after)
    outbox.mark(turn, row, "queued", attempt=row.attempt - 1, since=since, after=after)


def _doubt(turn: Turn, row: Outgoing, why: str, at: int | None = None) -> None:
    """at: the connection is up, so that others go on, and it is looked for behind them."""
    if row.message_id and not echoes.contested(turn, row):
        outbox.drop(turn, row)
        return
    waiting = echoes.unclaim(turn, row)
    if row.message_id or at is not None:
        outbox.mark(turn, waiting, "unconfirmed", checks.worded(turn, why), doubt="ask")
    else:
        outbox.mark(turn, waiting, "unconfirmed", why, doubt="look")
    if at is not None and not row.message_id:
        checks.look(turn, waiting, at)


def _fields(turn: Turn, row: Outgoing) -> dict[str, Any]:
    return {
        "scope": wire_scope(row.scope, turn.state.me),
        "body": row.body,
        "attachments": row.attachments or None,
        "parent_id": row.parent_id,
    }
