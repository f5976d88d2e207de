"""Direct chats that somebody began while nobody listened: no room of mine asks for those.

After a time away, everybody who is known and has no direct chat with me is looked up, some at a
tick. What they wrote after the last message that was heard, and after my own last word, is news.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rpds import HashTrieSet

from wschat_tui.protocol.scopes import canonical, kind_of
from wschat_tui.state import messages
from wschat_tui.state.effects import Recall
from wschat_tui.state.reading import message_from
from wschat_tui.state.resolve import direct_scope
from wschat_tui.state.tally import counts

if TYPE_CHECKING:
    from wschat_tui.state.inputs import HistoryLoaded
    from wschat_tui.state.model import Message, Room
    from wschat_tui.state.turn import Turn

LOOK = ":approach"
"""In place of a hole: the page is asked for whether somebody wrote."""

AT_A_TICK = 10
MOST = 300
"""People who are looked up after one time away."""


def link_up(turn: Turn, *, again: bool) -> None:
    """Begin to look. `again`: this client was online before, so all that is unknown is news."""
    times = [_heard(room) for room in turn.rooms()]
    heard = max((at for at in times if at is not None), default=0 if again else None)
    turn.set(heard=heard)
    _look(turn, HashTrieSet())


def look(turn: Turn) -> None:
    """Ask for the chats of some more people."""
    if turn.state.link.phase == "online":
        _look(turn, turn.state.approached)


def _look(turn: Turn, approached: HashTrieSet[str]) -> None:
    state = turn.state
    if state.heard is None or not state.me:
        return
    unasked = (one for one in state.people if one != state.me and one not in approached)
    strangers = sorted(one for one in unasked if turn.room(direct_scope(state, one)) is None)
    for user in strangers[: max(min(AT_A_TICK, MOST - len(approached)), 0)]:
        approached = approached.insert(user)
        turn.emit(Recall(direct_scope(state, user), hole=LOOK, hole_at=state.heard))
    if approached != state.approached:
        turn.set(approached=approached)


def news(turn: Turn, page: HistoryLoaded) -> list[Message]:
    """What such a page has that was written since I was away, where no room of mine asks for it."""
    room = turn.room(canonical(page.scope, turn.state.me))
    if page.hole != LOOK or (room is not None and (room.history != "unknown" or room.last_read)):
        return []
    told = [message_from(event, turn.state) for event in page.messages]
    mine = max((at for at, one in enumerate(told) if one.author == turn.state.me), default=-1)
    since = page.hole_at or 0
    late = (one for one in told[mine + 1 :] if one.at is not None and one.at > since)
    return [one for one in late if counts(one, turn.state.me)]


def begin(turn: Turn, page: HistoryLoaded) -> HistoryLoaded:
    """Let the chat begin; answers the page as one of any room."""
    scope = turn.room_for(canonical(page.scope, turn.state.me)).scope
    return replace(page, scope=scope, hole="", hole_at=None)


def tell(turn: Turn, scope: str, found: list[Message]) -> None:
    """Count what was found as unread, and say that somebody wrote."""
    lines = turn.messages(scope)
    at = turn.spot(scope, found[0].id)
    turn.change_room(scope, last_read=lines[at - 1].id if at > 0 else "")
    turn.recount(scope)
    messages.announce(turn, replace(found[-1], scope=scope))


def is_late(turn: Turn, message: Message) -> bool:
    """It was said in a direct chat after the last that was heard before the link was up."""
    heard, at = turn.state.heard, message.at
    if heard is None or at is None:
        return False
    return kind_of(message.scope) == "direct" and at > heard


def absent(turn: Turn) -> None:
    """The server keeps no history: nobody else need be asked for."""
    if turn.state.heard is not None:
        turn.set(heard=None)


def _heard(room: Room) -> int | None:
    """When the newest that is known of a room was posted; 0: nothing had been, when it was read."""
    known = (one.at for one in reversed(room.messages) if one.named)
    empty = 0 if room.history == "complete" else None
    times = (next(known, None), room.hole_at, empty)
    return max((at for at in times if at is not None), default=None)
