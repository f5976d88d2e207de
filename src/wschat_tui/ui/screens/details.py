"""All that is known of one message, to read and to copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wschat_tui.state.select import is_mine, name_of, readers, thread_of, title_of
from wschat_tui.state.text import clean, name
from wschat_tui.ui.days import name_of_day
from wschat_tui.ui.emoji import code_of, shown
from wschat_tui.ui.marks import DELIVERY
from wschat_tui.ui.render import counted
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.hints import Hint, Hints

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from textual import events
    from textual.app import ComposeResult

    from wschat_tui.state.history.query import Revision
    from wschat_tui.state.model import Attachment, Message, State
    from wschat_tui.ui.days import Days

_UNITS = ((86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"))
_QUOTED = 60
_LONGEST_ID = 512


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about a message: a word, and the cleaned text."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Details:
    """What the screen shows: facts in order, and what can be copied by itself."""

    facts: tuple[Fact, ...]
    body: str
    message_id: str

    @property
    def everything(self) -> str:
        """All of it as plain text, a line or more for each fact."""
        return "\n".join(f"{fact.word}: {fact.text}" for fact in self.facts)


def details_of(state: State, message: Message, now: int, days: Days) -> Details:
    """Gather the facts. `now`: milliseconds since the epoch. `days`: tells times in a time zone."""
    message_id = clean(message.id, one_line=True, limit=_LONGEST_ID)
    facts = (
        Fact("Author", _who(state, message.author)),
        Fact("Room", _named(title_of(state, message.scope), message.scope)),
        Fact("Time", _moment(message.at, now, days)),
        Fact("Text", message.body or _no_body(message)),
        *_changes(message),
        *_delivery(state, message),
        *(Fact("Attachment", _attachment(one)) for one in message.attachments),
        *_reactions(state, message),
        *_thread(state, message),
        Fact("Id", message_id),
    )
    return Details(facts, message.body, message_id)


def earlier_facts(revisions: Iterable[Revision], now: int, days: Days) -> tuple[Fact, ...]:
    """What a message said before its edits, the newest of them first."""
    facts = [
        Fact("Before", f"{one.body or 'nothing'}\nuntil {_moment(one.until, now, days)}")
        for one in revisions
    ]
    return tuple(reversed(facts))


def _named(title: str, raw: str) -> str:
    """A name, and the id behind it where it says more."""
    known = name(raw)
    return title if title == known else f"{title} ({known})"


def _who(state: State, user: str) -> str:
    named = _named(name_of(state, user), user)
    return f"{named}, you" if user == state.me else named


def _no_body(message: Message) -> str:
    if message.deleted:
        return "deleted"
    return "none, just what is attached" if message.attachments else "none"


def _moment(at: int | None, now: int, days: Days) -> str:
    if at is None:
        return "not known: the server sent no valid time"
    day, clock = days.of(at)
    today, _ = days.of(now)
    return f"{name_of_day(day, today)} {clock}:{at // 1000 % 60:02}, {_ago(now - at)}"


def _ago(milliseconds: int) -> str:
    for size, unit in _UNITS:
        if abs(milliseconds) >= size:
            span = counted(abs(milliseconds) // size, unit)
            return f"{span} ago" if milliseconds > 0 else f"{span} ahead of this clock"
    return "just now"


def _changes(message: Message) -> Iterator[Fact]:
    marks = (
        (message.edited, "edited; this is the newest text"),
        (message.redacted, "redacted: a moderator put a mask in place of the text"),
        (message.deleted, "deleted"),
    )
    said = [text for true, text in marks if true]
    if said:
        yield Fact("Changed", "; ".join(said))


def _delivery(state: State, message: Message) -> Iterator[Fact]:
    mark = DELIVERY.get(message.delivery)
    if is_mine(state, message) and mark is not None:
        yield Fact("Delivery", f"{mark.sign} {mark.word}: {mark.meaning}")
    if message.problem:
        yield Fact("Problem", message.problem)
    room = state.rooms.get(message.scope)
    if room is not None and message.delivery in {"sent", "received"}:
        others = (one for one in readers(state, room, message.id) if one != message.author)
        names = sorted(name_of(state, user) for user in others)
        yield Fact("Read by", ", ".join(names) or "nobody else, as far as the server told")


def _attachment(one: Attachment) -> str:
    size = f"{one.size:,} bytes" if one.size is not None else ""
    about = ", ".join(filter(None, (size, one.content_type)))
    return "\n".join(filter(None, (f"{one.name} ({about})" if about else one.name, one.url)))


def _reactions(state: State, message: Message) -> Iterator[Fact]:
    for one in message.reactions:
        names = ", ".join(name_of(state, user) for user in one.users)
        code = code_of(one.text)
        yield Fact("Reaction", f"{shown(one.text)} {code}{' ' if code else ''}by {names}")


def _thread(state: State, message: Message) -> Iterator[Fact]:
    thread = thread_of(state, message.parent_id or message.id)
    if message.parent_id:
        root = thread[0] if thread and thread[0].id == message.parent_id else None
        if root is None:
            yield Fact("Thread", f"reply to {name(message.parent_id)}, which is not loaded")
        else:
            quoted = clean(root.body, one_line=True, limit=_QUOTED)
            yield Fact("Thread", f"reply to {name_of(state, root.author)}: {quoted}")
    elif len(thread) > 1:
        people = sorted({name_of(state, reply.author) for reply in thread[1:]})
        replies = counted(len(thread) - 1, "reply", "replies")
        yield Fact("Thread", f"{replies}, by {', '.join(people)}")


class DetailsScreen(Sheet[None]):
    """The facts of a message (`details_of`). `copy(text, what)` puts a text on the clipboard.

    `earlier` looks up more of them on the disk (`earlier_facts`); they come last.
    """

    CSS_PATH = ["../styles/sheet.tcss", "../styles/details.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,q", "close", "Close", show=False),
        Binding("y", "copy('text')", "Copy the text", show=False),
        Binding("c", "copy('id')", "Copy the id", show=False),
        Binding("a", "copy('all')", "Copy everything", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(
        self,
        details: Details,
        copy: Callable[[str, str], None],
        earlier: Callable[[], Awaitable[tuple[Fact, ...]]] | None = None,
    ) -> None:
        super().__init__(classes="sheet-screen")
        self._details = details
        self._copy = copy
        self._earlier = earlier

    def compose(self) -> ComposeResult:
        """The facts, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "About this message"
            with VerticalScroll(id="facts", classes="sheet-scroll"):
                yield from _lines(self._details.facts)
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("y", "copy text", "screen.copy('text')"),
                    Hint("c", "copy id", "screen.copy('id')"),
                    Hint("a", "copy all", "screen.copy('all')"),
                    Hint("↑↓", "scroll"),
                    Hint("Esc", "close", "screen.close"),
                )

    def on_mount(self) -> None:
        """Arrows scroll."""
        self.query_one("#facts").focus()
        if self._earlier is not None:
            self.run_worker(self._look_up(self._earlier), "earlier texts")

    async def _look_up(self, earlier: Callable[[], Awaitable[tuple[Fact, ...]]]) -> None:
        facts = await earlier()
        self._details = replace(self._details, facts=(*self._details.facts, *facts))
        await self.query_one("#facts").mount(*_lines(facts))

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_copy(self, what: str) -> None:
        """Copy one of the things that are worth it."""
        texts = {
            "text": (self._details.body, "text"),
            "id": (self._details.message_id, "message id"),
            "all": (self._details.everything, "description of the message"),
        }
        self._copy(*texts[what])

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#facts").scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


def _lines(facts: Iterable[Fact]) -> Iterator[Horizontal]:
    before = ""
    for fact in facts:
        word = "" if fact.word == before else fact.word
        before = fact.word
        yield Horizontal(
            Static(word, classes="fact-word", markup=False),
            Static(Content(fact.text), classes="fact-text", markup=False),
            classes="fact",
        )
