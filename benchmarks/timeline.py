"""What the timeline costs with a thousand, a hundred thousand and a million messages.

`python benchmarks/timeline.py` prints a table: CPU milliseconds of this process from an act to the
frame that shows it, painting included (median, and the 99th percentile), beside one widget a
message in a VerticalScroll and beside an OptionList, measured in the same run. The terminal is 120
by 40 and swallows what is written. Bytes a message count the message and its row, and are told
where there are enough of them to drown what the program itself takes. `--quick` leaves out the
million and the slow neighbours.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from time import process_time
from typing import Any, Protocol

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Resize
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from wschat_tui.state.model import Message, Reaction
from wschat_tui.state.text import SafeText
from wschat_tui.ui.row import Row
from wschat_tui.ui.widgets.timeline import Timeline

WIDE, NARROW = Size(120, 40), Size(97, 40)
ACTS = ("append", "page up", "edit", "resize")
TEXT = """
deploy of api gateway finished p99 back to normal can someone check the shard latency before we roll
further lorem ipsum dolor sit amet consectetur
"""
WORDS = TEXT.split()
WIDE_WORDS = " \U0001f44d 日本語テキスト \U0001f468\u200d\U0001f469\u200d\U0001f467"


def messages(count: int, first: int = 0) -> list[Row]:
    """Rows like those of a busy room: some long, some wide, some edited, some with reactions."""
    chance = random.Random(first + 1)
    users = [f"user{number}" for number in range(40)]
    rows = []
    for number in range(first, first + count):
        body = " ".join(chance.choices(WORDS, k=chance.choice((3, 8, 12, 16, 30))))
        kind = chance.random()
        message = Message(
            f"01J{number:023d}",
            "network:team",
            chance.choice(users),
            SafeText(body + WIDE_WORDS if kind < 0.05 else body),
            1_741_082_400_000 + number * 1000,
            edited=kind > 0.95,
            reactions=(Reaction("\U0001f44d", ("a", "b", "c")),) if 0.5 < kind < 0.6 else (),
        )
        replies = 4 if 0.6 < kind < 0.63 else 0
        rows.append(
            Row(message.id, "message", message, name=message.author, clock="10:02", replies=replies)
        )
    return rows


def text_of(row: Row) -> Content:
    """A row as the other widgets show it: as much text, on as many lines."""
    message = row.message
    assert message is not None
    more = "\n👍 3" if message.reactions else ""
    return Content.assemble((f"{row.clock} {row.name:<10} ", "bold"), message.body, more)


class Swallow(HeadlessDriver):
    """A terminal that takes everything and shows nothing, so that painting is paid for."""

    written = 0

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        Swallow.written += len(data)

    def _get_terminal_size(self) -> tuple[int, int]:
        return WIDE.width, WIDE.height


class Subject(Protocol):
    """A widget with messages, and the acts that are measured."""

    name: str
    widget: Widget

    async def load(self, rows: list[Row]) -> None: ...
    def append(self, row: Row) -> None: ...
    def page_up(self) -> None: ...
    def to_middle(self) -> None: ...
    def edit(self, row: Row) -> None: ...
    def to_end(self) -> None: ...


class Ours:
    """The timeline."""

    name = "Timeline"

    def __init__(self) -> None:
        self.widget = Timeline()
        self.rows: list[Row] = []

    async def load(self, rows: list[Row]) -> None:
        self.rows = rows
        self.widget.extend(rows)

    def append(self, row: Row) -> None:
        self.widget.append(row)
        self.widget.settle()

    def page_up(self) -> None:
        self.widget.page(-1)

    def to_middle(self) -> None:
        self.widget.hold(self.rows[len(self.rows) // 2].key, 5)

    def edit(self, row: Row) -> None:
        self.widget.replace(replace(row))
        self.widget.settle()

    def to_end(self) -> None:
        self.widget.bottom()


class Widgets:
    """A Static for each message in a VerticalScroll."""

    name = "VerticalScroll+Static"

    def __init__(self) -> None:
        self.widget = VerticalScroll()
        self.shown: dict[str, Static] = {}
        self.middle = 0

    async def load(self, rows: list[Row]) -> None:
        self.shown = {row.key: Static(text_of(row)) for row in rows}
        self.middle = len(rows) // 2
        await self.widget.mount_all(self.shown.values())
        self.to_end()

    def append(self, row: Row) -> None:
        self.widget.mount(Static(text_of(row)))
        self.widget.scroll_end(animate=False)

    def page_up(self) -> None:
        self.widget.scroll_page_up(animate=False)

    def to_middle(self) -> None:
        middle = list(self.shown.values())[self.middle]
        self.widget.scroll_to_widget(middle, animate=False, top=True, immediate=True)

    def edit(self, row: Row) -> None:
        self.shown[row.key].update(text_of(row))

    def to_end(self) -> None:
        self.widget.scroll_end(animate=False, immediate=True)


class Options:
    """An option for each message in an OptionList."""

    name = "OptionList"

    def __init__(self) -> None:
        self.widget = OptionList()
        self.middle = 0

    async def load(self, rows: list[Row]) -> None:
        self.middle = len(rows) // 2
        self.widget.add_options(Option(text_of(row), row.key) for row in rows)
        self.to_end()

    def append(self, row: Row) -> None:
        self.widget.add_option(Option(text_of(row), row.key))
        self.widget.scroll_end(animate=False)

    def page_up(self) -> None:
        self.widget.scroll_page_up(animate=False)

    def to_middle(self) -> None:
        self.widget.highlighted = self.middle

    def edit(self, row: Row) -> None:
        self.widget.replace_option_prompt(row.key, text_of(row))

    def to_end(self) -> None:
        self.widget.scroll_end(animate=False, immediate=True)


class Stage(App[None]):
    """Holds one subject, and knows when a frame was written."""

    CSS = "Timeline, VerticalScroll, OptionList { height: 1fr; }"

    def __init__(self, subject: Subject) -> None:
        super().__init__(driver_class=Swallow)
        self.subject = subject
        self.painted = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield self.subject.widget

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.painted.set()

    async def cost(self, act: Callable[[], None]) -> float:
        """CPU milliseconds from an act until nothing is left to paint of it."""
        await self.rest()
        self.painted.clear()
        begin = process_time()
        act()
        await asyncio.wait_for(self.painted.wait(), 60)
        spent = process_time() - begin
        return spent * 1000

    async def rest(self) -> None:
        """Wait until no frame came for a while."""
        while True:
            self.painted.clear()
            try:
                await asyncio.wait_for(self.painted.wait(), 0.05)
            except TimeoutError:
                return

    def resize(self, size: Size) -> None:
        """The terminal got another size."""
        assert self._driver is not None
        self._driver.process_message(Resize(size, size))


Figures = dict[str, list[float]]


async def measure(stage: Stage, rows: list[Row], rounds: int) -> Figures:
    """Every act, `rounds` times."""
    subject, figures = stage.subject, {act: [] for act in ACTS}
    begin = process_time()
    await subject.load(rows)
    await stage.rest()
    figures["load"] = [(process_time() - begin) * 1000]
    for row in messages(rounds, first=len(rows)):
        figures["append"].append(await stage.cost(lambda row=row: subject.append(row)))
    for _ in range(min(rounds, 15)):
        figures["page up"].append(await stage.cost(subject.page_up))
    subject.to_middle()
    await stage.rest()
    middle = len(rows) // 2
    for number in range(rounds):
        row = rows[middle + number % 3]
        assert row.message is not None
        changed = replace(row.message, body=SafeText(f"changed {number} {row.message.body}"))
        edited = replace(row, message=changed)
        figures["edit"].append(await stage.cost(lambda edited=edited: subject.edit(edited)))
    subject.to_end()
    for number in range(max(rounds // 4, 2)):
        size = NARROW if number % 2 == 0 else WIDE
        figures["resize"].append(await stage.cost(lambda size=size: stage.resize(size)))
    return figures


def run(subject: Subject, count: int, rounds: int) -> tuple[Figures, float]:
    """The figures of a subject with so many messages, and the bytes that each takes."""
    gc.collect()
    before = resident()
    rows = messages(count)
    stage = Stage(subject)
    result: list[Figures] = []

    async def act(_: Any) -> None:
        gc.collect()
        gc.freeze()
        result.append(await measure(stage, rows, rounds))
        stage.exit()

    asyncio.run(stage.run_async(size=WIDE, auto_pilot=act))
    gc.unfreeze()
    return result[0], (resident() - before) / count


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cells(figures: Figures) -> list[str]:
    """A figure for each column of the table."""
    shown = [f"{figures['load'][0]:,.0f}"]
    for act in ACTS:
        values = figures[act]
        worst = quantiles(values, n=100)[-1] if len(values) > 2 else max(values)
        shown.append(f"{median(values):,.2f} / {worst:,.1f}")
    return shown


def main() -> None:
    """Measure, and print the table and the ratios that are promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=60)
    quick, rounds = parser.parse_args().quick, parser.parse_args().rounds
    plan: list[tuple[Callable[[], Subject], int, int]] = [
        (Ours, 1_000, rounds),
        (Ours, 100_000, rounds),
    ]
    if not quick:
        plan += [
            (Ours, 1_000_000, rounds),
            (Widgets, 1_000, max(rounds // 4, 4)),
            (Options, 10_000, max(rounds // 4, 4)),
        ]
    found: dict[tuple[str, int], Figures] = {}
    print(f"{'':32}" + "".join(f"{name:>18}" for name in ("load", *ACTS, "bytes/message")))
    for make, count, times in plan:
        subject = make()
        figures, size = run(subject, count, times)
        found[subject.name, count] = figures
        shown = [*cells(figures), f"{size:,.0f}" if count >= 100_000 else ""]
        columns = "".join(f"{one:>18}" for one in shown)
        print(f"{f'{subject.name} {count:,}':32}{columns}", flush=True)
    ratios(found)


def ratios(found: dict[tuple[str, int], Figures]) -> None:
    """Print each figure beside what it is measured against."""
    small = found["Timeline", 1_000]
    for (name, count), figures in found.items():
        if figures is small:
            continue
        parts = (f"{act} {median(figures[act]) / median(small[act]):.2f}x" for act in ACTS)
        print(f"{name} {count:,} against Timeline 1,000: " + ", ".join(parts))


if __name__ == "__main__":
    main()
