"""The past of rooms: asked for page by page, from the disk where it has more, else the server."""

from wschat_tui.state.effects import Recall
from wschat_tui.state.history import gaps, looking, past
from wschat_tui.state.history.archive_effects import ReadPage
from wschat_tui.state.history.keeping import oldest_kept
from wschat_tui.state.inputs import OlderAsked
from wschat_tui.state.model import MAX_LOADED, PAGE, WINDOW, Room
from wschat_tui.state.turn import Turn

DEEP = 1_000
"""Messages that a live window grows to by scrolling; what is above them is shown as past."""

ENOUGH = 200
"""Messages that an open room has loaded, where there are as many."""

LOOKED_AT = 200
"""Unread messages that are loaded when the link comes back, to see whether they are still there."""

BESIDE = 50
"""Messages read above the first new one."""


def fill(turn: Turn, scope: str) -> None:
    """Fetch the newest page of a room, the first time that it is seen."""
    room = turn.room(scope)
    if room is not None and room.history == "unknown" and turn.state.link.phase == "online":
        turn.change_room(scope, history="loading")
        turn.emit(Recall(scope, hole=room.hole, hole_at=room.hole_at))


def deepen(turn: Turn, scope: str) -> None:
    """Read more of a room that is opened: all that is new, where it is not endless.

    Where the window would not hold it, the place where it begins is shown as a stretch of the past.
    """
    room, lines = turn.room(scope), turn.messages(scope)
    if room is None or turn.state.archive not in ("ready", "reading") or room.reading:
        return
    wanted = room.unread_above + BESIDE
    fits = room.unread_above < DEEP and len(lines) + wanted <= WINDOW
    if room.unread_above and not fits:
        past.begin_at_news(turn, room)
    elif room.above and (len(lines) < ENOUGH or (room.unread_above and fits)):
        _read(turn, room, min(max(PAGE, wanted), DEEP))
    elif room.history == "unknown" and not oldest_kept(lines):
        turn.change_room(scope, reading=True)
        turn.emit(ReadPage(scope, "newest"))


def older(turn: Turn, asked: OlderAsked) -> None:
    """Fetch the page above what is shown, unless one is on its way or all are here."""
    fill(turn, asked.scope)
    room, lines = turn.room(asked.scope), turn.messages(asked.scope)
    if room is None:
        return
    kept = turn.state.archive in ("ready", "reading")
    more = room.above or room.history == "more"
    deep = len(lines) >= DEEP and room.scope == turn.state.focus
    if kept and more and deep and turn.state.past is None:
        past.begin(turn, room)
    shown = turn.state.past
    if shown is not None and shown.scope == room.scope:
        past.older(turn, room, shown)
    elif room.above:
        _read(turn, room, PAGE)
    elif len(lines) < MAX_LOADED:
        past.ask_server(turn, room, next((one.id for one in lines if one.named), ""))


def link_up(turn: Turn) -> None:
    """Look for what was missed: first in the open room, then in all where anything is known.

    Where more than this run is counted, the others are looked at, too: what comes later is news.
    """
    turn.set(ended="")
    looking.begin_in_past(turn)
    rooms = sorted(turn.rooms(), key=lambda room: room.scope != turn.state.focus)
    for room in rooms:
        known = room.history != "unknown" or room.scope == turn.state.focus
        if room.joined and (known or turn.messages(room.scope) or turn.state.archive == "ready"):
            refresh(turn, room)


def link_down(turn: Turn) -> None:
    """From here on nothing is heard."""
    if turn.state.link.phase == "online":
        for room in turn.rooms():
            gaps.part(turn, room.scope)


def refresh(turn: Turn, room: Room) -> None:
    """Look for what was missed in a room, and for what became of what is unread there."""
    if room.above and room.unread_above and room.unread <= LOOKED_AT:
        _read(turn, room, room.unread_above + 1)
    if room.history == "absent":
        gaps.mark(turn, room.scope)
    elif room.history == "unknown":
        fill(turn, room.scope)
    elif turn.state.link.phase == "online":
        turn.emit(Recall(room.scope, hole=room.hole, hole_at=room.hole_at))


def _read(turn: Turn, room: Room, limit: int) -> None:
    """Have a page read that goes above what is loaded."""
    anchor = oldest_kept(turn.messages(room.scope))
    if anchor and not room.reading:
        turn.change_room(room.scope, reading=True)
        turn.emit(ReadPage(room.scope, "older", anchor, limit))
