"""The second wall: no control byte that a widget draws reaches the terminal (SECURITY.md, R3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad"
    "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What `state.text.clean` takes out or replaces; where it was forgotten, it is deleted here."""


class Wall(LineFilter):
    """Deletes forbidden characters from every segment of every line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The segments as they may be written; the same list where all of them may."""
        if not any(map(_suspect, segments)):
            return segments
        return [Segment(FORBIDDEN.sub("", text), style) for text, style, _ in segments]


def _suspect(segment: Segment) -> bool:
    text = segment.text
    return FORBIDDEN.search(text) is not None
