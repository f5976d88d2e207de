"""Leaving a session asks first where that would lose messages, or end a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.select import drafts, name_of, unsettled

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
        kept = keeps(state)
        lost, typed = (0, 0) if kept else (unsettled(state), drafts(state))
        question = _question(lost, typed, _talking_with(state))
        if not question or self._asking:
            go()
            return
        from wschat_tui.ui.screens.confirm import LeaveScreen

        def answered(answer: bool | None) -> None:
            self._asking = False
            if answer:
                go()

        self._asking = True
        self._app.push_screen(
            LeaveScreen(question, yes, "Stay", danger=True, detail=_detail(state)), answered
        )


def keeps(state: State) -> bool:
    """What waits and what is typed outlives the program: it is on the disk."""
    return state.archive == "ready" and not state.archive_word


def left_behind(state: State) -> str:
    """What to say once the program has ended: what waits, and when it goes on; else nothing."""
    waits = unsettled(state)
    if not waits or not keeps(state):
        return ""
    then = "it is kept, and goes" if waits == 1 else "they are kept, and go"
    return (
        f"{_counted(waits, 'message')} of yours {_have(waits)} not been taken by the server yet; "
        f"{then} out when wschat runs again."
    )


def _talking_with(state: State) -> str:
    """Who a call is on with; nobody while one merely rings here."""
    call = state.call
    return name_of(state, call.peer) if call is not None and call.phase != "in_ringing" else ""


def _detail(state: State) -> str:
    if keeps(state) or not (unsettled(state) or drafts(state)):
        return ""
    why = f" {state.archive_word}" if state.archive_word else ""
    return f"What is not sent is kept only while the program runs.{why}"


def _question(lost: int, typed: int, peer: str) -> str:
    """What would be lost, and whether to leave; empty where nothing would."""
    call = f"You are in a call with {peer}. " if peer else ""
    if not lost and not typed:
        return f"{call}Hang up and leave?" if call else ""
    sent = f"{_counted(lost, 'message')} of yours {_have(lost)} not been taken by the server"
    draft = f"{_counted(typed, 'draft')} {_have(typed)} not been sent"
    parts = " and ".join(text for text, count in ((sent, lost), (draft, typed)) if count)
    end = "Hang up, leave" if call else "Leave"
    return f"{call}{parts}. {end} and lose {'it' if lost + typed == 1 else 'them'}?"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
