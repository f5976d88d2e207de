"""The past of rooms: fetched page by page, woven in, and a row where some of it may be missing."""

from dataclasses import replace
from itertools import takewhile

from wschat_tui.protocol.events import ChatMessage
from wschat_tui.protocol.scopes import canonical, kind_of
from wschat_tui.state import attention, changes, delivery, echoes, messages
from wschat_tui.state.effects import Notify, Recall
from wschat_tui.state.inputs import HistoryFailed, HistoryLoaded, OlderAsked
from wschat_tui.state.model import MAX_LOADED, Message, Room
from wschat_tui.state.reading import message_from
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn
from wschat_tui.state.weaving import woven


def fill(turn: Turn, scope: str) -> None:
    """Fetch the newest page of a room, the first time that it is seen."""
    room = turn.room(scope)
    if room is not None and room.history == "unknown" and turn.state.link.phase == "online":
        turn.change_room(scope, history="loading")
        turn.emit(Recall(scope, hole=room.hole))


def older(turn: Turn, asked: OlderAsked) -> None:
    """Fetch the page before the oldest message, unless one is on its way or all are here."""
    room, lines = turn.room(asked.scope), turn.messages(asked.scope)
    fill(turn, asked.scope)
    if room is None or room.history != "more" or turn.state.link.phase != "online":
        return
    if len(lines) < MAX_LOADED:
        turn.change_room(room.scope, history="loading")
        before = next((one.id for one in lines if one.named), "")
        turn.emit(Recall(room.scope, room.cursor, before))


def link_up(turn: Turn) -> None:
    """Look for what was missed: in the open room, and in all that were opened or have messages."""
    for room in turn.rooms():
        seen = room.history != "unknown" or room.scope == turn.state.focus
        if room.joined and (seen or turn.messages(room.scope)):
            refresh(turn, room)


def link_down(turn: Turn) -> None:
    """From here on nothing is heard."""
    if turn.state.link.phase == "online":
        for room in turn.rooms():
            part(turn, room)


def refresh(turn: Turn, room: Room) -> None:
    """Look for what was missed in a room."""
    if room.history == "absent":
        _mark_hole(turn, room.scope)
    elif room.history == "unknown":
        fill(turn, room.scope)
    elif turn.state.link.phase == "online":
        turn.emit(Recall(room.scope, hole=room.hole))


def part(turn: Turn, room: Room) -> None:
    """Nothing of a room is heard from here on: what is said in it may be missing later."""
    newest = next((one.id for one in reversed(turn.messages(room.scope)) if one.named), "")
    if newest != room.hole:
        _mark_hole(turn, room.scope)
        turn.change_room(room.scope, hole=newest)


def loaded(turn: Turn, page: HistoryLoaded) -> None:
    """A page of the past came: the newest, or the one before the oldest that is loaded."""
    room = turn.room(canonical(page.scope, turn.state.me))
    if room is None or (page.older and room.history != "loading"):
        return
    bridged = not page.more or _reaches(turn, room.scope, page)
    told = _told(turn, room.scope, page.messages)
    lines = turn.messages(room.scope)
    new = {message.id for message in told if turn.place_of(message.id) is None}
    turn.lay(room.scope, woven(told, lines, hole=page.hole, older=page.older))
    _meet(turn, room.scope, told)
    first = room.history in ("unknown", "loading") and not room.cursor
    if first and not page.older and not room.last_read:
        _begin_reading(turn, room.scope, new)
    if page.hole:
        _mend(turn, room, page.hole, bridged=bridged)
    if first or page.older:
        history = "more" if page.more else "complete"
        turn.change_room(room.scope, history=history, cursor=page.cursor)
    for message in told:
        changes.catch_up(turn, message.id)


def failed(turn: Turn, told: HistoryFailed) -> None:
    """A page could not be had: say so, unless the server keeps no history at all."""
    room = turn.room(canonical(told.scope, turn.state.me))
    if room is None:
        return
    _mark_hole(turn, room.scope)
    if told.absent:
        turn.change_room(room.scope, history="absent")
        return
    if room.history == "loading":
        begun = room.cursor or any(one.named for one in turn.messages(room.scope))
        turn.change_room(room.scope, history="more" if begun else "unknown")
    if room.scope == turn.state.focus:
        turn.emit(Notify(clean(told.sentence, one_line=True, limit=300), "warning", room.scope))


def _reaches(turn: Turn, scope: str, page: HistoryLoaded) -> bool:
    """The page begins no later than the hole: nothing between them is missing."""
    hole = turn.spot(scope, page.hole)
    return any(0 <= turn.spot(scope, event.id) <= hole for event in page.messages)


def _told(turn: Turn, scope: str, page: tuple[ChatMessage, ...]) -> list[Message]:
    """What a page has of its room, each message once; what is known is brought up to date."""
    told: dict[str, Message] = {}
    for event in page:
        message = message_from(event, turn.state)
        if _is_of(turn, message.scope, scope):
            told.setdefault(message.id, replace(message, scope=scope))
    for message in told.values():
        known = turn.find(message.id)
        if known is not None and known.named:
            messages.settle(turn, known, message)
        else:
            delivery.claim_echo(turn, message, past=True)
    return [one for one in told.values() if _may_stand(turn, one.id, scope)]


def _may_stand(turn: Turn, message_id: str, scope: str) -> bool:
    there = turn.place_of(message_id)
    return there == scope or (there is None and not echoes.is_taken(turn, message_id))


def _is_of(turn: Turn, told: str, scope: str) -> bool:
    """While it is not known who I am, a direct chat is known by the other user alone."""
    if turn.state.me or kind_of(told) != "direct":
        return told == scope
    peer = scope.removeprefix("dm:")
    return told == scope or told.endswith(f":{peer}") or told.startswith(f"dm:{peer}:")


def _meet(turn: Turn, scope: str, told: list[Message]) -> None:
    """Who wrote in a room is, or was, in it."""
    members = turn.room_for(scope).members
    for message in told:
        members = members if message.author in members else members.insert(message.author)
    turn.change_room(scope, members=members)


def _begin_reading(turn: Turn, scope: str, new: set[str]) -> None:
    """What was there before this client came counts as read."""
    above = takewhile(lambda one: one.id in new, turn.messages(scope))
    read = [message.id for message in above]
    turn.change_room(scope, last_read=read[-1] if read else "")


def _mend(turn: Turn, room: Room, hole: str, *, bridged: bool) -> None:
    """Nothing is missing below the hole any more, or a row says where something may be."""
    gap = turn.find(_gap_id(hole))
    if not bridged and room.hole == hole:
        _mark_hole(turn, room.scope)
    elif bridged and room.hole == hole:
        turn.change_room(room.scope, hole="")
    elif bridged and gap is not None:
        turn.remove(gap)
    if room.scope == turn.state.focus and not room.unread:
        news = attention.first_unread(turn, turn.room_for(room.scope))
        turn.change_room(room.scope, divider=news or room.divider)


def _mark_hole(turn: Turn, scope: str) -> None:
    hole = turn.room_for(scope).hole
    turn.change_room(scope, hole="")
    at, lines = turn.spot(scope, hole), turn.messages(scope)
    if at < 0 or turn.place_of(_gap_id(hole)) is not None:
        return
    gap = Message(_gap_id(hole), scope, "", SafeText(""), lines[at].at, kind="gap")
    turn.lay(scope, [*lines[: at + 1], gap, *lines[at + 1 :]])


def _gap_id(hole: str) -> str:
    return f"gap:{hole}"
