"""Where messages may be missing: the hole since the link was lost, and rows that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.effects import Notify, Recall
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wschat_tui.state.history.archive_inputs import GapAsked
    from wschat_tui.state.model import Room
    from wschat_tui.state.turn import Turn

START = ":start"
"""How the hole of a room begins that was empty: all that was said since is below it."""

GARBLED = "Part of this room's history could not be read, so messages may be missing here."


def start(scope: str) -> str:
    """The hole that begins above all that is said in a room."""
    return f"{START}:{scope}"


def id_of(hole: str) -> str:
    """The id of the row that says that something may be missing below a message."""
    return f"gap:{hole}"


def is_start(hole: str) -> bool:
    """It is above all that was said: the room was empty."""
    return hole.startswith(START)


def hole_of(gap: str) -> str:
    """The message above such a row."""
    return gap.removeprefix("gap:")


def part(turn: Turn, scope: str) -> None:
    """Nothing of a room is heard from here on: what is said in it may be missing later."""
    room = turn.room_for(scope)
    newest = next((one for one in reversed(turn.messages(scope)) if one.named), None)
    empty = start(scope) if room.history == "complete" else ""
    hole = newest.id if newest is not None else empty
    if hole != room.hole:
        mark(turn, scope)
    turn.change_room(scope, hole=hole, hole_at=newest.at if newest is not None else None)


def mend(turn: Turn, scope: str) -> None:
    """Nothing is missing below the hole; while the link is lost, more may be missing again."""
    turn.change_room(scope, hole="", hole_at=None)
    unheard(turn, scope)


def unheard(turn: Turn, scope: str) -> None:
    """A page that comes while the link is lost tells of the time before: the hole is here now."""
    if turn.state.link.phase != "online":
        part(turn, scope)


def mark(turn: Turn, scope: str) -> None:
    """A row says that messages may be missing below the hole, since nobody can tell now."""
    room = turn.room_for(scope)
    hole, gap_id = room.hole, id_of(room.hole)
    turn.change_room(scope, hole="", hole_at=None)
    if not hole or turn.find(gap_id) is not None:
        return
    at, lines = turn.spot(scope, hole), turn.messages(scope)
    when = lines[at].at if at >= 0 else room.hole_at
    gap = Message(gap_id, scope, "", SafeText(""), when, kind="gap")
    if at >= 0 or is_start(hole):
        turn.lay(scope, [*lines[: at + 1], gap, *lines[at + 1 :]])
        return
    turn.change_room(scope, parted_above=True)
    turn.recount(scope)
    if room.above:
        turn.keep((gap,))


def close(turn: Turn, scope: str, hole: str) -> None:
    """What was missing below a message is here: the row that said so goes."""
    gap, room = turn.find(id_of(hole)), turn.room_for(scope)
    if gap is not None:
        turn.remove(gap)
    elif room.above and room.hole != hole:
        turn.forget(id_of(hole))
    if room.hole == hole:
        mend(turn, scope)


def ask(turn: Turn, asked: GapAsked) -> None:
    """Ask the server for what may be missing at a row, upwards from the message below it."""
    gap = turn.find(asked.gap)
    room = turn.room(gap.scope) if gap is not None and gap.kind == "gap" else None
    if gap is None or room is None or room.asked:
        return
    if room.history == "absent":
        turn.emit(Notify("This server keeps no history to ask.", "warning", room.scope))
    elif turn.state.link.phase != "online":
        turn.emit(Notify("Not connected; ask again once you are.", "warning", room.scope))
    else:
        turn.change_room(room.scope, asked=gap.id)
        before = _below(turn, gap)
        turn.emit(Recall(room.scope, "", before, hole_of(gap.id), 1, gap.at))


def tell_garbled(turn: Turn, scope: str) -> None:
    """Say once of a room that is open that the server's history has what cannot be read."""
    room = turn.room(scope)
    if room is not None and room.garbled == "untold" and scope == turn.state.focus:
        turn.change_room(scope, garbled="told")
        turn.emit(Notify(GARBLED, "warning", scope))


def _below(turn: Turn, gap: Message) -> str:
    """The next message below a row; empty where none is, so that the newest page is meant."""
    past = turn.state.past
    at, lines = turn.spot(gap.scope, gap.id), turn.messages(gap.scope)
    if at < 0:
        shown = past.messages if past is not None else ()
        at = next((at for at, one in enumerate(shown) if one.id == gap.id), len(shown))
        lines = [*shown[at:], *lines]
        at = 0
    return next((one.id for one in lines[at + 1 :] if one.named), "")


def bridged(turn: Turn, scope: str, known: Sequence[str]) -> None:
    """A page has no gaps: rows between two of its messages that say otherwise go."""
    spots = [spot for one in known if (spot := turn.spot(scope, one)) >= 0]
    if not spots:
        return
    between = turn.messages(scope)[min(spots) : max(spots)]
    for gap in [one for one in between if one.kind == "gap"]:
        close(turn, scope, hole_of(gap.id))


def settle(turn: Turn, room: Room) -> None:
    """A room that is left is heard no more: what is kept of it ends with such a row."""
    part(turn, room.scope)
    if turn.state.archive == "ready" and turn.room_for(room.scope).hole:
        mark(turn, room.scope)
