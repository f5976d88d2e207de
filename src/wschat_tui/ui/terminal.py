"""The library's driver of the terminal, where ours has to know better."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from textual import events
from textual.geometry import Size

from wschat_tui.ui.frozen import waiting_writes

if TYPE_CHECKING:
    from textual.app import App
    from textual.driver import Driver

_MOST = 30
"""Writes that the library's queue takes."""

_PAUSE = 0.02
"""Seconds until a full queue is looked at again."""


def _tell_size(app: App[Any], size: Size) -> None:
    if size != app.size:
        app.post_message(events.Resize(size, size))
    elif app.screen_stack and size != app.screen.size:
        app.screen.post_message(events.Resize(size, size))


def steady(driver: type[Driver]) -> type[Driver]:  # noqa: C901 - the methods of one class
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

        def look_at_size(self) -> None:
            """Have the screen laid out anew where the terminal has another size than was told.

            The word of it is a signal, or a sequence among the keys, and either may be lost.
            """
            _tell_size(self._app, Size(*self._get_terminal_size()))

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
