"""What writing the history costs a message, beside an index that a trigger fills row by row.

`python -m benchmarks archive` prints a table. Each line writes the same messages into a new file on
this disk, by the functions that the archive's thread calls: CPU time of the thread a message, how
many a second, the longest transaction, and bytes of the file a message. "behind" is the archive as
it is: rows first, the index in batches after them, both counted. The peer writes its index by a
trigger in the transaction of the row; `trigram` has the archive's tokenizer, `words` FTS5's own.
"""

import argparse
import random
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time

from benchmarks.tables import Table
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import care, door
from wschat_tui.storage.archive import messages as archive_messages
from wschat_tui.storage.archive.store import Store

START = 1_700_000_000_000
ROOMS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    batch: int
    cpu: float
    """Microseconds a message."""
    rate: float
    """Messages a second."""
    longest: float
    """Milliseconds of the longest transaction."""
    size: float
    """Bytes a message."""


def messages(count: int) -> list[Message]:
    """Of 3 to 30 words that are as frequent as words are, in fifty rooms."""
    rng = random.Random(1)
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(20_000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    stock = rng.choices(words, weights, k=1_000_000)
    made = []
    for number in range(count):
        at = rng.randrange(len(stock) - 30)
        body = " ".join(stock[at : at + rng.randint(3, 30)])
        made.append(
            Message(
                f"01JNWXK4Y7Q2M8R5-{number:09d}",
                f"network:{rng.randrange(ROOMS):036d}",
                f"5b0c9d3e-8f7a-4b6c-9d2e-{number % 20:012d}",
                SafeText(body),
                START + number * 700,
                source=body,
            )
        )
    return made


def rows_only(store: Store, some: Sequence[Message]) -> None:
    """Rows, and no index."""
    archive_messages.keep(store, some)
    store.connection.execute("delete from search_waiting")


def trigger(tokenizer: str) -> Callable[[Store], None]:
    """An index that a trigger fills."""

    def make(store: Store) -> None:
        store.connection.executescript(
            "pragma trusted_schema = on;"
            "create virtual table peer using fts5(body, content='message', content_rowid='row',"
            f" tokenize='{tokenizer}');"
            "create trigger peer_new after insert on message begin"
            " insert into peer (rowid, body) values (new.row, new.body); end;"
        )

    return make


def nothing(store: Store) -> None:
    """No preparation."""


def measure(
    what: str,
    made: Sequence[Message],
    batch: int,
    prepare: Callable[[Store], None],
    write: Callable[[Store, Sequence[Message]], None],
    *,
    behind: bool = False,
    synchronous: str = "normal",
) -> Line:
    """Write all messages into a new file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history" / "bench.db"
        entered = door.enter(file, lambda: START, "me")
        store, longest = entered.store, 0.0
        prepare(store)
        store.connection.execute(f"pragma synchronous = {synchronous}")
        cpu, wall = thread_time(), perf_counter()
        for at in range(0, len(made), batch):
            begun = perf_counter()
            store.connection.execute("begin immediate")
            write(store, made[at : at + batch])
            store.connection.execute("commit")
            longest = max(longest, perf_counter() - begun)
        while behind:
            begun = perf_counter()
            behind = care.fill(store)
            longest = max(longest, perf_counter() - begun)
        cpu, wall = thread_time() - cpu, perf_counter() - wall
        care.cut_log(store)
        size = file.stat().st_size
        store.close()
    count = len(made)
    return Line(what, batch, cpu / count * 1e6, count / wall, longest * 1e3, size / count)


def lines(count: int) -> list[Line]:
    """The whole table."""
    made, keep = messages(count), archive_messages.keep
    single, few = made[: count // 50], made[: count // 5]
    return [
        measure("rows only", made, 1_000, nothing, rows_only),
        measure("rows, index behind", made, 1_000, nothing, keep, behind=True),
        measure("trigger, trigram", made, 1_000, trigger("trigram"), rows_only),
        measure("trigger, words", made, 1_000, trigger("unicode61"), rows_only),
        measure("rows, index behind", few, 10, nothing, keep, behind=True),
        measure("trigger, trigram", few, 10, trigger("trigram"), rows_only),
        measure("one a commit, NORMAL", single, 1, nothing, keep, behind=True),
        measure("one a commit, FULL", single, 1, nothing, keep, behind=True, synchronous="full"),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    options = parser.parse_args()
    columns = ("what", "a commit", "us CPU a message", "messages/s", "longest ms", "bytes each")
    title = f"Writing {options.messages:,} messages, SQLite {sqlite3.sqlite_version}"
    table = Table(title, columns)
    for line in lines(options.messages):
        figures = f"{line.cpu:.1f}", f"{line.rate:,.0f}", f"{line.longest:.1f}", f"{line.size:.0f}"
        table.add(line.what, f"{line.batch:,}", *figures)
    print(table)


if __name__ == "__main__":
    main()
