"""What is shown of a room in place of its end: a bounded stretch that slides both ways."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wschat_tui.state.effects import Notify, Recall
from wschat_tui.state.history.archive_effects import ReadPage
from wschat_tui.state.history.archive_inputs import AroundAsked, NewerAsked, NewestAsked, PageRead
from wschat_tui.state.history.gaps import START, id_of, start
from wschat_tui.state.history.keeping import lasts, oldest_kept
from wschat_tui.state.history.weaving import woven
from wschat_tui.state.model import PAGE, Message, Past, Room
from wschat_tui.state.tally import unread
from wschat_tui.state.turn import Turn

MOST = 1_000
"""Messages of a stretch."""

JOINED = 300
"""Messages that a stretch shares with the window before the window is shown again."""


def is_shown(turn: Turn, scope: str) -> bool:
    """A stretch of this room's past is shown in place of its end."""
    return turn.state.past is not None and turn.state.past.scope == scope


def is_awaiting(turn: Turn, scope: str) -> bool:
    """What is shown ends where the user read last, until what they missed has come."""
    past = turn.state.past
    return past is not None and past.scope == scope and past.awaiting


def is_visited(turn: Turn, message_id: str) -> bool:
    """The user asked for this message, and what is shown of the past is around it."""
    past, sought = turn.state.past, turn.state.sought
    return past is not None and past.anchor == message_id == sought[1] and bool(sought[0])


def holds(turn: Turn, message_id: str) -> bool:
    """A message is part of the stretch that is shown."""
    past = turn.state.past
    return past is not None and any(one.id == message_id for one in past.messages)


def begin(turn: Turn, room: Room) -> None:
    """Scroll on above the window: the stretch begins as the top of what is loaded."""
    top = [one for one in turn.messages(room.scope)[: MOST - PAGE] if one.settled]
    turn.set(past=Past(room.scope, tuple(top), room.above))


def older(turn: Turn, room: Room, past: Past) -> None:
    """Fetch the page above the stretch; whoever reads on there waits for nothing."""
    past = replace(past, awaiting=False)
    turn.set(past=past)
    if past.above:
        turn.emit(ReadPage(past.scope, "older", oldest_kept(past.messages), PAGE))
    else:
        ask_server(turn, room, next((one.id for one in past.messages if one.named), ""))


def ask_server(turn: Turn, room: Room, before: str) -> None:
    """Fetch the page before the oldest message that was kept.

    Where a row above it says that some are missing, they are what comes next: it can be asked.
    """
    if turn.find(id_of(start(room.scope))) is not None:
        return
    if room.history == "more" and turn.state.link.phase == "online":
        turn.change_room(room.scope, history="loading")
        turn.emit(Recall(room.scope, room.cursor, before))


def newer(turn: Turn, asked: NewerAsked) -> None:
    """Fetch the page below the stretch, or show the window again where the two have met."""
    past = turn.state.past
    if past is None or past.scope != asked.scope or past.awaiting:
        return
    lines = turn.messages(past.scope)
    last = _last_kept(past)
    met = turn.spot(past.scope, last) + 1
    if not met and last:
        turn.emit(ReadPage(past.scope, "newer", last, PAGE))
    elif met >= min(JOINED, len(lines)):
        _join(turn, past, deep=len(lines) < JOINED)
    else:
        _slide_down(turn, past, lines[met : met + PAGE])


def newest(turn: Turn, asked: NewestAsked) -> None:
    """Show the end of the room again, and stay there whatever comes of what was missed."""
    if is_shown(turn, asked.scope) or not turn.state.sought[0]:
        turn.set(past=None, sought=("", ""), ended=asked.scope)


def around(turn: Turn, asked: AroundAsked) -> None:
    """Show a message in its place: in the window where it is loaded, else as part of the past."""
    sought = (asked.op_id, asked.message_id)
    if turn.place_of(asked.message_id) == asked.scope:
        turn.set(past=None, sought=sought)
    elif turn.find(asked.message_id) is not None and is_shown(turn, asked.scope):
        turn.set(sought=sought)
    elif turn.state.archive in ("ready", "reading"):
        turn.set(sought=sought)
        turn.emit(ReadPage(asked.scope, "around", asked.message_id, 2 * PAGE))
    else:
        turn.emit(Notify("That message is not loaded.", "warning", asked.scope))


def begin_at_news(turn: Turn, room: Room) -> None:
    """Show the first new message in its place, where it is on the disk alone."""
    read = room.last_read or START
    turn.set(sought=("", read))
    turn.emit(ReadPage(room.scope, "around", read, 2 * PAGE))


def wait_for_news(turn: Turn, room: Room, end: int) -> None:
    """Stay where the user read last, above `end`, while what they missed outgrows the window."""
    lines = [one for one in turn.messages(room.scope)[:end] if one.settled]
    above = room.above or len(lines) > MOST
    turn.set(past=Past(room.scope, tuple(lines[-MOST:]), above, awaiting=True))


def end_at(turn: Turn, row: str) -> None:
    """What is below a row of the stretch does not follow it any more: it is read anew."""
    past = turn.state.past
    at = next((at for at, one in enumerate(past.messages) if one.id == row), -1) if past else -1
    if past is not None and at >= 0:
        turn.set(past=replace(past, messages=past.messages[: at + 1]))


def read_around(turn: Turn, told: PageRead) -> None:
    """The page around a message came; unless the user went elsewhere meanwhile, it is shown."""
    if told.scope != turn.state.focus or told.anchor != turn.state.sought[1]:
        return
    by_hand = bool(turn.state.sought[0])
    if told.messages:
        messages = tuple(_as_loaded(turn, told.messages))[:MOST]
        turn.set(past=Past(told.scope, messages, told.above, told.anchor))
    elif by_hand:
        turn.emit(Notify("That message is not kept any more.", "warning", told.scope))
    elif is_awaiting(turn, told.scope):
        turn.set(past=None)
    if not by_hand:
        news = unread(told.messages, told.anchor, turn.state.me)
        turn.change_room(told.scope, **({"divider": news[0].id} if news else {}))
    if not by_hand or not told.messages:
        turn.set(sought=("", ""))


def read_older(turn: Turn, told: PageRead) -> bool:
    """A page goes above the stretch. False where it belongs elsewhere, as one that counts does."""
    past = turn.state.past
    if past is None or past.scope != told.scope or told.anchor != oldest_kept(past.messages):
        return False
    put_above(turn, replace(past, above=told.above), told.messages)
    return bool(told.messages)


def put_above(turn: Turn, past: Past, page: Sequence[Message]) -> None:
    """Messages go above the stretch; as many go at its lower end."""
    known = {one.id for one in past.messages}
    new = (one for one in _as_loaded(turn, page) if one.id not in known)
    turn.set(past=replace(past, messages=(*new, *past.messages)[:MOST]))


def put_among(turn: Turn, past: Past, page: Sequence[Message], before: str) -> None:
    """Messages go into the stretch, above one of it; as many go at its lower end."""
    lines = woven(tuple(_as_loaded(turn, page)), past.messages, older=True, before=before)
    turn.set(past=replace(past, messages=tuple(lines)[:MOST]))


def read_newer(turn: Turn, told: PageRead) -> None:
    """A page goes below the stretch; where there is none, the end of the room is next."""
    past = turn.state.past
    if past is None or past.scope != told.scope or told.anchor != _last_kept(past):
        return
    if told.messages:
        _slide_down(turn, past, told.messages)
    else:
        turn.set(past=None)


def _slide_down(turn: Turn, past: Past, page: Sequence[Message]) -> None:
    known = {one.id for one in past.messages}
    new = [one for one in _as_loaded(turn, page) if one.id not in known and one.settled]
    messages = (*past.messages, *new)
    above = past.above or len(messages) > MOST
    turn.set(past=replace(past, messages=messages[-MOST:], above=above))


def _as_loaded(turn: Turn, page: Sequence[Message]) -> Iterator[Message]:
    """What is loaded, too, is shown as it is there: it may have changed since it was read."""
    for message in page:
        loaded = turn.find(message.id) if turn.place_of(message.id) is not None else None
        yield loaded or message


def _join(turn: Turn, past: Past, *, deep: bool) -> None:
    """The window is shown again; one that is not deep takes in what was shown above it."""
    turn.set(past=None)
    if deep:
        lines = turn.messages(past.scope)
        new = [one for one in past.messages if turn.place_of(one.id) is None]
        turn.lay(past.scope, [*new, *lines], kept=True)
        turn.change_room(past.scope, above=past.above)
        turn.recount_above(past.scope)


def _last_kept(past: Past) -> str:
    return next((one.id for one in reversed(past.messages) if lasts(one)), "")
