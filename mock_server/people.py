"""Who is here: connecting, rooms, presence, tokens, membership."""

from mock_server.access import quoted
from mock_server.roster import Connection
from mock_server.turn import Delivery, Refused, Turn
from wschat_tui.protocol.events import (
    DeviceOffline,
    DeviceOnline,
    MemberJoined,
    MemberLeft,
    PresencePong,
)
from wschat_tui.protocol.requests import AuthRefresh, PresencePing, PresenceSet, RoomJoin, RoomLeave


def arrive(turn: Turn) -> list[Delivery]:
    """A connection opened: it is in `host` and its tenant, learns who is there, is announced."""
    me = turn.connection
    turn.roster.add(me, ("host", f"tenant:{turn.user.tenant}"))
    near = turn.roster.sharing(me)
    device = DeviceOnline(device_id=me.device_id, user_id=me.user_id)
    return [
        *_introduced(turn, me.rooms),
        *turn.tell(_who_hears_devices(turn, near), device),
        *turn.seen(_who_sees(turn, near), me.user_id, turn.roster.status(me.user_id)),
    ]


def depart(turn: Turn) -> list[Delivery]:
    """A connection closed."""
    me = turn.connection
    near = turn.roster.sharing(me)
    hears, sees = _who_hears_devices(turn, near), _who_sees(turn, near)
    turn.roster.remove(me)
    device = DeviceOffline(device_id=me.device_id, user_id=me.user_id)
    return [
        *turn.tell(hears, device),
        *turn.seen(sees, me.user_id, turn.roster.status(me.user_id)),
    ]


def join(turn: Turn, request: RoomJoin) -> list[Delivery]:
    """`room.join`: the joiner learns who is there, and they that the joiner is."""
    room = turn.enter(request.room)
    if room == "host" and not turn.manners.dialect.host_is_joinable and turn.user.role != "admin":
        raise Refused("Connecting joins host already; only admins may join it by hand.")
    turn.roster.join(turn.connection, room)
    others = [each for each in turn.roster.within(room) if each is not turn.connection]
    announced = turn.seen(_who_sees(turn, others), turn.user.id, turn.roster.status(turn.user.id))
    return turn.done({"room": room, "status": "joined"}, [*_introduced(turn, [room]), *announced])


def leave(turn: Turn, request: RoomLeave) -> list[Delivery]:
    """`room.leave`: the others see the user go."""
    room = turn.enter(request.room)
    if room not in turn.connection.rooms:
        raise Refused(f"You are not in {quoted(room)}.")
    return turn.done({"room": room, "status": "left"}, _left(turn, [turn.connection], room))


def set_status(turn: Turn, request: PresenceSet) -> list[Delivery]:
    """`presence.set`: for everybody who shares a room, and one's other connections."""
    turn.roster.chosen[turn.user.id] = request.status
    near = turn.roster.sharing(turn.connection)
    met = {each.id: each for each in (*near, *turn.roster.of(turn.user.id))}
    met.pop(turn.connection.id)
    return turn.done(None, turn.seen(met.values(), turn.user.id, request.status))


def ping(turn: Turn, _: PresencePing) -> list[Delivery]:
    """`presence.ping`: the server's time, with the same op_id."""
    return turn.answer(PresencePong(timestamp=turn.stamp))


def refresh(turn: Turn, request: AuthRefresh) -> list[Delivery]:
    """`auth.refresh`: new tokens for the refresh token of this connection's user."""
    traded = turn.accounts.rotate(request.refresh_token, turn.now, turn.ids, turn.user.id)
    if traded is None:
        raise Refused("The refresh token is wrong, expired or already used; log in again.")
    return turn.done(traded[1].to_wire(), [])


def admit(turn: Turn, network_id: str, user_id: str) -> list[Delivery]:
    """A user becomes a member: the network's room and the user are told."""
    if not turn.world.admit(network_id, user_id):
        return []
    role = turn.world.users[user_id].role
    event = MemberJoined(network_id=network_id, user_id=user_id, role=role)
    return turn.tell(_told_of_member(turn, network_id, user_id), event)


def expel(turn: Turn, network_id: str, user_id: str) -> list[Delivery]:
    """A user is no member any more: the room and the user are told, and the user is out of it."""
    if not turn.world.expel(network_id, user_id):
        return []
    event = MemberLeft(network_id=network_id, user_id=user_id, role=turn.world.users[user_id].role)
    told = turn.tell(_told_of_member(turn, network_id, user_id), event)
    room = f"network:{network_id}"
    inside = [each for each in turn.roster.of(user_id) if room in each.rooms]
    return told + (_left(turn, inside, room) if inside else [])


def _introduced(turn: Turn, rooms: "dict[str, None] | list[str]") -> list[Delivery]:
    """The presence of everybody else who is in these rooms, for the one who came."""
    present = {
        user_id: status
        for room in rooms
        for user_id, status in turn.roster.present(room).items()
        if user_id != turn.user.id
    }
    return [
        delivery
        for user_id, status in present.items()
        for delivery in turn.seen([turn.connection], user_id, status)
    ]


def _left(turn: Turn, leaving: list[Connection], room: str) -> list[Delivery]:
    """Take connections of a user out of a room; the others see the user go with the last."""
    user_id, seen = leaving[0].user_id, turn.roster.status(leaving[0].user_id) != "offline"
    for connection in leaving:
        turn.roster.leave(connection, room)
    gone = seen and not turn.roster.joined(user_id, room)
    return turn.seen(turn.roster.within(room), user_id, "offline") if gone else []


def _who_sees(turn: Turn, near: list[Connection]) -> list[Connection]:
    """Of those near, who learns that this user is here: their own devices alone if hidden."""
    hidden = turn.roster.status(turn.user.id) == "offline"
    return [each for each in near if not hidden or each.user_id == turn.user.id]


def _who_hears_devices(turn: Turn, near: list[Connection]) -> list[Connection]:
    mine = list(turn.roster.of(turn.user.id))
    if turn.manners.devices_to_all:
        met = {each.id: each for each in (*mine, *_who_sees(turn, near))}
        mine = list(met.values())
    return [each for each in mine if each is not turn.connection]


def _told_of_member(turn: Turn, network_id: str, user_id: str) -> list[Connection]:
    inside = turn.roster.within(f"network:{network_id}")
    return list({each.id: each for each in (*inside, *turn.roster.of(user_id))}.values())
