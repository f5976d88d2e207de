"""The search language: words, "several words", `from:` `in:` `before:` `after:` `has:`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from wschat_tui.state.resolve import direct_scope, person_named, room_named
from wschat_tui.state.select import name_of
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

    from wschat_tui.state.model import Message, State
    from wschat_tui.state.text import SafeText

Has = Literal["link", "attachment", "reaction"]
"""What a message can be searched for beside its words."""

MOST_WORDS = 12
LONGEST_WORD = 200
"""Characters of a word that are looked for."""

_TERM = re.compile(
    r"(?P<bare>from|in|before|after|has):(?=\s|$)"
    r'|(?:(?P<key>from|in|before|after|has):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))',
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_DAYS_OF = {"d": 1, "w": 7, "m": 30, "y": 365}
_LINK = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; all of it must hold."""

    words: tuple[str, ...] = ()
    """Folded; each occurs somewhere in the text or in the name of a file."""
    authors: tuple[str, ...] = ()
    """Ids of users; any of them. Empty: anybody."""
    scope: str = ""
    """The room; empty: all."""
    since: int | None = None
    """Milliseconds: this moment and later."""
    until: int | None = None
    """Milliseconds: earlier than this moment."""
    has: frozenset[Has] = field(default_factory=frozenset)
    ranked: bool = False
    """The best first, by how often and in how short a text the words stand; else the newest."""

    @property
    def empty(self) -> bool:
        """Nothing is asked for."""
        return replace(self, ranked=False) == Query()

    def finds(self, body: str, files: Sequence[str] = ()) -> bool:
        """Whether the words are in a text or in the names of its files, and a link, if asked."""
        if "link" in self.has and _LINK.search(body) is None:
            return False
        if not self.words:
            return True
        folded = fold("\n".join((body, *files)) if files else body)
        return all(word in folded for word in self.words)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, understood: a query, or the sentence that says what is wrong with it."""

    query: Query = Query()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found."""

    row: int
    """Where it stands in the history: what comes later has a higher number."""
    message: Message


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found."""

    hits: tuple[Hit, ...] = ()
    """The newest first, or the best where that was asked for."""
    below: int | None = None
    """The row below which the next page begins; None where this is all."""
    waiting: int = 0
    """Messages that the index has not taken in yet, and that were not looked through."""
    cut: bool = False
    """The time was over before all was looked through."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a message said before an edit."""

    body: SafeText
    until: int
    """When it was replaced: milliseconds, by this machine's clock."""


def text_of(message: Message) -> str:
    """What is searched of a message: its text and the names of its files."""
    if not message.attachments:
        return message.body
    return "\n".join((message.body, *(one.name for one in message.attachments)))


def fold(text: str) -> str:
    """A text without its capitals, letter by letter, so that places stay what they are."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)


def spans(words: tuple[str, ...], text: str) -> list[tuple[int, int]]:
    """Where folded words stand in a text: beginnings and ends in order, joined where they meet."""
    folded = fold(text)
    found = sorted(
        (match.start(), match.end())
        for word in words
        for match in re.finditer(re.escape(word), folded)
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def parse(text: str, state: State, tz: tzinfo, now: int) -> Asked:
    """Understand what was typed. `now`: milliseconds since the epoch; `tz`: whose days are meant.

    People and rooms are meant by name or id; `in:here` is the room that is open.
    """
    query = Query()
    for key, value in _terms(text):
        world = _World(state, tz, now)
        read = _KEYS[key](query, value, world) if key else _with_word(query, value)
        if isinstance(read, str):
            return Asked(problem=read)
        query = read
    return Asked(query)


@dataclass(frozen=True, slots=True)
class _World:
    """What the words of a query may mean."""

    state: State
    tz: tzinfo
    now: int


def _terms(text: str) -> Iterator[tuple[str, str]]:
    for match in _TERM.finditer(text):
        key = match["key"] or match["bare"] or ""
        yield key.lower(), match["quoted"] or match["plain"] or ""


def _with_word(query: Query, word: str) -> Query | str:
    folded = fold(clean(word, one_line=True, limit=LONGEST_WORD)).strip()
    if not folded or folded in query.words:
        return query
    if len(query.words) >= MOST_WORDS:
        return f"{MOST_WORDS} words are looked for at most; leave some out, or quote them as one."
    return replace(query, words=(*query.words, folded))


def _from(query: Query, value: str, world: _World) -> Query | str:
    plain = value.removeprefix("@")
    if not plain:
        return "Whose messages? Such as from:bob, or from:me."
    if plain.casefold() == "me" and world.state.me:
        return replace(query, authors=(*query.authors, world.state.me))
    return replace(query, authors=(*query.authors, *_people(world.state, plain)))


def _people(state: State, word: str) -> tuple[str, ...]:
    """Everybody of that name or id, else everybody whose name begins so; else the word as an id."""
    exact = person_named(state, word)
    wanted = word.casefold()
    if exact in state.people:
        same = (one.id for one in state.people.values() if one.name.casefold() == wanted)
        return tuple(sorted({exact, *same}))
    begins = sorted(
        user for user in state.people if name_of(state, user).casefold().startswith(wanted)
    )
    return tuple(begins) or (word,)


def _in(query: Query, value: str, world: _World) -> Query | str:
    if not value.strip("#"):
        return "Which room? Such as in:#team, or in:here."
    here = world.state.focus if value.casefold() == "here" else ""
    scope = here or room_named(world.state, value) or _direct(world.state, value)
    if not scope:
        shown = clean(value, one_line=True, limit=40)
        return f"No room here is called {shown}; the room list shows what there is."
    if query.scope not in ("", scope):
        return "Two rooms are named, and no message is in both; leave one in: out."
    return replace(query, scope=scope)


def _direct(state: State, word: str) -> str:
    """The direct chat with a person, where there is one."""
    scope = direct_scope(state, person_named(state, word))
    return scope if scope in state.rooms else ""


def _before(query: Query, value: str, world: _World) -> Query | str:
    day = _day(value, world)
    if day is None:
        return _WHICH_DAY.format("before")
    until = _moment(day, world)
    return replace(query, until=until if query.until is None else min(until, query.until))


def _after(query: Query, value: str, world: _World) -> Query | str:
    day = _day(value, world)
    if day is None:
        return _WHICH_DAY.format("after")
    return replace(query, since=max(_moment(day, world), query.since or 0))


_WHICH_DAY = "{0}: takes a day, such as {0}:2026-11-20, {0}:2026-11, {0}:yesterday or {0}:7d."


def _day(value: str, world: _World) -> date | None:
    today = datetime.fromtimestamp(world.now / 1000, world.tz).date()
    match value.casefold():
        case "today":
            return today
        case "yesterday":
            return today - timedelta(days=1)
        case word:
            return _ago(word, today) or _written(word)


def _ago(word: str, today: date) -> date | None:
    match = _AGO.fullmatch(word)
    if match is None:
        return None
    days = int(match[1]) * _DAYS_OF[match[2]]
    return today - timedelta(days=days) if days < today.toordinal() - 1 else date.min


def _written(word: str) -> date | None:
    match = _DAY.fullmatch(word)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moment(day: date, world: _World) -> int:
    """When a day begins; years before 1970 begin with the epoch."""
    if day.year < 1970:
        return 0
    began = datetime(day.year, day.month, day.day, tzinfo=world.tz)
    return max(round(began.timestamp() * 1000), 0)


def _has(query: Query, value: str, _world: _World) -> Query | str:
    wanted = _HAS.get(value.casefold().rstrip("s"))
    if wanted is None:
        return "has: knows has:link, has:attachment and has:reaction."
    return replace(query, has=query.has | {wanted})


_HAS: dict[str, Has] = {word: word for word in get_args(Has)} | {"file": "attachment"}

_KEYS: dict[str, Callable[[Query, str, _World], Query | str]] = {
    "from": _from,
    "in": _in,
    "before": _before,
    "after": _after,
    "has": _has,
}
