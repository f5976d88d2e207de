"""Where each row of a long list stands, in lines, without measuring more rows than are looked at.

Rows lie in chunks. A chunk knows the exact height of each of its rows, or has an estimate; it is
made exact when somebody looks. The tops of the chunks are prefix sums, so that finding a line costs
one bisection: a million rows are about four thousand chunks.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wschat_tui.ui.row import Row

CHUNK = 256
"""Rows in a chunk; after insertions one may hold up to twice as many."""

_FILL = 0.92
"""How much of a line words fill, about."""


class Chunk:
    """Neighbouring rows, with their heights where those were measured for the present width."""

    __slots__ = ("chars", "extra", "generation", "heights", "rows", "said", "total")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = []
        self.heights: array[int] = array("I")
        self.total = 0
        self.generation = -1
        self.chars = self.extra = self.said = 0
        for row in rows:
            self.rows.append(row)
            self.weigh(row, 1)

    def weigh(self, row: Row, sign: int) -> None:
        """Count a row in or out, for the estimate."""
        message = row.message
        if message is not None:
            self.chars += sign * len(message.body)
            self.extra += sign * (bool(message.reactions) + bool(row.replies))
            self.said += sign * (row.kind == "message")

    def estimate(self, width: int) -> int:
        """About how many lines it takes, without measuring."""
        count = len(self.rows)
        lines = int(self.chars / (width * _FILL))
        return self.extra + (count - count // 2 + lines if lines > count // 2 else count)


class Part(NamedTuple):
    """A row in a range of lines: it begins at line `top`, and takes `height`."""

    row: Row
    top: int
    height: int


class Index:
    """Rows and their heights. `measure` answers how many lines a row takes at the present width."""

    def __init__(self, measure: Callable[[Row], int]) -> None:
        self._measure = measure
        self._chunks: list[Chunk] = [Chunk()]
        self._tops = [0, 0]
        self._stale = 0
        """From this chunk on, what lies below it has no valid top."""
        self._home: dict[str, Chunk] = {}
        self._generation = 0
        self._width = 80
        self._count = 0

    # ---- what is there

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: object) -> bool:
        return key in self._home

    def __iter__(self) -> Iterator[Row]:
        for chunk in self._chunks:
            yield from chunk.rows

    @property
    def last(self) -> Row | None:
        """The newest row."""
        return self._chunks[-1].rows[-1] if self._count else None

    def get(self, key: str) -> Row | None:
        """The row with a key."""
        chunk = self._home.get(key)
        return chunk.rows[_place(chunk, key)] if chunk is not None else None

    def walk(self, key: str, step: int) -> Iterator[Row]:
        """The rows below (`step` 1) or above (-1) the one with a key, nearest first."""
        chunk = self._home[key]
        at = self._chunks.index(chunk)
        place = _place(chunk, key)
        if step > 0:
            yield from islice(chunk.rows, place + 1, None)
            for other in islice(self._chunks, at + 1, None):
                yield from other.rows
        else:
            yield from reversed(chunk.rows[:place])
            for other in reversed(self._chunks[:at]):
                yield from reversed(other.rows)

    def said_below(self, key: str) -> int:
        """How many messages stand below the row with a key."""
        chunk = self._home[key]
        at = self._chunks.index(chunk)
        rest = islice(chunk.rows, _place(chunk, key) + 1, None)
        inside = sum(row.kind == "message" for row in rest)
        return inside + sum(other.said for other in islice(self._chunks, at + 1, None))

    def is_below(self, key: str, other: str) -> bool:
        """The row with a key stands further down than another."""
        one, two = self._home[key], self._home[other]
        if one is two:
            return _place(one, key) > _place(two, other)
        return self._chunks.index(one) > self._chunks.index(two)

    # ---- changes

    def rewrap(self, width: int) -> None:
        """Forget every height: the text is `width` cells wide now."""
        self._width = max(width, 1)
        self._generation += 1
        self._stale = 0

    def clear(self) -> None:
        """Take everything out."""
        self._chunks = [Chunk()]
        self._home.clear()
        self._count = self._stale = 0

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows below."""
        chunk = self._chunks[-1]
        self._stale = min(self._stale, len(self._chunks) - 1)
        for row in rows:
            if len(chunk.rows) >= CHUNK:
                chunk = Chunk()
                self._chunks.append(chunk)
            if not chunk.rows:
                chunk.generation = self._generation
            chunk.rows.append(row)
            chunk.weigh(row, 1)
            self._home[row.key] = chunk
            self._count += 1
            if chunk.generation == self._generation:
                lines = self._measure(row)
                chunk.heights.append(lines)
                chunk.total += lines

    def load(self, rows: Sequence[Row], *, below: bool = False) -> None:
        """Add many rows above, or below, without measuring them."""
        made = [Chunk(rows[at : at + CHUNK]) for at in range(0, len(rows), CHUNK)]
        for chunk in made:
            self._home.update(dict.fromkeys((row.key for row in chunk.rows), chunk))
        kept = self._chunks if self._count else []
        self._stale = min(self._stale, len(kept)) if below else 0
        self._chunks = ([*kept, *made] if below else [*made, *kept]) or [Chunk()]
        self._count += len(rows)

    def replace(self, row: Row) -> bool:
        """Put a row in the place of the one with its key; False where there is none."""
        chunk = self._home.get(row.key)
        if chunk is None:
            return False
        place = _place(chunk, row.key)
        chunk.weigh(chunk.rows[place], -1)
        chunk.weigh(row, 1)
        chunk.rows[place] = row
        if chunk.generation == self._generation:
            lines = self._measure(row)
            change = lines - chunk.heights[place]
            if change:
                chunk.heights[place] = lines
                chunk.total += change
                self._stale = min(self._stale, self._chunks.index(chunk))
        return True

    def splice(self, start: int, stop: int, rows: Sequence[Row]) -> None:
        """Put rows in the place of those from position `start` up to `stop`."""
        if start == self._count:
            self.extend(rows)
            return
        first, head = self._locate(start)
        last, tail = self._locate(stop)
        old = self._chunks[first : last + 1]
        for row in self._between(old, head, tail):
            # A row that moves may stand elsewhere already.
            if self._home.get(row.key) in old:
                del self._home[row.key]
        kept_head, kept_tail = old[0].rows[:head], old[-1].rows[tail:]
        heights = self._spliced_heights(old, head, tail, rows)
        self._count += len(rows) - (stop - start)
        self._chunks[first : last + 1] = self._cut([*kept_head, *rows, *kept_tail], heights)
        if not self._chunks:
            self._chunks.append(Chunk())
        self._stale = min(self._stale, first)

    def _locate(self, position: int) -> tuple[int, int]:
        """The chunk of a position, and the place in it."""
        for at, chunk in enumerate(self._chunks):
            if position < len(chunk.rows):
                return at, position
            position -= len(chunk.rows)
        return len(self._chunks) - 1, len(self._chunks[-1].rows)

    @staticmethod
    def _between(old: list[Chunk], head: int, tail: int) -> Iterator[Row]:
        for at, chunk in enumerate(old):
            begin = head if at == 0 else 0
            end = tail if at == len(old) - 1 else len(chunk.rows)
            yield from islice(chunk.rows, begin, end)

    def _spliced_heights(
        self, old: list[Chunk], head: int, tail: int, rows: Sequence[Row]
    ) -> array[int] | None:
        """The heights after a splice, where those around it are known and few are measured."""
        known = all(chunk.generation == self._generation for chunk in (old[0], old[-1]))
        if not known or len(rows) > CHUNK:
            return None
        return old[0].heights[:head] + array("I", map(self._measure, rows)) + old[-1].heights[tail:]

    def _cut(self, rows: list[Row], heights: array[int] | None) -> list[Chunk]:
        size = len(rows) if len(rows) <= 2 * CHUNK else CHUNK
        made = []
        for at in range(0, len(rows), max(size, 1)):
            chunk = Chunk(rows[at : at + size])
            if heights is not None:
                chunk.heights = heights[at : at + size]
                chunk.total = sum(chunk.heights)
                chunk.generation = self._generation
            self._home.update(dict.fromkeys((row.key for row in chunk.rows), chunk))
            made.append(chunk)
        return made

    # ---- lines

    @property
    def total(self) -> int:
        """All lines: exact for what was looked at, estimated for the rest."""
        return self._sums()[-1]

    def settle(self, start: int, stop: int) -> int:
        """Measure what covers lines `start` up to `stop`; answers how far `stop` moved down."""
        tops = self._sums()
        at = max(bisect_right(tops, max(stop - 1, 0)) - 1, 0)
        at = min(at, len(self._chunks) - 1)
        self._make_exact(at)
        moved = 0
        while at > 0 and tops[at] > start:
            at -= 1
            moved += self._make_exact(at)
        return moved

    def settle_bottom(self, lines: int) -> None:
        """Measure from the newest row up, until that many lines are known."""
        for at in range(len(self._chunks) - 1, -1, -1):
            self._make_exact(at)
            lines -= self._chunks[at].total
            if lines <= 0:
                return

    def span_of(self, key: str) -> tuple[int, int]:
        """The first line of the row with a key, and how many it takes."""
        chunk = self._home[key]
        at = self._chunks.index(chunk)
        self._make_exact(at)
        place = _place(chunk, key)
        return self._sums()[at] + sum(islice(chunk.heights, place)), chunk.heights[place]

    def parts(self, start: int, stop: int) -> list[Part]:
        """The rows that cover the lines `start` up to `stop`, measured."""
        at = self._exact_at(start)
        top = self._sums()[at]
        found: list[Part] = []
        while at < len(self._chunks) and top < stop:
            self._make_exact(at)
            chunk = self._chunks[at]
            place, top = self._skip(chunk, top, start)
            for row, lines in zip(
                islice(chunk.rows, place, None), islice(chunk.heights, place, None), strict=True
            ):
                if top >= stop:
                    break
                found.append(Part(row, top, lines))
                top += lines
            at += 1
        return found

    @staticmethod
    def _skip(chunk: Chunk, top: int, start: int) -> tuple[int, int]:
        """The first row of a chunk that reaches below line `start`, and its top."""
        if top >= start:
            return 0, top
        bottoms = list(accumulate(chunk.heights, initial=top))
        place = bisect_right(bottoms, start) - 1
        return place, bottoms[place]

    def _exact_at(self, line: int) -> int:
        """The chunk that holds a line, measured."""
        while True:
            at = max(bisect_right(self._sums(), max(line, 0)) - 1, 0)
            at = min(at, len(self._chunks) - 1)
            if self._chunks[at].generation == self._generation:
                return at
            self._make_exact(at)

    def _make_exact(self, at: int) -> int:
        """Measure a chunk; answers how many lines more it takes than was thought."""
        chunk = self._chunks[at]
        if chunk.generation == self._generation:
            return 0
        thought = chunk.estimate(self._width)
        chunk.heights = array("I", map(self._measure, chunk.rows))
        chunk.total = sum(chunk.heights)
        chunk.generation = self._generation
        self._stale = min(self._stale, at)
        return chunk.total - thought

    def _sums(self) -> list[int]:
        """The top of each chunk, and the end of the last."""
        chunks, tops = self._chunks, self._tops
        if self._stale < len(chunks) or len(tops) != len(chunks) + 1:
            known = min(self._stale, len(tops) - 1)
            del tops[known + 1 :]
            sizes = (
                chunk.total if chunk.generation == self._generation else chunk.estimate(self._width)
                for chunk in islice(chunks, known, None)
            )
            tops.extend(islice(accumulate(sizes, initial=tops[known]), 1, None))
            self._stale = len(chunks)
        return tops


def _place(chunk: Chunk, key: str) -> int:
    for place in range(len(chunk.rows) - 1, -1, -1):
        if chunk.rows[place].key == key:
            return place
    raise LookupError(key)
