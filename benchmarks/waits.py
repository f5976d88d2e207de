"""How long a typed message waits for the disk while the history has other work to do.

`python -m benchmarks waits [--messages 100000]` prints a table. The archive's own thread works on a
file on this disk; every few milliseconds a message is typed (`KeepOutgoing`), and it is timed until
that thread says that it is on the disk. Meanwhile messages arrive as fast as they can be written,
are taken into the index, are forgotten by redaction, come between older ones, and what was scrubbed
is overwritten. Times are wall clock without what that thread waited for a processor, where the
kernel tells that (schedstat); the disk's own time for one flush is in them, and stands below.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sqlite3
import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.archive import START, messages
from benchmarks.tables import Table, save
from benchmarks.worlds import folder
from wschat_tui.state.history.archive_effects import DropOutgoing, KeepMessages, KeepOutgoing
from wschat_tui.state.model import Outgoing
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import door
from wschat_tui.storage.archive.backlog import Stop
from wschat_tui.storage.archive.batch import After
from wschat_tui.storage.archive.thread import Scribe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wschat_tui.state.model import Message

PAGE = 100
"""Messages of one order, as a server's page brings them."""

BETWEEN = 0.004
"""Seconds between two typed messages."""

REDACTED = 200
TASKS = Path("/proc/self/task")


@dataclass(frozen=True, slots=True)
class Waits:
    """What was measured while one kind of work was done."""

    what: str
    seconds: float
    """How long the work took."""
    spans: tuple[float, ...]
    """Milliseconds that each typed message waited, in ascending order."""

    def at(self, part: float) -> float:
        """What so many of them do not exceed."""
        return self.spans[min(int(len(self.spans) * part), len(self.spans) - 1)]


class Typist:
    """Types into an archive, one message at a time, and times each."""

    def __init__(self, file: Path) -> None:
        self._opened = threading.Event()
        self._gone = threading.Event()
        self._number = 0
        self._thread = 0
        self.scribe = Scribe(
            partial(door.enter, file, lambda: START, "me"), file, _unheard, _at_once
        )
        self.scribe.start(self._open, self._gone.set)
        self._opened.wait()

    def _open(self, _told: object) -> None:
        self._thread = threading.get_native_id()
        self._opened.set()

    def type(self) -> float:
        """Milliseconds until a new message is on the disk."""
        self._number += 1
        op_id = f"typed-{self._number}"
        row = Outgoing(op_id, "network:team", "a typed message", None, (), "queued")
        spans: list[float] = []
        written = threading.Event()
        began, waited = time.perf_counter(), self._waited()

        def down() -> None:
            spent = time.perf_counter() - began - (self._waited() - waited)
            spans.append(max(spent, 0.0) * 1e3)
            written.set()

        self.scribe.items.put(KeepOutgoing(row))
        self.scribe.items.put(After(op_id, down))
        written.wait()
        self.scribe.items.put(DropOutgoing(op_id))
        return spans[0]

    def during(self, what: str, over: Callable[[], bool]) -> Waits:
        """Type until something is over."""
        began, spans = time.perf_counter(), []
        while not over():
            spans.append(self.type())
            time.sleep(BETWEEN)
        return Waits(what, time.perf_counter() - began, tuple(sorted(spans)))

    def keep(self, made: Sequence[Message]) -> threading.Event:
        """Order messages to be kept; what is answered is set when they are on the disk."""
        done = threading.Event()
        for at in range(0, len(made), PAGE):
            self.scribe.items.put(KeepMessages(tuple(made[at : at + PAGE])))
        self.scribe.items.put(After("", done.set))
        return done

    def leave(self) -> None:
        """Let the file go."""
        self.scribe.items.put(Stop())
        self._gone.wait()

    def _waited(self) -> float:
        """Seconds that the archive's thread was ready to run and had no processor."""
        try:
            return int((TASKS / str(self._thread) / "schedstat").read_text().split()[1]) / 1e9
        except OSError:
            return 0.0


def _unheard(_told: object) -> None:
    """Nobody listens."""


def _at_once(call: Callable[[], None]) -> None:
    call()


def none(file: Path, statement: str) -> Callable[[], bool]:
    """Whether a statement finds nothing in the history, as another program sees it."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)

    def over() -> bool:
        with contextlib.suppress(sqlite3.OperationalError):
            return connection.execute(statement).fetchone() is None
        return False

    return over


def measured(file: Path, count: int) -> list[Waits]:
    """Every kind of work, one after the other."""
    made = messages(count)
    later = [
        replace(one, id=f"late-{one.id}", at=START + count * 350 + at)
        for at, one in enumerate(made)
    ]
    typist, rng = Typist(file), random.Random(3)
    lines = []

    def do(what: str, done: threading.Event, *statements: str) -> None:
        checks = [none(file, one) for one in statements]
        lines.append(
            typist.during(what, lambda: done.is_set() and all(check() for check in checks))
        )

    rest = threading.Event()
    threading.Timer(1.5, rest.set).start()
    do("nothing else", rest)
    waiting = "select 1 from search_waiting"
    do("arriving", typist.keep(made))
    do("being indexed", typist.keep(()), waiting)
    gone = [
        replace(one, body=SafeText("[REDACTED]"), source="", redacted=True, revision=1)
        for one in rng.sample(made, REDACTED)
    ]
    do("forgotten, overwritten", typist.keep(gone), "select 1 from chore")
    do("coming between", typist.keep(later), waiting, "select 1 from chore")
    typist.leave()
    return lines


def flushes(place: Path) -> tuple[float, ...]:
    """Milliseconds that the disk takes for one flush of a small write."""
    spans = []
    with (place / "flush").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4_096))
            began = time.perf_counter()
            os.fsync(file.fileno())
            spans.append((time.perf_counter() - began) * 1e3)
    return tuple(sorted(spans))


def main() -> None:
    """Measure, print, write down where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    columns = ("while", "s", "typed", "p50 ms", "p99 ms", "worst ms")
    table = Table(f"Until a typed message is on the disk, {options.messages:,} messages", columns)
    with folder() as place:
        disk = Waits("one flush of this disk", 0, flushes(place))
        for line in (*measured(place / "history" / "bench.db", options.messages), disk):
            figures = (f"{line.at(part):.1f}" for part in (0.5, 0.99, 1))
            table.add(line.what, f"{line.seconds:.1f}", f"{len(line.spans):,}", *figures)
    print(table)
    if options.save:
        print(save("waits", (table,), {row[0]: row[1:] for row in table.rows}))


if __name__ == "__main__":
    main()
