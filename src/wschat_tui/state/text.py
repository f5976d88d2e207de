"""A stranger's words made harmless: what a terminal would obey is shown instead (rule R1)."""

import re
import unicodedata
from itertools import accumulate
from typing import NewType

SafeText = NewType("SafeText", str)
"""Text that `clean` made. Widgets show nothing else of what came over the wire."""

MAX_BODY_SHOWN = 16 * 1024
"""Characters of a message body that are shown."""

MAX_NAME_SHOWN = 64
"""Terminal cells of a name or a title that are shown."""

MAX_MARKS = 8
"""Combining marks kept on one base character, and letters that are counted as part of another."""

_SHORT = 128
"""Limits below this are for one line, which is cut without a count of what is hidden."""

_ZERO_WIDTH = "\u200c\u200d"

_EDGES = _ZERO_WIDTH + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What no name begins or ends with."""

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_JOINERS = re.compile("[\u200c\u200d]+")
_SUSPECT = re.compile("[^\n\x20-\x7e\xa0-\xac\xae-\u02ff]")
_CONJOINING = "\u1160-\u11ff\ud7b0-\ud7ff"
"""Vowels and last letters of Korean syllables, which take no cell of their own."""

_PILE = re.compile(rf"(?:[^\w\x00-\u02ff]|[{_CONJOINING}]){{{MAX_MARKS + 1}}}")
"""What no pile of more marks than are kept can do without: none of them is a letter."""

_CONJOINED = re.compile(f"[{_CONJOINING}]")

_SHOWN: dict[int, str | None] = {code: chr(0x2400 + code) for code in range(0x20) if code != 0x0A}
_SHOWN |= {0x09: "    ", 0x7F: "\u2421", 0xAD: None}
_SHOWN |= dict.fromkeys(range(0x80, 0xA0), "\ufffd")
_SHOWN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
)
_SHOWN |= dict.fromkeys(_NONCHARACTERS, "\ufffd")
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (
    0x180E,
    0x200B,
    *range(0x2060, 0x2066),
    *range(0x206A, 0x2070),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
)
_PRESENTATION = (0xFE0E, 0xFE0F)
"""Selectors that make a sign an emoji or a letter: terminals disagree on how wide it is then."""
_SHOWN |= dict.fromkeys((*_INVISIBLE, *_PRESENTATION), None)
_SHOWN |= {code: f"<U+{code:04X}>" for code in _BIDI}

_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")
"""Letters that look like nothing: dropped from names, which they would make look alike."""

_BRACKETS = dict.fromkeys((0x2039, 0x2329, 0x276E, 0x27E8, 0x3008), "<")
_BRACKETS |= dict.fromkeys((0x203A, 0x232A, 0x276F, 0x27E9, 0x3009), ">")
"""What an id beside a name stands in (`likeness.told_apart`), and what could be taken for it."""

_MARKS = ("Mn", "Me")
_PILED = (*_MARKS, "Mc")

_PICTURES = re.compile(
    "[\u2190-\u21ff\u2600-\u2767\u2794-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)
"""Signs that emoji are joined from."""


def clean(text: str, *, one_line: bool = False, limit: int = MAX_BODY_SHOWN) -> SafeText:
    """The text as it may be shown: no control, bidi or invisible characters, `limit` at most.

    Control characters become their pictures, bidi controls a visible `<U+202E>`, tabs four spaces,
    every kind of line end a newline (a space where `one_line`); letters and their marks become one
    (NFC), so that what looks the same is found. Cleaning twice changes nothing.
    """
    shown = text[: limit + 1]
    if _SUSPECT.search(shown):
        shown = _LINE_ENDS.sub("\n", shown).translate(_SHOWN)
        shown = unicodedata.normalize("NFC", shown)
        shown = _JOINERS.sub(_joined, shown)
        if _PILE.search(shown):
            shown = _few_marks(shown)
    if one_line and "\n" in shown:
        shown = shown.replace("\n", " ")
    if len(shown) > limit or len(text) > limit + 1:
        shown = _cut(shown, len(text), limit)
    return SafeText(shown)


def name(text: str) -> SafeText:
    """A name, title or id as it may be shown: one short line, composed, never empty."""
    if len(text) <= MAX_NAME_SHOWN and text.isascii() and text.isprintable():
        return SafeText(text.strip() or "?")
    short = clean(_BLANK.sub("", text[:_SHORT]), one_line=True, limit=_SHORT - 1)
    shown = short.translate(_BRACKETS).strip(_EDGES)
    while shown and unicodedata.category(shown[0]) in _MARKS:
        shown = shown[1:].lstrip(_EDGES)
    return SafeText(_fitted(shown) or "?")


def _fitted(text: str) -> str:
    """As much of a text as a name may take on the screen."""
    widths = list(accumulate(map(_cells, text), initial=0))
    if widths[-1] <= MAX_NAME_SHOWN:
        return text
    kept = sum(width < MAX_NAME_SHOWN for width in widths[1:])
    return f"{text[:kept].rstrip(_EDGES)}…"


def _cells(character: str) -> int:
    if character in _ZERO_WIDTH or unicodedata.category(character) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _joined(joiners: re.Match[str]) -> str:
    """One joiner where it has something to join, else nothing.

    Where counted, U+200D takes the cell of what follows; so it stays only where it is drawn like
    that, between emoji of two cells. U+200C takes nothing, and Persian cannot do without it.
    """
    text, begin, end = joiners.string, joiners.start(), joiners.end()
    before = _PICTURES.match(text, max(begin - 1, 0), begin)
    if "\u200d" not in joiners[0] or before is None or _PICTURES.match(text, end) is None:
        return "\u200c" if "\u200c" in joiners[0] else ""
    return "\u200d" if unicodedata.east_asian_width(before[0]) == "W" else ""


def _cut(shown: str, length: int, limit: int) -> str:
    if limit < _SHORT:
        return shown[: limit - 1].rstrip("\u200d") + "…"
    kept = shown[: limit - 40].rstrip("\u200d")
    return f"{kept}… {max(length - len(kept), 1):,} more hidden"


def _few_marks(text: str) -> str:
    """No more than a few marks on one base; a joiner between them is no new base."""
    kept: list[str] = []
    marks = 0
    for character in text:
        if unicodedata.category(character) in _PILED or _CONJOINED.match(character):
            marks += 1
            if marks > MAX_MARKS:
                continue
        elif character not in _ZERO_WIDTH:
            marks = 0
        kept.append(character)
    return "".join(kept)
