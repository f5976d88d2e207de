"""Search: everything that this machine keeps, found while one types; Enter goes there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from textual.worker import WorkerState

from wschat_tui.state.history.loaded import find_loaded
from wschat_tui.state.history.query import Found, Query, parse
from wschat_tui.state.text import clean
from wschat_tui.ui.days import name_of_day
from wschat_tui.ui.fetching import Fetching
from wschat_tui.ui.hit_rows import help_lines, note_of, preview, row_of
from wschat_tui.ui.overtaking import overtake
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.entry import Entry
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.menu import Menu
from wschat_tui.ui.widgets.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.worker import Worker

    from wschat_tui.runtime.services import SessionView
    from wschat_tui.state.history.query import Hit
    from wschat_tui.state.model import Message
    from wschat_tui.ui.days import Days

PAGE = 50
MOST = 1_000
"""Hits that are listed at most: whoever wants more says more."""

_AHEAD = 10
"""Rows below the cursor at which the next page is fetched."""


class SearchScreen(Sheet["Message | None"]):
    """Dismisses with the message to go to, or with None. `begin` stands in the field at first."""

    CSS_PATH = ["../styles/sheet.tcss", "../styles/search.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False, priority=True),
        Binding("up,ctrl+p", "menu('up')", "Up", show=False, priority=True),
        Binding("down,ctrl+n", "menu('down')", "Down", show=False, priority=True),
        Binding("pageup", "menu('page_up')", "Page up", show=False, priority=True),
        Binding("pagedown", "menu('page_down')", "Page down", show=False, priority=True),
        Binding("ctrl+r", "rank", "The best first", show=False, priority=True),
        Binding("ctrl+o", "fetch", "Fetch older messages", show=False, priority=True),
        Binding("f1", "explain", "Filters", show=False, priority=True),
    ]

    def __init__(
        self, session: SessionView, now: Callable[[], int], days: Days, begin: str = ""
    ) -> None:
        """`now`: milliseconds since the epoch. `days`: tells times in a time zone."""
        super().__init__(classes="sheet-screen")
        self._session = session
        self._now = now
        self._days = days
        self._begin = clean(begin, one_line=True, limit=127)
        self._query = Query()
        self._found = Found()
        self._hits: dict[str, Hit] = {}
        self._ranked = False
        self._explained = False
        self._paging: Worker[None] | None = None
        self._fetching: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """The field, how it went, what was found, more of one of them, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Search"
            yield Entry(self._begin, "Words, from:bob, in:#team, after:7d, has:link…")
            yield Static("", id="note", markup=False)
            yield Menu(led=True, id="hits")
            yield Static("", id="language", markup=False)
            yield Static("", id="about", markup=False)
            yield Progress(id="progress")
            with Vertical(classes="sheet-foot"):
                yield Hints()

    def on_mount(self) -> None:
        """Ready to type."""
        field = self.query_one(Input)
        field.select_on_focus = False
        field.cursor_position = len(self._begin)
        field.focus()
        self._say("")
        self._list(Found())
        self._ask()

    def on_resize(self) -> None:
        """Lay the rows out for the new width, once the list has it."""
        self.call_after_refresh(self._lay)

    @property
    def _menu(self) -> Menu:
        return self.query_one(Menu)

    # ---- searching

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as one types."""
        event.stop()
        self._explained = False
        self._ask()

    def _ask(self) -> None:
        typed = self.query_one(Input).value
        asked = parse(typed, self._session.state, self._days.tz, self._now())
        self._query = replace(asked.query, ranked=self._ranked)
        if asked.problem or asked.query.empty:
            self.workers.cancel_group(self, "search")
            self._say(asked.problem, problem=True)
            self._list(Found())
        else:
            overtake(self, "search", partial(self._find, self._query))

    async def _find(self, query: Query) -> None:
        found = await self._page(query, None)
        if isinstance(found, str):
            self._say(found, problem=True)
            self._list(Found())
            return
        self._list(found)
        self._tell()

    async def _page(self, query: Query, below: int | None) -> Found | str:
        archive = self._session.archive
        if archive is None:
            return find_loaded(self._session.state, query, MOST)
        return await archive.find(query, PAGE, below)

    def _list(self, found: Found) -> None:
        self._found = found
        self._hits = {str(hit.row): hit for hit in found.hits}
        self._lay()

    def _lay(self, keep: str = "") -> None:
        width = max(self.query_one(".sheet").content_size.width, 20)
        state, words = self._session.state, self._query.words
        rows = [row_of(state, hit, words, self._days, width) for hit in self._hits.values()]
        self._menu.show(rows, keep)
        language = self.query_one("#language", Static)
        language.update(help_lines(max(self.size.width - 10, 20)))
        helping = self._explained or (not rows and self._query.empty)
        language.display = helping
        self._menu.display = not helping
        self.query_one("#about").display = bool(rows) and not helping
        self._hint()

    def _say(self, sentence: str, *, problem: bool = False) -> None:
        note = self.query_one("#note", Static)
        note.update(Content(clean(sentence)))
        note.set_class(problem, "-problem")

    def _tell(self) -> None:
        kept = self._session.archive is not None
        self._say(note_of(self._found, len(self._hits), ranked=self._ranked, kept=kept))

    # ---- further pages

    def on_menu_moved(self, event: Menu.Moved) -> None:
        """Show more of it, and fetch the next page before the end is reached."""
        event.stop()
        hit = self._hits.get(event.item.key) if event.item is not None else None
        text = Content("")
        if hit is not None:
            width = 2 * max(self.query_one(".sheet").content_size.width - 6, 20)
            text = preview(self._session.state, hit.message, self._query.words, self._days, width)
        self.query_one("#about", Static).update(text)
        near = self._menu.cursor >= len(self._hits) - _AHEAD
        if hit is not None and near and self._found.below is not None and not self._busy(True):
            self._paging = self.run_worker(self._next(self._query), "next page", "search")

    async def _next(self, query: Query) -> None:
        found = await self._page(query, self._found.below)
        if isinstance(found, str):
            self._say(found, problem=True)
            return
        full = len(self._hits) + len(found.hits) >= MOST
        self._found = Found(found.hits, None if full else found.below, found.waiting, found.cut)
        self._hits |= {str(hit.row): hit for hit in found.hits}
        current = self._menu.current
        self._lay(current.key if current is not None else "")
        self._tell()

    def _busy(self, paging: bool) -> bool:
        worker = self._paging if paging else self._fetching
        return worker is not None and not worker.is_finished

    # ---- what keys do

    def _hint(self) -> None:
        other = "newest first" if self._ranked else "best first"
        hints = [
            *((Hint("Enter", "go there", "screen.menu('choose')"),) if self._hits else ()),
            *((Hint("^R", other, "screen.rank"),) if self._hits else ()),
            *((Hint("^O", "older from the server", "screen.fetch"),) if self._fetchable else ()),
            *(() if self._query.empty else (Hint("F1", "filters", "screen.explain"),)),
            Hint("Esc", "stop" if self._busy(False) else "close", "screen.back"),
        ]
        self.query_one(Hints).show(*hints)

    @property
    def _fetchable(self) -> bool:
        return self._session.archive is not None and not self._busy(False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to what the cursor is on."""
        event.stop()
        self._menu.action_choose()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """One was chosen."""
        event.stop()
        hit = self._hits.get(event.item.key)
        if hit is not None:
            self._leave(hit.message)

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self._leave(None)

    def action_menu(self, move: str) -> None:
        """Move in the list, or choose, while the field keeps the focus."""
        self._menu.go(move)

    def action_rank(self) -> None:
        """The best first, or the newest again."""
        self._ranked = not self._ranked
        self._ask()

    def action_explain(self) -> None:
        """Show what can be typed, or the hits again."""
        self._explained = not self._explained
        self._lay()

    def action_back(self) -> None:
        """Stop fetching, else close."""
        if self._fetching is not None and self._busy(False):
            self._fetching.cancel()
        else:
            self._leave(None)

    def _leave(self, goal: Message | None) -> None:
        if self._session.archive is not None:
            self._session.archive.cancel()
        self.dismiss(goal)

    # ---- what only the server has

    def action_fetch(self) -> None:
        """Fetch older messages from the server: of the room that is searched, or of all."""
        if self._fetchable:
            self._fetching = self.run_worker(self._fetch(), "fetch history", "fetch")
            self._hint()

    async def _fetch(self) -> None:
        fetching = Fetching(self._session, self._query.scope, self._progress)
        outcome = await fetching.run()
        if outcome is not None:
            self.query_one(Progress).say(outcome.sentence, "good" if outcome.ok else "bad")

    def _progress(self, sentence: str, count: int, back_to: int | None) -> None:
        told = f"{sentence}: {count:,} messages" if count else sentence
        if back_to is not None:
            today, _ = self._days.of(self._now())
            told += f", back to {name_of_day(self._days.of(back_to)[0], today)}"
        self.query_one(Progress).say(told, "busy")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Fetching ended, or was stopped: search again in what is here now."""
        if event.worker is not self._fetching or not event.worker.is_finished:
            return
        if event.state is WorkerState.CANCELLED:
            self.query_one(Progress).say("Stopped; what came is kept.", "good")
        self._hint()
        self._ask()
