"""The full-text index of the history: which messages hold which three letters in a row.

A message's row is its time (milliseconds << 20 | tie), and the index counts in buckets of 256 ms,
so that what it stores of each message is about 100 bytes. Every bucket that holds the letters is
looked through for messages that hold the text. The index lies in parts, each an FTS5 table of a
stretch of time (`parts.py`): what is forgotten leaves by merging one part anew, since FTS5 alone
keeps deleted terms until chance merges them away.

Rows wait in a queue until `fill` takes them in, many at once: one by one costs four times as much.
What takes long is only noted where it arises, and done by `fill` a bounded piece at a time.
All functions belong to the archive's writer, inside its transaction, but for `waiting`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from wschat_tui.storage.search import parts as search_parts
from wschat_tui.storage.search.parts import SHIFT, Due, Part, owed, part_of, parts

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

PAD = "\x02\x02"
"""Ends each text, so that its last letters begin three letters, too. No cleaned text holds it."""

PART_ROWS = 32_768
"""Messages of one part: what is forgotten has one part merged anew."""

TEXT = """body || case attachments when '' then '' else (
    select char(10) || group_concat(json_extract(value, '$[1]'), char(10))
    from json_each(attachments)) end"""
"""What is searched of a message: its text and the names of its files (`query.text_of`)."""

_LOWEST = -(1 << 62)
_ROOMY = 4 * PART_ROWS
"""Messages that a part between others may have before it is split."""

_LISTED = "(select value from json_each(?))"

_SCHEMA = (
    "create table if not exists search_waiting (row integer primary key)",
    "create index if not exists message_author on message (author)",
    "create index if not exists message_attached on message (row) where attachments <> ''",
    "create index if not exists message_reacted on message (row) where reactions <> ''",
)


def create(connection: sqlite3.Connection) -> None:
    """Make what is missing; the table `message` is there already."""
    search_parts.create(connection)
    for statement in _SCHEMA:
        connection.execute(statement)


def enter(connection: sqlite3.Connection, rows: Iterable[int]) -> None:
    """These rows are new, or have a new text: they wait to be taken in."""
    connection.executemany(
        "insert or ignore into search_waiting values (?)", [(row,) for row in rows]
    )


def enter_all(connection: sqlite3.Connection) -> None:
    """Every message waits, as in a history that had no index."""
    for part in parts(connection):
        search_parts.drop_part(connection, part)
    connection.execute("insert or ignore into search_waiting select row from message")


def waiting(connection: sqlite3.Connection) -> int:
    """How many rows wait."""
    found = connection.execute("select count(*) from search_waiting").fetchone()
    return int(found[0])


def fill(connection: sqlite3.Connection, limit: int = 2_000) -> bool:
    """Go on with what is due, else take in the newest of the rows that wait; whether there is more.

    One piece of it takes a few milliseconds, whatever there is to do.
    """
    if owed(connection):
        search_parts.tend(connection)
        return True
    found = connection.execute(
        "select row from search_waiting order by row desc limit ?", (limit,)
    ).fetchall()
    rows = sorted(row for (row,) in found)
    for number, batch in groupby(rows, _Chooser(connection)):
        _take_in(connection, number, list(batch))
    connection.execute(
        "delete from search_waiting where row in (select value from json_each(?))",
        (json.dumps(rows),),
    )
    return len(rows) == limit or owed(connection)


def forgetting(connection: sqlite3.Connection) -> bool:
    """Whether words that were forgotten still lie in the index; `fill` goes on with them first."""
    return owed(connection, Due.FORGET)


def leave(connection: sqlite3.Connection, rows: Iterable[int]) -> None:
    """These rows are about to change their text, to move or to go; their texts still stand."""
    _leave(connection, rows)


def forget(connection: sqlite3.Connection, rows: Iterable[int]) -> None:
    """As `leave`, and not a byte of their words stays in the index once `forgetting` is over.

    With `secure_delete` on, that is; the log beside the file is cut by its owner's checkpoint.
    """
    for part in _leave(connection, rows):
        search_parts.owe(connection, part.number, Due.FORGET)


def cut(connection: sqlite3.Connection, row: int) -> None:
    """Forget every row below this one, whole parts at once; their texts still stand."""
    bucket = row >> SHIFT
    for part in parts(connection):
        if part.most < bucket:
            search_parts.drop_part(connection, part)
        elif part.least <= bucket:
            below = connection.execute(
                "select row from message where row >= ? and row < ?", (part.least << SHIFT, row)
            )
            forget(connection, [one for (one,) in below.fetchall()])
    connection.execute("delete from search_waiting where row < ?", (row,))


class _Chooser:
    """Which part takes a row in, for rows in ascending order; a full one has a new one beside it.

    At the ends of the history new parts are opened. Between two others a part grows, and is split.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._parts = parts(connection) or [search_parts.open_part(connection, _LOWEST)]

    def __call__(self, row: int) -> int:
        bucket = row >> SHIFT
        first, last = self._parts[0], self._parts[-1]
        if bucket > last.most and last.size >= PART_ROWS:
            self._parts.append(search_parts.open_part(self._connection, bucket))
        elif bucket < first.least and first.size >= PART_ROWS:
            self._raise(first)
            self._parts[0] = replace(first, low=first.least)
            self._parts.insert(0, search_parts.open_part(self._connection, _LOWEST))
        at = part_of(self._parts, bucket)
        part = self._parts[at]
        self._parts[at] = _grown(part, bucket)
        return part.number

    def _raise(self, part: Part) -> None:
        self._connection.execute(
            "update search_part set low = least where number = ?", (part.number,)
        )


def _grown(part: Part, bucket: int) -> Part:
    if not part.size:
        return replace(part, size=1, least=bucket, most=bucket)
    return replace(
        part, size=part.size + 1, least=min(part.least, bucket), most=max(part.most, bucket)
    )


def _take_in(connection: sqlite3.Connection, number: int, rows: Sequence[int]) -> None:
    """One statement for all of them; messages of one bucket are one text, since FTS5 would begin
    a new segment for a second row of the same number.
    """
    connection.execute(
        f"insert into search_{number} (rowid, words) select row >> {SHIFT} as bucket,"  # noqa: S608
        f" group_concat({TEXT}, ?1) || ?1 from message where row in {_LISTED.replace('?', '?2')}"
        " and body || attachments <> '' group by bucket order by bucket",
        (PAD, json.dumps(rows)),
    )
    part = next(one for one in parts(connection) if one.number == number)
    for row in (rows[0], rows[-1]):
        part = _grown(part, row >> SHIFT)
    part = replace(part, size=part.size - 2 + len(rows))
    connection.execute(
        "update search_part set size = ?, least = ?, most = ? where number = ?",
        (part.size, part.least, part.most, number),
    )
    if part.size >= _ROOMY and part.most > part.least:
        search_parts.owe(connection, part.number, Due.SPLIT)
    elif part.size - len(rows) < PART_ROWS <= part.size:
        search_parts.owe(connection, part.number, Due.WHOLE)
    else:
        search_parts.watch_pieces(connection, part)


def _leave(connection: sqlite3.Connection, rows: Iterable[int]) -> list[Part]:
    """Take rows out, and tell from which parts; what shares their buckets stays."""
    leaving = set(rows)
    listed = json.dumps(sorted(leaving))
    waits = connection.execute(
        f"delete from search_waiting where row in {_LISTED} returning row",  # noqa: S608  a constant
        (listed,),
    ).fetchall()
    leaving -= {row for (row,) in waits}
    known, touched = parts(connection), {}
    for bucket, group in groupby(sorted(leaving), lambda row: row >> SHIFT):
        at = part_of(known, bucket)
        if at >= 0:
            touched[at] = known[at]
            _empty(connection, known[at].table, bucket, set(group))
    return list(touched.values())


def _empty(connection: sqlite3.Connection, table: str, bucket: int, leaving: set[int]) -> None:
    """Take texts out of a bucket; letters that another one of it has, too, are put back."""
    found = connection.execute(
        f"select row, {TEXT} from message where row >= ? and row < ?"  # noqa: S608  a constant
        " and body || attachments <> '' and row not in (select row from search_waiting)",
        (bucket << SHIFT, (bucket + 1) << SHIFT),
    ).fetchall()
    gone = [text for row, text in found if row in leaving]
    kept = [text for row, text in found if row not in leaving]
    if gone:
        connection.execute(
            f"insert into {table} ({table}, rowid, words) values ('delete', ?, ?)",  # noqa: S608
            (bucket, PAD.join(gone) + PAD),
        )
    if gone and kept:
        connection.execute(
            f"insert into {table} (rowid, words) values (?, ?)",  # noqa: S608  a name of ours
            (bucket, PAD.join(kept) + PAD),
        )
