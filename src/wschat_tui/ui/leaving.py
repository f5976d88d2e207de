"""Leaving a session asks first where that would lose messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.select import unsettled

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from wschat_tui.state.model import State


class Leaving:
    """Asks once; whoever asks to leave again while the question stands means it."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._asking = False

    def leave(self, state: State, yes: str, go: Callable[[], None]) -> None:
        """Do `go`, after a question where messages would be lost. yes: what the button says."""
        lost = unsettled(state)
        if not lost or self._asking:
            go()
            return
        from wschat_tui.ui.screens.confirm import ConfirmScreen

        def answered(answer: bool | None) -> None:
            self._asking = False
            if answer:
                go()

        self._asking = True
        self._app.push_screen(
            ConfirmScreen(_question(lost), yes, "Stay", danger=True, detail=_DETAIL), answered
        )


_DETAIL = "What is not sent is kept only while the program runs."


def _question(lost: int) -> str:
    those = "1 message of yours has" if lost == 1 else f"{lost:,} messages of yours have"
    it = "it" if lost == 1 else "them"
    return f"{those} not been taken by the server. Leave and lose {it}?"
