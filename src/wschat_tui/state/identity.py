"""Who I am, where nobody could tell at the start: what was kept is read again with new eyes."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from rpds import HashTrieMap

from wschat_tui.protocol.scopes import canonical
from wschat_tui.state.history import gaps
from wschat_tui.state.history.archive_effects import KeepOperation, KeepOutgoing
from wschat_tui.state.outbox.doubts import Check
from wschat_tui.state.reading import mentions
from wschat_tui.state.tally import unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.state.model import Message, Outgoing, Room, State
    from wschat_tui.state.turn import Turn


def learn(turn: Turn, user: str) -> None:
    """This user's id became known: direct chats get their one spelling, and all is counted anew.

    What is known already stands: the first source in the protocol's order wins.
    """
    if turn.state.me or not user:
        return
    turn.set(me=user)
    for room in turn.rooms():
        scope = canonical(room.scope, user)
        if scope != room.scope:
            _move(turn, room, scope)
    for room in turn.rooms():
        _read_again(turn, room.scope)
    _address_again(turn)


def _move(turn: Turn, room: Room, scope: str) -> None:
    """Both spellings of a direct chat become one room, in order of time."""
    lines = [_moved(message, scope) for message in turn.messages(room.scope)]
    seen = _seen(turn, room.scope) | _seen(turn, scope)
    turn.drop_room(room.scope)
    hole = gaps.start(scope) if gaps.is_start(room.hole) else room.hole
    room = replace(room, scope=scope, messages=(), hole=hole)
    there = turn.room(scope)
    if there is None:
        turn.put(room)
    else:
        turn.put(_joined(there, room))
        both = {one.id: one for one in (*turn.messages(scope), *lines)}
        lines = sorted(both.values(), key=lambda one: one.at or 0)
        turn.change_room(scope, last_read=_mark(turn, scope, lines, seen))
    turn.lay(scope, lines)


def _moved(message: Message, scope: str) -> Message:
    above_all = message.kind == "gap" and gaps.is_start(gaps.hole_of(message.id))
    name = gaps.id_of(gaps.start(scope)) if above_all else message.id
    return replace(message, scope=scope, id=name)


def _seen(turn: Turn, scope: str) -> frozenset[str]:
    """What is no news in a room."""
    room = turn.room(scope)
    lines = turn.messages(scope) if room is not None else []
    news = {one.id for one in unread(lines, room.last_read, turn.state.me)} if room else set()
    return frozenset(one.id for one in lines) - news


def _mark(turn: Turn, scope: str, lines: Sequence[Message], seen: frozenset[str]) -> str:
    """How far both are read: what was seen below news is news once more, and nothing is skipped."""
    read = [one.id for one in takewhile(lambda one: one.id in seen, lines) if one.named]
    before = turn.room_for(scope).last_read
    return read[-1] if read else "" if any(one.id == before for one in lines) else before


def _joined(there: Room, room: Room) -> Room:
    drafts, receipts, members = there.drafts, there.receipts, there.members
    for thread, text in room.drafts.items():
        other = drafts.get(thread)
        drafts = drafts.insert(thread, f"{other}\n{text}" if other else text)
    for user, read in room.receipts.items():
        receipts = receipts.insert(user, receipts.get(user) or read)
    for user in room.members:
        members = members.insert(user)
    parted = min((there, room), key=_how_old_the_hole_is)
    return replace(
        there,
        hole=parted.hole,
        hole_at=parted.hole_at,
        last_read=there.last_read or room.last_read,
        divider=there.divider or room.divider,
        drafts=drafts,
        receipts=receipts,
        members=members,
    )


def _how_old_the_hole_is(room: Room) -> tuple[bool, bool, int]:
    return (not room.hole, not gaps.is_start(room.hole), room.hole_at or 0)


def _read_again(turn: Turn, scope: str) -> None:
    me = turn.state.me
    for message in tuple(turn.messages(scope)):
        author = message.author or (me if message.op_id else "")
        called = author != me and mentions(turn.state, message.body)
        missed = message.kind == "call" and message.mentions_me
        turn.change(message, author=author, mentions_me=called or missed)
    typing = tuple(one for one in turn.room_for(scope).typing if one.user != me)
    turn.change_room(scope, typing=typing)
    turn.recount(scope)


def _address_again(turn: Turn) -> None:
    """What is on its way goes by the new spelling too."""
    state = turn.state
    outbox = tuple(_addressed(row, state.me) for row in state.outbox)
    for row, before in zip(outbox, state.outbox, strict=True):
        if row is not before:
            turn.emit(KeepOutgoing(row))
    operations = state.operations
    for operation in state.operations.values():
        scope = canonical(operation.scope, state.me)
        if scope != operation.scope:
            moved = replace(operation, scope=scope)
            operations = operations.insert(operation.op_id, moved)
            turn.emit(KeepOperation(moved))
    turn.set(
        focus=canonical(state.focus, state.me),
        outbox=outbox,
        nameless=tuple(_addressed(row, state.me) for row in state.nameless),
        operations=operations,
        checks=_looked_at(state),
    )


def _looked_at(state: State) -> HashTrieMap[str, Check]:
    checks: HashTrieMap[str, Check] = HashTrieMap()
    for check in state.checks.values():
        scope = canonical(check.scope, state.me)
        moved, other = replace(check, scope=scope), checks.get(scope)
        checks = checks.insert(scope, moved if other is None else _both(moved, other))
    return checks


def _both(one: Check, other: Check) -> Check:
    """Look for what either looked for, from the newest page on, with the next tick."""
    rows = tuple(dict.fromkeys((*other.rows, *one.rows)))
    begun = min(one.begun_at, other.begun_at)
    return Check(one.scope, f"{other.name}+{one.name}", rows, begun, begun)


def _addressed(row: Outgoing, me: str) -> Outgoing:
    scope = canonical(row.scope, me)
    return row if scope == row.scope else replace(row, scope=scope)
