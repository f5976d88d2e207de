"""Which names look alike: the skeleton of UTS #39, so that nobody passes for somebody else (R5)."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from rpds import HashTrieSet

from wschat_tui.state.text import SafeText, name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rpds import HashTrieMap

    Looks = HashTrieMap[str, HashTrieSet[str]]
    """Skeleton → the users whose name or id looks so."""

NOBODY: HashTrieSet[str] = HashTrieSet()

OPENS, CLOSES = "\u2039", "\u203a"
"""Around the id beside a name that somebody else's looks like; no name has these in it."""

_ASCII = MappingProxyType(
    {
        ord("0"): "O",
        ord("1"): "l",
        ord("I"): "l",
        ord("|"): "l",
        ord("m"): "rn",
        ord('"'): "''",
        ord("`"): "'",
        ord("%"): "\u00b0/\u2080",
    }
)
"""The part of the table that names in plain letters need: the whole of it is read when it must."""

_UNSEEN = MappingProxyType(dict.fromkeys(map(ord, "\u200c\u200d")))


@lru_cache(8192)
def skeleton(shown: str) -> str:
    """What a name looks like: names of one skeleton may be taken for each other.

    Upper and lower case count as alike, and so do single and several spaces.
    """
    if shown.isascii():
        drawn = shown.translate(_ASCII)
    else:
        bare = unicodedata.normalize("NFD", shown.translate(_UNSEEN))
        drawn = unicodedata.normalize("NFD", bare.translate(prototypes()))
    return " ".join(drawn.casefold().split())


@cache
def prototypes() -> Mapping[int, str]:
    """Character → what it looks like."""
    from wschat_tui.state.confusables import TABLE

    found: dict[int, str] = {}
    for entry in TABLE.split("|"):
        shape, _, ones = entry.partition(":")
        drawn = "".join(chr(int(code, 16)) for code in shape.split())
        found.update((int(code, 16), drawn) for code in ones.split())
    return MappingProxyType(found)


def meet(looks: Looks, user: str, called: str = "") -> Looks:
    """Remember how a user's id looks, and the name that the user goes by."""
    for shown in {name(user), called} - {""}:
        users = looks.get(skeleton(shown)) or NOBODY
        if user not in users:
            looks = looks.insert(skeleton(shown), users.insert(user))
    return looks


def part(looks: Looks, user: str, called: str) -> Looks:
    """A user goes by a name no longer."""
    key = skeleton(called)
    users = looks.get(key) or NOBODY
    if user not in users or key == skeleton(name(user)):
        return looks
    left = users.discard(user)
    return looks.insert(key, left) if left else looks.remove(key)


def told_apart(looks: Looks, user: str, called: SafeText) -> SafeText:
    """A name as it is shown: with the user's id where somebody else could be taken for them."""
    users = looks.get(skeleton(called))
    if users is None or not (users.discard(user) if user in users else users):
        return called
    return SafeText(f"{called} {OPENS}{_spelled(user, users)}{CLOSES}")


def _spelled(user: str, users: Iterable[str]) -> str:
    """An id of plain letters; where another of them looks the same, with its code points."""
    shown = name(user)
    twins = any(other != user and skeleton(name(other)) == skeleton(shown) for other in users)
    if not twins:
        return shown
    return "".join(one if _plain(one) else f"\\{ord(one):x}" for one in shown)


def _plain(character: str) -> bool:
    return character.isascii() and character not in "01I|m"
