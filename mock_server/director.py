"""When each act of a scenario is due. It is told what happens and when; it reads no clock.

Times are seconds since the bots began. Chance is drawn in the order of the script, and for answers
apart from it, so that under a seed a person who talks to the bots does not change the rest.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from mock_server.scenario import (
    Admit,
    Answer,
    Appear,
    Come,
    Deed,
    Delete,
    Edit,
    Enter,
    Loop,
    Phone,
    React,
    Read,
    Redact,
    Say,
    Scenario,
    Span,
    Take,
    Type,
)

Bindings = Mapping[str, str]
"""What `$me`, `$who`, `$scope` and the like stand for."""


@dataclass(frozen=True, slots=True)
class Typing:
    """A person begins to type, or stops."""

    who: str
    to: str
    typing: bool


Doing = Typing | Say | React | Edit | Delete | Redact | Read | Appear | Come | Enter | Admit | Phone


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to do at a time."""

    at: float
    doing: Doing
    bindings: Bindings


@dataclass(frozen=True, slots=True)
class _NextTake:
    """A loop's next take is due."""

    at: float
    loop: int
    bindings: Bindings


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that a person did to one who is played."""

    event: str
    who: str
    """Whom it was done to."""
    me: str
    """Who did it."""
    scope: str = ""
    body: str = ""
    bindings: Bindings = field(default_factory=dict)


@dataclass
class _Bag:
    """Takes to draw from: all once, and then those that may come again, in an order of chance."""

    takes: Sequence[Take]
    chance: Random
    left: list[Take]

    def draw(self) -> Take | None:
        if not self.left:
            self.left = [take for take in self.takes if take.again]
            self.chance.shuffle(self.left)
        return self.left.pop() if self.left else None


class Director:
    """Keeps the cues of one performance."""

    def __init__(self, scenario: Scenario, seed: int | None) -> None:
        self._scenario = scenario
        self._cues: list[tuple[float, int, Cue | _NextTake]] = []
        self._order = 0
        self._chance, self._wit = _chances(seed)
        self._bags = [_Bag(loop.take, self._chance, [*loop.take[::-1]]) for loop in scenario.loop]
        self._pauses = [1.0 for _ in scenario.loop]
        self._answers = [_Bag(_evergreen(rule), self._wit, []) for rule in scenario.on]
        self._rested = [0.0 for _ in scenario.on]
        self._played = 0
        self.watched = 0
        """How many connections of people there are; loops wait while there are none."""

    def begin(self, at: float, bindings: Bindings) -> None:
        """The first person is here: the script starts."""
        self._lay(self._scenario.act, at, bindings, self._chance)
        for number, loop in enumerate(self._scenario.loop):
            self._push(_NextTake(at + loop.start, number, bindings))

    def happen(self, occasion: Occasion, at: float) -> bool:
        """The first answer of the script that fits is given; whether there is one."""
        for number, rule in enumerate(self._scenario.on):
            if self._fits(rule, occasion) and at >= self._rested[number]:
                take = self._answers[number].draw()
                self._rested[number] = at + rule.cooldown
                acts = take.acts if take is not None else ()
                self._lay(acts, at, self._bound(occasion), self._wit)
                return True
        return False

    def next_at(self) -> float | None:
        """When something is due next."""
        return self._cues[0][0] if self._cues else None

    def due(self, at: float) -> list[Cue]:
        """What is to be done until this time, in order."""
        found: list[Cue] = []
        while self._cues and self._cues[0][0] <= at:
            _, _, cue = heappop(self._cues)
            if isinstance(cue, _NextTake):
                self._play_loop(cue)
            else:
                found.append(cue)
        return found

    def _play_loop(self, cue: _NextTake) -> None:
        loop, end = self._scenario.loop[cue.loop], cue.at
        if self.watched:
            take = self._bags[cue.loop].draw()
            if take is None:
                return
            self._played += 1
            names = {**cue.bindings, "n": str(400 + self._played)}
            end = self._lay(take.acts, cue.at, names, self._chance)
        self._push(_NextTake(end + self._pause(cue.loop, loop), cue.loop, cue.bindings))

    def _pause(self, number: int, loop: Loop) -> float:
        pause = self._chance.uniform(*loop.every) * self._pauses[number]
        self._pauses[number] *= loop.slower
        return min(pause, loop.at_most)

    def _lay(self, acts: Sequence[Deed], at: float, bindings: Bindings, chance: Random) -> float:
        """Put acts one after the other; gives the time when the last has ended."""
        last = at
        for act in acts:
            begin = end = at + _drawn(act.wait, chance)
            if isinstance(act, Say | Type):
                end = begin + _drawn(act.typing, chance)
                self._type(act, begin, end, bindings)
            if not isinstance(act, Type):
                self._push(Cue(end, act, bindings))
            at = begin if act.meanwhile else end
            last = max(last, end)
        return last

    def _type(self, act: Say | Type, begin: float, end: float, bindings: Bindings) -> None:
        if end > begin:
            self._push(Cue(begin, Typing(act.who, act.to, typing=True), bindings))
            self._push(Cue(end, Typing(act.who, act.to, typing=False), bindings))

    def _push(self, cue: Cue | _NextTake) -> None:
        self._order += 1
        heappush(self._cues, (cue.at, self._order, cue))

    def _fits(self, rule: Answer, occasion: Occasion) -> bool:
        return (
            rule.event == occasion.event
            and rule.who in {"*", occasion.who}
            and rule.scope in {None, occasion.scope}
            and (not rule.words or any(_says(occasion.body, word) for word in rule.words))
        )

    def _bound(self, occasion: Occasion) -> Bindings:
        return {**occasion.bindings, "who": occasion.who, "scope": occasion.scope}


def _chances(seed: int | None) -> tuple[Random, Random]:
    """One chance for the script, one for answers. No secret hangs on either."""
    if seed is None:
        return Random(), Random()  # noqa: S311
    return Random(f"script {seed}"), Random(f"answers {seed}")  # noqa: S311


def _evergreen(rule: Answer) -> list[Take]:
    """Answers may always come again."""
    return [take.model_copy(update={"again": True}) for take in rule.take]


def _says(body: str, word: str) -> bool:
    """Whether the word is in the message, whatever its case, and not as a part of another."""
    before = r"(?<!\w)" if word[:1].isalnum() else ""
    after = r"(?!\w)" if word[-1:].isalnum() else ""
    return re.search(before + re.escape(word) + after, body, re.IGNORECASE) is not None


def _drawn(span: Span, chance: Random) -> float:
    return chance.uniform(*span) if isinstance(span, tuple) else span
