"""Searching what was said."""

from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.desk import Desk


def _search(desk: Desk, rest: str) -> None:
    desk.open_sheet("search", rest)


ACTIONS = (
    Action(
        "app.search",
        "Search all that was said",
        "Everywhere",
        _search,
        keys=("ctrl+f",),
        slash=Slash("search", (Parameter("words", "text", required=False),), ("find",)),
        hint="search",
    ),
)
