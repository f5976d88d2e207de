"""Emoji by their short names: finding, completing, and showing them in two cells at most."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from wschat_tui.state.text import SafeText, clean
from wschat_tui.ui.emoji_table import TABLE
from wschat_tui.ui.fuzzy import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FREQUENT = tuple("👍🎉😂🙏🚀👀🔥✅💯👏🤔👋😄😢😮🙌💪👌👎❌")
"""What people react with most: what a picker shows before anything is typed."""

_CODE = re.compile(r"(?s:```.*?(?:```|\Z))|`[^`\n]*`|(?<![\w/]):([a-z0-9_+-]{1,40}):(?!\w)")
"""A short name, or code, which is left as it is; `10:30:00` and addresses have no short names."""

_WIDTH_CHANGERS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_RECENT_BONUS = 100
_SCATTERED = 200
"""Letters that merely occur in sequence score up to this: the last resort."""


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji and the names it is found by."""

    text: str
    names: tuple[str, ...]
    """The short name that is shown, its other names, then words that only find it."""

    @property
    def code(self) -> str:
        """How it is typed: `:tada:`."""
        return f":{self.names[0]}:"


@cache
def every() -> tuple[Emoji, ...]:
    """The whole table, in its own order: faces, hands, hearts, nature, food, things, signs."""
    entries = (entry.split() for entry in TABLE.replace("\n", "|").strip("|").split("|"))
    return tuple(Emoji(text, tuple(names)) for text, *names in entries)


@cache
def _by_name() -> dict[str, Emoji]:
    """Name → emoji. Where two share a name, the first in the table has it."""
    names: dict[str, Emoji] = {}
    for rank in range(max(len(one.names) for one in every())):
        for one in every():
            if rank < len(one.names):
                names.setdefault(one.names[rank], one)
    return names


@cache
def _by_text() -> dict[str, Emoji]:
    return {_plain(one.text): one for one in every()}


def _plain(text: str) -> str:
    return _WIDTH_CHANGERS.sub("", text) or text


def named(name: str) -> str | None:
    """The emoji of a short name, with or without its colons."""
    found = _by_name().get(name.strip(":").lower())
    return found.text if found else None


def code_of(text: str) -> str:
    """The short name of an emoji, with colons, whatever its skin tone; empty where it has none."""
    found = _by_text().get(_plain(text))
    return found.code if found else ""


def expand(text: str) -> str:
    """The text with every `:name:` outside code replaced by its emoji; others stay as typed."""
    return _CODE.sub(lambda match: named(match[1] or "") or match[0], text)


def find(query: str, limit: int = 60, recent: Sequence[str] = ()) -> list[Emoji]:
    """The emoji that fit a few letters, best first; those in `recent` come before equals."""
    wanted = query.strip().strip(":")
    if not wanted:
        return _known(recent, limit)
    used = {_plain(text): index for index, text in enumerate(recent)}
    hits: list[tuple[int, int, Emoji]] = []
    for order, one in enumerate(every()):
        score = _score(wanted, one)
        if score:
            at = used.get(_plain(one.text))
            hits.append((score + (_RECENT_BONUS - at if at is not None else 0), -order, one))
    good = [hit for hit in hits if hit[0] > _SCATTERED] or hits
    good.sort(key=lambda hit: hit[:2], reverse=True)
    return [one for _, _, one in good[:limit]]


def _score(wanted: str, one: Emoji) -> int:
    """The best of its names; later names, which only find it, count less."""
    if _plain(wanted) == _plain(one.text):
        return 2000
    fits = ((fit(wanted, name), rank) for rank, name in enumerate(one.names))
    return max((found.score - rank * 20 for found, rank in fits if found), default=0)


def _known(recent: Sequence[str], limit: int) -> list[Emoji]:
    texts = unique((*recent, *FREQUENT))
    return [_by_text()[plain] for plain in map(_plain, texts) if plain in _by_text()][:limit]


def unique(texts: Iterable[str]) -> list[str]:
    """Each text once, at its first place; skin tones and presentation make no difference."""
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(_plain(text), text)
    return list(kept.values())


def shown(reaction: str, cells: int = 12) -> SafeText:
    """A reaction as it may be shown: cleaned, one line, at most `cells` wide.

    Variation selectors and skin tones are left out of emoji: terminals disagree on their width.
    """
    text = clean(_plain(reaction), one_line=True, limit=64).strip() or "?"
    if cell_len(text) <= cells:
        return SafeText(text)
    while text and cell_len(text) > cells - 1:
        text = text[:-1]
    return SafeText(text.rstrip("\u200d") + "…")
