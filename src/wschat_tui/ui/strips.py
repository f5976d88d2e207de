"""Rows of the timeline as strips of styled cells, with what a click on them means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from wschat_tui.ui.highlight import highlight
from wschat_tui.ui.ink import author_style
from wschat_tui.ui.message_lines import (
    EVENT_INDENT,
    Block,
    Layout,
    blocks,
    delivery_sign,
    lines_of,
    width_of,
)
from wschat_tui.ui.wall import FORBIDDEN
from wschat_tui.ui.wrap import cells, cut, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style

    from wschat_tui.ui.ink import Ink
    from wschat_tui.ui.inline import Code, Span
    from wschat_tui.ui.row import Row
    from wschat_tui.ui.wrap import Line

VEIL = "▒"
"""What covers each cell of a spoiler."""

_CLICKS = frozenset({"link", "file", "reaction", "thread", "thread-new", "spoiler"})


class Target(NamedTuple):
    """Cells `start` to `end` of a line that do something when they are clicked."""

    start: int
    end: int
    action: str
    data: str


class Drawn(NamedTuple):
    """One line as it is drawn."""

    strip: Strip
    start: int = 0
    """Where the text begins that is copied, in characters of the line."""
    end: int = 0
    join: str = "\n"
    """What stands between this line's text and the next, where both are copied."""
    targets: tuple[Target, ...] = ()


class Run(NamedTuple):
    """Characters of a block that look and act the same."""

    start: int
    end: int
    styles: tuple[str, ...]
    action: str
    data: str


class Reader(NamedTuple):
    """For whom rows are drawn: their id, and the lower-case names that mean them after an @."""

    me: str = ""
    called: frozenset[str] = frozenset()


def draw(
    row: Row, layout: Layout, ink: Ink, reader: Reader, *, revealed: bool = False
) -> list[Drawn]:
    """The lines of a row, each exactly as wide as the layout."""
    pen = _Pen(row, layout, ink, reader, revealed=revealed)
    made = blocks(row, layout)
    if made[0].kind == "rule":
        return [pen.rule(made[0])]
    width = width_of(row, layout)
    return [line for block in made for line in pen.block(block, width)]


def with_cursor(lines: list[Drawn], ink: Ink, clock: str = "") -> list[Drawn]:
    """The same lines under the message cursor: a bar on the left, and a background.

    `clock` is written where the first line has room for it in place of a heading.
    """
    under = ink.named("cursor")
    bar = Segment("▌", ink.style("cursor", "cursor-bar"))
    marked: list[Drawn] = []
    for line in lines:
        _, *rest = line.strip
        if clock and not marked:
            blank = rest[0].text[len(clock) :]
            rest[:1] = [Segment(clock, ink.style("time")), Segment(blank, ink.base)]
        segments = [Segment(text, style + under if style else under) for text, style, _ in rest]
        marked.append(line._replace(strip=Strip([bar, *segments], line.strip.cell_length)))
    return marked


def runs_of(block: Block, reader: Reader, row: Row) -> list[Run]:
    """A block cut where a span begins or ends, in one pass."""
    if not block.spans:
        return [Run(0, len(block.text), (block.style,), "", "")]
    edges: list[tuple[int, int, Span]] = []
    for span in block.spans:
        if span.start < span.end:
            edges += [(span.start, 1, span), (span.end, 0, span)]
    edges.sort(key=lambda edge: (edge[0], edge[1]))
    active: dict[str, list[str]] = {}
    runs: list[Run] = []
    at = 0
    for position, opens, span in edges:
        if position > at:
            runs.append(_run(at, position, block.style, active))
            at = position
        style = _look(span, reader, row)
        if opens:
            active.setdefault(style, []).append(span.data)
        else:
            active[style].pop()
            if not active[style]:
                del active[style]
    if at < len(block.text) or not runs:
        runs.append(_run(at, len(block.text), block.style, active))
    return runs


def _run(start: int, end: int, base: str, active: dict[str, list[str]]) -> Run:
    action = next((name for name in active if name.removesuffix("-mine") in _CLICKS), "")
    action = "spoiler" if "spoiler" in active else action
    data = active[action][-1] if action else ""
    return Run(start, end, (base, *sorted(active)), action.removesuffix("-mine"), data)


def _look(span: Span, reader: Reader, row: Row) -> str:
    """The style of a span, which may depend on who reads."""
    if span.style == "mention":
        return "mention-me" if span.data.casefold() in reader.called else "mention"
    if span.style == "reaction" and row.message is not None:
        given = next((one.users for one in row.message.reactions if one.text == span.data), ())
        return "reaction-mine" if reader.me in given else "reaction"
    if span.style == "name":
        return "name-mine" if row.mine else author_style(_author(row))
    return span.style


def _author(row: Row) -> str:
    return row.message.author if row.message is not None else ""


def _by_line(runs: list[Run], lines: list[Line]) -> Iterator[list[Run]]:
    """The runs of each line, cut to it."""
    at = 0
    for start, end in lines:
        while at + 1 < len(runs) and runs[at].end <= start:
            at += 1
        pieces = []
        here = at
        while here < len(runs) and runs[here].start < end:
            run = runs[here]
            pieces.append(run._replace(start=max(start, run.start), end=min(end, run.end)))
            here += 1
        yield pieces


class _Pen:
    """Draws the blocks of one row."""

    def __init__(
        self, row: Row, layout: Layout, ink: Ink, reader: Reader, *, revealed: bool
    ) -> None:
        self._row = row
        self._layout = layout
        self._ink = ink
        self._reader = reader
        self._revealed = revealed
        self._first = True
        self._signed = False
        self._code: Code | None = None
        self._colours: tuple[tuple[Span, ...], ...] = ()

    def block(self, block: Block, width: int) -> list[Drawn]:
        """The lines of a block that is wrapped in `width` cells."""
        parts = lines_of(block, width)
        runs = runs_of(self._coloured(block), self._reader, self._row)
        drawn = [self._line(block, pieces, width) for pieces in _by_line(runs, parts)]
        for index in range(len(parts) - 1):
            join = block.text[parts[index][1] : parts[index + 1][0]]
            drawn[index] = drawn[index]._replace(join=join)
        return drawn

    def _coloured(self, block: Block) -> Block:
        """A line of code with its colours; a block of code is read once for all its lines."""
        if block.code is None:
            return block
        if self._code is not block.code:
            self._code, self._colours = block.code, highlight(block.code)
        return block._replace(spans=self._colours[block.number])

    def _line(self, block: Block, pieces: list[Run], width: int) -> Drawn:
        segments, used = self._gutter(block)
        begin, left = sum(len(one.text) for one in segments), used - cells(block.lead)
        targets: list[Target] = []
        for piece in pieces:
            text, style = self._show(block.text[piece.start : piece.end], piece)
            size = cells(text)
            if piece.action:
                targets.append(Target(used, used + size, piece.action, piece.data))
            segments.append(Segment(text, style))
            used += size
        end = sum(len(one.text) for one in segments)
        lacking = min(block.fill, width) - (used - left)
        if lacking > 0:
            segments.append(Segment(" " * lacking, self._ink.style(block.style)))
            used += lacking
        strip = self._finish(segments, used)
        if block.kind in {"mark", "heading"}:
            begin = end = 0
        elif used > self._layout.width:
            end = min(end, len(strip.text))
            begin = min(begin, end)
        return Drawn(strip, begin, end, targets=tuple(targets))

    def _show(self, text: str, run: Run) -> tuple[str, Style]:
        text = FORBIDDEN.sub("", text)
        hidden = run.action == "spoiler" and not self._revealed
        if hidden:
            return VEIL * cells(text), self._ink.style("spoiler")
        link = ""
        if "link" in run.styles and _may_link(run.data):
            link = run.data
        return text, self._ink.style(*run.styles, link=link)

    def _gutter(self, block: Block) -> tuple[list[Segment], int]:
        row, layout, ink = self._row, self._layout, self._ink
        first, self._first = self._first, False
        segments = [Segment(" ", ink.base)]
        if row.kind == "event":
            segments.append(Segment(f"{row.clock if first else '':<5} ", ink.style("time")))
            return segments, EVENT_INDENT
        if layout.name and first and not row.grouped:
            look = "name-mine" if row.mine else author_style(_author(row))
            name = FORBIDDEN.sub("", fit(row.name, layout.name))
            pad = " " * (layout.name - cells(name) + 1)
            segments += [
                Segment(f"{row.clock:<5} ", ink.style("time")),
                Segment(name, ink.style(look)),
                Segment(pad, ink.base),
            ]
        elif block.kind != "heading":
            segments.append(Segment(" " * (layout.indent - 1), ink.base))
        if block.lead:
            look = "code-block" if block.kind == "code" else "quote"
            segments.append(Segment(block.lead, ink.style(look)))
        used = layout.indent if block.kind != "heading" else 1
        return segments, used + cells(block.lead)

    def _finish(self, segments: list[Segment], used: int) -> Strip:
        """Fill the line up to its width, with the delivery sign at the right of the first."""
        width, ink = self._layout.width, self._ink
        sign, look = "", ""
        if not self._signed:
            sign, look = delivery_sign(self._row)
            self._signed = True
        size = cells(sign) + 1 if sign else 0
        if used + size > width:
            return _cropped(segments, width, ink)
        segments.append(Segment(" " * (width - used - size), ink.base))
        if sign:
            segments += [Segment(sign, ink.style(look)), Segment(" ", ink.base)]
        return Strip([one for one in segments if one.text], width)

    def rule(self, block: Block) -> Drawn:
        """A rule from edge to edge with its label in the middle."""
        width, style = self._layout.width, self._ink.style(block.style)
        label = FORBIDDEN.sub("", fit(block.text, max(width - 6, 0)))
        label = f" {label} " if label else ""
        room = max(width - 2 - cells(label), 0)
        stroke = " " if block.style == "rule-top" else "─"
        left, right = stroke * (room // 2), stroke * (room - room // 2)
        segments = [Segment(" ", self._ink.base), Segment(left + label + right, style)]
        strip = Strip(segments).adjust_cell_length(width, self._ink.base)
        return Drawn(strip, join="")


def _cropped(segments: list[Segment], width: int, ink: Ink) -> Strip:
    """As much of a line as fits, where the view is narrower than any text."""
    kept: list[Segment] = []
    for text, style, _ in segments:
        shown = cut(text, width)
        width -= cells(shown)
        kept.append(Segment(shown, style))
        if shown != text:
            break
    kept.append(Segment(" " * width, ink.base))
    return Strip([one for one in kept if one.text])


def _may_link(url: str) -> bool:
    """It may stand in an escape sequence (SECURITY.md, rule R4).

    Printable ASCII, and no user before the host, who could pass for it: terminals open links
    without asking. Here it can be opened all the same, after a question that names the host.
    """
    plain = url.isascii() and url.isprintable()
    return plain and "@" not in url.partition("://")[2].partition("/")[0]
