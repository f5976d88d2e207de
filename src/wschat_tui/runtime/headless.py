"""A session without a screen: fed by a program, waited on by conditions."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from wschat_tui.protocol.scopes import canonical, kind_of
from wschat_tui.runtime.wiring import open_session
from wschat_tui.state.effects import GiveBack, Notify

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from wschat_tui.media.setup import Setup
    from wschat_tui.protocol.codec import Received
    from wschat_tui.runtime.accounts import Account
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.session import Session
    from wschat_tui.state.model import State


class Headless:
    """A session, the words it had for the user, and a way to wait."""

    session: Session

    def __init__(self) -> None:
        self.words: list[str] = []
        """What went wrong, a sentence each; news of messages and calls is left out."""
        self.fault: BaseException | None = None
        self._moved = asyncio.Event()

    def attach(self, session: Session) -> None:
        """Watch this session."""
        self.session = session
        session.listen(self._moved.set)
        session.on_word(self._hear)

    @property
    def state(self) -> State:
        """The newest state."""
        return self.session.state

    async def until(self, true: Callable[[State], bool]) -> State:
        """Wait until the state is so; a fault of ours in a task is raised here."""
        while not true(self.state):
            await self._moved.wait()
            self._moved.clear()
            if self.fault is not None:
                raise self.fault
        return self.state

    def wake(self) -> None:
        """Look again at what is waited for, as after a signal."""
        self._moved.set()

    def fail(self, fault: BaseException) -> None:
        """A task of ours failed: whoever waits hears of it."""
        self.fault = fault
        self._moved.set()

    def _hear(self, word: Notify | GiveBack) -> None:
        if isinstance(word, Notify) and not word.bell:
            self.words.append(word.text)
            self._moved.set()


@asynccontextmanager
async def headless(
    account: Account,
    clock: Clock,
    tap: Callable[[tuple[Received, ...]], None] | None = None,
    setup: Setup | None = None,
) -> AsyncIterator[Headless]:
    """A connecting session that asks for no rooms over HTTP; closed with 1000 at the end.

    setup: how calls are made; without one none are.
    """
    client = Headless()
    session = open_session(account, clock, client.fail, beside=False, tap=tap, setup=setup)
    client.attach(session)
    try:
        yield client
    finally:
        await client.session.close()


def settled(state: State) -> bool:
    """Online, or given up: waiting any longer changes nothing."""
    return state.link.phase in {"online", "stopped", "login"}


def joined(state: State, scopes: tuple[str, ...]) -> bool:
    """The server has answered every join of these rooms, or given one up."""
    asked = {one.scope for one in state.operations.values() if one.verb == "join"}
    return state.link.phase == "online" and not asked.intersection(scopes)


def refusal(state: State, scope: str) -> bool:
    """The server did not let this user into a room."""
    room = state.rooms.get(scope)
    needs_room = kind_of(scope) not in {"host", "tenant", "direct"}
    return needs_room and (room is None or not room.joined)


def scope_of(state: State, text: str) -> str:
    """What a person typed as a scope, in its one spelling."""
    return canonical(text, state.me)
