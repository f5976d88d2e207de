"""Who is connected, from which devices, in which rooms."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from wschat_tui.protocol.objects import Status


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """One open connection of a user."""

    id: str
    user_id: str
    device_id: str
    rooms: dict[str, None] = field(default_factory=dict)
    """Joined, in that order."""


@dataclass
class Roster:
    """The connections there are now, in the order they came."""

    connections: dict[str, Connection] = field(default_factory=dict)
    chosen: dict[str, Status] = field(default_factory=dict)
    """What connected users set; who set nothing is online."""
    _users: dict[str, dict[str, Connection]] = field(default_factory=dict)
    _rooms: dict[str, dict[str, Connection]] = field(default_factory=dict)

    def add(self, connection: Connection, rooms: Iterable[str]) -> None:
        self.connections[connection.id] = connection
        self._users.setdefault(connection.user_id, {})[connection.id] = connection
        for room in rooms:
            self.join(connection, room)

    def remove(self, connection: Connection) -> None:
        """Forget a connection, and with a user's last one the status they chose."""
        for room in list(connection.rooms):
            self.leave(connection, room)
        del self.connections[connection.id]
        del self._users[connection.user_id][connection.id]
        if not self._users[connection.user_id]:
            del self._users[connection.user_id]
            self.chosen.pop(connection.user_id, None)

    def join(self, connection: Connection, room: str) -> None:
        connection.rooms[room] = None
        self._rooms.setdefault(room, {})[connection.id] = connection

    def leave(self, connection: Connection, room: str) -> None:
        """Take a connection out of a room that it joined."""
        del connection.rooms[room]
        del self._rooms[room][connection.id]
        if not self._rooms[room]:
            del self._rooms[room]

    def of(self, user_id: str) -> Collection[Connection]:
        return self._users.get(user_id, {}).values()

    def within(self, room: str) -> Collection[Connection]:
        return self._rooms.get(room, {}).values()

    def joined(self, user_id: str, room: str) -> bool:
        """Whether any connection of the user is in the room."""
        return any(room in connection.rooms for connection in self.of(user_id))

    def sharing(self, connection: Connection) -> list[Connection]:
        """The other connections that share a room with this one."""
        met = {other.id: other for room in connection.rooms for other in self.within(room)}
        met.pop(connection.id, None)
        return list(met.values())

    def status(self, user_id: str) -> Status:
        """How a user appears to others."""
        return self.chosen.get(user_id, "online") if self.of(user_id) else "offline"

    def present(self, room: str) -> dict[str, Status]:
        """The users who are seen in a room, with their status."""
        users = dict.fromkeys(connection.user_id for connection in self.within(room))
        shown = {user_id: self.status(user_id) for user_id in users}
        return {user_id: status for user_id, status in shown.items() if status != "offline"}
