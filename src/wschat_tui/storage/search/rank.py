"""Which of many messages fit best: BM25 over parts of words, whole words counting twice."""

from __future__ import annotations

import math
import re
from heapq import nlargest
from typing import TYPE_CHECKING

from wschat_tui.state.history.query import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SATURATION, _LENGTH = 1.2, 0.75
"""The usual k1 and b (Robertson and Zaragoza, 2009)."""


class Ranking:
    """Collects messages that hold all words, and gives the best."""

    def __init__(self, words: Sequence[str], frequency: Callable[[str], float]) -> None:
        """frequency: the share of messages that hold a word; asked where it makes a difference."""
        shares = [frequency(word) for word in words] if len(words) > 1 else [0.5] * len(words)
        self._weights = [
            (re.compile(re.escape(word)), re.compile(rf"\b{re.escape(word)}\b"), _rarity(share))
            for word, share in zip(words, shares, strict=True)
        ]
        self._seen: list[tuple[int, int, list[int]]] = []
        self._letters = 0

    def add(self, row: int, text: str) -> None:
        """Take a message in."""
        folded = fold(text)
        counts = [
            len(part.findall(folded)) + len(whole.findall(folded))
            for part, whole, _ in self._weights
        ]
        self._letters += len(folded)
        self._seen.append((row, len(folded), counts))

    def best(self, limit: int) -> list[int]:
        """The rows of the best, the newer first where two are as good."""
        usual = self._letters / max(len(self._seen), 1)
        scored = (
            (self._score(counts, length / max(usual, 1)), row) for row, length, counts in self._seen
        )
        return [row for _, row in nlargest(limit, scored)]

    def _score(self, counts: Sequence[int], length: float) -> float:
        damped = _SATURATION * (1 - _LENGTH + _LENGTH * length)
        return sum(
            rarity * count * (_SATURATION + 1) / (count + damped)
            for count, (_, _, rarity) in zip(counts, self._weights, strict=True)
        )


def _rarity(share: float) -> float:
    kept = min(max(share, 1e-6), 1.0)
    return math.log(1 + (1 - kept) / kept)
