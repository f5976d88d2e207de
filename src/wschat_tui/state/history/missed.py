"""What was missed: the server's pages are followed upwards until they meet what is known."""

from dataclasses import replace

from wschat_tui.state import attention
from wschat_tui.state.effects import Recall
from wschat_tui.state.history import gaps, looking, past
from wschat_tui.state.inputs import HistoryLoaded
from wschat_tui.state.model import WINDOW, Message, Room
from wschat_tui.state.reading import message_from
from wschat_tui.state.turn import SLACK, Turn

BACK = 100
"""Pages that are asked for on the way back to a message that is known."""

FAR = 400
"""The same in the room that is open, where the disk keeps what the window does not hold."""

LOOKED_THROUGH = 4
"""Pages that are asked for to see what became of what is unread while nobody listened."""


def reaches(turn: Turn, room: Room, page: HistoryLoaded) -> bool:
    """Nothing between the page and what was known before the hole is missing."""
    if not page.more:
        return True
    gap = turn.spot(room.scope, gaps.id_of(page.hole))
    edge = turn.spot(room.scope, page.hole) if room.hole == page.hole else gap
    if edge < 0 and room.hole != page.hole:
        edge = len(turn.messages(room.scope))
    spots = (turn.spot(room.scope, event.id) for event in page.messages)
    return any(0 <= spot <= edge for spot in spots) or _passes(turn, page)


def told(
    turn: Turn, room: Room, page: HistoryLoaded, messages: list[Message], *, reached: bool
) -> None:
    """A page of what may have been missed stands in its place: say what it proves, and go on."""
    if reached:
        if not past.holds(turn, page.before):
            past.end_at(turn, gaps.id_of(page.hole))
        gaps.close(turn, room.scope, page.hole)
    looking.take_out(turn, replace(page, scope=room.scope), messages)
    _mend(turn, room, page, messages, reached=reached)
    begin_at_news(turn, room.scope)


def stay(turn: Turn, scope: str, page: HistoryLoaded) -> None:
    """What was missed outgrows the window: what the user looks at stays, until they go to it.

    Who went to the end meanwhile, or wrote something there, is left there.
    """
    room, lines = turn.room_for(scope), turn.messages(scope)
    cut = len(lines) - WINDOW if len(lines) > WINDOW + SLACK else 0
    read, gap = turn.spot(scope, room.last_read), turn.spot(scope, gaps.id_of(page.hole))
    end = max(read, gap, 0 if gaps.is_start(page.hole) else -1) + 1
    shown = scope == turn.state.focus and turn.state.past is None and turn.state.ended != scope
    if page.hole and end and read < cut and shown and turn.state.archive == "ready":
        past.wait_for_news(turn, room, end)


def begin_at_news(turn: Turn, scope: str) -> None:
    """All that was missed is here, or no more can be had: show where it begins."""
    room = turn.room_for(scope)
    if not (room.hole or room.asked) and past.is_awaiting(turn, scope):
        if room.unread:
            past.begin_at_news(turn, room)
        else:
            turn.set(past=None)


def _passes(turn: Turn, page: HistoryLoaded) -> bool:
    """The hole itself is in the page, or something from before it, loaded or not."""
    ids = {event.id for event in page.messages}
    if page.hole in ids:
        return True
    times = [message_from(event, turn.state).at for event in page.messages[:1]]
    when = page.hole_at
    return when is not None and any(at is not None and at < when for at in times)


def _mend(
    turn: Turn, room: Room, page: HistoryLoaded, told: list[Message], *, reached: bool
) -> None:
    """Follow the pages up to the hole, and on through what is unread; or say what is left."""
    scope, first = room.scope, told[0].id if told else ""
    goes_on = (
        page.more
        and first not in ("", page.before)
        and page.pages < (_looked_through(turn, room, told) if reached else _most(turn, scope))
    )
    if goes_on and (turn.state.archive == "ready" or turn.spot(scope, first) >= 0):
        turn.change_room(scope, asked="" if reached else gaps.id_of(page.hole))
        pages = page.pages + 1
        turn.emit(Recall(scope, page.cursor, first, page.hole, pages, page.hole_at))
    else:
        turn.change_room(scope, asked="")
        if reached:
            looking.begin(turn, scope, page, first)
    news = attention.first_unread(turn, turn.room_for(scope))
    divider = turn.room_for(scope).divider
    if scope == turn.state.focus and news:
        higher = turn.spot(scope, news) < turn.spot(scope, divider)
        passed = turn.spot(scope, divider) <= turn.spot(scope, room.last_read) != -1
        if not room.unread or passed or (divider and higher):
            turn.change_room(scope, divider=news)


def _most(turn: Turn, scope: str) -> int:
    """Pages that are asked for, one after another, to reach what is known."""
    return FAR if turn.state.archive == "ready" and scope == turn.state.focus else BACK


def _looked_through(turn: Turn, room: Room, told: list[Message]) -> int:
    """Pages that are asked for where something is unread from before, above the page."""
    read = turn.spot(room.scope, room.last_read)
    unseen = room.unread and told and turn.spot(room.scope, told[0].id) > max(read, 0)
    return LOOKED_THROUGH if unseen else 0
