"""Finding by a few letters: how well a query fits a text, and where, in time linear in the text.

Names come from strangers, so no backtracking: a hostile name costs no more than a long one.
"""

from dataclasses import dataclass

_WHOLE, _START, _WORD, _INSIDE, _SCATTERED = 1000, 800, 600, 400, 200
_LONGEST_PENALTY = 150


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a text fits, and the indexes of the characters that do."""

    score: int
    """Higher fits better; above 0."""
    places: tuple[int, ...] = ()


def fit(query: str, text: str) -> Fit | None:
    """How `text` fits `query`, ignoring case: every word of the query must be found.

    In falling order: the whole text, its start, the start of a word, anywhere, letters in sequence.
    Shorter texts win among equals. None where it does not fit; an empty query fits all alike.
    """
    folded = _fold(text)
    score = 0
    places: set[int] = set()
    for word in _fold(query).split():
        found = _fit_word(word, folded)
        if found is None:
            return None
        score += found.score
        places.update(found.places)
    return Fit(max(score - min(len(text), _LONGEST_PENALTY), 1), tuple(sorted(places)))


def _fold(text: str) -> str:
    """Lower case, character by character, so that indexes stay those of the text."""
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)


def _fit_word(word: str, text: str) -> Fit | None:
    at = text.find(word)
    if at < 0:
        return _scattered(word, text)
    if word == text:
        return Fit(_WHOLE, _run(0, word))
    if at == 0:
        return Fit(_START, _run(0, word))
    start = _word_start(word, text, at)
    if start is not None:
        return Fit(_WORD, _run(start, word))
    return Fit(_INSIDE - min(at, _LONGEST_PENALTY), _run(at, word))


def _run(start: int, word: str) -> tuple[int, ...]:
    return tuple(range(start, start + len(word)))


def _word_start(word: str, text: str, at: int) -> int | None:
    while at >= 0:
        if not text[at - 1].isalnum():
            return at
        at = text.find(word, at + 1)
    return None


def _scattered(word: str, text: str) -> Fit | None:
    """Letters in sequence: the earliest end, then the nearest letters before it."""
    end = -1
    for letter in word:
        end = text.find(letter, end + 1)
        if end < 0:
            return None
    places = [end]
    for letter in reversed(word[:-1]):
        places.append(text.rfind(letter, 0, places[-1]))
    spread = places[0] - places[-1] + 1 - len(word)
    return Fit(max(_SCATTERED - spread, 1), tuple(reversed(places)))
