"""Tokens that outlive the process, in a store that may fail, be locked or never answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.addresses import origin_of
from wschat_tui.storage.redact import hide
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.memory import MemoryVault
from wschat_tui.storage.vault.tokens import check_pair
from wschat_tui.storage.worker import Late, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")

_KEPT = "The new token is kept in memory only, until you quit."
_MAY_BE_THERE = "The token may still be there."


class Store(Protocol):
    """A lasting place for pairs; its functions block, never raise, and run in one thread at a time.

    write: keep the pair of a login. swap: replace a pair, which stays until the new one is safe.
    """

    @property
    def where(self) -> str:
        """A phrase for the status bar."""

    def late(self, answer: Late) -> Trouble:
        """What to say of a call that did not return."""

    def read(self, origin: str, account: str) -> Tokens | Trouble | None:
        """The pair, None when there is none."""

    def write(self, origin: str, account: str, tokens: Tokens) -> Trouble | None:
        """Keep a pair, and read it back."""

    def swap(self, origin: str, account: str, new: Tokens) -> Trouble | None:
        """Replace a pair, and read it back."""

    def erase(self, origin: str, account: str) -> Trouble | None:
        """Remove a pair."""


class StoredVault:
    """A vault over a `Store`, with memory behind it for what the store does not take."""

    trouble: Trouble | None = None

    def __init__(self, store: Store, worker: Worker) -> None:
        self._store = store
        self._worker = worker
        self._unsaved = MemoryVault()

    @property
    def where(self) -> str:
        """A phrase for the status bar: where the tokens really are."""
        return self._store.where if self._unsaved.is_empty else self._unsaved.where

    async def get(self, origin: str, account: str) -> Tokens | Trouble | None:
        """The pair of this account at this origin, and of no other."""
        unsaved = await self._unsaved.get(origin, account)
        if unsaved is not None:
            return unsaved
        found = await self._ask(partial(self._store.read, origin_of(origin), account))
        if isinstance(found, Tokens):
            hide(found.access, found.refresh)
        return found

    async def holds(self, origin: str, account: str) -> bool:
        """Whether there is a pair that can be read."""
        return isinstance(await self.get(origin, account), Tokens)

    async def put(self, origin: str, account: str, tokens: Tokens) -> Trouble | None:
        """Keep a pair from a login."""
        return await self._keep(self._store.write, origin, account, tokens)

    async def swap(self, origin: str, account: str, new: Tokens) -> Trouble | None:
        """Put the refreshed pair in the place of the old one, which stays until the new is safe."""
        return await self._keep(self._store.swap, origin, account, new)

    async def delete(self, origin: str, account: str) -> Trouble | None:
        """Remove the pair from the store and from memory."""
        await self._unsaved.delete(origin, account)
        trouble = await self._ask(partial(self._store.erase, origin_of(origin), account))
        return trouble and Trouble(f"{trouble.what} {_MAY_BE_THERE}", trouble.mend)

    async def _keep(
        self,
        keep: Callable[[str, str, Tokens], Trouble | None],
        origin: str,
        account: str,
        tokens: Tokens,
    ) -> Trouble | None:
        hide(tokens.access, tokens.refresh)
        refused = check_pair(tokens)
        if refused is not None:
            return refused
        trouble = await self._ask(partial(keep, origin_of(origin), account, tokens))
        if trouble is None:
            await self._unsaved.delete(origin, account)
            return None
        await self._unsaved.put(origin, account, tokens)
        return Trouble(f"{trouble.what} {_KEPT}", trouble.mend)

    async def _ask(self, work: Callable[[], _Result]) -> _Result | Trouble:
        answer = await self._worker.call(work)
        return self._store.late(answer) if isinstance(answer, Late) else answer
