"""What became of messages that were read before the link was lost: the server's pages tell.

A page is a row of neighbours. What stands below one message of a page and above the next, and was
known before the link was lost, is no more at the server; so is what stands between the newest of a
page and the message before which it was asked for. Nothing else is proof: a page tells nothing of
what is above or below it, of rows of it that could not be read, of replies where it has none at
all, of what came after the server was asked, and of mine whose sending it may not have settled.
"""

from collections.abc import Sequence

from wschat_tui.state import changes
from wschat_tui.state.effects import Recall
from wschat_tui.state.inputs import HistoryLoaded
from wschat_tui.state.model import Message
from wschat_tui.state.turn import Turn

LOOK = ":look"
"""In place of a hole: the page is asked for what it says of messages that are known."""

READ = {True: 150, False: 30}
"""Messages above the hole of which the server is asked: in the room that is open, and in others."""

PAGES = {True: 3, False: 1}
"""Pages that this takes at most."""

PAGES_OF_PAST = 25
"""Pages at most that tell of the past that is shown."""


def begin(turn: Turn, scope: str, page: HistoryLoaded, first: str) -> None:
    """Look on above a page that reached the hole, where it tells of little that was read."""
    at, until = turn.spot(scope, first), page.hole_at
    if not page.more or at <= 0 or until is None:
        return
    told = sum(one.at is not None and one.at <= until for one in turn.messages(scope)[at:])
    if told < READ[scope == turn.state.focus]:
        turn.emit(Recall(scope, "", first, LOOK, 1, until))


def begin_in_past(turn: Turn) -> None:
    """Look what became of the past that is shown, from its end upwards."""
    past = turn.state.past
    room = turn.room(past.scope) if past is not None else None
    if past is None or room is None or room.history in ("absent", "unknown"):
        return
    last = next((one for one in reversed(past.messages) if one.named and one.at is not None), None)
    if last is not None:
        turn.emit(Recall(room.scope, "", last.id, LOOK, 1, last.at))


def is_wanted(turn: Turn, page: HistoryLoaded) -> bool:
    """What was looked for is shown still."""
    return page.before in _spots(turn, page)


def follow(turn: Turn, page: HistoryLoaded, first: str) -> None:
    """Look on above a page, as far as is meant."""
    scope = page.scope
    in_window = turn.spot(scope, page.before) >= 0
    pages = PAGES[scope == turn.state.focus] if in_window else PAGES_OF_PAST
    higher = _spots(turn, page).get(first, 0) > 0 and first != page.before
    if page.more and higher and page.pages < pages:
        turn.emit(Recall(scope, page.cursor, first, LOOK, page.pages + 1, page.hole_at))


def take_out(turn: Turn, page: HistoryLoaded, told: Sequence[Message]) -> None:
    """What was known before the hole, and is not in the page that spans its place, was taken out.

    Both place and time must say so.
    """
    lines, spots = _lines(turn, page), _spots(turn, page)
    head = next((one for one in told if one.id in spots or _is_above(one, lines)), None)
    if page.skipped or page.hole_at is None or head is None or head.at is None:
        return
    if page.older and page.before not in spots:
        return
    end = spots[page.before] if page.older else len(lines)
    replies = any(one.parent_id for one in told)
    ids = {event.id for event in page.messages}
    for one in tuple(lines[spots.get(head.id, -1) + 1 : end]):
        known = one.named and not one.op_id and (replies or not one.parent_id)
        if known and one.id not in ids and one.at is not None and head.at < one.at <= page.hole_at:
            changes.delete(turn, one, hard=True)


def _lines(turn: Turn, page: HistoryLoaded) -> Sequence[Message]:
    """The stretch of the past or the window of which a page tells."""
    past = turn.state.past
    if past is not None and page.older and turn.spot(page.scope, page.before) < 0:
        return past.messages if past.scope == page.scope else ()
    return turn.messages(page.scope)


def _spots(turn: Turn, page: HistoryLoaded) -> dict[str, int]:
    return {one.id: at for at, one in enumerate(_lines(turn, page))}


def _is_above(message: Message, lines: Sequence[Message]) -> bool:
    """It is older than all of these."""
    oldest = next((one.at for one in lines if one.named), None)
    return message.at is not None and oldest is not None and message.at < oldest
