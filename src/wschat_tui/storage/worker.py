"""Blocking calls that may never return, kept off the event loop and out of the way of exit."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Late:
    """A call had no result within `seconds`; it may still be running."""

    seconds: float


class Worker:
    """Runs one call at a time in a daemon thread, which the interpreter's exit does not wait for.

    An unlock dialog can hold a keyring call for ever. While such a call is held, further calls are
    answered `Late` at once, so that they neither queue behind it nor open a second dialog.
    """

    def __init__(self, name: str, seconds: float) -> None:
        self._name = name
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._held: threading.Thread | None = None

    async def call(self, work: Callable[[], _Result]) -> _Result | Late:
        """The result of `work()`, run in the thread; what it raises is raised here."""
        async with self._turn:
            if self._held is not None and self._held.is_alive():
                return Late(self._seconds)
            self._held = None
            return await self._run(work)

    async def _run(self, work: Callable[[], _Result]) -> _Result | Late:
        outcome: Future[_Result] = Future()
        # A future that runs cannot be cancelled from outside, so the thread may always settle it.
        outcome.set_running_or_notify_cancel()
        thread = threading.Thread(
            target=_settle, args=(outcome, work), name=self._name, daemon=True
        )
        answer = asyncio.wrap_future(outcome)
        thread.start()
        try:
            await asyncio.wait({answer}, timeout=self._seconds)
            return answer.result() if answer.done() else Late(self._seconds)
        finally:
            if not answer.done():
                self._held = thread
                answer.cancel()


def _settle(outcome: Future[_Result], work: Callable[[], _Result]) -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001  it is raised again where the call is awaited
        outcome.set_exception(error)
    else:
        outcome.set_result(result)
