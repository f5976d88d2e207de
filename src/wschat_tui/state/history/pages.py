"""Pages of the server's history: woven in, and followed upwards until they meet what is known."""

from dataclasses import replace
from itertools import dropwhile, takewhile

from wschat_tui.protocol.events import ChatMessage
from wschat_tui.protocol.scopes import canonical, kind_of
from wschat_tui.state import changes, messages
from wschat_tui.state.effects import Notify
from wschat_tui.state.history import approaches, gaps, looking, missed, past, retries
from wschat_tui.state.history.keeping import lasts, oldest_kept
from wschat_tui.state.history.weaving import straightened, woven
from wschat_tui.state.inputs import HistoryFailed, HistoryLoaded
from wschat_tui.state.model import Message, Past, Room
from wschat_tui.state.outbox import delivery, echoes
from wschat_tui.state.reading import message_from
from wschat_tui.state.tally import counts
from wschat_tui.state.text import clean
from wschat_tui.state.turn import Turn


def loaded(turn: Turn, page: HistoryLoaded) -> None:
    """A page of the past came: the newest, or one before a message that is known.

    A client that only reads the disk asks again for what it showed of the past and did not keep.
    """
    found = approaches.news(turn, page)
    if found:
        page = approaches.begin(turn, page)
    if page.hole != approaches.LOOK:
        _take(turn, page)
    if found:
        approaches.tell(turn, page.scope, found)


def _take(turn: Turn, page: HistoryLoaded) -> None:
    room = turn.room(canonical(page.scope, turn.state.me))
    above = page.older and not page.hole
    if room is None or (above and room.history != "loading"):
        return
    if page.hole == looking.LOOK:
        _look(turn, room, page)
        return
    retries.came(turn, room.scope)
    reached = missed.reaches(turn, room, page)
    if page.hole and not reached and room.hole == page.hole:
        gaps.mark(turn, room.scope)
    told = _told(turn, room, page.messages)
    new = {message.id for message in told if turn.find(message.id) is None}
    _lay(turn, room, page, told)
    missed.stay(turn, room.scope, page)
    _meet(turn, room.scope, told)
    first = room.history in ("unknown", "loading") and not room.cursor and not page.older
    if first and not room.last_read:
        _begin_reading(turn, room.scope, told, new)
    if page.hole:
        missed.told(turn, room, page, told, reached=reached)
    if first or above or gaps.is_start(page.hole):
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
    if told.hole == approaches.LOOK and told.absent:
        approaches.absent(turn)
    if room is None or told.hole in (looking.LOOK, approaches.LOOK):
        return
    quiet = retries.failed(turn, told)
    gaps.mark(turn, room.scope)
    gaps.unheard(turn, room.scope)
    turn.change_room(room.scope, asked="")
    missed.begin_at_news(turn, room.scope)
    if told.absent:
        turn.change_room(room.scope, history="absent")
        return
    if room.history == "loading":
        begun = room.cursor or any(one.named for one in turn.messages(room.scope))
        turn.change_room(room.scope, history="more" if begun else "unknown")
    if room.scope == turn.state.focus and turn.state.link.phase == "online" and not quiet:
        turn.emit(Notify(clean(told.sentence, one_line=True, limit=300), "warning", room.scope))


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
    oldest = oldest_kept(turn.messages(room.scope))
    turn.lay(room.scope, woven(kept, lines, hole=hole, older=older, before=before))
    if room.above and oldest_kept(turn.messages(room.scope)) != oldest:
        turn.recount_above(room.scope)
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
    """What was there before this client came counts as read.

    A direct chat may have begun while this client was away: what was said in it since is news.
    """
    begin = turn.spot(scope, told[0].id) if told else 0
    lines = turn.messages(scope)[max(begin, 0) :]
    above = list(takewhile(lambda one: one.id in new, lines))
    mine = max((at for at, one in enumerate(above) if one.author == turn.state.me), default=-1)
    late = (at for at, one in enumerate(above) if at > mine and approaches.is_late(turn, one))
    read = above[: next(late, len(above))]
    turn.change_room(scope, last_read=read[-1].id if read else "")
    turn.recount(scope)


def _look(turn: Turn, room: Room, page: HistoryLoaded) -> None:
    """A page of what was read before the link was lost tells what became of it.

    Nothing of it is laid: what is not known there is missing, and asked for at its row.
    """
    page = replace(page, scope=room.scope)
    if not looking.is_wanted(turn, page):
        return
    told = _told(turn, room, page.messages)
    looking.take_out(turn, page, told)
    looking.follow(turn, page, told[0].id if told else "")
    for message in told:
        changes.catch_up(turn, message.id)
