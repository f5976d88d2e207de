"""Settings that change in the middle of something: written behind it, the newest value of each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wschat_tui.runtime.services import Outcome
    from wschat_tui.runtime.tasks import Tasks
    from wschat_tui.storage.settings.write import Value

    Write = Callable[[str, Value], Awaitable[Outcome]]


class Keeper:
    """Writes one setting at a time; what changes meanwhile is written once, as it is then."""

    def __init__(self, write: Write, told: Callable[[str], None], tasks: Tasks) -> None:
        """told: hears why a setting could not be kept."""
        self._write = write
        self._told = told
        self._tasks = tasks
        self._wanted: dict[str, Value] = {}
        self._writing: asyncio.Task[None] | None = None

    def keep(self, key: str, value: Value) -> None:
        """Write this setting soon."""
        self._wanted[key] = value
        if self._writing is None or self._writing.done():
            self._writing = self._tasks.start(self._write_all(), "keep settings")

    async def settle(self) -> None:
        """Wait until everything is written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write_all(self) -> None:
        while self._wanted:
            key = next(iter(self._wanted))
            outcome = await self._write(key, self._wanted.pop(key))
            if not outcome.ok:
                self._told(outcome.sentence)
