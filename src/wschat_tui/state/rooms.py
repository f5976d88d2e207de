"""Rooms: listed, joined, opened, left, and filled from their history."""

from dataclasses import replace

from wschat_tui.protocol.events import ErrorReply
from wschat_tui.protocol.requests import ChatTyping, RoomJoin, RoomLeave
from wschat_tui.protocol.scopes import canonical, kind_of
from wschat_tui.state import messages, operations, receipts
from wschat_tui.state.effects import ListMembers, ListRooms, Notify, Recall, Remember
from wschat_tui.state.inputs import (
    Composing,
    DraftKept,
    HistoryFailed,
    HistoryLoaded,
    JoinAsked,
    LeaveAsked,
    OlderAsked,
    RoomOpened,
    RoomsListed,
    SessionOpened,
    ThreadOpened,
)
from wschat_tui.state.model import HOST, MAX_LOADED, Message, Operation, Room
from wschat_tui.state.reading import message_from, wire_scope
from wschat_tui.state.select import ordered_rooms, title_of
from wschat_tui.state.text import SafeText, clean, name
from wschat_tui.state.turn import Turn

_JOINED_BY_CONNECTING = {"host", "tenant"}


def opened_session(turn: Turn, told: SessionOpened) -> None:
    """Begin with what the profile names."""
    turn.set(
        me=told.me,
        profile=told.profile,
        server=clean(told.server, one_line=True, limit=256),
        dialect=told.dialect,
        token_home=told.token_home,
    )
    for scope in (HOST, *(canonical(scope, told.me) for scope in told.rooms)):
        messages.room_for(turn, scope)
    first = canonical(told.rooms[0], told.me) if told.rooms else HOST
    turn.set(focus=turn.state.focus or first)


def link_up(turn: Turn, stamp: str) -> None:
    """Join again what was joined, ask for the networks, and look for what was missed."""
    turn.emit(ListRooms())
    for number, room in enumerate(turn.rooms()):
        if room.joined and _needs_join(room.scope):
            _join(turn, room.scope, f"{stamp}.j{number}")
        if room.history not in {"unknown", "absent", "loading"}:
            turn.emit(Recall(room.scope))
        if room.typing:
            turn.change_room(room.scope, typing=())
    _fill(turn, turn.state.focus)


def link_down(turn: Turn) -> None:
    """Nobody is known to be typing any more, and a page that was asked for may not come."""
    for room in turn.rooms():
        if room.typing or room.history == "loading":
            history = "unknown" if room.history == "loading" else room.history
            turn.put(replace(room, typing=(), history=history))


def listed(turn: Turn, told: RoomsListed) -> None:
    """The server's networks: new ones are joined, since a member wants to hear them."""
    for number, item in enumerate(told.rooms):
        room = turn.room(item.scope)
        title = name(item.title) if item.title else SafeText("")
        if room is None:
            turn.put(Room(item.scope, title=title, joined=True))
            _join(turn, item.scope, f"{told.stamp}.n{number}")
        else:
            turn.put(replace(room, title=title))
        if kind_of(item.scope) == "network":
            turn.emit(ListMembers(item.scope))
    _leave_empty_host(turn, told)


def open_room(turn: Turn, asked: RoomOpened) -> None:
    """Show a room, with the new messages marked; one that is not joined is joined first."""
    scope = canonical(asked.scope, turn.state.me)
    room = turn.room(scope)
    if room is None or not (room.joined or kind_of(scope) == "direct"):
        join(turn, JoinAsked(asked.op_id, asked.at, scope))
        return
    _focus(turn, room)


def join(turn: Turn, asked: JoinAsked) -> None:
    """Enter a room and show it."""
    scope = canonical(asked.scope, turn.state.me)
    room = messages.room_for(turn, scope)
    room = turn.put(replace(room, joined=True, refused=SafeText("")))
    if _needs_join(scope):
        _join(turn, scope, asked.op_id)
    if kind_of(scope) == "network":
        turn.emit(ListMembers(scope))
    _focus(turn, room)


def leave(turn: Turn, asked: LeaveAsked) -> None:
    """Leave a room; a network stays listed so that it can be joined again."""
    scope = canonical(asked.scope, turn.state.me)
    room = turn.room(scope)
    if room is None or scope == HOST:
        turn.emit(Notify("Everyone on the server is in host; it cannot be left.", "warning"))
        return
    if _needs_join(scope):
        request = RoomLeave(room=scope)
        operations.ask(turn, Operation(asked.op_id, "leave", request, scope=scope))
    if kind_of(scope) == "network":
        turn.put(replace(room, joined=False, unread=0, mentions=0, divider=""))
    else:
        turn.drop_room(scope)
    _focus_elsewhere(turn, scope)


def join_refused(turn: Turn, operation: Operation, error: ErrorReply) -> None:
    """The server will not let this user in: say why, and go back to where one was."""
    scope = operation.scope
    room = turn.room(scope)
    if scope == HOST or room is None:
        return
    said = clean(error.message or error.code, one_line=True, limit=200).rstrip(".")
    title = title_of(turn.state, scope)
    turn.emit(Notify(f"You cannot join {title}: {said}. Nothing else changed.", "error"))
    if turn.messages(scope) or len(room.drafts) or room.title:
        turn.put(replace(room, joined=False, refused=SafeText(said)))
    else:
        turn.drop_room(scope)
    _focus_elsewhere(turn, scope, operation.text)


def open_thread(turn: Turn, asked: ThreadOpened) -> None:
    """Show the thread of a message; of a reply, the one it stands in."""
    message = turn.find(asked.message_id) if asked.message_id else None
    turn.set(thread=(message.parent_id or message.id) if message is not None else "")


def composing(turn: Turn, told: Composing) -> None:
    """Tell the others that this user types; never kept for later."""
    if turn.state.link.phase == "online" and told.scope:
        scope = wire_scope(told.scope, turn.state.me)
        turn.transmit(told.op_id, ChatTyping(scope=scope, typing=told.typing))


def keep_draft(turn: Turn, told: DraftKept) -> None:
    """What stands in a composer is kept with its room."""
    room = turn.room(told.scope)
    if room is None or room.drafts.get(told.thread, "") == told.text:
        return
    drafts = room.drafts
    drafts = drafts.insert(told.thread, told.text) if told.text else drafts.discard(told.thread)
    turn.put(replace(room, drafts=drafts))
    turn.emit(Remember("draft", (told.scope, told.thread, told.text)))


def older(turn: Turn, asked: OlderAsked) -> None:
    """Fetch the page before the oldest message, unless one is on its way or all are here."""
    room = turn.room(asked.scope)
    if room is None or room.history != "more" or turn.state.link.phase != "online":
        return
    lines = turn.messages(asked.scope)
    if len(lines) >= MAX_LOADED:
        return
    turn.put(replace(room, history="loading"))
    before = next((one.id for one in lines if one.kind == "chat" and not one.op_id), "")
    turn.emit(Recall(room.scope, room.cursor, before))


def loaded(turn: Turn, page: HistoryLoaded) -> None:
    """A page of the past: merged by id and time, with a row where something may be missing."""
    scope = canonical(page.scope, turn.state.me)
    room = turn.room(scope)
    if room is None:
        return
    first_page = room.history in {"unknown", "loading"} and not room.cursor
    told = [message_from(event, turn.state) for event in page.messages]
    told = [one for one in told if one.scope == scope]
    new = [one for one in told if not turn.knows(one.id)]
    overlap = len(new) < len(told)
    before = turn.messages(scope)
    if before and new and not first_page and not overlap and page.more and _is_newest(before, new):
        new.insert(0, _gap(scope, new[0]))
    turn.merge(scope, new)
    for message in new:
        messages.apply_early(turn, message.id)
    _paged(turn, room, page, new, first_page=first_page)


def failed(turn: Turn, told: HistoryFailed) -> None:
    """A page could not be had: say so, unless the server keeps no history at all."""
    room = turn.room(canonical(told.scope, turn.state.me))
    if room is None:
        return
    if told.absent:
        turn.put(replace(room, history="absent"))
        return
    turn.put(
        replace(room, history="more" if room.cursor or turn.messages(room.scope) else "unknown")
    )
    if room.scope == turn.state.focus:
        turn.emit(Notify(told.sentence, "warning", room.scope))


def _paged(
    turn: Turn, room: Room, page: HistoryLoaded, new: list[Message], *, first_page: bool
) -> None:
    """Where the next page begins; what was there before this client came counts as read."""
    newest = next((one.id for one in reversed(new) if one.kind == "chat"), "")
    last_read = newest if first_page and not room.last_read else room.last_read
    going_back = room.history in {"unknown", "loading"}
    history = ("more" if page.more else "complete") if going_back else room.history
    members = room.members
    for message in new:
        members = members.insert(message.author) if message.author else members
    turn.put(
        replace(
            room,
            history=history,
            cursor=page.cursor if going_back else room.cursor,
            last_read=last_read,
            members=members,
        )
    )
    receipts.recount(turn, room.scope)


def _focus(turn: Turn, room: Room) -> None:
    left = turn.room(turn.state.focus)
    if left is not None and left.scope != room.scope and left.divider:
        turn.put(replace(left, divider=""))
    fresh = room.scope != turn.state.focus
    turn.set(focus=room.scope, thread="" if fresh else turn.state.thread)
    if fresh:
        turn.change_room(room.scope, divider=receipts.first_unread(turn, room))
    _fill(turn, room.scope)


def _fill(turn: Turn, scope: str) -> None:
    room = turn.room(scope)
    if room is not None and room.history == "unknown" and turn.state.link.phase == "online":
        turn.put(replace(room, history="loading"))
        turn.emit(Recall(scope))


def _focus_elsewhere(turn: Turn, scope: str, back: str = "") -> None:
    if turn.state.focus != scope:
        return
    state, _ = turn.freeze()
    joined = [room.scope for room in ordered_rooms(state) if room.joined and room.scope != scope]
    room = turn.room(back if back in joined else (joined or [HOST])[0])
    if room is not None:
        _focus(turn, room)


def _leave_empty_host(turn: Turn, told: RoomsListed) -> None:
    """A newcomer sees the first network rather than an empty host."""
    host = turn.room(HOST)
    first = turn.room(told.rooms[0].scope) if told.rooms else None
    idle = turn.state.focus == HOST and host is not None and not turn.messages(HOST)
    if idle and host is not None and not len(host.drafts) and first is not None and first.joined:
        _focus(turn, first)


def _needs_join(scope: str) -> bool:
    return kind_of(scope) not in {*_JOINED_BY_CONNECTING, "direct"}


def _join(turn: Turn, scope: str, op_id: str) -> None:
    """`text` keeps the room that was open, to go back to where the server refuses."""
    back = turn.state.focus
    operations.ask(turn, Operation(op_id, "join", RoomJoin(room=scope), scope=scope, text=back))


def _is_newest(before: list[Message], new: list[Message]) -> bool:
    last = next((one.at for one in reversed(before) if one.at is not None), None)
    return last is not None and (new[0].at or 0) > last


def _gap(scope: str, first: Message) -> Message:
    return Message(f"gap:{first.id}", scope, "", SafeText(""), first.at, kind="gap")
