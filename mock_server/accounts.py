"""Passwords and tokens. Access tokens expire, refresh tokens are traded once; hashes are kept."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Literal

from mock_server.ids import Ids
from mock_server.records import Change, Token, User

ACCESS_TTL = 900.0
"""Seconds that an access token holds."""

REFRESH_TTL = 7 * 24 * 3600.0
"""Seconds that a refresh token holds."""

DEV_PREFIX = "dev:"


@dataclass(frozen=True, slots=True)
class Pair:
    """What a login or a refresh gives."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """Seconds until the access token expires."""

    def to_wire(self) -> dict[str, Any]:
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "expires_in": self.expires_in,
        }


@dataclass
class Accounts:
    """Who a token stands for."""

    users: dict[str, User]
    changes: list[Change]
    """Where new and spent tokens are noted for the store."""
    access_ttl: float = ACCESS_TTL
    dev_tokens: bool = True
    """`dev:<name>` stands for that user: only where nobody but this machine can connect."""
    tokens: dict[str, Token] = field(default_factory=dict)
    """By hash."""

    def by_password(self, email: str, password: str) -> User | None:
        """The user whose address and password these are. A password is the user's id."""
        user = self.users.get(email.strip().lower().removesuffix("@example.test"))
        if user is None or user.email != email.strip().lower():
            return None
        return user if compare_digest(password.encode(), user.id.encode()) else None

    def by_access(self, token: str, now: int) -> User | None:
        """The user that an access token stands for, unless it has expired."""
        if self.dev_tokens and token.startswith(DEV_PREFIX):
            return self.users.get(token.removeprefix(DEV_PREFIX))
        found = self._valid(token, "access", now)
        return self.users.get(found.user_id) if found else None

    def grant(self, user: User, now: int, ids: Ids) -> Pair:
        """New tokens for a user."""
        self._forget_expired(now)
        pair = Pair(ids.secret(user.id), ids.secret(user.id), max(1, round(self.access_ttl)))
        lives = (now + round(self.access_ttl * 1000), now + round(REFRESH_TTL * 1000))
        self._note(Token(_digest(pair.access_token), user.id, "access", lives[0]))
        self._note(Token(_digest(pair.refresh_token), user.id, "refresh", lives[1]))
        return pair

    def rotate(
        self, refresh_token: str, now: int, ids: Ids, owner: str | None = None
    ) -> tuple[User, Pair] | None:
        """Trade a refresh token for new ones; None where it is wrong, spent or not `owner`'s."""
        found = self._valid(refresh_token, "refresh", now)
        user = self.users.get(found.user_id) if found else None
        if found is None or user is None or (owner is not None and user.id != owner):
            return None
        self._spend(found)
        return user, self.grant(user, now, ids)

    def _valid(self, token: str, kind: Literal["access", "refresh"], now: int) -> Token | None:
        found = self.tokens.get(_digest(token))
        return found if found and found.kind == kind and now < found.expires_at else None

    def _note(self, token: Token) -> None:
        self.tokens[token.digest] = token
        self.changes.append(token)

    def _spend(self, token: Token) -> None:
        del self.tokens[token.digest]
        self.changes.append(replace(token, there=False))

    def _forget_expired(self, now: int) -> None:
        for token in [token for token in self.tokens.values() if token.expires_at <= now]:
            self._spend(token)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
