"""Looking at the server's history for messages in doubt, before anything is sent again.

After a reconnect the server gets a moment to settle; then pages of the room's history are read
until what it had before is reached. A message that is there is delivered, one that is not is
queued again, and one of which the history does not tell for certain is the user's to decide.
Meanwhile nothing else goes out to that room, so that the order holds; never for long.
"""

from dataclasses import replace

from wschat_tui.protocol.scopes import canonical
from wschat_tui.state.effects import Notify, Verify
from wschat_tui.state.inputs import Unverified, Verified
from wschat_tui.state.model import NEVER_AGAIN, Message, Outgoing
from wschat_tui.state.outbox import doubts, echoes, outbox, placing
from wschat_tui.state.outbox.doubts import Check
from wschat_tui.state.reading import message_from
from wschat_tui.state.turn import Turn

SETTLE = 2_000
"""Milliseconds after a reconnect in which a message written before may still be taken."""

PATIENCE = 30_000
"""Milliseconds after which a history that cannot be read, or lags, is waited for no more."""

RETRY = 2_000
"""Milliseconds between two tries to read a history that fails or lags."""

MAX_PAGES = 40
"""Pages read before the user is asked instead."""

LOOKING = "Not confirmed yet; looking whether it arrived"
NO_HISTORY = "Not confirmed, and this server keeps no history that would tell"
UNREAD = "Not confirmed, and the server's history could not be read"
UNCLEAR = "Not confirmed; the server has something like it that may or may not be this"
ELSEWHERE = "Not confirmed; what the server has may be from another device of yours"
MISSING = "Not confirmed, and the server's history does not have it"

_AT_THE_NEXT_TICK = 1 << 62


def link_up(turn: Turn, at: int) -> None:
    """Look for all that is in doubt since the connection was lost, or the program ended.

    Also for what the user was asked about: the server may have taken it after all, and then asking
    is over. That holds up nothing.
    """
    asked: dict[str, list[str]] = {}
    for row in turn.state.outbox:
        if row.doubt == "look":
            asked.setdefault(row.scope, [])
        elif row.doubt == "ask" and at - (row.sent_at or 0) < doubts.DAY:
            asked.setdefault(row.scope, []).append(row.op_id)
    for scope, op_ids in asked.items():
        _begin(turn, scope, at, *op_ids)


def link_down(turn: Turn) -> None:
    """What was asked for does not come any more; what is in doubt is looked for later."""
    for scope in turn.state.checks:
        _end(turn, scope)


def look(turn: Turn, row: Outgoing, at: int = _AT_THE_NEXT_TICK) -> None:
    """Look for one that got no ack in time, or was given up, while the connection is up."""
    check = turn.state.checks.get(row.scope)
    looked_for = check is not None and row.op_id in check.rows
    if turn.state.link.phase == "online" and not looked_for:
        _begin(turn, row.scope, at, row.op_id)


def tick(turn: Turn, at: int) -> None:
    """Ask for the page that is due, and give up after a while. A clock set back begins anew."""
    for scope, check in sorted(turn.state.checks.items()):
        waited = at - check.begun_at
        if waited < 0:
            _keep(turn, replace(check, begun_at=at, due=at + SETTLE))
        elif turn.room_for(scope).history == "absent":
            _undecided(turn, check, NO_HISTORY)
        elif waited >= PATIENCE:
            _undecided(turn, check, UNREAD)
        elif check.due is not None and at >= check.due:
            witness = echoes.newest(turn, scope)
            _keep(turn, replace(check, due=None, witness=witness, pages=1, seen=(), skipped=0))
            turn.emit(Verify(scope, check.name))


def verified(turn: Turn, told: Verified) -> None:
    """A page came: read on until what was there before is reached, then judge."""
    scope = canonical(told.scope, turn.state.me)
    check = turn.state.checks.get(scope)
    if check is None or check.name != told.check or check.due is not None:
        return
    page = [replace(message_from(one, turn.state), scope=scope) for one in told.messages]
    seen = (*_kept(turn, check, page), *check.seen)
    check = _keep(turn, replace(check, seen=seen, skipped=check.skipped + told.skipped))
    reached = _reaches(turn, check, page, more=told.more and bool(page))
    if reached == "end":
        _judge(turn, check)
    elif reached == "short":
        _keep(turn, replace(check, due=told.at + RETRY))
    elif check.pages >= MAX_PAGES:
        _undecided(turn, check, UNREAD)
    else:
        _keep(turn, replace(check, pages=check.pages + 1))
        turn.emit(Verify(scope, check.name, told.cursor, page[0].id))


def unverified(turn: Turn, told: Unverified) -> None:
    """A page could not be had: try again for a while, unless there is no history at all."""
    scope = canonical(told.scope, turn.state.me)
    check = turn.state.checks.get(scope)
    if check is None or check.name != told.check:
        return
    if told.absent:
        _undecided(turn, check, NO_HISTORY)
    else:
        _keep(turn, replace(check, due=told.at + RETRY))


def worded(turn: Turn, why: str) -> str:
    """Why a message is in doubt, and what the settings make of that."""
    return f"{why}{NEVER_AGAIN}" if turn.state.resend == "never" else why


def _begin(turn: Turn, scope: str, at: int, *op_ids: str) -> None:
    was = turn.state.checks.get(scope)
    looked = (row.op_id for row in turn.state.outbox if row.scope == scope and row.doubt == "look")
    rows = dict.fromkeys((*(was.rows if was is not None else ()), *looked, *op_ids))
    check = Check(scope, f"{next(iter(rows))}.{at}", tuple(rows), at, at + SETTLE)
    if turn.room_for(scope).history == "absent":
        _undecided(turn, check, NO_HISTORY)
        return
    _keep(turn, check)
    for row in _rows(turn, check):
        if row.phase == "unconfirmed" and row.doubt == "look":
            outbox.mark(turn, row, "unconfirmed", LOOKING)


def _keep(turn: Turn, check: Check) -> Check:
    if turn.state.checks.get(check.scope) != check:
        turn.set(checks=turn.state.checks.insert(check.scope, check))
    return check


def _end(turn: Turn, scope: str) -> None:
    if scope in turn.state.checks:
        turn.set(checks=turn.state.checks.remove(scope))


def _rows(turn: Turn, check: Check) -> list[Outgoing]:
    """What a check is for and is not settled otherwise meanwhile, in the order of the outbox."""
    waits = ("unconfirmed", "queued", "discarded")
    rows = (row for row in turn.state.outbox if row.op_id in check.rows)
    return [row for row in rows if row.phase in waits and row.doubt]


def _anchors(turn: Turn, check: Check) -> set[str]:
    """What a history must have that is whole as far as it matters."""
    return {check.witness, *(row.after for row in _rows(turn, check))} - {""}


def _kept(turn: Turn, check: Check, page: list[Message]) -> list[Message]:
    """What of a page may matter: my messages, and the places that are looked for."""
    me, anchors = turn.state.me, _anchors(turn, check)
    return [one for one in page if not me or one.author == me or one.id in anchors]


def _reaches(turn: Turn, check: Check, page: list[Message], *, more: bool) -> str:
    """end: all that matters was read; more: the next page is needed; short: it lags behind."""
    ids = {message.id for message in check.seen}
    whole = _anchors(turn, check) <= ids
    loose = [row.since or 0 for row in _rows(turn, check) if not row.after]
    begun = min(loose, default=None)
    if begun is not None and more:
        oldest = page[0].at
        whole = whole and oldest is not None and oldest < begun - doubts.NEAR
    if whole:
        return "end"
    return "more" if more else "short"


def _judge(turn: Turn, check: Check) -> None:
    """Of each message: it is there, it is not, or the history does not tell."""
    _end(turn, check.scope)
    taken: set[str] = set()
    rows = _rows(turn, check)
    for row in rows:
        if row.phase != "discarded":
            _judge_one(turn, row, check, taken)
    for row in rows:
        if row.phase == "discarded":
            outbox.drop(turn, row)


def _judge_one(turn: Turn, row: Outgoing, check: Check, taken: set[str]) -> None:
    read = {one.id for one in check.seen}
    heard = (one for one in doubts.below(row, turn.messages(row.scope)) if one.id not in read)
    there = (*doubts.below(row, check.seen), *(one for one in heard if one.named))
    mine = [one for one in there if _free(turn, row, one, taken)]
    same = _same(row, mine)
    alike = [one for one in mine if doubts.likeness(row, one) != "none"]
    if same is None and not any(_may_be(row, one) for one in alike):
        if check.skipped:
            _decide(turn, row, UNREAD)
        else:
            _absent(turn, row)
    elif same is None or not turn.state.me:
        _decide(turn, row, UNCLEAR)
    elif _foreign(turn, row, check):
        taken.add(same.id)
        _decide(turn, row, ELSEWHERE)
    else:
        taken.add(same.id)
        outbox.found(turn, row, same)
        placing.place(turn, same.id)


def _free(turn: Turn, row: Outgoing, message: Message, taken: set[str]) -> bool:
    """Nobody else's: not another row's, and not known as mine by an ack."""
    known, me = turn.find(message.id), turn.state.me
    if message.id in taken or (me and message.author != me):
        return False
    if known is None:
        return message.id == row.op_id or not echoes.is_taken(turn, message.id)
    return known.op_id in ("", row.op_id)


def _same(row: Outgoing, mine: list[Message]) -> Message | None:
    for message in mine:
        exact = message.id == row.op_id or doubts.likeness(row, message) == "same"
        if exact and doubts.within(row, message.at):
            return message
    return None


def _may_be(row: Outgoing, message: Message) -> bool:
    """It is not so old that it can be none of this row's, whatever the clocks say."""
    return message.at is None or message.at >= (row.since or 0) - doubts.DAY


def _foreign(turn: Turn, row: Outgoing, check: Check) -> bool:
    known = [turn.find(one.id) or one for one in reversed(check.seen)]
    return echoes.contested(turn, row) or echoes.foreign(turn, row, known)


def _absent(turn: Turn, row: Outgoing) -> None:
    """The server does not have it: it goes out again, in its turn, unless others went before it."""
    if row.doubt == "look":
        outbox.mark(turn, row, "queued", doubt="")
    else:
        outbox.mark(turn, row, "unconfirmed", worded(turn, MISSING))


def _undecided(turn: Turn, check: Check, why: str) -> None:
    """The history tells nothing."""
    _end(turn, check.scope)
    for row in _rows(turn, check):
        if row.doubt == "look":
            _decide(turn, row, why)


def _decide(turn: Turn, row: Outgoing, why: str) -> None:
    """What becomes of a message of which the history does not tell: what the settings say."""
    policy = turn.state.resend
    if row.phase == "discarded":
        outbox.drop(turn, row)
    elif row.phase == "queued":
        outbox.mark(turn, row, "queued", doubt="")
    elif policy == "auto" and row.doubt == "look":
        text = "What was not confirmed is sent again, as you set it; the others may see it twice."
        turn.emit(Notify(text, "warning", row.scope))
        outbox.mark(turn, row, "queued", doubt="")
    else:
        outbox.mark(turn, row, "unconfirmed", worded(turn, why), doubt="ask")
