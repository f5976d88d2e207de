"""Everything the server knows that outlives a connection. Changes are noted for the store."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from mock_server.records import (
    Change,
    Mark,
    Membership,
    Message,
    MessageGone,
    Network,
    Reaction,
    Revision,
    RevisionsGone,
    Upload,
    User,
)

PEOPLE = (
    User("alice", "Alice"),
    User("bob", "Bob"),
    User("carol", "Carol"),
    User("dave", "Dave"),
    User("mia", "Mia", "moderator"),
    User("root", "Root", "admin"),
)
"""The accounts that every mock server has."""

NETWORKS = {
    Network("lobby", "Lobby"): tuple(user.id for user in PEOPLE),
    Network("team", "Team"): tuple(user.id for user in PEOPLE),
    Network("vault", "Vault"): ("root", "mia"),
}
"""The networks, and who belongs to them at first."""


@dataclass
class World:
    """Users, networks, messages, reactions, read marks and files."""

    users: dict[str, User] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    """Of each network, in the order they came."""
    messages: dict[str, Message] = field(default_factory=dict)
    reactions: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Of each message: reaction → who, in the order they came."""
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    """By (scope, user)."""
    revisions: dict[str, list[Revision]] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    """What happened since the store last took them."""
    _timelines: dict[str, list[Message]] = field(default_factory=dict)
    _last_seq: int = 0

    def place(self, network: Network, members: Iterable[str]) -> None:
        """Lay a network as it is at first."""
        self.networks[network.id] = network
        self.members[network.id] = list(members)

    def next_seq(self) -> int:
        return self._last_seq + 1

    def post(self, message: Message) -> None:
        """Add a message; its `seq` is later than all there are."""
        self._last_seq = message.seq
        self.messages[message.id] = message
        self._timelines.setdefault(message.scope, []).append(message)
        self.changes.append(message)

    def edit(self, message: Message, body: str, at: int) -> Message:
        revision = Revision(message.id, message.body, at)
        self.revisions.setdefault(message.id, []).append(revision)
        self.changes.append(revision)
        return self._put(message.edited(body, at))

    def redact(self, message: Message, mask: str) -> Message:
        self._forget_revisions(message.id)
        return self._put(message.masked(mask))

    def bury(self, message: Message, at: int) -> Message:
        self._forget_revisions(message.id)
        return self._put(message.buried(at))

    def remove(self, message: Message) -> None:
        """Take a message out, with its reactions; read marks on it move back, its replies stay."""
        timeline = self._timelines[message.scope]
        place = _place_of(timeline, message.seq)
        earlier = timeline[place - 1].id if place else None
        del timeline[place]
        del self.messages[message.id]
        self.reactions.pop(message.id, None)
        self.revisions.pop(message.id, None)
        self.changes.append(MessageGone(message.id))
        self._move_marks(message, earlier)

    def react(self, message_id: str, reaction: str, user_id: str) -> bool:
        """Add a reaction; False where it was there."""
        people = self.reactions.setdefault(message_id, {}).setdefault(reaction, [])
        if user_id in people:
            return False
        people.append(user_id)
        self.changes.append(Reaction(message_id, reaction, user_id))
        return True

    def unreact(self, message_id: str, reaction: str, user_id: str) -> bool:
        """Take a reaction back; False where there was none."""
        kinds = self.reactions.get(message_id, {})
        if user_id not in kinds.get(reaction, ()):
            return False
        kinds[reaction].remove(user_id)
        if not kinds[reaction]:
            del kinds[reaction]
        self.changes.append(Reaction(message_id, reaction, user_id, there=False))
        return True

    def mark(self, mark: Mark) -> bool:
        """Move a user's read mark forward; False where it is there or further already."""
        old = self.marks.get((mark.scope, mark.user_id))
        if old and self.messages[old.message_id].seq >= self.messages[mark.message_id].seq:
            return False
        self.marks[mark.scope, mark.user_id] = mark
        self.changes.append(mark)
        return True

    def admit(self, network_id: str, user_id: str) -> bool:
        """Make a user a member; False where they are one."""
        if user_id in self.members[network_id]:
            return False
        self.members[network_id].append(user_id)
        self.changes.append(Membership(network_id, user_id))
        return True

    def expel(self, network_id: str, user_id: str) -> bool:
        """End a membership; False where there was none."""
        if user_id not in self.members[network_id]:
            return False
        self.members[network_id].remove(user_id)
        self.changes.append(Membership(network_id, user_id, there=False))
        return True

    def keep(self, upload: Upload) -> None:
        self.uploads[upload.id] = upload
        self.changes.append(upload)

    def timeline(self, scope: str) -> Sequence[Message]:
        """A scope's messages, oldest first."""
        return self._timelines.get(scope, ())

    def before(self, scope: str, place: int, limit: int) -> list[Message]:
        """The last `limit` messages of a scope whose `seq` is less than `place`, newest first."""
        timeline = self.timeline(scope)
        end = _place_of(timeline, place)
        return list(reversed(timeline[max(0, end - limit) : end]))

    def place_at(self, scope: str, at: int) -> int:
        """The `seq` from which on a scope's messages were written `at` this time or later."""
        timeline = self.timeline(scope)
        place = bisect_left(timeline, at, key=_created_at)
        return timeline[place].seq if place < len(timeline) else self.next_seq()

    def drain(self) -> list[Change]:
        """Take the changes noted so far. Accounts note theirs in the same list, so it stays."""
        taken = self.changes.copy()
        self.changes.clear()
        return taken

    def _put(self, message: Message) -> Message:
        timeline = self._timelines[message.scope]
        timeline[_place_of(timeline, message.seq)] = message
        self.messages[message.id] = message
        self.changes.append(message)
        return message

    def _move_marks(self, gone: Message, earlier: str | None) -> None:
        moved = [mark for mark in self.marks.values() if mark.message_id == gone.id]
        for mark in moved:
            del self.marks[mark.scope, mark.user_id]
            if earlier is not None:
                self.mark(replace(mark, message_id=earlier))

    def _forget_revisions(self, message_id: str) -> None:
        if self.revisions.pop(message_id, None):
            self.changes.append(RevisionsGone(message_id))


def _seq(message: Message) -> int:
    return message.seq


def _created_at(message: Message) -> int:
    return message.created_at


def _place_of(timeline: Sequence[Message], seq: int) -> int:
    return bisect_left(timeline, seq, key=_seq)


def first_world() -> World:
    """The world before anybody said anything."""
    world = World(users={user.id: user for user in PEOPLE})
    for network, members in NETWORKS.items():
        world.place(network, members)
    return world
