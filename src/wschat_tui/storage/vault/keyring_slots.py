"""How a pair of tokens lies in the keyring: one entry, and a second one while it is being replaced.

All functions block and raise whatever the backend raises.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.storage.vault.tokens import pack, unpack

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from wschat_tui.protocol.tokens import Tokens

# Profile names have no "#", so no account ends like this.
_NEXT = "#next"
# A Secret Service may hold several items of one name; it deletes one at a time.
_MOST_COPIES = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one account at one origin."""

    ring: KeyringBackend
    origin: str
    account: str

    def read(self) -> Tokens | None:
        """The newest whole pair; None when there is none.

        A second entry means that a swap was cut short after the new pair was safe. That pair
        counts, as the server may already have ended the old one, and the swap is finished here.
        """
        waiting = self._get(_NEXT)
        if waiting is None:
            return self._get("")
        # The pair is at hand; a keyring that turns read-only now does not make it less good.
        with contextlib.suppress(Exception):
            self._settle(waiting)
        return waiting

    def is_foreign(self) -> bool:
        """Whether the entry holds something that is no pair of ours."""
        text = self.ring.get_password(self._service, self.account)
        return text is not None and unpack(text, self.origin, self.account) is None

    def write(self, tokens: Tokens) -> bool:
        """Store a pair from a login; False when it does not read back as it was given."""
        return self._remove(_NEXT) and self._set("", tokens)

    def swap(self, new: Tokens) -> bool:
        """Replace the pair so that at each moment a whole pair can be read."""
        return self._set(_NEXT, new) and self._settle(new)

    def erase(self) -> bool:
        """Remove every entry; False when one is still there."""
        return all([self._remove(_NEXT), self._remove("")])

    def _settle(self, new: Tokens) -> bool:
        return self._set("", new) and self._remove(_NEXT)

    @property
    def _service(self) -> str:
        return f"wschat-tui:{self.origin}"

    def _get(self, suffix: str) -> Tokens | None:
        text = self.ring.get_password(self._service, self.account + suffix)
        return None if text is None else unpack(text, self.origin, self.account)

    def _set(self, suffix: str, tokens: Tokens) -> bool:
        text = pack(tokens, self.origin, self.account)
        user = self.account + suffix
        self.ring.set_password(self._service, user, text)
        return self.ring.get_password(self._service, user) == text

    def _remove(self, suffix: str) -> bool:
        user = self.account + suffix
        for _ in range(_MOST_COPIES):
            if self.ring.get_password(self._service, user) is None:
                return True
            self.ring.delete_password(self._service, user)
        return self.ring.get_password(self._service, user) is None
