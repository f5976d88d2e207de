"""The first line: which profile, how the connection is, what waits, who I am."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from textual.content import Content
from textual.message import Message

from wschat_tui.state.select import waiting
from wschat_tui.state.text import clean
from wschat_tui.ui.call_words import brief
from wschat_tui.ui.link_words import LinkWords, link_words
from wschat_tui.ui.render import dot, status_word
from wschat_tui.ui.widgets.line import BLANK, Line

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from wschat_tui.state.model import State

_MOODS = {"good": "$text-success", "busy": "$text-warning", "bad": "$text-error"}
_STATUS = {"online": "$text-success", "away": "$text-warning", "busy": "$text-error"}


class Header(Line):
    """A click on its left part asks to connect now; on its right part, to set the status."""

    DEFAULT_CSS = """
    Header { background: $panel; color: $text; padding: 0 1; }
    """

    class Clicked(Message):
        """The user clicked; `status` tells the part about me from the one about the connection."""

        def __init__(self, *, status: bool) -> None:
            super().__init__()
            self.status = status

    def __init__(self) -> None:
        super().__init__(id="header")
        self._seen: tuple[object, ...] = ()
        self._countdown: Timer | None = None
        self._state: State | None = None
        self._retry_key = ""
        self._call = ""

    def show(self, state: State, now: int, retry_key: str, *, call: bool = True) -> None:
        """Show the state at a moment; `retry_key` is named where pressing it helps.

        call: tell of the call that is on; without it, it is in sight.
        """
        self._state, self._retry_key = state, retry_key
        words = link_words(state.link, now)
        self._call = brief(state, state.call, now) if call and state.call is not None else ""
        who = (state.me, state.profile, state.status)
        seen = (words, who, waiting(state), _kept(state), retry_key, self._call)
        if seen != self._seen:
            self._seen = seen
            self.put(self._left_texts(state, words), self._with_call(self._right_texts(state)))

    def ticks(self) -> bool:
        """The words change with time alone."""
        state = self._state
        return state is not None and (state.link.phase == "waiting" or state.call is not None)

    def on_click(self, event: events.Click) -> None:
        """Tell which part was clicked."""
        event.stop()
        right = max(text.cell_length for text in self._right)
        self.post_message(self.Clicked(status=event.x >= self.size.width - right - 1))

    def _left_texts(self, state: State, words: LinkWords) -> tuple[Content, ...]:
        profile = clean(state.profile, one_line=True, limit=24)
        name = Content.assemble(("wschat", "bold $text-primary"), "  ", (profile, "bold"))
        style = _MOODS[words.mood]
        key = Content.assemble("  ", (self._retry_key, "bold"), (" now", "$text-muted"))
        hint = key if words.retry and self._retry_key else BLANK
        long = Content.assemble((f"{words.sign} ", style), (words.long, style), hint)
        short = Content.assemble((f"{words.sign} ", style), (words.short, style))
        gap = "   " if profile else " "
        return (
            Content.assemble(name, gap, long),
            Content.assemble(name, gap, short),
            Content.assemble((profile or "wschat", "bold"), "  ", short),
            short,
        )

    def _with_call(self, texts: tuple[Content, ...]) -> tuple[Content, ...]:
        if not self._call:
            return texts
        call = Content.styled(self._call, "bold $text-success")
        return (*(Content.assemble(call, "   ", text) for text in texts), call)

    def _right_texts(self, state: State) -> tuple[Content, ...]:
        kept = (_kept(state), f"◷ {queue} waiting" if (queue := waiting(state)) else "")
        queued = Content.assemble(
            *(part for word in kept if word for part in ((word, "$text-warning"), "   "))
        )
        if not state.me:
            word = "who you are is not known yet" if state.profile else ""
            return (Content.assemble(queued, (word, "$text-muted")), queued)
        me = clean(state.me, one_line=True, limit=24)
        person = state.people.get(state.me)
        called = person.name if person is not None else me
        if state.link.phase != "online":
            return (Content.assemble(queued, (called, "bold")), queued)
        sign = (f"{dot(state.status)} ", _STATUS.get(state.status, "$text-muted"))
        full = Content.assemble(queued, (called, "bold"), "  ", sign, status_word(state.status))
        return (full, Content.assemble(queued, sign, called), queued)


def _kept(state: State) -> str:
    """What is amiss with what should outlive the program, in a few words."""
    match state.archive:
        case "absent":
            return ""
        case "ready":
            return "⚠ nothing new is kept" if state.archive_word else ""
        case "reading":
            return "⚠ history open elsewhere"
        case "failed":
            return "⚠ history not kept"
        case _:
            assert_never(state.archive)
