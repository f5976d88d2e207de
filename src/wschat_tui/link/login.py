"""Getting tokens beside the socket: with a password, or for a refresh token (spec section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.exchange import Done, unread
from wschat_tui.link.replies import LoggedIn, logged_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.link.exchange import Exchange
    from wschat_tui.protocol.tokens import Tokens


class Login:
    """The two requests that need no access token. wall: milliseconds of Unix time."""

    def __init__(self, exchange: Exchange, wall: Callable[[], int]) -> None:
        self._exchange = exchange
        self._wall = wall

    async def login(
        self, email: str, password: str, code: str | None = None
    ) -> LoggedIn | Refused | Unreachable | Absent:
        """Trade a password, and a second factor where there is one, for a pair of tokens."""
        asked = {"email": email, "password": password} | ({"code": code} if code else {})
        return await self._granted("/v1/auth/login", asked)

    async def refresh(self, token: str) -> Tokens | Refused | Unreachable | Absent:
        """Trade a refresh token for a new pair, where the socket cannot be opened."""
        answer = await self._granted("/v1/auth/refresh", {"refresh_token": token})
        return answer.tokens if isinstance(answer, LoggedIn) else answer

    async def _granted(
        self, path: str, asked: dict[str, str]
    ) -> LoggedIn | Refused | Unreachable | Absent:
        outcome = await self._exchange.ask("POST", path, document=asked)
        if not isinstance(outcome, Done):
            return outcome
        return logged_in(outcome.document, self._wall()) or Unreachable(unread("The server"))
