"""Faults of ours: the screen is put back, nothing is printed, whoever started the app reports."""

from __future__ import annotations

from typing import Any

from textual.app import App


class QuietFaults(App[None]):
    """Keeps what failed; the library would print a traceback with the value of every variable."""

    @property
    def fault(self) -> BaseException | None:
        """What ended the program, where something of ours did."""
        return self._exception

    def fail(self, fault: BaseException) -> None:
        """End the program over a fault in a task that is not a screen's."""
        if isinstance(fault, Exception):
            self._handle_exception(fault)
        else:
            raise fault

    def panic(self, *_renderables: Any) -> None:
        """End, and leave the words to whoever started the app."""
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
