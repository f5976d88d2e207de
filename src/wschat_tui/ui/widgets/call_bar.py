"""One line over the chat while a call goes on elsewhere: how it stands, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

from wschat_tui.ui.call_words import SIGN, microphone, peer, sent, standing, timer, worrying
from wschat_tui.ui.widgets.line import Line

if TYPE_CHECKING:
    from textual import events

    from wschat_tui.state.calls.call import Call
    from wschat_tui.state.model import State


class CallBar(Line):
    """A click goes back to the call."""

    DEFAULT_CSS = """
    CallBar {
        background: $success 20%; color: $text; padding: 0 1; pointer: pointer;
        &.-worrying { background: $warning 25%; }
        &.-hidden { display: none; }
    }
    """

    class Clicked(Message):
        """The user wants to see the call."""

    def __init__(self, view_key: str, end_key: str) -> None:
        super().__init__(id="call-bar")
        self._view_key = view_key
        self._end_key = end_key

    def show(self, state: State, call: Call, now: int) -> None:
        """Show how the call stands."""
        self.set_class(worrying(call), "-worrying")
        self.put(_left(state, call, now), self._ways())

    def on_click(self, event: events.Click) -> None:
        """Go back to the call."""
        event.stop()
        self.post_message(self.Clicked())

    def _ways(self) -> tuple[Content, ...]:
        view = Content.assemble((self._view_key, "bold"), " to the call")
        end = Content.assemble((self._end_key, "bold"), " hang up")
        return (Content.assemble(view, "   ", end), view)


def _left(state: State, call: Call, now: int) -> tuple[Content, ...]:
    long, short = standing(call, now)
    head = Content.assemble(
        (f"{SIGN} ", "bold"), (peer(state, call), "bold"), f"  {timer(call, now)}"
    )
    lost = ("the server is out of reach",) if call.signalling_lost else ()
    words = [long, *lost, microphone(call)]
    recording = ["recording"] if call.recording else []
    picture = [sent(call)] if call.shows else []
    variants = (
        [*words, *recording, *picture],
        [*words, *recording],
        [short, words[-1], *recording],
        [words[-1]],
    )
    return (*(Content.assemble(head, "  ", " · ".join(one)) for one in variants), head)
