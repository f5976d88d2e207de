"""The library's driver of the terminal, where ours has to know better."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from wschat_tui.ui.frozen import waiting_writes

if TYPE_CHECKING:
    from textual.driver import Driver

_MOST = 30
"""Writes that the library's queue takes."""

_PAUSE = 0.02
"""Seconds until a full queue is looked at again."""


def steady(driver: type[Driver]) -> type[Driver]:
    """The same driver, with one reader of keys after a stop, and no wait for a terminal that went.

    Drivers without a thread that writes are left as they are.
    """
    if not hasattr(driver, "_sigcont_application"):
        return driver
    library: Any = driver

    class Steady(library):  # type: ignore[misc]  # Which one it is depends on the system.
        """Continues where it was."""

        def write(self, data: str) -> None:
            """Write, unless the thread that does it ended with the terminal."""
            if self._has_room():
                super().write(data)

        def close(self) -> None:
            """End the thread that writes, where it has not ended with the terminal."""
            if self._has_room():
                super().close()

        def _has_room(self) -> bool:
            """Wait for room as the library does, but in no queue that nobody empties."""
            writer = self._writer_thread
            while writer is not None and writer.is_alive() and waiting_writes(self) >= _MOST:
                time.sleep(_PAUSE)
            return writer is None or writer.is_alive()

        def _sigcont_application(self, *_: object) -> None:
            """Go on after a stop. Only what `^Z` had ended begins anew.

            The library begins anew in any case: two threads would read keys, each some of them,
            and one of them would never end.
            """
            if self._must_signal_resume:
                super()._sigcont_application()
            else:
                self._loop.call_soon_threadsafe(self._app.paint_anew)

    return Steady
