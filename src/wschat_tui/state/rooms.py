"""Rooms: listed, joined, opened and left; what is typed in them, and which thread is open."""

from dataclasses import replace

from wschat_tui.protocol.events import ErrorReply
from wschat_tui.protocol.limits import MAX_ID
from wschat_tui.protocol.requests import ChatTyping, RoomJoin, RoomLeave
from wschat_tui.protocol.scopes import canonical, kind_of
from wschat_tui.state import attention, identity, operations
from wschat_tui.state.effects import ListMembers, ListRooms, Notify
from wschat_tui.state.history import gaps, history, past
from wschat_tui.state.history.archive_effects import KeepDraft, ReadThread
from wschat_tui.state.history.archive_inputs import AroundAsked
from wschat_tui.state.inputs import (
    Composing,
    DraftKept,
    JoinAsked,
    LeaveAsked,
    RoomOpened,
    SessionOpened,
    ThreadOpened,
)
from wschat_tui.state.model import HOST, Operation, Room
from wschat_tui.state.reading import wire_scope
from wschat_tui.state.select import title_of
from wschat_tui.state.server_inputs import RoomsListed
from wschat_tui.state.text import SafeText, clean, name
from wschat_tui.state.turn import Turn
from wschat_tui.state.wording import request_of

_JOINED_BY_CONNECTING = ("host", "tenant")


def opened_session(turn: Turn, told: SessionOpened) -> None:
    """Begin with what the profile names."""
    identity.learn(turn, told.me)
    me = turn.state.me
    rooms = [canonical(scope, me) for scope in told.rooms if _is_scope(scope)]
    for scope in (HOST, *rooms):
        turn.room_for(scope)
    turn.set(
        profile=told.profile,
        server=clean(told.server, one_line=True, limit=256),
        dialect=told.dialect,
        token_home=told.token_home,
        resend=told.resend,
        focus=turn.state.focus or (rooms[0] if rooms else HOST),
    )


def link_up(turn: Turn, stamp: str) -> None:
    """Join again what was joined, and ask for the networks."""
    turn.emit(ListRooms())
    for number, room in enumerate(turn.rooms()):
        if room.joined and _needs_join(room.scope):
            operation = _joining(room.scope, f"{stamp}.j{number}")
            if not operations.rivals(turn, operation):
                operations.ask(turn, operation)


def link_down(turn: Turn) -> None:
    """Nobody is known to be typing any more."""
    for room in turn.rooms():
        turn.change_room(room.scope, typing=())


def listed(turn: Turn, told: RoomsListed) -> None:
    """The server's networks: new ones are joined, since a member wants to hear them.

    Where more than this run is counted, it begins here: what comes later is news.
    """
    for number, item in enumerate(one for one in told.rooms if _is_scope(one.scope)):
        room = turn.room(item.scope)
        if room is None:
            room = turn.room_for(item.scope)
            operation = _joining(item.scope, f"{told.stamp}.n{number}")
            operations.ask(turn, replace(operation, quiet=True))
            if turn.state.archive == "ready":
                history.fill(turn, item.scope)
        turn.change_room(item.scope, title=name(item.title) if item.title else room.title)
        if kind_of(item.scope) == "network":
            turn.emit(ListMembers(item.scope))
    _show_the_first(turn, told)


def open_room(turn: Turn, asked: RoomOpened) -> None:
    """Show a room, with the new messages marked; one that is not joined is joined first."""
    scope = canonical(asked.scope, turn.state.me)
    room = turn.room(scope)
    if room is not None and (room.joined or kind_of(scope) == "direct"):
        _focus(turn, room.scope)
    else:
        join(turn, JoinAsked(asked.op_id, asked.at, scope))


def join(turn: Turn, asked: JoinAsked) -> None:
    """Enter a room and show it."""
    scope = canonical(asked.scope, turn.state.me)
    if request_of(turn, RoomJoin, room=scope) is None:
        return
    was = turn.room_for(scope)
    turn.put(replace(was, joined=True, refused=SafeText("")))
    if _needs_join(scope):
        operations.ask(turn, _joining(scope, asked.op_id, before=turn.state.focus))
    if kind_of(scope) == "network":
        turn.emit(ListMembers(scope))
    if not was.joined and was.history != "unknown":
        history.refresh(turn, was)
    _focus(turn, scope)


def leave(turn: Turn, asked: LeaveAsked) -> None:
    """Leave a room. A network stays listed, to be joined again, and so does what is typed there."""
    scope = canonical(asked.scope, turn.state.me)
    room = turn.room(scope)
    if room is None:
        turn.emit(Notify("You are not in that room.", "warning"))
        return
    if kind_of(scope) in _JOINED_BY_CONNECTING:
        text = f"Connecting joins {title_of(turn.state, scope)}; it cannot be left."
        turn.emit(Notify(text, "warning", scope))
        return
    if _needs_join(scope):
        _ask_to_leave(turn, scope, asked.op_id)
    typed = len(room.drafts) or any(row.scope == scope for row in turn.state.outbox)
    if kind_of(scope) == "network" or typed:
        _close(turn, room)
    else:
        gaps.settle(turn, room)
        turn.drop_room(scope)
    _focus_elsewhere(turn, scope)


def join_refused(turn: Turn, operation: Operation, error: ErrorReply) -> None:
    """The server will not let this user in: say why, and go back to where one was."""
    scope = operation.scope
    room = turn.room(scope)
    if room is None:
        return
    said = clean(error.message or error.code, one_line=True, limit=200).rstrip(".")
    lines = turn.messages(scope)
    kept = "What was loaded stays." if lines else "Nothing else changed."
    if not operation.quiet:
        text = f"You cannot join {title_of(turn.state, scope)}: {said}. {kept}"
        turn.emit(Notify(text, "error"))
    if lines or len(room.drafts) or room.title:
        _close(turn, replace(room, refused=SafeText(said)))
    else:
        turn.drop_room(scope)
    _focus_elsewhere(turn, scope, operation.before)


def go_to(turn: Turn, asked: AroundAsked) -> None:
    """Show a message in its place; its room is opened, and one that was left is not joined."""
    scope = canonical(asked.scope, turn.state.me)
    if turn.room(scope) is None:
        turn.put(Room(scope))
    _focus(turn, scope)
    past.around(turn, replace(asked, scope=scope))


def open_thread(turn: Turn, asked: ThreadOpened) -> None:
    """Show the thread of a message; of a reply, the one it stands in."""
    message = turn.find(asked.message_id)
    thread = message.parent_id or message.id if message is not None and message.named else ""
    if thread != turn.state.thread:
        turn.set(thread=thread, thread_past=())
        if thread and message is not None and turn.state.archive in ("ready", "reading"):
            turn.emit(ReadThread(message.scope, thread))


def composing(turn: Turn, told: Composing) -> None:
    """Tell the others that this user types; never kept for later."""
    scope = canonical(told.scope, turn.state.me)
    if turn.state.link.phase == "online" and turn.room(scope) is not None:
        request = ChatTyping(scope=wire_scope(scope, turn.state.me), typing=told.typing)
        turn.transmit(told.op_id, request)


def keep_draft(turn: Turn, told: DraftKept) -> None:
    """What stands in a composer is kept with its room."""
    room = turn.room(canonical(told.scope, turn.state.me))
    if room is None or room.drafts.get(told.thread, "") == told.text:
        return
    drafts = room.drafts
    drafts = drafts.insert(told.thread, told.text) if told.text else drafts.remove(told.thread)
    turn.put(replace(room, drafts=drafts))
    turn.emit(KeepDraft(room.scope, told.thread, told.text))


def _focus(turn: Turn, scope: str) -> None:
    """Open a room; what was new in the one before is so no more."""
    if scope != turn.state.focus:
        turn.change_room(turn.state.focus, divider="")
        turn.set(focus=scope, thread="", past=None, thread_past=(), sought=("", ""), ended="")
        first = attention.first_unread(turn, turn.room_for(scope))
        turn.change_room(scope, divider=first, held=False)
    turn.set(arrived=True)
    history.deepen(turn, scope)
    history.fill(turn, scope)
    gaps.tell_garbled(turn, scope)


def _focus_elsewhere(turn: Turn, scope: str, back: str = "") -> None:
    """Out of a room that was left: to the one before, else to the one where everybody is."""
    if turn.state.focus == scope:
        before = turn.room(back)
        there = before is not None and before.joined and back != scope
        turn.room_for(HOST)
        _focus(turn, back if there else HOST)


def _close(turn: Turn, room: Room) -> None:
    """Keep a room that one is not in: to be read, and to be joined again."""
    newest = next((one.id for one in reversed(turn.messages(room.scope)) if one.settled), "")
    read = newest or room.last_read
    turn.put(replace(room, joined=False, last_read=read, divider="", held=False, typing=()))
    turn.recount(room.scope)
    gaps.part(turn, room.scope)


def _show_the_first(turn: Turn, told: RoomsListed) -> None:
    """A newcomer sees the first network rather than the room where everybody is."""
    networks = (one.scope for one in told.rooms if kind_of(one.scope) == "network")
    first = next((scope for scope in networks if turn.room(scope) is not None), "")
    if first and not turn.state.arrived and turn.state.focus == HOST and not _busy(turn):
        _focus(turn, first)
    turn.set(arrived=True)


def _busy(turn: Turn) -> bool:
    """The user does something in the room where everybody is, which goes on."""
    host, state = turn.room_for(HOST), turn.state
    spoke = any(one.op_id for one in turn.messages(HOST))
    return bool(len(host.drafts) or state.outbox or state.thread or state.past or spoke)


def _ask_to_leave(turn: Turn, scope: str, op_id: str) -> None:
    """A connection that is gone has left already: then there is only nothing to join any more."""
    operation = Operation(op_id, "leave", RoomLeave(room=scope), scope=scope)
    if turn.state.link.phase == "online":
        operations.ask(turn, operation)
        return
    for rival in operations.rivals(turn, operation):
        operations.take(turn, rival.op_id)


def _needs_join(scope: str) -> bool:
    return kind_of(scope) not in (*_JOINED_BY_CONNECTING, "direct")


def _joining(scope: str, op_id: str, before: str = "") -> Operation:
    return Operation(op_id, "join", RoomJoin(room=scope), scope=scope, before=before)


def _is_scope(scope: str) -> bool:
    """The wire can name it."""
    return 0 < len(scope) <= MAX_ID
