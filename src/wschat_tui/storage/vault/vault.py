"""Where tokens live: one order of places, and never plain text on disk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.env import TOKEN, TOKEN_FILE, EnvVault, token_given
from wschat_tui.storage.vault.file_store import open_store
from wschat_tui.storage.vault.keyring_probe import SECONDS, find_keyring, late
from wschat_tui.storage.vault.keyring_store import KeyringStore
from wschat_tui.storage.vault.memory import MemoryVault
from wschat_tui.storage.vault.stored import StoredVault
from wschat_tui.storage.worker import Late, Worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wschat_tui.protocol.tokens import Tokens
    from wschat_tui.storage.paths import Places

# auto: the keyring if there is one to trust, else memory. file: the encrypted file.
Choice = Literal["auto", "file", "memory"]


class Vault(Protocol):
    """Keeps one pair of tokens per account and origin, and gives it to that origin alone.

    `origin` may be any ws:// or wss:// address of the server. Troubles are values: the caller shows
    them and goes on; after a trouble in `put` or `swap` the new pair is still to be had from `get`.
    """

    @property
    def where(self) -> str:
        """A phrase for the status bar: `in the system keyring (Secret Service)`."""

    @property
    def trouble(self) -> Trouble | None:
        """Why no safer place is used; None when there is nothing to say."""

    async def get(self, origin: str, account: str) -> Tokens | Trouble | None:
        """The pair, None when there is none: time to log in."""

    async def holds(self, origin: str, account: str) -> bool:
        """Whether there is a pair, for lists; unlike `get` it uses nothing up."""

    async def put(self, origin: str, account: str, tokens: Tokens) -> Trouble | None:
        """Keep the pair of a login."""

    async def swap(self, origin: str, account: str, new: Tokens) -> Trouble | None:
        """Keep the pair of a refresh; the old one stays until the new one has been read back."""

    async def delete(self, origin: str, account: str) -> Trouble | None:
        """Forget the pair, as `logout` does."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A lasting place that could not be looked into; there may be tokens in it."""

    place: Literal["keyring", "file"]
    why: str
    """A sentence or two."""


def account_of(user: str, profile: str) -> str:
    """The name under which a pair is kept: `alice@work`."""
    return f"{user}@{profile}"


async def open_vault(
    places: Places,
    env: Mapping[str, str],
    choice: Choice = "auto",
    passphrase: str | None = None,
    seconds: float = SECONDS,
) -> Vault | Trouble:
    """The vault of this run: WSCHAT_TOKEN, WSCHAT_TOKEN_FILE, then what `choice` says.

    passphrase: for the file. seconds: how long any call may take before the vault does without it.
    """
    worker = Worker("wschat-vault", seconds)
    given = await worker.call(partial(token_given, env))
    if isinstance(given, Late):
        return Trouble(
            "The token file gave no answer in time.", "Check what WSCHAT_TOKEN_FILE names."
        )
    if given is not None:
        return given if isinstance(given, Trouble) else EnvVault(given)
    if choice == "memory":
        return MemoryVault()
    return await (_in_file(places, passphrase, worker) if choice == "file" else _in_keyring(worker))


async def open_others(
    places: Places,
    env: Mapping[str, str],
    choice: Choice = "auto",
    passphrase: str | None = None,
    seconds: float = SECONDS,
) -> list[Vault | Unseen]:
    """The lasting places that are not this run's vault: other runs may have put tokens there.

    A keyring that this run would use and cannot is one of them.
    """
    given = bool(env.get(TOKEN) or env.get(TOKEN_FILE))
    worker, others = Worker("wschat-other-vault", seconds), list[Vault | Unseen]()
    found = await worker.call(find_keyring)
    if isinstance(found, Late) or found.ring is None:
        why = late(found)[0] if isinstance(found, Late) else found.report.reason
        others.append(Unseen("keyring", f"The system keyring was not looked into: {why}."))
    elif choice != "auto" or given:
        others.append(StoredVault(KeyringStore(found.ring, found.report.title), worker))
    if (choice != "file" or given) and await asyncio.to_thread(places.token_file.exists):
        file = await _in_file(places, passphrase, worker)
        unseen = f"The encrypted token file {places.token_file} was not looked into."
        if isinstance(file, Trouble):
            others.append(Unseen("file", f"{unseen} {file.what}"))
        else:
            others.append(file)
    return others


async def _in_file(places: Places, passphrase: str | None, worker: Worker) -> Vault | Trouble:
    store = await worker.call(partial(open_store, places.token_file, passphrase))
    if isinstance(store, Late):
        return Trouble(
            "The token file could not be opened in time.", "Check that its disk is mounted."
        )
    return store if isinstance(store, Trouble) else StoredVault(store, worker)


async def _in_keyring(worker: Worker) -> Vault:
    found = await worker.call(find_keyring)
    if isinstance(found, Late):
        return _in_memory(*late(found))
    if found.ring is None:
        return _in_memory(found.report.reason, found.report.mend)
    return StoredVault(KeyringStore(found.ring, found.report.title), worker)


def _in_memory(reason: str, mend: str) -> Vault:
    what = f"Tokens are kept in memory only, as the keyring cannot be used: {reason}."
    return MemoryVault(Trouble(what, mend))
