"""Actions of the program as a whole."""

from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.desk import Desk


def _quit(desk: Desk, _rest: str) -> None:
    desk.quit()


def _palette(desk: Desk, _rest: str) -> None:
    desk.open_sheet("palette")


def _help(desk: Desk, rest: str) -> None:
    desk.open_sheet("help", rest.removeprefix("/"))


def _profiles(desk: Desk, _rest: str) -> None:
    desk.open_sheet("profiles")


def _login(desk: Desk, _rest: str) -> None:
    desk.open_sheet("login")


def _theme(desk: Desk, rest: str) -> str | None:
    return desk.set_theme(rest)


def _whoami(desk: Desk, _rest: str) -> None:
    state = desk.state
    who = f"You are {state.me}" if state.me else "It is not known yet who you are"
    where = f" on {state.server}" if state.server else ""
    token = f"; the token is {state.token_home}" if state.token_home else ""
    desk.say(f"{who}{where}{token}.")


ACTIONS = (
    Action(
        "app.palette",
        "Go to a room, a person or a command",
        "Everywhere",
        _palette,
        keys=("ctrl+k",),
        slash=Slash("goto"),
        hint="go to",
        palette=False,
    ),
    Action(
        "app.help",
        "Show all keys and commands",
        "Everywhere",
        _help,
        keys=("f1",),
        slash=Slash("help", (Parameter("command", "command", required=False),), ("keys",)),
        hint="keys",
    ),
    Action(
        "app.quit",
        "Quit",
        "Everywhere",
        _quit,
        keys=("ctrl+q",),
        slash=Slash("quit", aliases=("exit", "q")),
        hint="quit",
    ),
    Action(
        "app.profiles",
        "Change, add or remove profiles",
        "Everywhere",
        _profiles,
        slash=Slash("profiles"),
    ),
    Action(
        "app.login",
        "Log in again, or to another server",
        "Everywhere",
        _login,
        slash=Slash("login"),
    ),
    Action(
        "app.theme",
        "Choose the colours",
        "View",
        _theme,
        slash=Slash("theme", (Parameter("name", "theme", required=False),)),
    ),
    Action(
        "app.whoami",
        "Tell who you are, where, and where the token is kept",
        "Everywhere",
        _whoami,
        slash=Slash("whoami"),
    ),
)
