"""Who is there: presence, devices, membership, and who is typing."""

from dataclasses import replace

from wschat_tui.protocol.events import (
    ChatTypingUser,
    DeviceOffline,
    DeviceOnline,
    MemberJoined,
    MemberLeft,
    PresenceUpdate,
)
from wschat_tui.protocol.scopes import canonical
from wschat_tui.state.effects import ListRooms
from wschat_tui.state.model import STATUSES, Kind, Message, Person, Room, Typing
from wschat_tui.state.select import person_of
from wschat_tui.state.server_inputs import MemberListed, MembersListed
from wschat_tui.state.text import SafeText, clean, name
from wschat_tui.state.turn import Turn

TYPING_SHOWN = 8_000
"""Milliseconds after which somebody who said no more is taken to have stopped typing."""

MAX_DEVICES = 64
"""Devices kept of one person."""


def presence(turn: Turn, event: PresenceUpdate) -> None:
    """A status changed. Of mine, what I am about to set stands before what the server had."""
    person = person_of(turn.state, event.user_id)
    turn.know(replace(person, status=clean(event.status, one_line=True, limit=32)))
    mine = event.user_id == turn.state.me
    setting = any(one.verb == "status" for one in turn.state.operations.values())
    for status in STATUSES:
        if mine and not setting and status == event.status:
            turn.set(status=status)


def device(turn: Turn, event: DeviceOnline | DeviceOffline) -> None:
    """A device of somebody came or went."""
    person = person_of(turn.state, event.user_id)
    devices = person.devices
    if isinstance(event, DeviceOffline):
        devices = devices.discard(event.device_id)
    elif len(devices) < MAX_DEVICES:
        devices = devices.insert(
            event.device_id, clean(event.platform or "", one_line=True, limit=32)
        )
    turn.know(replace(person, devices=devices))


def membership(turn: Turn, event: MemberJoined | MemberLeft, at: int, row_id: str) -> None:
    """A network gained or lost a member: a row in its room tells of it, once."""
    scope, joined = f"network:{event.network_id}", isinstance(event, MemberJoined)
    room, mine = turn.room(scope), event.user_id == turn.state.me
    if room is None:
        if mine and joined:
            turn.emit(ListRooms())
        return
    members = room.members
    members = members.insert(event.user_id) if joined else members.discard(event.user_id)
    turn.put(replace(room, members=members, joined=room.joined and (joined or not mine)))
    kind: Kind = "joined" if joined else "left"
    last = turn.messages(scope)[-1:]
    if not any((one.kind, one.author) == (kind, event.user_id) for one in last):
        turn.append(Message(row_id, scope, event.user_id, SafeText(""), at, kind=kind))


def typing(turn: Turn, event: ChatTypingUser, at: int) -> None:
    """Somebody types, or stopped."""
    scope = canonical(event.scope, turn.state.me)
    room = turn.room(scope)
    if room is None or event.user_id == turn.state.me:
        return
    others = tuple(one for one in room.typing if one.user != event.user_id)
    if event.typing:
        others = (*others, Typing(event.user_id, at + TYPING_SHOWN))
    if others != room.typing:
        turn.put(replace(room, typing=others))


def forget_typing(turn: Turn, at: int) -> None:
    """Take those who said no more for a while to have stopped."""
    for room in turn.rooms():
        if room.typing and any(one.until <= at for one in room.typing):
            turn.put(replace(room, typing=tuple(one for one in room.typing if one.until > at)))


def listed(turn: Turn, told: MembersListed) -> None:
    """The server's list of a room's members: names, roles, and statuses where it gives them."""
    room = turn.room(told.scope)
    if room is None:
        return
    members = Room(told.scope).members
    for member in told.members:
        members = members.insert(member.user)
        turn.know(_known_by_list(turn, member))
    if members != room.members:
        turn.put(replace(room, members=members))


def link_up(turn: Turn) -> None:
    """Nothing is known of anybody's presence until the new connection tells."""
    people = turn.state.people
    for person in people.values():
        if person.status != "offline" or len(person.devices):
            people = people.insert(person.id, Person(person.id, person.name, role=person.role))
    turn.set(people=people)


def _known_by_list(turn: Turn, member: MemberListed) -> Person:
    person = person_of(turn.state, member.user)
    return replace(
        person,
        name=name(member.name or member.user),
        role=clean(member.role, one_line=True, limit=32) or person.role,
        status=clean(member.status, one_line=True, limit=32) or person.status,
    )
