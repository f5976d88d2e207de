"""Tokens that live as long as the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.storage.addresses import origin_of
from wschat_tui.storage.redact import hide
from wschat_tui.storage.vault.tokens import check_pair

if TYPE_CHECKING:
    from wschat_tui.protocol.tokens import Tokens
    from wschat_tui.storage.trouble import Trouble

WHERE = "in memory only, until you quit"


class MemoryVault:
    """A vault that writes nothing.

    trouble: why no safer place is used, None when the user chose this one.
    """

    def __init__(self, trouble: Trouble | None = None) -> None:
        self.trouble = trouble
        self._kept: dict[tuple[str, str], Tokens] = {}

    @property
    def where(self) -> str:
        """A phrase for the status bar."""
        return WHERE

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return not self._kept

    async def get(self, origin: str, account: str) -> Tokens | Trouble | None:
        """The pair of this account at this origin, and of no other."""
        return self._kept.get((origin_of(origin), account))

    async def holds(self, origin: str, account: str) -> bool:
        """Whether there is a pair."""
        return (origin_of(origin), account) in self._kept

    async def put(self, origin: str, account: str, tokens: Tokens) -> Trouble | None:
        """Keep a pair from a login."""
        hide(tokens.access, tokens.refresh)
        trouble = check_pair(tokens)
        if trouble is None:
            self._kept[origin_of(origin), account] = tokens
        return trouble

    async def swap(self, origin: str, account: str, new: Tokens) -> Trouble | None:
        """Put the refreshed pair in the place of the old one."""
        return await self.put(origin, account, new)

    async def delete(self, origin: str, account: str) -> Trouble | None:
        """Forget the pair."""
        self._kept.pop((origin_of(origin), account), None)
        return None
