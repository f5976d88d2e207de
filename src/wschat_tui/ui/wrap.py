"""Lines of a text in terminal cells: greedy, by grapheme clusters, exact.

A line is a pair of character positions `(start, end)` in the text. What lies between the end of a
line and the start of the next is the one space at which it broke, or nothing.
"""

from __future__ import annotations

from rich.cells import cell_len, split_graphemes

from wschat_tui.state.likeness import CLOSES, OPENS

Line = tuple[int, int]

_SINGLE_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x377),
    (0x384, 0x482),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2190, 0x21FF),
    (0x2400, 0x2421),
    (0x2500, 0x25FC),
    (0x2800, 0x28FF),
)
_SINGLE = frozenset(
    chr(code)
    for first, last in _SINGLE_RANGES
    for code in range(first, last + 1)
    if cell_len(chr(code)) == 1
)
_all_single = _SINGLE.issuperset


def is_single(text: str) -> bool:
    """Every character takes exactly one cell, so that positions are columns."""
    return text.isascii() or _all_single(text)


def cells(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if is_single(text) else cell_len(text)


def wrap(text: str, width: int) -> list[Line]:
    """Break a text without newlines at spaces and around wide characters; cut words too long.

    Each line takes at most `width` cells, but for a single cluster that is wider by itself.
    """
    if not is_single(text):
        return _wrap_wide(text, width)
    length = len(text)
    lines: list[Line] = []
    start = 0
    while length - start > width:
        end = text.rfind(" ", start + 1, start + width + 1)
        after = end + 1
        if end < 0:
            end = after = start + width
        lines.append((start, end))
        start = after
    lines.append((start, length))
    return lines


def count(text: str, width: int) -> int:
    """How many lines `wrap` makes."""
    length = len(text)
    if not is_single(text):
        return len(_wrap_wide(text, width))
    lines = 1
    start = 0
    while length - start > width:
        end = text.rfind(" ", start + 1, start + width + 1)
        start = start + width if end < 0 else end + 1
        lines += 1
    return lines


def fold(text: str, width: int) -> list[Line]:
    """Cut a text at exactly `width` cells, spaces or not: for code."""
    if is_single(text):
        ends = range(width, len(text), width)
        return list(zip((0, *ends), (*ends, len(text)), strict=True))
    lines: list[Line] = []
    start = used = 0
    for first, _, size in split_graphemes(text)[0]:
        if used + size > width and first > start:
            lines.append((start, first))
            start, used = first, 0
        used += size
    lines.append((start, len(text)))
    return lines


def count_fold(text: str, width: int) -> int:
    """How many lines `fold` makes."""
    return max(1, -(-len(text) // width)) if is_single(text) else len(fold(text, width))


def cut(text: str, width: int) -> str:
    """As much of the beginning of a text as fits into `width` cells."""
    used = end = 0
    for _, last, size in split_graphemes(text)[0]:
        if used + size > width:
            break
        used, end = used + size, last
    return text[:end]


def fit(text: str, width: int) -> str:
    """A text in at most `width` cells, with an ellipsis where something is lost.

    An id that tells a name from one that looks alike is lost last (SECURITY.md, rule R5).
    """
    if cells(text) <= width:
        return text
    head, opens, told = text.rpartition(f" {OPENS}")
    room = width - cells(told) - 2
    if opens and told.endswith(CLOSES) and room > 1:
        return f"{fit(head, room)} {OPENS}{told}"
    return cut(text, width - 1) + "…" if width > 0 else ""


def flow(widths: list[int], width: int, gap: int = 1) -> list[list[int]]:
    """Lay things of given widths in lines, `gap` cells apart; answers the indexes in each line."""
    lines: list[list[int]] = []
    used = width + 1
    for index, size in enumerate(widths):
        if used + gap + size > width:
            lines.append([])
            used = -gap
        lines[-1].append(index)
        used += gap + size
    return lines


def _wrap_wide(text: str, width: int) -> list[Line]:
    lines: list[Line] = []
    start = used = 0
    # Where the line may break last: its end, where the next begins, and the cells up to there.
    end, after, passed = -1, 0, 0
    for first, last, size in split_graphemes(text)[0]:
        space = text[first] == " " and last == first + 1
        while used + size > width and first > start:
            if space:
                break
            if size > 1 or end <= start:
                end, after, passed = first, first, used
            lines.append((start, end))
            start, used, end = after, used - passed, -1
        if space and used + size > width and first > start:
            lines.append((start, first))
            start, used, end = last, 0, -1
            continue
        used += size
        if size > 1 or (space and first > start):
            end, after, passed = first if space else last, last, used
    lines.append((start, len(text)))
    return lines
