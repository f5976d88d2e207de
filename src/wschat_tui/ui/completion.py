"""What a composer offers for the word before its cursor: commands, people, rooms, emoji. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from wschat_tui.state.resolve import mention_of
from wschat_tui.state.select import current_room, name_of, ordered_rooms, people_here, title_of
from wschat_tui.ui import emoji
from wschat_tui.ui.fuzzy import fit
from wschat_tui.ui.registry import commands
from wschat_tui.ui.render import dot, room_name, status_word
from wschat_tui.ui.room_rows import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wschat_tui.state.model import Person, State
    from wschat_tui.ui.actions import Parameter

MOST = 50
"""Offers at once; the list shows some and scrolls."""

_WORD = re.compile(r"(?:^|(?<=[\s(]))([@#]\S{0,64}|:[a-z0-9_+-]{2,40}:?)$", re.IGNORECASE)
_EMOJI_FROM = 2
_SIGNS = "@#/"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to put in place of the word."""

    text: str
    """What is inserted."""
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered in place of the characters from `start` to the cursor."""

    start: int
    offers: tuple[Offer, ...]
    eager: bool
    """Something of the word is typed, so that Enter may take the first offer."""


def offers(state: State, before: str, themes: Sequence[str] = ()) -> Offers | None:
    """Offers for a text up to its cursor; None where there are none, or where it is complete."""
    if before.startswith("/") and not before.startswith("//"):
        return _in_command(state, before, themes)
    found = _WORD.search(before)
    if found is None:
        return None
    word = found[1]
    source = {"@": _people, "#": _rooms, ":": _emoji}[word[0]]
    return _made(found.start(1), word, source(state, word[1:]))


def closed_emoji(before: str) -> tuple[int, str] | None:
    """Where a whole `:name:` ends the text: where it starts, and the emoji it names."""
    found = _WORD.search(before)
    if found is None or not (found[1].startswith(":") and found[1].endswith(":")):
        return None
    text = emoji.named(found[1])
    return (found.start(1), text) if text else None


def _in_command(state: State, before: str, themes: Sequence[str]) -> Offers | None:
    if "\n" in before:
        return None
    name, space, rest = before[1:].partition(" ")
    if not space:
        return _made(0, before, _commands(name))
    action = commands().get(name.casefold())
    if action is None or action.slash is None or not action.slash.parameters:
        return None
    parameters = action.slash.parameters
    done = rest.split(" ")
    parameter = parameters[min(len(done), len(parameters)) - 1]
    last = len(done) > len(parameters)
    word = rest if last or len(parameters) == 1 else done[-1]
    if last or parameter.kind in {"message", "text"}:
        return None
    return _made(len(before) - len(word), word, _arguments(state, parameter, word, themes))


def _made(start: int, word: str, found: Iterable[Offer]) -> Offers | None:
    some = tuple(islice(found, MOST))
    plain = _plain(word)
    if not some or (plain and any(_plain(one.text) == plain for one in some)):
        return None
    return Offers(start, some, eager=bool(plain.strip(":")))


def _plain(word: str) -> str:
    return word.strip().lstrip(_SIGNS).casefold()


def _commands(typed: str) -> Iterable[Offer]:
    names = sorted(commands().items(), key=lambda pair: pair[1].group == "Everywhere")
    best = _ranked(names, typed, lambda pair: (pair[0],))
    seen: set[str] = set()
    for name, action in best:
        if action.id not in seen and action.slash is not None:
            seen.add(action.id)
            space = " " if action.slash.parameters else ""
            usage = action.slash.usage.partition(" ")[2]
            yield Offer(f"/{name}{space}", f"/{name} {usage}".strip(), action.sentence)


def _arguments(
    state: State, parameter: Parameter, word: str, themes: Sequence[str]
) -> Iterable[Offer]:
    match parameter.kind:
        case "room":
            return (_bare(one, "#@") for one in _rooms(state, word.lstrip("#@")))
        case "person":
            return _people(state, word.removeprefix("@"))
        case "emoji":
            return _emoji(state, word.strip(":")) if len(word) >= _EMOJI_FROM else ()
        case "theme":
            return (Offer(name, name) for name in _ranked(themes, word, lambda name: (name,)))
        case "command":
            return (_bare(one, "/") for one in _commands(word.lstrip("/")))
        case "status" | "choice":
            choices = _ranked(parameter.choices, word, lambda name: (name,))
            return (
                Offer(one, f"{dot(one)} {one}" if parameter.kind == "status" else one)
                for one in choices
            )
        case "message" | "text":
            return ()


def _bare(offer: Offer, signs: str) -> Offer:
    return Offer(offer.text.lstrip(signs).strip(), offer.label, offer.detail)


def _people(state: State, typed: str) -> Iterable[Offer]:
    room = current_room(state)
    here = people_here(state, room) if room is not None else []
    known = {one.id for one in here}
    others = sorted(
        (one for one in state.people.values() if one.id not in known),
        key=lambda one: (one.name.casefold(), one.id),
    )
    people = [one for one in (*here, *others) if one.id != state.me]

    def called(one: Person) -> tuple[str, ...]:
        return (one.name, one.id)

    for person in _ranked(people, typed, called):
        word = f"{dot(person.status)} {status_word(person.status)}"
        yield Offer(f"{mention_of(state, person.id)} ", f"@{name_of(state, person.id)}", word)


def _rooms(state: State, typed: str) -> Iterable[Offer]:
    rooms = _ranked(
        ordered_rooms(state), typed, lambda room: (title_of(state, room.scope), room.scope)
    )
    for room in rooms:
        unread = f"{short(room.unread, least=room.parted)} unread" if room.unread else ""
        yield Offer(f"{room_name(state, room.scope)} ", room_name(state, room.scope), unread)


def _emoji(_state: State, typed: str) -> Iterable[Offer]:
    for one in emoji.find(typed.strip(":"), MOST):
        yield Offer(one.text, f"{emoji.shown(one.text)}  {one.code}")


def _ranked(things: Iterable[_T], typed: str, called: Callable[[_T], tuple[str, ...]]) -> list[_T]:
    """Those that fit what is typed, best first; all, in their order, where nothing is typed."""
    if not typed:
        return list(things)
    scored: list[tuple[int, int, _T]] = []
    for order, thing in enumerate(things):
        fits = (fit(typed, name) for name in called(thing))
        best = max((one.score for one in fits if one), default=0)
        if best:
            scored.append((-best, order, thing))
    scored.sort(key=lambda one: one[:2])
    return [thing for _, _, thing in scored]
