"""The parts that the full-text index lies in, and what is still to be done to each of them.

A part is an FTS5 table of a stretch of time. FTS5 writes what is taken in at once as a piece of its
own, and would merge pieces when it likes, a whole part at a time; here it is told never to. What a
part is due for is written down, and done a bounded piece at a time (`tend`), also by a later run.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHIFT = 28
"""A row's bucket is its number without so many bits: 256 ms of time."""

PAGES = 32
"""Pages of 4 kB that one step of merging writes: some 5 ms."""

QUEUED = 2_000
"""Rows that one step of a split puts in the queue."""

MANY_PIECES = 16
"""Pieces from which on those of like size are merged, as a search looks into each."""

_NEVER = (("automerge", 0), ("crisismerge", 1_900))
"""FTS5 has no more than 2,000 pieces; `MANY_PIECES` keeps it far from there."""

_PARTS = """create table if not exists search_part (
        low integer primary key, number integer not null unique, size integer not null,
        least integer not null, most integer not null)"""
_DUE = """create table if not exists search_due (
        part integer primary key, what integer not null, at integer not null)"""


class Due(IntEnum):
    """What a part waits for; the higher takes the place of the lower."""

    LEVELS = 1
    """Pieces of like size become one."""
    WHOLE = 2
    """All its pieces become one, which halves what a search in it takes."""
    FORGET = 3
    """The same, as what left it leaves no byte then."""
    SPLIT = 4
    """It becomes two: its messages wait to be taken in again."""
    GONE = 5
    """Its table is no part any more, and goes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One FTS5 table: the buckets from `low` up to the next part's."""

    low: int
    number: int
    size: int
    """Messages taken in, about: those that left are still counted."""
    least: int
    most: int
    """The lowest and the highest bucket that was taken in."""

    @property
    def table(self) -> str:
        """Its name."""
        return f"search_{self.number}"

    @property
    def rows(self) -> tuple[int, int]:
        """Where the messages begin that it has, and where those begin that it has not."""
        return self.least << SHIFT, (self.most + 1) << SHIFT


def create(connection: sqlite3.Connection) -> None:
    """Make the table of the parts where there is none."""
    connection.execute(_PARTS)


def create_due(connection: sqlite3.Connection) -> None:
    """Make the table of what is to be done; parts that are there merge by themselves no more."""
    connection.execute(_DUE)
    for part in parts(connection):
        _never_by_itself(connection, part.table)


def parts(connection: sqlite3.Connection) -> list[Part]:
    """All parts, the oldest first."""
    found = connection.execute(
        "select low, number, size, least, most from search_part order by low"
    )
    return [Part(*one) for one in found.fetchall()]


def part_of(known: Sequence[Part], bucket: int) -> int:
    """Which of the parts has a bucket."""
    return bisect_right(known, bucket, key=_low) - 1


def open_part(connection: sqlite3.Connection, low: int) -> Part:
    """A new part, from a bucket on."""
    # A table that goes still has its number.
    found = connection.execute(
        "select max(coalesce((select max(number) from search_part), 0),"
        " coalesce((select max(part) from search_due), 0)) + 1"
    ).fetchone()
    part = Part(low, int(found[0]), 0, 0, 0)
    connection.execute(
        f"create virtual table {part.table} using"
        " fts5(words, content='', columnsize=0, detail=none, tokenize='trigram')"
    )
    _never_by_itself(connection, part.table)
    connection.execute("insert into search_part values (?, ?, 0, 0, 0)", (low, part.number))
    return part


def drop_part(connection: sqlite3.Connection, part: Part) -> None:
    """All of it at once."""
    connection.execute(f"drop table {part.table}")
    connection.execute("delete from search_part where number = ?", (part.number,))
    _settled(connection, part.number)


def owe(connection: sqlite3.Connection, number: int, what: Due) -> None:
    """Write down what a part is due for; what was begun of it begins anew."""
    connection.execute(
        "insert into search_due values (?, ?, 0)"
        " on conflict (part) do update set what = max(what, excluded.what),"
        " at = iif(what = 4, at, 0)",
        (number, what),
    )


def owed(connection: sqlite3.Connection, least: Due = Due.LEVELS) -> bool:
    """Whether something is to be done. least: of this or more weight."""
    found = connection.execute("select 1 from search_due where what >= ? limit 1", (least,))
    return found.fetchone() is not None


def watch_pieces(connection: sqlite3.Connection, part: Part) -> None:
    """Note it where a part has many pieces."""
    found = connection.execute(f"select count(distinct segid) from {part.table}_idx")  # noqa: S608
    if found.fetchone()[0] >= MANY_PIECES:
        owe(connection, part.number, Due.LEVELS)


def tend(connection: sqlite3.Connection) -> None:
    """Do a bounded piece of what weighs most."""
    number, what, at = connection.execute(
        "select part, what, at from search_due order by what desc, part limit 1"
    ).fetchone()
    done = {Due.SPLIT: _split, Due.GONE: _remove}.get(what, _merge)(connection, number, what, at)
    if done:
        _settled(connection, number)


def _merge(connection: sqlite3.Connection, number: int, what: int, at: int) -> bool:
    """Whether all of it was done. at: 1 where it was begun.

    How it is begun and gone on with: https://www.sqlite.org/fts5.html#the_merge_command
    """
    begins = what != Due.LEVELS and not at
    before = connection.total_changes
    connection.execute(
        f"insert into search_{number} (search_{number}, rank) values ('merge', ?)",  # noqa: S608
        (-PAGES if begins else PAGES,),
    )
    moved = connection.total_changes - before >= 2  # that many, as FTS5 says
    connection.execute("update search_due set at = 1 where part = ?", (number,))
    return not moved


def _split(connection: sqlite3.Connection, number: int, _what: int, at: int) -> bool:
    """First its messages are queued; a search finds them in it until the two parts are there.

    at: the row to go on with; 0 at the beginning.
    """
    part = next(one for one in parts(connection) if one.number == number)
    begin, end = part.rows
    found = connection.execute(
        "select row from message where row >= ? and row < ? order by row limit ?",
        (max(at, begin), end, QUEUED),
    ).fetchall()
    connection.executemany("insert or ignore into search_waiting values (?)", found)
    if len(found) == QUEUED:
        connection.execute(
            "update search_due set at = ? where part = ?", (found[-1][0] + 1, number)
        )
        return False
    _halve(connection, part)
    return False


def _halve(connection: sqlite3.Connection, part: Part) -> None:
    begin, end = part.rows
    middle = connection.execute(
        "select row from search_waiting where row >= ? and row < ? order by row limit 1 offset ?",
        (begin, end, part.size // 2),
    ).fetchone()
    connection.execute("delete from search_part where number = ?", (part.number,))
    connection.execute(
        "update search_due set what = ?, at = 0 where part = ?", (Due.GONE, part.number)
    )
    open_part(connection, part.low)
    if middle is not None:
        open_part(connection, max(middle[0] >> SHIFT, part.least + 1))


def _remove(connection: sqlite3.Connection, number: int, _what: int, _at: int) -> bool:
    """Some of the table's own pages, and the table when few are left."""
    table = f"search_{number}"
    try:
        found = connection.execute(
            f"delete from {table}_data where id in"  # noqa: S608  a name of ours
            f" (select id from {table}_data where id > 10 order by id desc limit ?)",
            (4 * PAGES,),
        )
    except sqlite3.OperationalError:
        # Some builds let nobody but FTS5 into its tables.
        connection.execute(f"drop table {table}")
        return True
    if found.rowcount == 4 * PAGES:
        return False
    connection.execute(f"drop table {table}")
    return True


def _settled(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("delete from search_due where part = ?", (number,))


def _never_by_itself(connection: sqlite3.Connection, table: str) -> None:
    for name, value in _NEVER:
        connection.execute(f"insert into {table} ({table}, rank) values (?, ?)", (name, value))  # noqa: S608


def _low(part: Part) -> int:
    return part.low
