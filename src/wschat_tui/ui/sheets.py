"""Opens the screens that lie over the chat; each is loaded when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from textual.message import Message as TextualMessage

from wschat_tui.state.text import clean
from wschat_tui.ui import opener
from wschat_tui.ui.links import host_of
from wschat_tui.ui.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import Outcome
    from wschat_tui.state.model import Message
    from wschat_tui.ui.desk import Sheet
    from wschat_tui.ui.goto import Goal
    from wschat_tui.ui.screens.chat import ChatScreen


class ProfileChosen(TextualMessage):
    """The user wants another profile opened."""

    def __init__(self, profile: str) -> None:
        super().__init__()
        self.profile = profile


def confirm(screen: ChatScreen, question: str, yes: str, then: Callable[[], None]) -> None:
    """Ask whether to go on."""
    from wschat_tui.ui.screens.confirm import ConfirmScreen

    def answered(answer: bool | None) -> None:
        if answer:
            then()

    danger = yes in {"Delete", "Redact"}
    screen.app.push_screen(ConfirmScreen(question, yes, "Cancel", danger=danger), answered)


def pick_reaction(
    screen: ChatScreen, message: Message, picked: Callable[[str | None], None]
) -> None:
    """Show the reaction picker."""
    from wschat_tui.ui.screens.react import ReactScreen, recent_of, tiles_of

    state = screen.state
    screen.app.push_screen(ReactScreen(tiles_of(state, message), recent_of(state)), picked)


def show_details(screen: ChatScreen, message: Message) -> None:
    """Show all that is known of a message, and what it said before where that is kept."""
    from wschat_tui.ui.days import Days
    from wschat_tui.ui.screens.details import DetailsScreen, Fact, details_of, earlier_facts

    now, days, archive = screen.services.now(), Days(screen.tz), screen.session.archive

    async def earlier() -> tuple[Fact, ...]:
        found = await archive.revisions(message.id) if archive is not None else ()
        return earlier_facts(found, now, days)

    details = details_of(screen.state, message, now, days)
    look_up = earlier if message.edited and archive is not None else None
    screen.app.push_screen(DetailsScreen(details, screen.desk.copy, look_up))


def show_files(screen: ChatScreen, message: Message) -> str | None:
    """Show the files of a message."""
    from wschat_tui.ui.screens.files import FilesScreen

    files = screen.session.files
    if files is None:
        return "Files are fetched once a session is open."
    screen.app.push_screen(FilesScreen(message.attachments, files, screen.desk.open_link))
    return None


def open_sheet(screen: ChatScreen, sheet: Sheet, about: str) -> None:
    """Open one of the sheets by its name."""
    match sheet:
        case "palette":
            _open_palette(screen, about)
        case "help":
            _open_help(screen, about)
        case "profiles":
            _open_profiles(screen)
        case "login":
            _open_login(screen)
        case "search":
            _open_search(screen, about)
        case _:
            assert_never(sheet)


def _open_search(screen: ChatScreen, begin: str) -> None:
    from wschat_tui.ui.days import Days
    from wschat_tui.ui.screens.search import SearchScreen

    def chosen(message: Message | None) -> None:
        if message is not None:
            screen.desk.go_to(message)

    search = SearchScreen(screen.session, screen.services.now, Days(screen.tz), begin)
    screen.app.push_screen(search, chosen)


def _open_palette(screen: ChatScreen, begin: str) -> None:
    from wschat_tui.ui.goto import goals_of
    from wschat_tui.ui.screens.palette import PaletteScreen

    goals = goals_of(
        screen.state,
        screen.keymap.actions,
        screen.desk.place,
        themes=sorted(screen.app.available_themes),
        recent=screen.recent,
    )

    def chosen(goal: Goal | None) -> None:
        if goal is not None:
            _reach(screen, goal)

    screen.app.push_screen(PaletteScreen(goals, begin), chosen)


def _reach(screen: ChatScreen, goal: Goal) -> None:
    match goal.kind:
        case "room":
            screen.desk.open_room(goal.id)
        case "person":
            screen.desk.open_direct(goal.id)
        case "theme":
            set_theme(screen, goal.id)
        case "action":
            slash = screen.keymap.action(goal.id).slash
            if slash is not None and any(one.required for one in slash.parameters):
                screen.desk.compose(f"/{slash.name} ")
            else:
                screen.desk.run(goal.id)
        case _:
            assert_never(goal.kind)


def _open_help(screen: ChatScreen, about: str) -> None:
    from wschat_tui.ui.screens.help import HelpScreen

    screen.app.push_screen(HelpScreen(screen.keymap.actions, about))


def _open_profiles(screen: ChatScreen) -> None:
    from wschat_tui.ui.screens.profiles import ProfilesScreen

    def chosen(profile: str | None) -> None:
        if profile:
            screen.post_message(ProfileChosen(profile))

    screen.app.push_screen(ProfilesScreen(screen.services, screen.state.profile), chosen)


def _open_login(screen: ChatScreen) -> None:
    from wschat_tui.ui.screens.login import LoginScreen

    state = screen.state

    def done(outcome: Outcome | None) -> None:
        if outcome is not None:
            screen.post_message(ProfileChosen(outcome.profile))

    form = LoginScreen(
        screen.services,
        server=state.server,
        profile=state.profile,
        sentence=state.link.sentence if state.link.phase == "login" else "",
    )
    screen.app.push_screen(form, done)


def set_theme(screen: ChatScreen, name: str) -> str | None:
    """Change the colours now, and keep the choice in the settings."""
    app = screen.app
    if name not in app.available_themes:
        others = len(app.available_themes) - len(THEMES)
        own = " and ".join(one.name for one in THEMES)
        return f"Which colours? /theme NAME: there are {own}, and {others} that Textual brings."
    app.theme = name

    async def keep() -> None:
        outcome = await screen.services.keep_setting("ui.theme", name)
        if not outcome.ok:
            screen.toasts.say(outcome.sentence, "warning")

    screen.run_worker(keep(), name="keep theme", group="settings")
    return None


def open_link(screen: ChatScreen, url: str) -> None:
    """Ask, then open a link; the question names the host that it leads to."""
    host = host_of(url)
    if not host:
        screen.toasts.say("Only http and https links are opened.", "warning")
        return

    async def go() -> None:
        sentence = await opener.open_link(url)
        if sentence:
            screen.toasts.say(sentence, "warning")

    def yes() -> None:
        screen.run_worker(go(), name="open link", group="links")

    shown = clean(url, one_line=True, limit=200)
    confirm(screen, f"Open {shown}? It leads to {host}.", "Open", yes)
