"""The telephones of those who are played: who calls whom, and not too many at once."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from mock_server.call_line import Line, Order, Presence, Signal
from wschat_tui.protocol.events import IncomingAnswer, IncomingEnd, IncomingIce, IncomingOffer
from wschat_tui.protocol.requests import CallEnd, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mock_server.scenario import Telephone

Heard = IncomingOffer | IncomingAnswer | IncomingIce | IncomingEnd


class Telephones:
    """All of them. Each call is a task of its own that ends with the call."""

    def __init__(
        self,
        telephones: Iterable[Telephone],
        ask: Callable[[str, Request], None],
        *,
        loopback: bool,
    ) -> None:
        self._telephones: Mapping[str, Telephone] = {each.who: each for each in telephones}
        self._ask = ask
        self._loopback = loopback
        self._lines: dict[tuple[str, str], Line] = {}
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    def hear(self, who: str, event: Heard) -> bool:
        """One who is played was told of a call; whether it is a new one that rings now."""
        user, line = event.from_user, self._lines.get((who, event.from_user))
        if line is not None:
            line.take(event)
        elif isinstance(event, IncomingOffer) and who in self._telephones:
            return self._begin(who, user, event)
        return False

    def order(self, who: str, user: str, order: Order) -> None:
        """The scenario has somebody call, or do something within a call."""
        line = self._lines.get((who, user))
        if line is not None:
            line.take(order)
        elif order.what == "call" and who in self._telephones:
            self._begin(who, user, order)

    def seen(self, user: str, *, there: bool) -> None:
        """A user connected to the server, or closed their last connection."""
        for (_, other), line in self._lines.items():
            if other == user:
                line.take(Presence(there))

    async def close(self) -> None:
        """End all calls, as when the server ends."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    def _begin(self, who: str, user: str, first: Signal) -> bool:
        telephone = self._telephones[who]
        if sum(owner == who for owner, _ in self._lines) >= telephone.lines:
            if isinstance(first, IncomingOffer):
                self._ask(who, CallEnd(target_id=user, reason="busy"))
            return False
        line = Line(telephone, user, partial(self._ask, who), loopback=self._loopback)
        line.take(first)
        name = f"call of {who} and {user}"
        task = asyncio.get_running_loop().create_task(line.run(), name=name)
        self._lines[who, user], self._tasks[who, user] = line, task
        task.add_done_callback(partial(self._ended, (who, user)))
        return True

    def _ended(self, pair: tuple[str, str], task: asyncio.Task[None]) -> None:
        del self._lines[pair], self._tasks[pair]
        if not task.cancelled() and task.exception() is not None:
            facts = {"message": "A call of the bots broke.", "exception": task.exception()}
            task.get_loop().call_exception_handler({**facts, "task": task})
