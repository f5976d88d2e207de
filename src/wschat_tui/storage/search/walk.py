"""Messages that a search may have to look at, the newest first, from three kinds of sources.

A walk goes through messages in their order, by the narrowest of the ordinary indexes; a look-up
asks the full-text index; what waits to be taken into that is looked through one by one.
"""

from __future__ import annotations

import json
import re
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, Any

from wschat_tui.storage.archive.rows import COLUMNS, message_of
from wschat_tui.storage.archive.sound import listed, text, whole
from wschat_tui.storage.search.parts import SHIFT, parts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from wschat_tui.state.history.query import Query
    from wschat_tui.state.model import Message
    from wschat_tui.storage.search.parts import Part

Row = tuple[Any, ...]
"""A message's row, its room's number, then `COLUMNS`."""

_SELECTED = ", ".join(f"m.{one}" for one in ("row", "room", *COLUMNS.split(", ")))
_BODY = 2 + COLUMNS.split(", ").index("body")
_ATTACHMENTS = 2 + COLUMNS.split(", ").index("attachments")

_FEW = 4_000
"""Rows counted of an index, to choose the narrowest."""

_MOST_GRAMS = 400
"""More threes than this begin with one or two letters only where those letters are common."""

_SAMPLED = 4
"""Parts asked how frequent a word is."""

LOWEST, HIGHEST = 0, (1 << 63) - 1


class Walks:
    """What may be looked at for one query, within one read transaction."""

    def __init__(self, connection: sqlite3.Connection, query: Query, below: int | None) -> None:
        self._connection = connection
        self._query = query
        self._rooms: dict[int, str] = {
            number: text(scope)
            for number, scope in connection.execute("select number, scope from room")
        }
        low = LOWEST if query.since is None else query.since << 20
        high = HIGHEST if query.until is None else (query.until << 20) - 1
        self._low, self._high = low, min(high, HIGHEST if below is None else below - 1)
        self._where, self._values = self._conditions()

    @property
    def impossible(self) -> bool:
        """No message can be meant: the room has none, or the days exclude each other."""
        return self._low > self._high or (
            bool(self._query.scope) and self._query.scope not in self._rooms.values()
        )

    def message(self, row: Row) -> Message:
        """The message of a row."""
        return message_of(self._rooms.get(row[1], ""), row[2:])

    def holds(self, row: Row) -> bool:
        """Whether the words of the query are in a row, which the index alone does not tell."""
        return self._query.finds(text(row[_BODY]), named_in(row[_ATTACHMENTS]))

    @property
    def letters(self) -> tuple[list[str], list[str]]:
        """What the full-text index is asked for: threes, and words that are shorter."""
        words = [*self._query.words, *(("http", "://") if "link" in self._query.has else ())]
        grams = {gram for word in words for gram in grams_of(word)}
        return sorted(grams), sorted({word for word in words if len(word) < 3})

    def narrow(self) -> str:
        """The index that leaves the fewest messages; empty where no filter has one."""
        counted = [
            (self._count(name, condition, values), number, name)
            for number, (name, condition, values) in enumerate(self._indexes())
        ]
        return min(counted)[2] if counted else ""

    def _count(self, name: str, condition: str, values: tuple[object, ...]) -> int:
        found = self._connection.execute(
            f"select count(*) from (select 1 from message indexed by {name}"  # noqa: S608  ours
            f" where {condition} and row between ? and ? limit ?)",
            (*values, self._low, self._high, _FEW),
        )
        return int(found.fetchone()[0])

    def edge(self, index: str, count: int) -> int:
        """Where a walk along an index has seen so many; the lowest row where it has seen all."""
        hint = f"indexed by {index}" if index else "not indexed"
        edges = []
        for condition, values in self._ways(index):
            found = self._connection.execute(
                f"select row from message {hint} where {condition} and row between ? and ?"  # noqa: S608
                " order by row desc limit 1 offset ?",
                (*values, self._low, self._high, count - 1),
            ).fetchone()
            edges.append(LOWEST if found is None else int(found[0]))
        return max(edges)

    def along(self, index: str, low: int = LOWEST) -> Iterator[Row]:
        """Messages in their order, those of an index or all, down to a row."""
        hint = f"indexed by {index}" if index else "not indexed"
        walks = [
            self._rows(f"message m {hint}", HIGHEST, low, condition, values)
            for condition, values in self._ways(index)
        ]
        return merge(*walks, key=_number, reverse=True)

    def _ways(self, index: str) -> list[tuple[str, tuple[object, ...]]]:
        """What to ask an index for, so that each answer comes in order: one author at a time."""
        if index == "message_author":
            return [("author = ?", (author,)) for author in sorted(set(self._query.authors))]
        known = {name: (condition, values) for name, condition, values in self._indexes()}
        return [known.get(index, ("1", ()))]

    def waiting(self, limit: int) -> Iterator[Row]:
        """Messages that the full-text index has not taken in yet."""
        newest = "(select row from search_waiting where row between ? and ? order by row desc"
        return self._connection.execute(
            f"select {_SELECTED} from {newest} limit ?) w cross join message m"  # noqa: S608
            f" on m.row = w.row where {self._where} order by w.row desc",
            (self._low, self._high, limit, *self._values),
        )

    def looked_up(
        self, grams: Sequence[str], shorts: Sequence[str], index: str, below: int
    ) -> Iterator[Row]:
        """Messages in whose moments the full-text index has all of these letters.

        grams: three letters each; shorts: one or two letters; index: a filter's, or empty.
        """
        hint = f"indexed by {index}" if index else "not indexed"
        for part in reversed(parts(self._connection)):
            if part.low << SHIFT >= below or part.most < self._low >> SHIFT:
                continue
            yield from self._of_part(part, grams, shorts, hint, below)

    def _of_part(
        self, part: Part, grams: Sequence[str], shorts: Sequence[str], hint: str, below: int
    ) -> Iterator[Row]:
        begun = [self._beginning(part, short) for short in shorts]
        if not all(begun):
            return
        terms = [_quoted(gram) for gram in grams]
        fewest = min(begun, key=len, default=[])
        if not terms and len(fewest) <= _MOST_GRAMS:
            terms = [" OR ".join(map(_quoted, fewest))]
        if terms:
            yield from self._of_table(part.table, " AND ".join(terms), hint, below)
        else:
            low, high = max(part.least << SHIFT, self._low), (part.most + 1) << SHIFT
            yield from self._rows("message m not indexed", min(below, high), low)

    def _of_table(self, table: str, match: str, hint: str, below: int) -> Iterator[Row]:
        high = min(below - 1, self._high)
        found = self._connection.execute(
            f"select s.rowid, {_SELECTED} from {table} s cross join message m {hint}"  # noqa: S608
            f" on m.row between max(s.rowid << {SHIFT}, ?)"
            f" and min((s.rowid << {SHIFT}) + {(1 << SHIFT) - 1}, ?)"
            f" where s.{table} match ? and s.rowid between ? and ? and {self._where}"
            " order by s.rowid desc",
            (self._low, high, match, self._low >> SHIFT, high >> SHIFT, *self._values),
        )
        for _, moment in groupby(found, _number):
            yield from sorted((row[1:] for row in moment), key=_number, reverse=True)

    def frequency(self, word: str) -> float:
        """In which share of the moments of the newest parts the letters of a word are, at most."""
        newest = parts(self._connection)[-_SAMPLED:]
        moments = sum(part.size for part in newest)
        counted = sum(min(self._counts(part, grams_of(word) or [word])) for part in newest)
        return counted / max(moments, 1)

    def _counts(self, part: Part, grams: Sequence[str]) -> Iterator[int]:
        vocabulary = self._vocabulary(part)
        for gram in grams:
            found = self._connection.execute(
                f"select sum(doc) from {vocabulary} where term >= ? and term < ?",  # noqa: S608
                (gram, _after(gram)),
            ).fetchone()
            yield found[0] or 0

    def _vocabulary(self, part: Part) -> str:
        vocabulary = f"words_{part.number}"
        self._connection.execute(
            f"create virtual table if not exists temp.{vocabulary}"
            f" using fts5vocab(main, {part.table}, row)"
        )
        return vocabulary

    def _beginning(self, part: Part, short: str) -> list[str]:
        """The threes of a part that begin with one or two letters, and a few more than that."""
        found = self._connection.execute(
            f"select term from {self._vocabulary(part)} where term >= ? and term < ? limit ?",  # noqa: S608
            (short, _after(short), _MOST_GRAMS + 1),
        )
        return [term for (term,) in found]

    def _rows(
        self,
        source: str,
        below: int,
        low: int,
        condition: str = "1",
        values: tuple[object, ...] = (),
    ) -> Iterator[Row]:
        return self._connection.execute(
            f"select {_SELECTED} from {source} where {condition} and m.row between ? and ?"  # noqa: S608
            f" and {self._where} order by m.row desc",
            (*values, max(low, self._low), min(below - 1, self._high), *self._values),
        )

    def _indexes(self) -> Iterator[tuple[str, str, tuple[object, ...]]]:
        query = self._query
        if "reaction" in query.has:
            yield "message_reacted", "reactions <> ''", ()
        if "attachment" in query.has:
            yield "message_attached", "attachments <> ''", ()
        if query.scope:
            yield "message_room", "room = ?", (self._room,)
        if query.authors:
            yield "message_author", _AMONG, (json.dumps(query.authors),)

    @property
    def _room(self) -> int:
        found = (number for number, scope in self._rooms.items() if scope == self._query.scope)
        return next(found, -1)

    def _conditions(self) -> tuple[str, tuple[object, ...]]:
        """What a row must be beside its words: chat, not deleted, and what the filters say."""
        query = self._query
        values: list[object] = []
        where = ["m.kind = 0", "m.deleted = 0"]
        if query.scope:
            where.append("m.room = ?")
            values.append(self._room)
        if query.authors:
            where.append(f"m.{_AMONG}")
            values.append(json.dumps(query.authors))
        if "attachment" in query.has:
            where.append("m.attachments <> ''")
        if "reaction" in query.has:
            where.append("m.reactions <> ''")
        for word in filter(_alike, query.words):
            where.append("(m.body like ? escape '\\' or m.attachments <> '')")
            values.append(f"%{_WILD.sub(_LITERAL, word)}%")
        return " and ".join(where), tuple(values)


_AMONG = "author in (select value from json_each(?))"


def named_in(attachments: object) -> tuple[str, ...]:
    """The names of a message's files, as they are kept."""
    return tuple(whole(one[1]) for one in listed(attachments) if len(one) > 1)


_WILD, _LITERAL = re.compile(r"[\\%_]"), r"\\\g<0>"


def _alike(word: str) -> bool:
    """LIKE finds the word in every case that it may be in: it knows the capitals of ASCII alone."""
    return all(one.isascii() or one.lower() == one.upper() for one in word)


def grams_of(word: str) -> list[str]:
    """The threes of a word; none where it is shorter."""
    return sorted({word[at : at + 3] for at in range(len(word) - 2)})


def _after(begin: str) -> str:
    """What comes after all texts that begin so."""
    code = ord(begin[-1]) + 1
    return begin[:-1] + chr(0xE000 if code == 0xD800 else min(code, 0x10FFFF))


def _number(row: Row) -> int:
    return int(row[0])


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
