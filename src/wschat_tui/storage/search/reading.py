"""One search in a history: which sources are asked in which order, and for how long."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from wschat_tui.state.history.query import Found, Hit, text_of
from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.search.rank import Ranking
from wschat_tui.storage.search.walk import HIGHEST, LOWEST, Walks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wschat_tui.state.history.query import Query
    from wschat_tui.storage.search.walk import Row

BUDGET = 1.0
"""Seconds a page may take; then it ends where it came to, and says so."""

_RANKED = 12_000
"""Messages that are compared when the best are asked for: the newest that fit."""

_WALKED = 500
"""Messages looked at in their order before the full-text index is asked."""

_WAITING = 3_000
"""Messages that wait for the index and are looked through anyway."""

_STEPS = 4_000
"""Instructions of SQLite between two looks at the clock: some 0.1 ms."""


class Reading:
    """A search on a connection that only reads."""

    def __init__(
        self, connection: sqlite3.Connection, overtaken: Callable[[], bool] = lambda: False
    ) -> None:
        """overtaken: nobody waits for what is found any more; asked all the time."""
        self._connection = connection
        self._overtaken = overtaken
        self._until = 0.0

    def _over(self) -> bool:
        return time.monotonic() > self._until or self._overtaken()

    def find(self, query: Query, limit: int, below: int | None, budget: float = BUDGET) -> Found:
        """A page of what fits. Raises sqlite3.Error where the file cannot be read."""
        self._until = time.monotonic() + budget
        self._connection.execute("begin")
        self._connection.set_progress_handler(self._over, _STEPS)
        try:
            waiting = max(search_index.waiting(self._connection) - _WAITING, 0)
            walks = Walks(self._connection, query, below)
            if walks.impossible:
                return Found(waiting=waiting)
            found = self._best(walks, query, limit) if query.ranked else self._page(walks, limit)
            return replace(found, waiting=waiting)
        finally:
            self._connection.set_progress_handler(None, 0)
            self._connection.execute("rollback")

    def _page(self, walks: Walks, limit: int) -> Found:
        """The newest that fit, in their order."""
        hits: dict[int, Row] = {}
        reached, cut = HIGHEST, False
        try:
            early = self._fitting(walks, walks.waiting(_WAITING))
            hits.update((row[0], row) for row in islice(early, limit))
            taken = 0
            for row in _sources(walks):
                reached = row[0]
                if walks.holds(row):
                    taken += 1
                    hits[reached] = row
                if taken == limit or self._over():
                    cut = taken < limit
                    break
            else:
                reached = LOWEST
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            cut = True
        rows = sorted((row for row in hits if row >= reached), reverse=True)[:limit]
        shown = tuple(Hit(row, walks.message(hits[row])) for row in rows)
        full = len(shown) == limit
        below = rows[-1] if full else reached if cut and reached < HIGHEST else None
        return Found(shown, below, cut=cut and not full)

    def _best(self, walks: Walks, query: Query, limit: int) -> Found:
        """The best of the newest that fit."""
        ranking, kept, cut = Ranking(query.words, walks.frequency), {}, False
        try:
            for row in chain(walks.waiting(_WAITING), _sources(walks)):
                if row[0] not in kept and walks.holds(row):
                    kept[row[0]] = row
                    ranking.add(row[0], text_of(walks.message(row)))
                if len(kept) == _RANKED or self._over():
                    cut = True
                    break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            cut = True
        best = ranking.best(limit)
        return Found(tuple(Hit(row, walks.message(kept[row])) for row in best), cut=cut)

    def _fitting(self, walks: Walks, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if self._over():
                return
            if walks.holds(row):
                yield row


def _sources(walks: Walks) -> Iterator[Row]:
    """Messages to look at, the newest first: along a narrow index, then by the full-text index.

    Letters that are common among those of a filter are found sooner by walking through these.
    """
    grams, shorts = walks.letters
    index = walks.narrow()
    if not grams and not shorts:
        yield from walks.along(index)
        return
    edge = HIGHEST
    if index or not grams:
        edge = walks.edge(index, _WALKED)
        yield from walks.along(index, edge)
    if edge > LOWEST:
        yield from walks.looked_up(grams, shorts, index, edge)
