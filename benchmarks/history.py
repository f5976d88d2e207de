"""The history on disk: keeping messages, opening a room, searching, forgetting, at three sizes.

`python -m benchmarks history [--sizes 1000,100000,1000000] [--rounds 60]` prints tables and writes
them to `benchmarks/results/`. All of it runs the program's own code on a file. A search is one page
of 50, the newest first, as the search screen asks for it; beside it stands the same by `LIKE`,
which reads messages, the newest first, until 50 fit. Indexing is compared with a trigger that does
it row by row. Times are wall clock without what the thread waited for a processor, where the kernel
tells that (schedstat); ratios are taken in one run.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.tables import Table, ratio, save
from benchmarks.worlds import folder
from wschat_tui.state.history.archive_effects import ReadPage, RoomRecord
from wschat_tui.state.history.query import Query
from wschat_tui.state.model import Attachment, Message, Reaction
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import care, door, pages, rooms
from wschat_tui.storage.archive import messages as archive_messages
from wschat_tui.storage.archive.store import Store
from wschat_tui.storage.search import index as search_index
from wschat_tui.storage.search.reading import Reading
from wschat_tui.storage.search.search import open_reading

SIZES = (1_000, 100_000, 1_000_000)
BATCH = 2_000
ROOMS, PEOPLE = 40, 200
BEGIN, PAUSE = 1_600_000_000_000, 60_000
TRIGGERED = 20_000
"""Messages by which a trigger is compared with batches."""

ROOM = "network:room-0"
"""The room with the most messages, read to its end."""

NEWEST = (
    "select id from message where room = (select number from room where scope = ?)"
    " order by row desc limit 1"
)

SCHEDULED = Path("/proc/thread-self/schedstat")

PLAIN = "create virtual table words using fts5(body, content='', tokenize='trigram', detail=none)"


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds: in the middle, and what one in a hundred exceeds."""

    p50: float
    p99: float

    def __str__(self) -> str:
        return f"{self.p50:.2f} / {self.p99:.2f}"


class Corpus:
    """Messages as people write them: words by Zipf's law, some in Chinese, links and files."""

    def __init__(self) -> None:
        self.chance = random.Random(7)
        self.words = _words(20_000)
        self.signs = [chr(0x4E00 + at) for at in range(3_000)]
        self._by_word = list(accumulate(1 / (at + 1) for at in range(len(self.words))))
        self._by_sign = list(accumulate(1 / (at + 1) for at in range(len(self.signs))))

    def body(self) -> str:
        """A text of 3 to 30 words, or of as many signs."""
        chance, length = self.chance, 3 + int(27 * self.chance.random() ** 2)
        if chance.random() < 0.05:
            return "".join(chance.choices(self.signs, cum_weights=self._by_sign, k=length))
        text = " ".join(chance.choices(self.words, cum_weights=self._by_word, k=length))
        return f"{text} https://example.org/{length}" if chance.random() < 0.02 else text

    def messages(self, count: int) -> Iterator[Message]:
        """So many, half a minute apart on average; a few rooms and people have most of them."""
        chance, at = self.chance, BEGIN
        file = (Attachment(SafeText("https://x/f"), SafeText("plan.pdf"), 5),)
        reaction = (Reaction("👍", ("bob",)),)
        for number in range(count):
            at += chance.randrange(1, PAUSE)
            yield Message(
                f"01JNWXK4Y7Q2M8R5-{number:08d}",
                f"network:room-{int(chance.random() ** 3 * ROOMS)}",
                f"user-{int(chance.random() ** 3 * PEOPLE)}",
                SafeText(self.body()),
                at,
                attachments=file if chance.random() < 0.01 else (),
                reactions=reaction if chance.random() < 0.05 else (),
            )

    def word(self, first: int, last: int) -> str:
        """A word of a rank: the first are in every third message, the last in few."""
        return self.chance.choice([one for one in self.words[first:last] if len(one) > 2])

    def queries(self, count: int) -> dict[str, Callable[[], Query]]:
        """What people look for, each with other words every time."""
        pick, word, signs = self.chance.choice, self.word, self.signs
        span = count * PAUSE // 2

        def someone() -> tuple[str, ...]:
            return (f"user-{self.chance.randrange(PEOPLE)}",)

        def room() -> str:
            return f"network:room-{self.chance.randrange(ROOMS)}"

        return {
            "a common word": lambda: Query((word(0, 60),)),
            "a word": lambda: Query((word(500, 2_000),)),
            "a rare word": lambda: Query((word(15_000, 20_000),)),
            "part of a word": lambda: Query((word(3_000, 20_000)[1:5],)),
            "no such word": lambda: Query((f"zq{word(0, 500)}xq",)),
            "two common words": lambda: Query((word(0, 60), word(0, 60))),
            "three words": lambda: Query((word(0, 60), word(0, 300), word(0, 900))),
            "words as they stand": lambda: Query((f"{word(0, 30)} {word(0, 30)}",)),
            "one letter": lambda: Query((pick("abdefgiklmnoprstuvz"),)),
            "two letters": lambda: Query((pick("bdfgklmnprstvz") + pick("aeiouqxyh"),)),
            "one Chinese sign": lambda: Query((pick(signs),)),
            "two Chinese signs": lambda: Query((pick(signs[:40]) + pick(signs[:40]),)),
            "from": lambda: Query((), someone()),
            "a word, from": lambda: Query((word(500, 2_000),), someone()),
            "a word, in": lambda: Query((word(500, 2_000),), (), room()),
            "from, in": lambda: Query((), someone(), room()),
            "a word, before": lambda: Query(
                (word(500, 2_000),), until=BEGIN + self.chance.randrange(span)
            ),
            "has:link": lambda: Query(has=frozenset({"link"})),
            "a word, has:attachment": lambda: Query(
                (word(500, 2_000),), has=frozenset({"attachment"})
            ),
            "a word, has:reaction": lambda: Query((word(500, 2_000),), has=frozenset({"reaction"})),
        }


def _words(count: int) -> list[str]:
    """Words that can be said, the shorter ones more common."""
    chance, words = random.Random(5), set[str]()
    while len(words) < count:
        parts = (
            chance.choice("bcdfghjklmnprstvwz")
            + chance.choice("aeiou")
            + (chance.choice("lmnrst") if chance.random() < 0.4 else "")
            for _ in range(chance.randint(1, 4))
        )
        words.add("".join(parts))
    return sorted(sorted(words), key=lambda word: len(word) + 4 * chance.random())


def build(file: Path, size: int, corpus: Corpus) -> tuple[Store, dict[str, float]]:
    """Keep so many messages as a session would, and have the index take them in."""
    entered = door.enter(file, lambda: BEGIN, "alice")
    assert isinstance(entered, door.Entered)
    store, batch = entered.store, list[Message]()
    kept = 0.0
    for message in corpus.messages(size):
        batch.append(message)
        if len(batch) == BATCH:
            kept += _keep(store, batch)
            batch = []
    kept += _keep(store, batch)
    read = store.connection.execute(NEWEST, (ROOM,)).fetchone()
    rooms.keep_room(store, RoomRecord(ROOM, joined=True, last_read=read[0]))
    index, worst = fill(store)
    store.connection.execute("pragma wal_checkpoint(truncate)")
    figures = {"keep": kept / size * 1e6, "index": index / size * 1e6, "worst": worst * 1e3}
    return store, figures | {"bytes": file.stat().st_size / size}


def _keep(store: Store, batch: list[Message]) -> float:
    began = process_time()
    store.connection.execute("begin immediate")
    archive_messages.keep(store, batch)
    store.connection.execute("commit")
    return process_time() - began


def fill(store: Store) -> tuple[float, float]:
    """CPU seconds for all that waits, and the longest that one step held the writer up."""
    began, worst, more = process_time(), 0.0, True
    while more:
        step, waited = perf_counter(), _waited()
        more = care.fill(store)
        worst = max(worst, perf_counter() - step - (_waited() - waited))
    return process_time() - began, worst


def by_trigger(place: Path, messages: list[Message]) -> float:
    """Microseconds of CPU a message where a trigger fills the same kind of index row by row."""
    without = _inserted(place / "plain.db", messages, trigger=False)
    return _inserted(place / "trigger.db", messages, trigger=True) - without


def _inserted(file: Path, messages: list[Message], *, trigger: bool) -> float:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table message (row integer primary key, id text, body text)")
    connection.execute(PLAIN)
    if trigger:
        connection.execute(
            "create trigger told after insert on message begin"
            " insert into words (rowid, body) values (new.row, new.body); end"
        )
    began = process_time()
    for start in range(0, len(messages), BATCH):
        rows = [((one.at or 0) << 20, one.id, one.body) for one in messages[start : start + BATCH]]
        connection.execute("begin")
        connection.executemany("insert into message values (?, ?, ?)", rows)
        connection.execute("commit")
    spent = process_time() - began
    connection.close()
    return spent / len(messages) * 1e6


def _waited() -> float:
    """Seconds that this thread was ready to run and had no processor; 0 where nobody counts."""
    if not SCHEDULED.exists():
        return 0.0
    return int(SCHEDULED.read_text().split()[1]) / 1e9


def timed(rounds: int, work: Callable[[], object]) -> Figure:
    """How long it takes, called again and again."""
    return measure(rounds, work)[0]


def measure(rounds: int, work: Callable[[], object]) -> tuple[Figure, list[float]]:
    """The same, with each span in milliseconds."""
    spans = []
    for _ in range(rounds):
        began, waited = perf_counter(), _waited()
        work()
        spans.append((perf_counter() - began - (_waited() - waited)) * 1e3)
    spans.sort()
    figure = Figure(median(spans), spans[min(int(len(spans) * 0.99), len(spans) - 1)])
    return figure, spans


def searched(
    file: Path, size: int, corpus: Corpus, rounds: int
) -> tuple[dict[str, Figure], Figure]:
    """Each kind of query, and all of them together."""
    connection = open_reading(file)
    reading, figures, every = Reading(connection), dict[str, Figure](), list[float]()
    for name, query in corpus.queries(size).items():

        def find(query: Callable[[], Query] = query) -> None:
            assert not reading.find(query(), 50, None).cut

        figures[name], spans = measure(rounds, find)
        every += spans
    every.sort()
    connection.close()
    return figures, Figure(median(every), every[int(len(every) * 0.99)])


def ranked(file: Path, corpus: Corpus, rounds: int) -> Figure:
    """The best first, for common words."""
    connection = open_reading(file)
    reading = Reading(connection)
    figure = timed(
        rounds,
        lambda: reading.find(replace(Query((corpus.word(0, 60),)), ranked=True), 50, None),
    )
    connection.close()
    return figure


def by_like(file: Path, rounds: int, word: Callable[[], str]) -> Figure:
    """A word by reading messages, the newest first, until 50 fit."""
    connection = open_reading(file)

    def find() -> None:
        like = f"%{word()}%"
        statement = "select * from message where body like ? order by row desc limit 50"
        connection.execute(statement, (like,)).fetchall()

    figure = timed(rounds, find)
    connection.close()
    return figure


def opened(store: Store, rounds: int) -> Figure:
    """The last screen of the largest room: 200 messages and what is unread above them."""
    order = ReadPage(ROOM, "newest")
    return timed(rounds, lambda: pages.page(store, order))


def forgotten(store: Store, corpus: Corpus, rounds: int) -> Figure:
    """A redaction takes the words of a message out of the index, for good."""
    rows = [row for (row,) in store.connection.execute("select row from message")]

    def forget() -> None:
        store.connection.execute("begin immediate")
        search_index.forget(store.connection, [corpus.chance.choice(rows)])
        store.connection.execute("commit")

    return timed(rounds, forget)


def main() -> None:
    """Measure, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    sizes = [int(one) for one in options.sizes.split(",")]
    columns = ("", *(f"{size:,} messages" for size in sizes))
    disk = Table("On the disk", columns)
    search = Table("A search, first page, ms p50 / p99", columns)
    results = [measured(size, options.rounds) for size in sizes]
    for name in results[0]["disk"]:
        disk.add(name, *(one["disk"][name] for one in results))
    for name in results[0]["search"]:
        search.add(name, *(one["search"][name] for one in results))
    for table in (disk, search):
        print(table)
    named = {str(size): result for size, result in zip(sizes, results, strict=True)}
    print(save("history", (disk, search), named))


def measured(size: int, rounds: int) -> dict[str, dict[str, str]]:
    """Everything at one size, in words and figures."""
    corpus = Corpus()
    with folder() as place:
        file = place / "history.db"
        store, figures = build(file, size, corpus)
        messages = list(Corpus().messages(min(size, TRIGGERED)))
        trigger = by_trigger(place, messages)
        by_query, every = searched(file, size, corpus, rounds)
        few = max(rounds // 6, 5)
        like = by_like(file, few, lambda: corpus.word(500, 2_000))
        rare = by_like(file, few, lambda: corpus.word(15_000, 20_000))
        best = ranked(file, corpus, few)
        disk = {
            "keeping a message, µs of CPU": f"{figures['keep']:.1f}",
            "indexing it, µs of CPU": f"{figures['index']:.1f}",
            "indexing by a trigger, µs of CPU": f"{trigger:.1f}",
            "many at once against a trigger": ratio(figures["index"], trigger),
            "longest step of indexing, ms": f"{figures['worst']:.0f}",
            "bytes a message, index included": f"{figures['bytes']:.0f}",
            "opening a room, ms p50 / p99": str(opened(store, rounds)),
            "forgetting a message, ms p50 / p99": str(forgotten(store, corpus, 10)),
        }
        store.close()
        found = {name: str(figure) for name, figure in by_query.items()}
        summed = {
            "all of these": str(every),
            "the best first, a common word": str(best),
            "a word, by LIKE": str(like),
            "a rare word, by LIKE": str(rare),
            "a word, against LIKE (p50)": ratio(by_query["a word"].p50, like.p50),
            "a rare word, against LIKE (p50)": ratio(by_query["a rare word"].p50, rare.p50),
        }
        return {"disk": disk, "search": found | summed}


if __name__ == "__main__":
    main()
