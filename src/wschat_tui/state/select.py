"""What views ask of the state: names, orders, counts. Pure, cheap, asked at every paint."""

from typing import Literal

from wschat_tui.protocol.scopes import dm_peer, kind_of
from wschat_tui.state import tally
from wschat_tui.state.likeness import told_apart
from wschat_tui.state.model import HOST, Message, Person, Room, State
from wschat_tui.state.text import SafeText, name

Section = Literal["rooms", "direct"]


def current_room(state: State) -> Room | None:
    """The room that is open."""
    return state.rooms.get(state.focus)


def name_of(state: State, user: str) -> SafeText:
    """How a user is called: with the id beside it where another's name or id looks alike."""
    person = state.people.get(user)
    return told_apart(state.looks, user, person.name if person is not None else name(user))


def person_of(state: State, user: str) -> Person:
    """What is known of a user; a stranger is offline under their id."""
    return state.people.get(user) or Person(user, name(user))


def peer_of(state: State, scope: str) -> str | None:
    """The other user of a direct chat."""
    return dm_peer(scope, state.me)


def title_of(state: State, scope: str) -> SafeText:
    """A room's name: the other user's, the one the server gave, or the scope's own word."""
    peer = peer_of(state, scope)
    if peer is not None:
        return name_of(state, peer)
    room = state.rooms.get(scope)
    if room is not None and room.title:
        return room.title
    return name(scope.partition(":")[2] if kind_of(scope) in {"network", "tenant"} else scope)


def section_of(scope: str) -> Section:
    """The heading of the room list under which a scope stands."""
    return "direct" if kind_of(scope) == "direct" else "rooms"


def ordered_rooms(state: State) -> list[Room]:
    """The room list from top to bottom: host, then rooms, then direct chats, each by title."""

    def key(room: Room) -> tuple[bool, bool, str, str]:
        direct = section_of(room.scope) == "direct"
        return (direct, room.scope != HOST, title_of(state, room.scope).casefold(), room.scope)

    return sorted(state.rooms.values(), key=key)


def next_unread(state: State, *, mentions: bool = False) -> str | None:
    """The room to go to next, going down from the one that is open and around."""
    rooms = [room.scope for room in ordered_rooms(state)]
    at = rooms.index(state.focus) if state.focus in rooms else -1
    for scope in rooms[at + 1 :] + rooms[: at + 1]:
        room = state.rooms[scope]
        if scope != state.focus and (room.mentions if mentions else room.unread):
            return scope
    return None


def message_of(state: State, message_id: str) -> Message | None:
    """A loaded message, by its id, or one that is shown of the past."""
    room = state.rooms.get(state.places.get(message_id, ""))
    if room is None:
        shown = state.past.messages if state.past is not None else ()
        return next((one for one in (*shown, *state.thread_past) if one.id == message_id), None)
    return next((one for one in reversed(room.messages) if one.id == message_id), None)


def thread_of(state: State, root_id: str) -> tuple[Message, ...]:
    """A thread: its root, then its replies, oldest first. A root that is not loaded is left out."""
    room = state.rooms.get(state.places.get(root_id, state.focus))
    if room is None:
        return ()
    only = state.thread_past if root_id == state.thread else ()
    kept = [one for one in only if one.id not in state.places]
    return (*kept, *(one for one in room.messages if root_id in (one.id, one.parent_id)))


def is_mine(state: State, message: Message) -> bool:
    """I wrote it. While it is not known who I am: this client sent it."""
    return tally.is_mine(message, state.me)


def my_role(state: State) -> str:
    """My role as the member list told it; empty where unknown."""
    return person_of(state, state.me).role if state.me else ""


def may_edit(state: State, message: Message) -> bool:
    """My own delivered messages; any as an admin."""
    live = message.named and not message.deleted and not message.redacted
    return live and (is_mine(state, message) or my_role(state) == "admin")


def may_delete(state: State, message: Message) -> bool:
    """My own delivered messages; any as a moderator or admin."""
    allowed = is_mine(state, message) or my_role(state) in {"moderator", "admin"}
    return message.named and not message.deleted and allowed


def may_redact(state: State, message: Message) -> bool:
    """Moderators and admins; where roles are unknown the server decides."""
    allowed = my_role(state) in {"", "moderator", "admin"}
    return message.named and not message.deleted and allowed


def may_react(message: Message) -> bool:
    """Any delivered message."""
    return message.named and not message.deleted


def readers(state: State, room: Room, message_id: str) -> tuple[str, ...]:
    """The other users who have read a room up to this message or further."""
    order = {message.id: index for index, message in enumerate(room.messages)}
    at = order.get(message_id, -1)
    marks = sorted(room.receipts.items())
    return tuple(
        user for user, read in marks if user != state.me and order.get(read, -1) >= at >= 0
    )


def typists(state: State, room: Room) -> tuple[SafeText, ...]:
    """Who is typing in a room, by name."""
    return tuple(name_of(state, one.user) for one in room.typing if one.until > state.now)


def people_here(state: State, room: Room) -> list[Person]:
    """Who is in a room: those present first, whatever they call it, then by name."""
    rank = {"online": 0, "busy": 1, "away": 2, "offline": 4}
    people = (person_of(state, user) for user in room.members)
    return sorted(people, key=lambda one: (rank.get(one.status, 3), one.name.casefold(), one.id))


def in_doubt(state: State, message: Message) -> str | None:
    """The op_id to resend or discard: of a message's sending, or of a change of it, in doubt."""
    if message.delivery in {"failed", "unconfirmed"}:
        return message.op_id
    doubtful = (
        operation.op_id
        for operation in state.operations.values()
        if operation.unconfirmed and operation.message_id == message.id
    )
    return min(doubtful, default=None)


def waiting(state: State) -> int:
    """How many of my messages wait to be sent or acked."""
    return sum(one.phase in {"queued", "handed", "inflight"} for one in state.outbox)


def is_catching_up(state: State, room: Room) -> bool:
    """The server is being asked for what may be missing in a room."""
    return state.link.phase == "online" and room.joined and bool(room.hole or room.asked)


def drafts(state: State) -> int:
    """How many composers hold something that is typed and not sent."""
    return sum(len(room.drafts) for room in state.rooms.values())


def unsettled(state: State) -> int:
    """How many messages and edits of mine the server has not taken."""
    messages = sum(not one.message_id and one.phase != "discarded" for one in state.outbox)
    return messages + sum(one.verb == "edit" for one in state.operations.values())
