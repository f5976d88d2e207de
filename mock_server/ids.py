"""Names for new things: unguessable and sortable by default, repeatable under a seed."""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol


class Ids(Protocol):
    """Where ids and tokens come from."""

    def new(self, kind: str, owner: str, at: int) -> str:
        """An id for a `kind` of thing that `owner` makes `at` this instant (ms since the epoch)."""

    def secret(self, owner: str) -> str:
        """A token to keep secret."""


class RandomIds:
    """Ids that sort by time and cannot be guessed."""

    def new(self, kind: str, owner: str, at: int) -> str:  # noqa: ARG002  Part of the protocol.
        return f"{kind}_{at:012x}{secrets.token_hex(8)}"

    def secret(self, owner: str) -> str:  # noqa: ARG002  Part of the protocol.
        return secrets.token_urlsafe(32)


@dataclass(slots=True)
class SeededIds:
    """The n-th thing of an owner has the same id in every run, whatever others do between."""

    seed: int
    after: int = 0
    """How much a database held at the start: a later run on it makes other ids."""
    _made: Counter[tuple[str, str]] = field(default_factory=Counter)

    def new(self, kind: str, owner: str, at: int) -> str:  # noqa: ARG002  Part of the protocol.
        return f"{kind}_{self._next(kind, owner)[:16]}"

    def secret(self, owner: str) -> str:
        return self._next("token", owner)

    def _next(self, kind: str, owner: str) -> str:
        self._made[kind, owner] += 1
        named = f"{self.seed}\n{self.after}\n{kind}\n{owner}\n{self._made[kind, owner]}"
        return blake2b(named.encode(), digest_size=24).hexdigest()
