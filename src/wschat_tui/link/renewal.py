"""Renewing the token over the open socket, in time (spec section 3, `auth.refresh`)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from wschat_tui.protocol.events import Ack

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.protocol.codec import Received
    from wschat_tui.protocol.requests import AuthRefresh


class Renewal:
    """Asks when the token is due, and keeps what is answered from everybody else.

    push: queues the request and gives its op_id. patience: seconds that the ack is awaited.
    """

    def __init__(
        self, supply: TokenSupply, push: Callable[[AuthRefresh], str], patience: float
    ) -> None:
        self._supply = supply
        self._push = push
        self._patience = patience
        self._asked: dict[str, tuple[AuthRefresh, asyncio.Future[Any]]] = {}
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Renew when it is time, until `end`. Not to be cancelled: a new pair is stored first."""
        while (wait := self._supply.due_in()) is not None and not self._over.is_set():
            if wait == 0.0:
                await self._supply.refresh(self._ask)
            else:
                await within(wait, self._over)

    def end(self) -> None:
        """The socket is closed: nothing more is answered."""
        self._over.set()
        for _request, answer in self._asked.values():
            if not answer.done():
                answer.set_result(None)

    def is_answered_by(self, received: Received) -> bool:
        """Whether this answers a renewal, and so holds tokens."""
        return received.op_id in self._asked

    async def take(self, received: Received) -> None:
        """Give an answer to who awaits it, or, where it came too late, straight to the supply."""
        request, answer = self._asked[received.op_id or ""]
        data = received.payload.data if isinstance(received.payload, Ack) else None
        if answer.done():
            await self._supply.late(request, data)
        else:
            answer.set_result(data)

    async def _ask(self, request: AuthRefresh) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[self._push(request)] = (request, answer)
        try:
            async with asyncio.timeout(self._patience):
                return await answer
        except TimeoutError:
            return None


async def within(seconds: float | None, event: asyncio.Event) -> None:
    """Wait for the event, but not longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
