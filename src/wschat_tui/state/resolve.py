"""What the user calls a room or a person, turned into the id on the wire."""

from collections.abc import Iterable

from wschat_tui.protocol.scopes import canonical, direct, kind_of
from wschat_tui.state.model import HOST, State
from wschat_tui.state.select import name_of, ordered_rooms, title_of


def room_named(state: State, word: str) -> str | None:
    """The scope of a room that is known, by its scope, its title or either without `#`."""
    plain = word.removeprefix("#")
    known = canonical(plain, state.me)
    if known in state.rooms:
        return known
    titled = {title_of(state, room.scope).casefold(): room.scope for room in ordered_rooms(state)}
    return titled.get(plain.casefold())


def scope_of(state: State, word: str) -> str:
    """The scope of a room, known or not: a bare word is a network's name (PROTOCOL.md, scopes)."""
    known = room_named(state, word)
    if known is not None:
        return known
    plain = word.removeprefix("#")
    if plain == HOST or kind_of(plain) != "room" or ":" in plain:
        return canonical(plain, state.me)
    return f"network:{plain}"


def person_named(state: State, word: str) -> str:
    """The id of a user, by id or by name; a word that names nobody known is taken as an id."""
    plain = word.removeprefix("@")
    if plain in state.people:
        return plain
    wanted = plain.casefold()
    return _first(one.id for one in state.people.values() if one.name.casefold() == wanted) or plain


def mention_of(state: State, user: str) -> str:
    """How to mention a user: by name where that is one word and theirs alone, else by id."""
    name = name_of(state, user)
    namesakes = sum(one.name.casefold() == name.casefold() for one in state.people.values())
    plain = name.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return f"@{name}" if plain and namesakes <= 1 else f"@{user}"


def direct_scope(state: State, user: str) -> str:
    """The direct chat with a user."""
    return direct(state.me, user) if state.me else f"dm:{user}"


def _first(ids: Iterable[str]) -> str:
    return min(ids, default="")
