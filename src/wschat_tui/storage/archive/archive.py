"""The history on disk: what outlives the process, in one SQLite file an account.

All of it happens in a thread of its own (`thread.py`); here is the side of the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from wschat_tui.storage.archive import door, doubts
from wschat_tui.storage.archive.asides import remove_old
from wschat_tui.storage.archive.backlog import Stop, Work
from wschat_tui.storage.archive.batch import After
from wschat_tui.storage.archive.thread import Scribe
from wschat_tui.storage.archive.whose import NOBODY, Whose, remember

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wschat_tui.state.history.archive_effects import ArchiveOrder
    from wschat_tui.state.history.archive_inputs import ArchiveFailed, ArchiveInput, ArchiveOpened

T = TypeVar("T")


class Archive:
    """One history, for one session. `open` comes first, and in the session's loop.

    Where it is not open, or fails later, orders are dropped and nobody waits for them: `feed` then
    had an `ArchiveFailed`.
    """

    def __init__(
        self,
        file: Path,
        feed: Callable[[ArchiveInput], None],
        now: Callable[[], int],
        me: str = "",
        whose: Whose = NOBODY,
    ) -> None:
        """file: it is made where there is none, and its directory with it.

        feed: takes what comes of the orders; it is called in the loop that `open` ran in.
        now: milliseconds since the Unix epoch. me: this user's id, where it is known.
        whose: is written into the file, for who looks through all histories.
        """
        self.file = file
        self._feed = feed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gone = asyncio.Event()
        enter = partial(_enter, file, now, me, whose)
        mend = partial(door.mend, file, now, me)
        self._scribe = Scribe(enter, mend, file, self._tell, self._call)

    async def open(self) -> ArchiveOpened | ArchiveFailed:
        """Open the file, and tell what the last run kept; feeding it is the caller's."""
        self._loop = asyncio.get_running_loop()
        answer: asyncio.Future[ArchiveOpened | ArchiveFailed] = self._loop.create_future()
        self._scribe.start(
            opened=lambda told: self._call(partial(_settle, answer, told)),
            closed=lambda: self._call(self._gone.set),
        )
        return await answer

    def run(self, order: ArchiveOrder) -> None:
        """Begin what is ordered, in order; what it reads comes back as inputs."""
        self._scribe.items.put(order)

    def after(self, op_id: str, then: Callable[[], None]) -> None:
        """Call `then` in this loop once all that was ordered until now is on the disk.

        Where much waits, what was ordered of the message of this op_id is enough. Where it cannot
        be written, `OutgoingUnkept` of this op_id comes instead.
        """
        if self._loop is None:
            then()
        else:
            self._scribe.items.put(After(op_id, then))

    def doubt(self, inode: int) -> None:
        """Whoever reads the file found it broken: see what is to be mended. inode: the file's."""
        self._scribe.items.put(Work(partial(doubts.examine, inode)))

    async def close(self) -> None:
        """Write what is left and let the file go."""
        if self._loop is None:
            return
        self._scribe.items.put(Stop())
        await self._gone.wait()

    def _tell(self, told: ArchiveInput) -> None:
        self._call(partial(self._feed, told))

    def _call(self, what: Callable[[], None]) -> None:
        """Hop into the loop; one that is closed has nobody left who would want to know."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(what)


def _enter(file: Path, now: Callable[[], int], me: str, whose: Whose) -> door.Entered | door.Newer:
    entered = door.enter(file, now, me)
    if isinstance(entered, door.Entered) and entered.lock is not None:
        if whose != NOBODY:
            remember(entered.store, whose)
        remove_old(file.parent, now())
    return entered


def _settle(answer: asyncio.Future[T], found: T) -> None:
    if not answer.done():
        answer.set_result(found)
