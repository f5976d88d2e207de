"""The profiles: open one, add one, make one the default, log out of one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wschat_tui.state.text import clean, name
from wschat_tui.ui.amount import amount
from wschat_tui.ui.screens.confirm import ConfirmScreen
from wschat_tui.ui.screens.login import LoginScreen, Mode
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.menu import Item, Menu
from wschat_tui.ui.widgets.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual import events
    from textual.app import ComposeResult

    from wschat_tui.runtime.services import Outcome, ProfileInfo, Profiles, Services

_NAME_CELLS = 22
_NO_PROFILES = "No profiles yet. Press n to connect to a server, or t to import a token."


class ProfilesScreen(Sheet[str | None]):
    """The list of profiles. Dismisses with the name of the one to open, or with None.

    Adding, defaults and logging out happen here, through `services`; each reads the list anew.
    """

    CSS_PATH = ["../styles/sheet.tcss", "../styles/profiles.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Close", show=False),
        Binding("n", "add('password')", "New", show=False),
        Binding("t", "add('token')", "Import a token", show=False),
        Binding("m", "make_default", "Make default", show=False),
        Binding("x,delete", "forget", "Log out and forget", show=False),
    ]

    def __init__(self, services: Services, current: str = "") -> None:
        """`current`: the profile that is open, where one is."""
        super().__init__(classes="sheet-screen")
        self._services = services
        self._current = current
        self._profiles: dict[str, ProfileInfo] = {}

    def compose(self) -> ComposeResult:
        """The list, the chosen profile in full, what went wrong, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Profiles"
            yield Static("", id="problems", markup=False)
            yield Menu(id="list")
            yield Static("", id="about", markup=False)
            yield Progress(id="status")
            with Vertical(classes="sheet-foot"):
                yield Hints()

    def on_mount(self) -> None:
        """Read the profiles; the settings file is read off the screen's loop."""
        self.query_one(Menu).focus()
        self._status.say("Reading the settings", "busy")
        self._run(self._load(self._current), "read profiles")

    @property
    def _status(self) -> Progress:
        return self.query_one("#status", Progress)

    def _run(self, work: Awaitable[None], task: str) -> None:
        self.run_worker(work, name=task, group="profiles", exclusive=True)

    def _chosen(self) -> ProfileInfo | None:
        item = self.query_one(Menu).current
        return self._profiles.get(item.key) if item else None

    async def _load(self, keep: str = "", said: str = "") -> None:
        """Read the profiles anew; the cursor goes to `keep`, or to the default."""
        found: Profiles = await self._services.profiles()
        self._profiles = {one.name: one for one in found.profiles}
        default = next((one.name for one in found.profiles if one.is_default), "")
        wanted = keep if keep in self._profiles else default
        self.query_one(Menu).show([_item(one) for one in found.profiles], keep=wanted)
        self._show_problems(found.problems)
        self._show_keys()
        self._status.say(said, "good")

    def _show_keys(self) -> None:
        """The keys that have something to act on."""
        some = bool(self._profiles)
        hints = (
            (some, Hint("Enter", "open", "screen.open")),
            (True, Hint("n", "new", "screen.add('password')")),
            (True, Hint("t", "token", "screen.add('token')")),
            (some, Hint("m", "make default", "screen.make_default")),
            (some, Hint("x", "log out", "screen.forget")),
            (True, Hint("Esc", "close", "screen.cancel")),
        )
        self.query_one(Hints).show(*(hint for useful, hint in hints if useful))

    def _show_problems(self, problems: tuple[str, ...]) -> None:
        place = self.query_one("#problems", Static)
        place.update(Content("\n").join([Content(f"✗ {clean(one)}") for one in problems]))
        place.display = bool(problems)

    def on_menu_moved(self, event: Menu.Moved) -> None:
        """Tell all about the profile under the cursor."""
        event.stop()
        info = self._profiles.get(event.item.key) if event.item else None
        about = _about(info, current=self._current) if info else Content(_NO_PROFILES)
        self.query_one("#about", Static).update(about)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Open the one that was chosen."""
        event.stop()
        self.dismiss(event.item.key)

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_open(self) -> None:
        """Open the one under the cursor."""
        self.query_one(Menu).action_choose()

    def action_cancel(self) -> None:
        """Close without opening one."""
        self.dismiss(None)

    def action_add(self, mode: Mode) -> None:
        """Log in to make a profile."""
        self.app.push_screen(LoginScreen(self._services, mode), self._added)

    def _added(self, outcome: Outcome | None) -> None:
        if outcome is not None:
            said = outcome.sentence or f"Saved as {name(outcome.profile)}."
            self._run(self._load(outcome.profile, said), "read profiles")

    def action_make_default(self) -> None:
        """Make the one under the cursor the default."""
        chosen = self._chosen()
        if chosen is not None:
            self._change(self._services.make_default, chosen.name, "Changing the default")

    def action_forget(self) -> None:
        """Ask, then log out of the one under the cursor."""
        chosen = self._chosen()
        if chosen is None:
            return
        profile = chosen.name
        where = f" ({clean(chosen.token_home, one_line=True)})" if chosen.token_home else ""
        self.app.push_screen(
            ConfirmScreen(
                f"Log out of {name(profile)} and forget it?",
                "Log out",
                "Keep it",
                danger=True,
                detail=f"Its tokens{where} are deleted, and the profile with them. "
                "What is on the server stays there.",
            ),
            lambda yes: self._ask_of_history(chosen) if yes else None,
        )

    def _ask_of_history(self, chosen: ProfileInfo) -> None:
        """What is on this disk is nobody's to guess."""
        if not chosen.history:
            self._forget(chosen.name, history=False)
            return
        size = amount(chosen.history)
        self.app.push_screen(
            ConfirmScreen(
                f"Delete the history of {name(chosen.name)} on this disk as well?",
                "Delete it",
                "Keep it",
                danger=True,
                detail=f"{size} of messages, drafts and what waits to be sent. Kept, it is there "
                "again when you log in to the same account under the same name.",
            ),
            lambda yes: self._forget(chosen.name, history=bool(yes)),
        )

    def _forget(self, profile: str, *, history: bool) -> None:
        forget = partial(self._services.forget, history=history)
        self._change(forget, profile, f"Logging out of {name(profile)}")

    def _change(self, ask: Callable[[str], Awaitable[Outcome]], profile: str, doing: str) -> None:
        async def change() -> None:
            outcome = await ask(profile)
            await self._load(profile, outcome.sentence)
            if not outcome.ok:
                self._status.say(outcome.sentence or f"{doing} did not work.", "bad")

        self._status.say(doing, "busy")
        self._run(change(), "change profiles")


def _item(info: ProfileInfo) -> Item:
    star = "★ " if info.is_default else "  "
    shown = set_cell_size(name(info.name), _NAME_CELLS) if _fits(info) else name(info.name) + "  "
    who = f"{name(info.user)} on " if info.user else ""
    row = Content.assemble(star, (shown, "bold"), (f"{who}{_host(info)}", "$text-muted"))
    token = "" if info.token_home else "logged out"
    return Item(info.name, row, Content.styled(token, "$text-muted"))


def _fits(info: ProfileInfo) -> bool:
    return cell_len(name(info.name)) <= _NAME_CELLS


def _host(info: ProfileInfo) -> str:
    """The server's address without what is the same in most of them."""
    address = clean(info.server, one_line=True, limit=256)
    return address.removeprefix("wss://").removesuffix("/v1/ws")


def _about(info: ProfileInfo, *, current: str) -> Content:
    """A profile in full, as one sentence a line."""
    marks = [
        word
        for word, true in (("default", info.is_default), ("open now", info.name == current))
        if true
    ]
    head = name(info.name) + (f" ({', '.join(marks)})" if marks else "")
    home = clean(info.token_home, one_line=True, limit=256)
    lines = (
        f"Server  {clean(info.server, one_line=True, limit=256)}",
        f"User    {name(info.user)}" if info.user else "User    not known until it connects",
        f"Token   {home}" if home else "Token   none: opening it asks you to log in",
        f"History {amount(info.history)} on this disk" if info.history else "History none here",
    )
    return Content.assemble((head, "bold"), "\n", "\n".join(lines))
