"""What the palette can go to: rooms, people, actions and colours, found by a few letters. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, assert_never

from wschat_tui.state.select import name_of, ordered_rooms, peer_of, person_of, section_of, title_of
from wschat_tui.state.text import name
from wschat_tui.ui.fuzzy import fit
from wschat_tui.ui.keys import shown
from wschat_tui.ui.render import dot, room_sign, status_word
from wschat_tui.ui.room_rows import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wschat_tui.state.model import Room, State
    from wschat_tui.ui.actions import Action, Place

Kind = Literal["room", "person", "action", "theme"]

_PREFIXES: dict[str, tuple[Kind, ...]] = {
    "#": ("room",),
    "@": ("person", "room"),
    "/": ("action", "theme"),
    ">": ("action", "theme"),
}
"""A first character that narrows what is looked for."""

_KIND_BONUS: dict[Kind, int] = {"room": 60, "person": 40, "action": 10, "theme": 0}
_UNREAD_BONUS = 30
_MOST = 200


@dataclass(frozen=True, slots=True)
class Goal:
    """Somewhere to go, or something to do. All but `id` is cleaned."""

    kind: Kind
    id: str
    """A scope, a user, the id of an action, or a theme's name."""
    title: str
    sign: str = ""
    detail: str = ""
    right: str = ""
    """Unread counts of a room, keys of an action."""
    words: tuple[str, ...] = ()
    """Other words that find it."""
    section: str = ""
    """The heading it stands under while nothing is typed."""
    direct: bool = False
    """A direct chat, which `@` finds as well."""
    hindrance: str = ""
    """Why it cannot be done now: it stands there greyed, with this sentence."""


def goals_of(
    state: State,
    actions: Sequence[Action] = (),
    place: Place | None = None,
    *,
    themes: Sequence[str] = (),
    recent: Sequence[str] = (),
) -> tuple[Goal, ...]:
    """Everything, in the order it stands in while nothing is typed.

    Unread rooms (mentions first), the rooms in `recent` (scopes, newest first), the others, people
    without a direct chat, the actions that `place` allows, colours. The room that is open is last
    of the rooms: nobody goes there.
    """
    return (
        *_rooms(state, recent),
        *_people(state),
        *(_action(one, state, place) for one in actions if _offered(one, state, place)),
        *(Goal("theme", one, f"Colours: {name(one)}", "◑", section="Colours") for one in themes),
    )


def found(goals: Sequence[Goal], query: str) -> list[Goal]:
    """The goals that fit what is typed, best first; all in their order where nothing is."""
    kinds = _PREFIXES.get(query[:1])
    wanted = query[1:].strip() if kinds else query.strip()
    some = [one for one in goals if kinds is None or _in_kinds(one, query[0], kinds)]
    if not wanted:
        return some[:_MOST]
    scored = ((_score(one, wanted), -order, one) for order, one in enumerate(some))
    hits = sorted((hit for hit in scored if hit[0]), key=lambda hit: hit[:2], reverse=True)
    return [one for _, _, one in hits[:_MOST]]


def _in_kinds(goal: Goal, prefix: str, kinds: tuple[Kind, ...]) -> bool:
    if goal.kind == "room" and prefix != "/":
        return goal.kind in kinds and goal.direct == (prefix == "@")
    return goal.kind in kinds


def _score(goal: Goal, wanted: str) -> int:
    """How well it fits: its title whole, other words at three quarters."""
    title = fit(wanted, goal.title)
    others = (fit(wanted, word) for word in goal.words)
    best = max(
        title.score if title else 0,
        max((one.score * 3 // 4 for one in others if one), default=0),
    )
    if not best:
        return 0
    unread = _UNREAD_BONUS if goal.kind == "room" and goal.right else 0
    return best + _KIND_BONUS[goal.kind] + unread


def _rooms(state: State, recent: Sequence[str]) -> Iterator[Goal]:
    rank = {scope: index for index, scope in enumerate(recent)}

    def key(room: Room) -> tuple[bool, bool, bool, int]:
        here = room.scope == state.focus
        return here, not room.mentions, not room.unread, rank.get(room.scope, len(rank))

    for room in sorted(ordered_rooms(state), key=key):
        yield _room(state, room, is_recent=room.scope in rank)


def _room(state: State, room: Room, *, is_recent: bool) -> Goal:
    direct = section_of(room.scope) == "direct"
    peer = peer_of(state, room.scope) if direct else None
    unread = room.unread or room.mentions
    here = room.scope == state.focus
    section = "Unread" if unread and not here else "Recent" if is_recent and not here else "Rooms"
    called = f"@{short(room.mentions, least=room.parted)}" if room.mentions else ""
    counts = (called, short(room.unread, least=room.parted))
    return Goal(
        "room",
        room.scope,
        title_of(state, room.scope),
        dot(person_of(state, peer).status) if peer else room_sign(room.scope) or "⌂",
        "you are here" if here else _room_detail(state, room, peer),
        " ".join(filter(None, counts)) if unread else "",
        (name(peer or room.scope),),
        section,
        direct,
    )


def _room_detail(state: State, room: Room, peer: str | None) -> str:
    if room.refused:
        return "you may not enter"
    if peer is not None:
        return status_word(person_of(state, peer).status)
    return "" if room.joined else "not joined"


def _people(state: State) -> Iterator[Goal]:
    talked = {peer_of(state, scope) for scope in state.rooms}
    others = (one for one in state.people.values() if one.id not in talked and one.id != state.me)
    for one in sorted(others, key=lambda one: (one.status == "offline", one.name.casefold())):
        detail = f"{status_word(one.status)}, direct chat"
        called = name_of(state, one.id)
        yield Goal("person", one.id, called, dot(one.status), detail, "", (name(one.id),), "People")


def _offered(action: Action, state: State, place: Place | None) -> bool:
    return action.palette and (place is None or action.allowed(state, place))


def _action(action: Action, state: State, place: Place | None) -> Goal:
    usage = action.slash.usage if action.slash else ""
    names = (action.slash.name, *action.slash.aliases) if action.slash else ()
    keys = ", ".join(shown(key) for key in action.keys)
    hindrance = action.hindrance(state, place) if place is not None else ""
    return Goal(
        "action",
        action.id,
        action.sentence,
        "›",
        hindrance or usage,
        keys,
        names,
        "Commands",
        hindrance=hindrance,
    )


def kind_word(kind: Kind) -> str:
    """What choosing one does, for the hint."""
    match kind:
        case "room":
            return "open the room"
        case "person":
            return "open the direct chat"
        case "action":
            return "do it"
        case "theme":
            return "use these colours"
        case _:
            assert_never(kind)
