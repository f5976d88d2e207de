"""The access token for each try, renewed in time, and exactly once where the server refuses it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, assert_never

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.tokens import claims, sendable, tokens_from
from wschat_tui.protocol.requests import AuthRefresh
from wschat_tui.protocol.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Post = Callable[[str], Awaitable[Tokens | Refused | Unreachable | Absent]]
    Ask = Callable[[AuthRefresh], Awaitable[Any]]

Renewal = Literal["renewed", "login", "later"]
"""renewed: try with the new token. login: only a login helps. later: nobody could be asked."""

REFRESH_AT = 0.8
"""The part of a token's life after which it is renewed."""

_SHORTEST = 1.0
_RETRIED = frozenset({408, 425, 429})


class TokenSupply:
    """Holds the pair of tokens of one account on one server.

    store: keeps a new pair; it is awaited before the old pair is dropped, and reports its own
    trouble. post: trades a refresh token where the socket cannot be opened; None where the server
    has no such request. wall: milliseconds since the Unix epoch. clock: monotonic seconds.
    """

    def __init__(
        self,
        tokens: Tokens | None,
        *,
        store: Callable[[Tokens], Awaitable[None]],
        post: Post | None,
        wall: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._post = post
        self._wall = wall
        self._clock = clock
        self._turn = asyncio.Lock()
        self._tokens: Tokens | None = None
        self._due: float | None = None
        self._ends: float | None = None
        self.adopt(tokens)

    @property
    def tokens(self) -> Tokens | None:
        """The pair in use."""
        return self._tokens

    @property
    def access(self) -> str | None:
        """The token for the `Authorization` header; None where there is none."""
        return self._tokens.access if self._tokens else None

    @property
    def sound(self) -> bool:
        """Whether the token, if any, may stand in a header."""
        return self._tokens is None or sendable(self._tokens.access)

    @property
    def ended(self) -> bool:
        """Whether the access token has outlived itself."""
        return self._ends is not None and self._clock() >= self._ends

    def adopt(self, tokens: Tokens | None) -> None:
        """Use this pair from now on, as after a login; it is not stored."""
        self._tokens = tokens
        self._due = self._ends = None
        if tokens is None or tokens.refresh is None:
            return
        end = tokens.expires_at or claims(tokens.access).expires_at
        if end is not None:
            now, life = self._clock(), (end - self._wall()) / 1000
            self._ends = now + life
            self._due = now + life * REFRESH_AT if life > 0 else now

    def due_in(self) -> float | None:
        """Seconds until the token wants renewing; None when it never does."""
        return None if self._due is None else max(0.0, self._due - self._clock())

    async def renew(self, rejected: str | None) -> Renewal:
        """Trade the refresh token over HTTP, since the server refused the token `rejected`."""
        async with self._turn:
            tokens = self._tokens
            if tokens is not None and tokens.access != rejected:
                return "renewed"
            if tokens is None or tokens.refresh is None or self._post is None:
                return "login"
            answer = await self._post(tokens.refresh)
            match answer:
                case Tokens():
                    await self._take(answer, tokens)
                    return "renewed"
                case Refused(status=status):
                    return "later" if status >= 500 or status in _RETRIED else "login"
                case Unreachable():
                    return "later"
                case Absent():
                    return "login"
                case _:
                    assert_never(answer)

    async def refresh(self, ask: Ask) -> bool:
        """Trade the refresh token by `ask`, over the open socket.

        `ask` gets the request and gives the data of its ack, or None where there was none. Whatever
        comes of it, the next refresh is due later than this one.
        """
        async with self._turn:
            tokens = self._tokens
            if tokens is None or tokens.refresh is None:
                self._due = None
                return False
            self._postpone()
            answer = tokens_from(await ask(AuthRefresh(refresh_token=tokens.refresh)), self._wall())
            if answer is not None:
                await self._take(answer, tokens)
            return answer is not None

    async def late(self, request: AuthRefresh, data: Any) -> None:
        """An ack came that `ask` no longer awaited: its pair counts unless there is a newer one."""
        async with self._turn:
            tokens = self._tokens
            answer = tokens_from(data, self._wall())
            if (
                answer is not None
                and tokens is not None
                and tokens.refresh == request.refresh_token
            ):
                await self._take(answer, tokens)

    async def _take(self, new: Tokens, old: Tokens) -> None:
        pair = replace(new, refresh=new.refresh or old.refresh)
        await self._store(pair)
        self.adopt(pair)
        if self._due is not None:
            self._due = max(self._due, self._clock() + _SHORTEST)

    def _postpone(self) -> None:
        """Try once more in the middle of what is left; after the end only a refusal says more."""
        now = self._clock()
        left = 0.0 if self._ends is None else self._ends - now
        self._due = now + left / 2 if left > 2 * _SHORTEST else None
