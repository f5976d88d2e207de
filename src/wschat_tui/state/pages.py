"""Pages of the server's history: woven in, and followed upwards until they meet what is known."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile

from wschat_tui.protocol.events import ChatMessage
from wschat_tui.protocol.scopes import canonical, kind_of
from wschat_tui.state import attention, changes, delivery, echoes, gaps, messages, past
from wschat_tui.state.effects import Notify, Recall
from wschat_tui.state.inputs import HistoryFailed, HistoryLoaded
from wschat_tui.state.keeping import lasts
from wschat_tui.state.model import WINDOW, Message, Past, Room
from wschat_tui.state.reading import message_from
from wschat_tui.state.tally import counts
from wschat_tui.state.text import clean
from wschat_tui.state.turn import SLACK, Turn
from wschat_tui.state.weaving import straightened, woven

BACK = 100
"""Pages that are asked for on the way back to a message that is known."""

LOOKED_THROUGH = 4
"""Pages that are asked for to see what became of what is unread while nobody listened."""


def loaded(turn: Turn, page: HistoryLoaded) -> None:
    """A page of the past came: the newest, or one before a message that is known.

    A client that only reads the disk asks again for what it showed of the past and did not keep.
    """
    room = turn.room(canonical(page.scope, turn.state.me))
    above = page.older and not page.hole
    if room is None or (above and room.history != "loading"):
        return
    reached = _reaches(turn, room, page)
    if page.hole and not reached and room.hole == page.hole:
        gaps.mark(turn, room.scope)
    told = _told(turn, room, page.messages)
    new = {message.id for message in told if turn.find(message.id) is None}
    _lay(turn, room, page, told)
    _meet(turn, room.scope, told)
    first = room.history in ("unknown", "loading") and not room.cursor and not page.older
    if first and not room.last_read:
        _begin_reading(turn, room.scope, told, new)
    if page.hole and reached:
        gaps.close(turn, room.scope, page.hole)
    if page.hole:
        _miss(turn, room.scope, page, told)
        _mend(turn, room, page, told, reached=reached)
        _begin_at_news(turn, room)
    if first or above or page.hole == gaps.START:
        passing = above and turn.state.archive == "reading" and past.is_shown(turn, room.scope)
        history = "more" if page.more or passing else "complete"
        turn.change_room(room.scope, history=history, cursor="" if passing else page.cursor)
    gaps.unheard(turn, room.scope)
    for message in told:
        changes.catch_up(turn, message.id)
    if page.skipped and not room.garbled:
        turn.change_room(room.scope, garbled="untold")
    gaps.tell_garbled(turn, room.scope)


def failed(turn: Turn, told: HistoryFailed) -> None:
    """A page could not be had: say so, unless the server keeps no history at all."""
    room = turn.room(canonical(told.scope, turn.state.me))
    if room is None:
        return
    gaps.mark(turn, room.scope)
    gaps.unheard(turn, room.scope)
    turn.change_room(room.scope, asked="")
    if told.absent:
        turn.change_room(room.scope, history="absent")
        return
    if room.history == "loading":
        begun = room.cursor or any(one.named for one in turn.messages(room.scope))
        turn.change_room(room.scope, history="more" if begun else "unknown")
    if room.scope == turn.state.focus and turn.state.link.phase == "online":
        turn.emit(Notify(clean(told.sentence, one_line=True, limit=300), "warning", room.scope))


def _reaches(turn: Turn, room: Room, page: HistoryLoaded) -> bool:
    """Nothing between the page and what was known before the hole is missing."""
    if not page.more:
        return True
    gap = turn.spot(room.scope, gaps.id_of(page.hole))
    edge = turn.spot(room.scope, page.hole) if room.hole == page.hole else gap
    if edge < 0 and room.hole != page.hole:
        edge = len(turn.messages(room.scope))
    spots = (turn.spot(room.scope, event.id) for event in page.messages)
    return any(0 <= spot <= edge for spot in spots) or _passes(turn, page)


def _passes(turn: Turn, page: HistoryLoaded) -> bool:
    """The hole itself is in the page, or something from before it, loaded or not."""
    ids = {event.id for event in page.messages}
    if page.hole in ids:
        return True
    times = [message_from(event, turn.state).at for event in page.messages[:1]]
    when = page.hole_at
    return when is not None and any(at is not None and at < when for at in times)


def _told(turn: Turn, room: Room, page: tuple[ChatMessage, ...]) -> list[Message]:
    """What a page has of its room, each message once; what is known is brought up to date."""
    told: dict[str, Message] = {}
    for event in page:
        message = message_from(event, turn.state)
        if _is_of(turn, message.scope, room.scope):
            told.setdefault(message.id, replace(message, scope=room.scope))
    for message in told.values():
        known = turn.find(message.id)
        if known is not None and known.named:
            messages.settle(turn, known, message)
        else:
            delivery.claim_echo(turn, message, past=True)
    there = (one for one in told.values() if _may_stand(turn, one.id, room.scope))
    return [turn.as_known(one) for one in there]


def _may_stand(turn: Turn, message_id: str, scope: str) -> bool:
    there = turn.place_of(message_id)
    return there == scope or (there is None and not echoes.is_taken(turn, message_id))


def _is_of(turn: Turn, told: str, scope: str) -> bool:
    """While it is not known who I am, a direct chat is known by the other user alone."""
    if turn.state.me or kind_of(told) != "direct":
        return told == scope
    peer = scope.removeprefix("dm:")
    return told == scope or told.endswith(f":{peer}") or told.startswith(f"dm:{peer}:")


def _lay(turn: Turn, room: Room, page: HistoryLoaded, told: list[Message]) -> None:
    """Put a page where it belongs: into the window, the past that is shown, or on disk alone."""
    scope, before = room.scope, page.before
    shown = turn.state.past
    if page.older and shown is not None and any(one.id == before for one in shown.messages):
        _into_past(turn, room, shown, page, told)
    elif not page.older or not before or turn.spot(scope, before) >= 0:
        _into_window(turn, room, page, told)
    else:
        turn.keep(one for one in told if turn.find(one.id) is None)
        turn.change_room(scope, above=room.above or turn.state.archive == "ready")
        turn.recount_above(scope)


def _into_window(turn: Turn, room: Room, page: HistoryLoaded, told: list[Message]) -> None:
    kept, lines = straightened(_clipped(turn, room, told), turn.messages(room.scope))
    new = [one for one in kept if turn.place_of(one.id) is None]
    hole, older, before = page.hole, page.older, page.before
    turn.lay(room.scope, woven(kept, lines, hole=hole, older=older, before=before))
    fresh = {one.id for one in new}
    known = [one.id for one in kept if one.id not in fresh]
    gaps.bridged(turn, room.scope, [*known, before] if older else known)
    if page.older and not page.hole and turn.state.archive != "ready":
        news = [one for one in new if counts(one, turn.state.me)]
        called = sum(one.mentions_me for one in news)
        turn.change_room(
            room.scope,
            unread_above=max(room.unread_above - len(news), 0),
            mentions_above=max(room.mentions_above - called, 0),
        )


def _clipped(turn: Turn, room: Room, told: list[Message]) -> list[Message]:
    """What stands above all that is loaded is on the disk, and is read from there."""
    oldest = next((one for one in turn.messages(room.scope) if lasts(one)), None)
    if not room.above or oldest is None:
        return told
    first = next((at for at, one in enumerate(told) if turn.spot(room.scope, one.id) >= 0), 0)
    if oldest.id in (one.id for one in told[first : first + 1]):
        return told[first:]
    begun = oldest.at or 0
    return [*dropwhile(lambda one: (one.at or 0) <= begun, told[:first]), *told[first:]]


def _into_past(
    turn: Turn, room: Room, shown: Past, page: HistoryLoaded, told: list[Message]
) -> None:
    turn.keep(one for one in told if turn.find(one.id) is None)
    if page.hole:
        past.put_among(turn, shown, told, page.before)
    else:
        past.put_above(turn, shown, told)
    if turn.state.archive == "ready" and turn.messages(room.scope):
        turn.change_room(room.scope, above=True)
        turn.recount_above(room.scope)


def _meet(turn: Turn, scope: str, told: list[Message]) -> None:
    """Who wrote in a room is, or was, in it."""
    members = turn.room_for(scope).members
    for message in told:
        members = members if message.author in members else members.insert(message.author)
    turn.change_room(scope, members=members)


def _begin_reading(turn: Turn, scope: str, told: list[Message], new: set[str]) -> None:
    """What was there before this client came counts as read."""
    begin = turn.spot(scope, told[0].id) if told else 0
    above = takewhile(lambda one: one.id in new, turn.messages(scope)[max(begin, 0) :])
    read = [message.id for message in above]
    turn.change_room(scope, last_read=read[-1] if read else "")


def _miss(turn: Turn, scope: str, page: HistoryLoaded, told: list[Message]) -> None:
    """What was known before the hole, and is not in the page that spans its place, was taken out.

    Both place and time must say so. A server whose pages have no replies tells nothing of them.
    """
    lines = turn.messages(scope)
    head = next((one for one in told if _begins(turn, one, lines)), None)
    begin, end = turn.spot(scope, head.id) if head else -1, turn.spot(scope, page.before)
    if page.skipped or page.hole_at is None:
        return
    if head is None or head.at is None or (page.older and end < 0):
        return
    between = lines[begin + 1 : end if page.older else len(lines)]
    replies = any(one.parent_id for one in told)
    ids = {event.id for event in page.messages}
    for one in tuple(between):
        known = one.named and not one.op_id and (replies or not one.parent_id)
        if known and one.id not in ids and one.at is not None and head.at < one.at <= page.hole_at:
            changes.delete(turn, one, hard=True)


def _begins(turn: Turn, message: Message, lines: Sequence[Message]) -> bool:
    """From here on a page tells of the window: it is in it, or older than all of it."""
    oldest = next((one.at for one in lines if one.named), None)
    if turn.spot(message.scope, message.id) >= 0:
        return True
    return message.at is not None and oldest is not None and message.at < oldest


def _mend(
    turn: Turn, room: Room, page: HistoryLoaded, told: list[Message], *, reached: bool
) -> None:
    """Follow the pages up to the hole, and on through what is unread; or say what is left."""
    scope, gap = room.scope, gaps.id_of(page.hole)
    pages = BACK if not reached else LOOKED_THROUGH if _is_unseen(turn, room, told) else 0
    first = told[0].id if told else ""
    goes_on = page.more and first not in ("", page.before) and page.pages < pages
    if goes_on:
        following = Recall(scope, page.cursor, first, page.hole, page.pages + 1, page.hole_at)
        turn.emit(following)
    turn.change_room(scope, asked=gap if goes_on and not reached else "")
    news = attention.first_unread(turn, turn.room_for(scope))
    divider = turn.room_for(scope).divider
    if scope == turn.state.focus and news:
        higher = turn.spot(scope, news) < turn.spot(scope, divider)
        passed = turn.spot(scope, divider) <= turn.spot(scope, room.last_read) != -1
        if not room.unread or passed or (divider and higher):
            turn.change_room(scope, divider=news)


def _begin_at_news(turn: Turn, before: Room) -> None:
    """All that was missed is here: show where it begins, where the window does not hold that."""
    room, lines = turn.room_for(before.scope), turn.messages(before.scope)
    came = bool(before.hole or before.asked) and not (room.hole or room.asked)
    cut = len(lines) - WINDOW if len(lines) > WINDOW + SLACK else 0
    away = turn.spot(room.scope, room.last_read) < cut
    shown = room.scope == turn.state.focus and turn.state.past is None
    news = attention.first_unread(turn, room)
    if came and away and shown and news and room.last_read and turn.state.archive == "ready":
        past.begin_at_news(turn, room)


def _is_unseen(turn: Turn, room: Room, told: list[Message]) -> bool:
    """Something is unread from before, in the window above the page."""
    if not room.unread or not told:
        return False
    read = turn.spot(room.scope, room.last_read)
    return turn.spot(room.scope, told[0].id) > max(read, 0)
