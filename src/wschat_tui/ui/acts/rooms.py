"""Actions on rooms: walking through them, joining, leaving, reading."""

from wschat_tui.protocol.scopes import kind_of
from wschat_tui.state.commands import words
from wschat_tui.state.model import HOST, Room, State
from wschat_tui.state.resolve import room_named, scope_of
from wschat_tui.state.select import name_of, next_unread, ordered_rooms, people_here, title_of
from wschat_tui.ui.actions import Action, Parameter, Place, Slash
from wschat_tui.ui.desk import Desk
from wschat_tui.ui.later import inputs
from wschat_tui.ui.render import status_word

_ROOM = Parameter("room", "room")


def _next_unread(desk: Desk, _rest: str) -> str | None:
    scope = next_unread(desk.state)
    if scope is None:
        return "Nothing is unread."
    desk.open_room(scope)
    return None


def _next_mention(desk: Desk, _rest: str) -> str | None:
    scope = next_unread(desk.state, mentions=True)
    if scope is None:
        return "Nobody has mentioned you."
    desk.open_room(scope)
    return None


def _step(desk: Desk, by: int) -> None:
    scopes = [room.scope for room in ordered_rooms(desk.state)]
    if not scopes:
        return
    at = scopes.index(desk.state.focus) if desk.state.focus in scopes else -by
    desk.open_room(scopes[(at + by) % len(scopes)])


def _up(desk: Desk, _rest: str) -> None:
    _step(desk, -1)


def _down(desk: Desk, _rest: str) -> None:
    _step(desk, 1)


def _open(desk: Desk, rest: str) -> str | None:
    if rest:
        scope = room_named(desk.state, rest)
        if scope is None:
            return f"There is no room {rest} here; /join {rest} enters it."
        desk.open_room(scope)
    elif desk.place.scope:
        desk.open_room(desk.place.scope)
    else:
        desk.open_sheet("palette")
    return None


def _join(desk: Desk, rest: str) -> str | None:
    if not rest:
        return "Which room? /join ROOM."
    desk.feed(inputs.JoinAsked(desk.op_id(), desk.now(), scope_of(desk.state, rest)))
    return None


def _leave(desk: Desk, rest: str) -> str | None:
    scope = room_named(desk.state, rest) if rest else desk.place.scope
    if not scope:
        return f"There is no room {rest} to leave." if rest else "No room is open."
    if scope == HOST:
        return "Everyone on the server is in host; it cannot be left."
    desk.feed(inputs.LeaveAsked(desk.op_id(), desk.now(), scope))
    return None


def _members(desk: Desk, _rest: str) -> str | None:
    state = desk.state
    room = state.rooms.get(state.focus)
    people = people_here(state, room) if room is not None else []
    if room is None or not people:
        return "The server has not told who is here."
    told = (f" ({status_word(one.status)})" if one.status != "offline" else "" for one in people)
    names = ", ".join(
        f"{name_of(state, one.id)}{word}" for one, word in zip(people, told, strict=True)
    )
    desk.say(f"{len(people)} in {title_of(state, room.scope)}: {names}.")
    return None


def _read(desk: Desk, _rest: str) -> str | None:
    room = desk.state.rooms.get(desk.place.scope)
    last = _newest(room) if room is not None else ""
    if room is None or not last:
        return "There is nothing here to mark as read."
    desk.feed(inputs.Seen(desk.op_id(), desk.now(), room.scope, last, by_hand=True))
    return None


def _newest(room: Room) -> str:
    settled = (one.id for one in reversed(room.messages) if one.delivery in {"received", "sent"})
    return next(settled, "")


def _say(desk: Desk, rest: str) -> str | None:
    word, text = words(rest)
    if not text:
        return "What, and where? /msg ROOM MESSAGE."
    scope = room_named(desk.state, word)
    if scope is None:
        return f"You are in no room {word}; /join {word} enters it."
    desk.feed(inputs.Typed(desk.op_id(), desk.now(), scope, text))
    desk.say(f"Posted in {title_of(desk.state, scope)}.")
    return None


def _leavable(state: State, place: Place) -> bool:
    scope = place.scope or state.focus
    return scope in state.rooms and kind_of(scope) != "host"


ACTIONS = (
    Action(
        "room.next_unread",
        "Go to the next unread room",
        "Rooms",
        _next_unread,
        keys=("alt+a", "ctrl+n"),
        hint="next unread",
        allowed=lambda state, _place: next_unread(state) is not None,
    ),
    Action(
        "room.next_mention",
        "Go to the next mention of you",
        "Rooms",
        _next_mention,
        keys=("alt+m",),
        allowed=lambda state, _place: next_unread(state, mentions=True) is not None,
    ),
    Action("room.up", "Go to the room above", "Rooms", _up, keys=("alt+up",), palette=False),
    Action("room.down", "Go to the room below", "Rooms", _down, keys=("alt+down",), palette=False),
    Action(
        "room.open",
        "Open the room",
        "Rooms",
        _open,
        keys=("enter", "right"),
        context="rooms",
        slash=Slash("open", (Parameter("room", "room", required=False),), ("go", "room")),
        hint="open",
        palette=False,
    ),
    Action(
        "room.join",
        "Join a room",
        "Rooms",
        _join,
        slash=Slash("join", (_ROOM,), ("j",)),
    ),
    Action(
        "room.leave",
        "Leave the room",
        "Rooms",
        _leave,
        keys=("delete",),
        context="rooms",
        slash=Slash("leave", (Parameter("room", "room", required=False),), ("part",)),
        hint="leave",
        allowed=_leavable,
    ),
    Action(
        "room.read",
        "Mark the room as read",
        "Rooms",
        _read,
        keys=("alt+r",),
        slash=Slash("read"),
    ),
    Action(
        "room.members",
        "Tell who is in the room",
        "People",
        _members,
        slash=Slash("names", aliases=("members", "who")),
    ),
    Action(
        "room.say",
        "Post in another room without going there",
        "Writing",
        _say,
        slash=Slash("msg", (_ROOM, Parameter("message", "message"))),
        palette=False,
    ),
)
