"""The one thread that has the history open: all orders that wait become one transaction."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from typing import TYPE_CHECKING

from wschat_tui.state.history.archive_inputs import ArchiveFailed, ArchiveMended
from wschat_tui.storage.archive import care as archive_care
from wschat_tui.storage.archive.backlog import BATCH, Backlog, Stop, Work
from wschat_tui.storage.archive.batch import MAX_HELD, After, Writing
from wschat_tui.storage.archive.door import Newer
from wschat_tui.storage.archive.fates import fate_of, remedy, why
from wschat_tui.storage.archive.orders import READING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wschat_tui.state.history.archive_inputs import ArchiveInput, ArchiveOpened
    from wschat_tui.storage.archive.backlog import Item
    from wschat_tui.storage.archive.door import Entered
    from wschat_tui.storage.archive.lock import Lock
    from wschat_tui.storage.archive.store import Store

MUCH = 5_000
"""Messages and other orders that are tried at a time while the disk has no room."""

_AGAIN = 2.0
"""Seconds until what could not be written is tried again."""

_MENDS = 3
"""Times that a history is begun anew in one run: each leaves a broken file beside it."""

_NO_MORE = "nothing more is kept in this run."
_NEWER = (
    "The history was written by a newer version of wschat-tui and is left alone;"
    " nothing is kept in this run. Use that version."
)
_TAKEN_AWAY = (
    "The history's file was moved or deleted by another program;"
    f" {_NO_MORE} Put it back, or start again for a new one."
)
_TOO_MUCH = (
    f"The history could not be written for too long; {_NO_MORE}"
    " What was written before is safe: mend the disk and start again."
)
_FAULT = (
    f"The history stopped by a fault of this program; {_NO_MORE}"
    " What was written before is safe: start again."
)
_UNMENDED = (
    "The history is broken and could not be mended, as {}; " + _NO_MORE + " Nothing of it was"
    " deleted: the next start takes over what can be read, drafts and what is not sent, too. {}"
)
_AGAIN_BROKEN = (
    "The history broke again and again; " + _NO_MORE + " Nothing of it was deleted: see whether the"
    " disk is sound, then start again to have it mended."
)

_LOG = logging.getLogger(__name__)


class Scribe:
    """Takes `items` in their order; all that it has to say goes through `tell` and `call`."""

    def __init__(
        self,
        enter: Callable[[], Entered | Newer],
        mend: Callable[[Lock], Entered | None],
        file: Path,
        tell: Callable[[ArchiveInput], None],
        call: Callable[[Callable[[], None]], None],
    ) -> None:
        """enter: opens the file, in the thread. mend: begins it anew, as it is broken, and closed.

        tell: hands an input to the session. call: calls something in the session's loop.
        """
        self.items: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._enter = enter
        self._mend = mend
        self._file = file
        self._tell = tell
        self._call = call
        self._backlog = Backlog(self.items)
        self._left: list[Item] = []
        """Taken from the queue and not answered."""

    def start(
        self, opened: Callable[[ArchiveOpened | ArchiveFailed], None], closed: Callable[[], None]
    ) -> None:
        """Begin in a daemon thread, which calls `opened` once, and `closed` last."""

        def run() -> None:
            self._run(opened)
            closed()

        threading.Thread(target=run, name="wschat-archive", daemon=True).start()

    def _run(self, opened: Callable[[ArchiveOpened | ArchiveFailed], None]) -> None:
        entered = self._entered()
        if isinstance(entered, ArchiveFailed):
            opened(entered)
        else:
            opened(entered.told)
            sentence = self._serve_and_leave(entered)
            if not sentence:
                return
            self._tell(ArchiveFailed(sentence))
        self._pass_on()

    def _entered(self) -> Entered | ArchiveFailed:
        try:
            entered = self._enter()
        except (OSError, sqlite3.Error) as error:
            return ArchiveFailed(
                f"The history cannot be opened, as {why(error)};"
                f" nothing is kept in this run. {remedy(error, self._file)}"
            )
        except Exception:  # noqa: BLE001  chatting goes on without it
            _LOG.exception("the history could not be opened")
            return ArchiveFailed(_FAULT)
        return ArchiveFailed(_NEWER) if isinstance(entered, Newer) else entered

    def _serve_and_leave(self, entered: Entered) -> str:
        """Serve until it is over; the sentence that says why, where nobody asked for that."""
        writing, lock, mends = Writing(entered.store, self._tell, self._call), entered.lock, 0
        while not isinstance(ended := self._served(entered, writing), str):
            mended = _stopped(ended) if lock is None else self._mended(lock, mends)
            if isinstance(mended, str):
                writing.give_back(ended)
                ended = mended
                break
            entered, mends = mended, mends + 1
            self._tell(ArchiveMended(entered.told))
        if lock is not None:
            lock.release()
        return ended

    def _served(self, entered: Entered, writing: Writing) -> str | sqlite3.Error:
        """Serve one store until it is over, and close it; why that is, or how it is broken."""
        serve = self._read if entered.lock is None else self._serve
        try:
            return serve(entered.store, writing)
        except sqlite3.Error as error:
            _LOG.exception("the history failed")
            return error if fate_of(error) == "broken" else _stopped(error)
        except Exception:  # noqa: BLE001  chatting goes on without it
            _LOG.exception("the archive's thread failed")
            return _FAULT
        finally:
            entered.store.close()

    def _mended(self, lock: Lock, mends: int) -> Entered | str:
        """What stands in for the broken history. mends: how many did so before, in this run."""
        if mends == _MENDS:
            return _AGAIN_BROKEN
        try:
            entered = self._mend(lock)
        except (OSError, sqlite3.Error) as error:
            _LOG.exception("the history could not be mended")
            return _UNMENDED.format(why(error), remedy(error, self._file))
        except Exception:  # noqa: BLE001  chatting goes on without it
            _LOG.exception("the history could not be mended")
            return _FAULT
        return _NEWER if entered is None else entered

    def _serve(self, store: Store, writing: Writing) -> str:
        inode = self._file.stat().st_ino
        writing.move(store)
        care = archive_care.Care(store)
        while True:
            patience = _AGAIN if writing.stalled else care.patience()
            self._left = self._left or self._backlog.take(
                patience, MUCH if writing.stalled else BATCH
            )
            if not self._is_there(inode):
                return _TAKEN_AWAY
            if self._carry_out(writing, store):
                self._left = [Stop()]
                care.finish()
                self._left = []
                return ""
            if writing.weight > MAX_HELD:
                return _TOO_MUCH
            if not self._backlog.typed():
                care.look()

    def _read(self, store: Store, reading: Writing) -> str:
        """Another client writes; here is only read."""
        while True:
            kept = self._backlog.take(None)
            self._left = [one for one in kept if isinstance(one, (*READING, After, Work, Stop))]
            if self._carry_out(reading, store):
                return ""

    def _carry_out(self, writing: Writing, store: Store) -> bool:
        """Do what was gathered; whether it ends here."""
        items, last = self._left, self._left[-1] if self._left else None
        self._left = [last] if isinstance(last, Work | Stop) else []
        writing.write(
            [one for one in items if not isinstance(one, After | Work | Stop)],
            [one for one in items if isinstance(one, After)],
        )
        self._left = []
        if isinstance(last, Work):
            last.run(store)
        return isinstance(last, Stop)

    def _is_there(self, inode: int) -> bool:
        """What is written to a file without a name is lost, and SQLite would not tell."""
        try:
            return self._file.stat().st_ino == inode
        except OSError:
            return False

    def _pass_on(self) -> None:
        """Nothing is kept any more, so nobody has to wait for it."""
        while True:
            self._left = self._left or self._backlog.take(None)
            item = self._left.pop(0)
            if isinstance(item, After):
                self._call(item.then)
            elif isinstance(item, Work):
                item.run(None)
            elif isinstance(item, Stop):
                return


def _stopped(error: sqlite3.Error) -> str:
    return (
        f"The history stopped, as {why(error)}; {_NO_MORE}"
        " What was written before is safe: start again."
    )
