"""The little markup that people type, as spans over what is left when its marks are taken out.

`**bold**`, `*italic*`, `_italic_`, `~~strike~~`, `` `code` ``, `||spoiler||`, fenced blocks of
code, `> quotes`, bare http(s) links and @names. Whatever does not pair up stays as it was typed.
Linear in the length of the body, whatever it holds. A link is only ever made where the text shown
is the address itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from wschat_tui.ui.wrap import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKUP = re.compile(r"[*_~`|@]|^>|://", re.MULTILINE)
"""A body in which this finds nothing is plain."""

_TOKEN = re.compile(
    r"(?P<ticks>`+)|(?P<url>https?://[^\s<>`|\[\]]+)|(?P<name>(?<![\w@.])@\w[\w.-]*)"
    r"|(?P<mark>\*+|_+|~+|\|+)",
    re.IGNORECASE,
)
_TICKS = re.compile("`+")
_FENCE = re.compile(r" {0,3}```+\s*([\w+#.-]*)\s*$")
_CLOSE = re.compile(r" {0,3}```+\s*$")
_QUOTE = re.compile(r"(?:> ?){0,3}>(?: |$)")
_STYLES = {"**": "bold", "*": "italic", "_": "italic", "~~": "strike", "||": "spoiler"}
_RUNS = {"***": ("**", "*"), "**": ("**",), "*": ("*",), "_": ("_",), "~~": ("~~",), "||": ("||",)}
_BEFORE = frozenset(" \t([{<\"'“‘-–—:,.;!?¡¿*~|")
_TRAILING = frozenset(".,;:!?'\"*_~|]}…”’")
_AFTER = frozenset(" \t)]}>\"'”’-–—:,.;!?…*~|")


class Span(NamedTuple):
    """A style over the characters `start` to `end`; `data` is a link's address or a name's text."""

    start: int
    end: int
    style: str
    data: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block."""

    language: str
    lines: tuple[str, ...]
    widest: int = field(default=0, compare=False)
    """Cells of its longest line."""


class Paragraph(NamedTuple):
    """One line as it was typed, without its marks, to be wrapped."""

    text: str
    spans: tuple[Span, ...] = ()
    quote: int = 0
    """How many quotes deep."""
    code: Code | None = None
    """The block that this is a line of."""
    number: int = 0
    """Which line of the block, from 0."""


@lru_cache(1024)
def parse(body: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a body that may hold markup."""
    return tuple(_paragraphs(body.split("\n")))


def _paragraphs(lines: list[str]) -> Iterator[Paragraph]:
    closers = [index for index, line in enumerate(lines) if _CLOSE.match(line)]
    index = 0
    while index < len(lines):
        line = lines[index]
        end = _closing(closers, index) if (fence := _FENCE.match(line)) else None
        if fence and end is not None:
            inside = tuple(lines[index + 1 : end])
            code = Code(fence[1].lower(), inside, max(map(cells, inside)))
            for number, text in enumerate(code.lines):
                yield Paragraph(text, code=code, number=number)
            index = end + 1
            continue
        quote = _QUOTE.match(line)
        text, spans = inline(line[quote.end() :] if quote else line)
        yield Paragraph(text, spans, quote=quote[0].count(">") if quote else 0)
        index += 1


def _closing(closers: list[int], opened: int) -> int | None:
    at = bisect_right(closers, opened)
    found = closers[at] if at < len(closers) else None
    return found if found is not None and found > opened + 1 else None


def inline(line: str) -> tuple[str, tuple[Span, ...]]:
    """A line without its marks, and the spans over it."""
    if not MARKUP.search(line):
        return line, ()
    scan = _Scan(line)
    scan.run()
    return _without(line, scan.cuts, scan.spans)


class _Scan:
    """One pass over a line: what is cut out and what is styled, in positions of what was typed."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.cuts: list[tuple[int, int]] = []
        self.spans: list[Span] = []
        self._open: list[tuple[str, int, int]] = []
        self._waiting = dict.fromkeys(_STYLES, 0)
        self._ticks: dict[int, list[int]] | None = None

    def run(self) -> None:
        at = 0
        while token := _TOKEN.search(self.line, at):
            match token.lastgroup:
                case "ticks":
                    at = self._code(token)
                case "url":
                    at = self._link(token)
                case "name":
                    at = self._name(token)
                case _:
                    at = self._mark(token)

    def _code(self, token: re.Match[str]) -> int:
        start, end = token.span()
        if self._ticks is None:
            self._ticks = {}
            for run in _TICKS.finditer(self.line):
                self._ticks.setdefault(len(run[0]), []).append(run.start())
        same = self._ticks[end - start]
        after = bisect_right(same, start)
        if after == len(same) or same[after] == end:
            return end
        close = same[after]
        last = close + end - start
        self.cuts += [(start, end), (close, last)]
        self.spans.append(Span(end, close, "code"))
        return last

    def _link(self, token: re.Match[str]) -> int:
        url = _bare(token[0])
        end = token.start() + len(url)
        if len(url) > len("https://"):
            self.spans.append(Span(token.start(), end, "link", url))
        return max(end, token.start() + 1)

    def _name(self, token: re.Match[str]) -> int:
        word = token[0].rstrip(".-")
        end = token.start() + len(word)
        self.spans.append(Span(token.start(), end, "mention", word[1:]))
        return end

    def _mark(self, token: re.Match[str]) -> int:
        start, end = token.span()
        marks = _RUNS.get(token[0])
        if marks is None:
            return end
        before = self.line[start - 1 : start]
        after = self.line[end : end + 1]
        closed = self._close_all(marks, start, end) if _closes(token[0], before, after) else False
        if not closed and _opens(token[0], before, after):
            for mark in marks:
                self._open.append((mark, start, start + len(mark)))
                self._waiting[mark] += 1
                start += len(mark)
        return end

    def _close_all(self, marks: tuple[str, ...], start: int, end: int) -> bool:
        """Close a run from its innermost mark; false where it has no partner with text between."""
        if not all(self._waiting[mark] for mark in marks) or self._open[-1][2] == start:
            return False
        for mark in reversed(marks):
            if not self._waiting[mark]:
                return True
            self._close(mark, start)
            start += len(mark)
        return start == end

    def _close(self, mark: str, start: int) -> None:
        while True:
            opened, first, last = self._open.pop()
            self._waiting[opened] -= 1
            if opened == mark:
                break
        self.cuts += [(first, last), (start, start + len(mark))]
        self.spans.append(Span(last, start, _STYLES[mark]))


def _opens(run: str, before: str, after: str) -> bool:
    if not after or after.isspace() or _inside_word(before, after):
        return False
    return len(run) > 1 or not before or before in _BEFORE


def _closes(run: str, before: str, after: str) -> bool:
    if not before or before.isspace() or _inside_word(before, after):
        return False
    return len(run) > 1 or not after or after in _AFTER


def _inside_word(before: str, after: str) -> bool:
    return (before + after).isascii() and before.isalnum() and after.isalnum()


def _bare(url: str) -> str:
    """An address without the punctuation of the sentence around it."""
    opened, closed, end = url.count("("), url.count(")"), len(url)
    while end:
        if url[end - 1] == ")" and closed > opened:
            closed -= 1
        elif url[end - 1] not in _TRAILING:
            break
        end -= 1
    return url[:end]


def _without(
    line: str, cuts: list[tuple[int, int]], spans: list[Span]
) -> tuple[str, tuple[Span, ...]]:
    """Take the cuts out of a line, and move the spans to where their text is then."""
    if not cuts:
        return line, tuple(spans)
    cuts.sort()
    starts = [start for start, _ in cuts]
    removed = [0]
    kept: list[str] = []
    at = 0
    for start, end in cuts:
        kept.append(line[at:start])
        removed.append(removed[-1] + end - start)
        at = end
    kept.append(line[at:])

    def moved(position: int) -> int:
        return position - removed[bisect_left(starts, position)]

    spans.sort()
    text = "".join(kept)
    return text, tuple(Span(moved(one.start), moved(one.end), one.style, one.data) for one in spans)
