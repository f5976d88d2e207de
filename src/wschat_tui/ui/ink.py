"""The styles of the timeline, looked up by name and put together once each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable

AUTHORS = 8

COMPONENTS = (
    *(
        "time",
        "meta",
        "pending",
        "quote",
        "code",
        "code-block",
        "link",
        "mention",
        "mention-me",
        "spoiler",
    ),
    *("keyword", "string", "number", "comment", "callable"),
    *("reaction", "reaction-mine", "thread", "thread-new", "read", "unconfirmed", "failed"),
    *("rule", "rule-new", "event", "event-call", "gap", "cursor", "cursor-bar", "name-mine"),
    *(f"author-{number}" for number in range(AUTHORS)),
)
"""Each is a component class `timeline--` and its name, for style sheets."""

_ALIKE = {
    "queued": "meta",
    "sending": "meta",
    "sent": "meta",
    "empty": "meta",
    "deleted": "pending",
    "redacted": "pending",
    "rule-top": "meta",
    "file": "link",
    "event-joined": "event",
    "event-left": "event",
    "event-gap": "gap",
}
_FIXED = {
    "": Style.null(),
    "bold": Style(bold=True),
    "italic": Style(italic=True),
    "strike": Style(strike=True),
}
_MIXES = 2_000


@lru_cache(4096)
def author_style(author: str) -> str:
    """The style of an author's name: the same for the same author, in every run."""
    return f"author-{crc32(f'author:{author}'.encode('utf-8', 'surrogatepass')) % AUTHORS}"


class Ink:
    """Rich styles for combinations of names, over the background of the widget.

    `component` answers the style of a component class by its name without `timeline--`.
    """

    def __init__(self, base: Style, component: Callable[[str], Style]) -> None:
        self.base = base
        self._component = component
        self._named = dict(_FIXED)
        self._mixed: dict[tuple[tuple[str, ...], str], Style] = {}

    def style(self, *names: str, link: str = "") -> Style:
        """The base with each name's style over it; `link` becomes an OSC 8 link."""
        style = self._mixed.get((names, link))
        if style is None:
            style = self.base
            for name in names:
                style += self.named(name)
            if link:
                style += Style(link=link)
            if len(self._mixed) > _MIXES:
                self._mixed.clear()
            self._mixed[names, link] = style
        return style

    def named(self, name: str) -> Style:
        """The style of one name, over nothing."""
        style = self._named.get(name)
        if style is None:
            style = self._named[name] = self._component(_ALIKE.get(name, name))
        return style
