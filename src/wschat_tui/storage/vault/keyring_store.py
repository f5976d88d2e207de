"""The system keyring as a store of token pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.keyring_probe import explain, late
from wschat_tui.storage.vault.keyring_slots import Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

    from wschat_tui.protocol.tokens import Tokens
    from wschat_tui.storage.worker import Late

_Result = TypeVar("_Result")

_FORGOT = Trouble(
    "The system keyring did not give back what it was given.",
    "Run `wschat doctor` to see which keyring it is.",
)
_HELD_ON = Trouble("The system keyring did not let go of the token.", "Remove it there by hand.")


@dataclass(frozen=True, slots=True)
class KeyringStore:
    """A `Store` over one judged backend; `title` is the backend's everyday name."""

    ring: KeyringBackend
    title: str

    @property
    def where(self) -> str:
        """A phrase for the status bar."""
        return f"in the system keyring ({self.title})"

    def late(self, answer: Late) -> Trouble:
        """What to say of a call that did not return."""
        return _trouble(*late(answer))

    def read(self, origin: str, account: str) -> Tokens | Trouble | None:
        """The pair, None when there is none."""
        return _guarded(partial(_read, Slot(self.ring, origin, account)))

    def write(self, origin: str, account: str, tokens: Tokens) -> Trouble | None:
        """Keep a pair, and read it back."""
        slot = Slot(self.ring, origin, account)
        return _unless(_guarded(partial(slot.write, tokens)), _FORGOT)

    def swap(self, origin: str, account: str, new: Tokens) -> Trouble | None:
        """Replace a pair, and read it back."""
        slot = Slot(self.ring, origin, account)
        return _unless(_guarded(partial(slot.swap, new)), _FORGOT)

    def erase(self, origin: str, account: str) -> Trouble | None:
        """Remove a pair."""
        return _unless(_guarded(Slot(self.ring, origin, account).erase), _HELD_ON)


def _read(slot: Slot) -> Tokens | Trouble | None:
    tokens = slot.read()
    if tokens is None and slot.is_foreign():
        what = f"The keyring entry of {slot.account} holds something that wschat did not write."
        return Trouble(what, "Log in again to replace it.")
    return tokens


def _unless(done: bool | Trouble, otherwise: Trouble) -> Trouble | None:
    if isinstance(done, Trouble):
        return done
    return None if done else otherwise


def _guarded(work: Callable[[], _Result]) -> _Result | Trouble:
    try:
        return work()
    except Exception as error:  # noqa: BLE001  a backend is a stranger's code and fails in its own way
        return _trouble(*explain(error))


def _trouble(reason: str, mend: str) -> Trouble:
    return Trouble(f"The system keyring was of no use: {reason}.", mend)
