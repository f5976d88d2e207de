"""A stranger's words made harmless: what a terminal would obey is shown instead (rule R1)."""

import re
import unicodedata
from typing import NewType

SafeText = NewType("SafeText", str)
"""Text that `clean` made. Widgets show nothing else of what came over the wire."""

MAX_BODY_SHOWN = 16 * 1024
"""Characters of a message body that are shown."""

MAX_NAME_SHOWN = 64
"""Characters of a name or a title that are shown."""

MAX_MARKS = 8
"""Combining marks kept on one base character."""

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_JOINERS = re.compile("([\u200c\u200d])[\u200c\u200d]+")
_SUSPECT = re.compile("[^\n\x20-\x7e\xa0-\xac\xae-\u02ff]")
_MARK_FLOOR = "\u0300"

_SHOWN: dict[int, str | None] = {code: chr(0x2400 + code) for code in range(0x20) if code != 0x0A}
_SHOWN |= {0x09: "    ", 0x7F: "\u2421", 0xAD: None, 0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
_SHOWN |= dict.fromkeys(range(0x80, 0xA0), "\ufffd")
_SHOWN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SHOWN |= {code: f"<U+{code:04X}>" for code in _BIDI}
_INVISIBLE = (
    0x200B,
    *range(0x2060, 0x2065),
    *range(0x206A, 0x2070),
    0xFEFF,
    *range(0xE0000, 0xE0080),
)
_SHOWN |= dict.fromkeys(_INVISIBLE, None)


def clean(text: str, *, one_line: bool = False, limit: int = MAX_BODY_SHOWN) -> SafeText:
    """The text as it may be shown: no control, bidi or invisible characters, `limit` at most.

    Control characters become their pictures, bidi controls a visible `<U+202E>`, tabs four spaces,
    every kind of line end a newline (a space where `one_line`). Cleaning twice changes nothing.
    """
    shown = text[: limit + 1]
    if _SUSPECT.search(shown):
        shown = _LINE_ENDS.sub("\n", shown).translate(_SHOWN)
        shown = _JOINERS.sub(r"\1", shown)
        if max(shown, default="") >= _MARK_FLOOR:
            shown = _few_marks(shown)
    if one_line and "\n" in shown:
        shown = shown.replace("\n", " ")
    if len(shown) > limit or len(text) > limit + 1:
        shown = _cut(shown, len(text), limit)
    return SafeText(shown)


def name(text: str) -> SafeText:
    """A name, title or id as it may be shown: composed (NFC), one short line, never empty."""
    shown = clean(unicodedata.normalize("NFC", text), one_line=True, limit=MAX_NAME_SHOWN).strip()
    return SafeText(shown or "?")


def _cut(shown: str, length: int, limit: int) -> str:
    if limit < MAX_NAME_SHOWN * 2:
        return shown[: limit - 1] + "…"
    kept = shown[: limit - 40]
    return f"{kept}… {max(length - len(kept), 1):,} more hidden"


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        if character >= _MARK_FLOOR and unicodedata.category(character) in {"Mn", "Me"}:
            marks += 1
            if marks > MAX_MARKS:
                continue
        else:
            marks = 0
        kept.append(character)
    return "".join(kept)
