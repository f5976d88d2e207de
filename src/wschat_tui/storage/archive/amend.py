"""What happens to a message that is not loaded, done to it where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rpds import HashTrieMap

from wschat_tui.protocol.events import ChatReadUpdate
from wschat_tui.state import changes
from wschat_tui.state.history.archive_inputs import Amended
from wschat_tui.state.model import Person, State
from wschat_tui.state.text import SafeText
from wschat_tui.state.turn import Turn
from wschat_tui.storage.archive import messages, pages, rooms

if TYPE_CHECKING:
    from wschat_tui.state.history.archive_effects import Amend
    from wschat_tui.state.model import Change, Message
    from wschat_tui.storage.archive.store import Store


def amend(store: Store, asked: Amend) -> Amended | None:
    """Do it; None where no such message is kept."""
    message = pages.message(store, asked.change.message_id)
    room = store.room(message.scope) if message is not None else None
    if message is None or room is None:
        return None
    after = _done(store, message, room, asked)
    read = pages.last_read(store, room)
    return Amended(message.scope, message.id, after, asked.change, read)


def _done(store: Store, message: Message, room: int, asked: Amend) -> Message | None:
    change = asked.change
    if isinstance(change, ChatReadUpdate):
        row = store.row_of(message.id)
        if message.named and row is not None:
            rooms.mark_read(store, room, change.user_id, message.id, row)
        return message
    after = _changed(store, message, change, asked.me or store.me)
    if after is None:
        messages.drop(store, (message.id,))
    elif after is not message:
        messages.keep(store, (after,))
    return after


def _changed(store: Store, message: Message, change: Change, me: str) -> Message | None:
    """By the same rules as for a message that is loaded: in a state that holds nothing else."""
    if not message.named:
        return message
    turn = Turn(State(me=me, people=_name_of(store, me)))
    turn.append(message)
    changes.change(turn, change)
    return turn.find(message.id)


def _name_of(store: Store, me: str) -> HashTrieMap[str, Person]:
    """The name of this user, since an edit may call it."""
    people: HashTrieMap[str, Person] = HashTrieMap()
    found = store.connection.execute("select name from person where id = ?", (me,)).fetchone()
    return people if found is None else people.insert(me, Person(me, SafeText(found[0])))
