"""Actions that move how a call is seen, and change nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.acts.in_call import in_call, on_call
from wschat_tui.ui.phone import LAYOUTS

if TYPE_CHECKING:
    from wschat_tui.ui.desk import Desk
    from wschat_tui.ui.phone import Layout


@in_call
def _view(desk: Desk, _rest: str) -> None:
    desk.phone.view("alone" if desk.phone.look.view == "away" else "away")


@in_call
def _beside(desk: Desk, _rest: str) -> None:
    desk.phone.view("alone" if desk.phone.look.view == "beside" else "beside")


@in_call
def _leave(desk: Desk, _rest: str) -> None:
    if desk.phone.look.full:
        desk.phone.fill(full=False)
    elif desk.phone.look.view == "beside":
        desk.compose()
    else:
        desk.phone.view("away")


@in_call
def _layout(desk: Desk, rest: str) -> str | None:
    names: tuple[Layout, ...] = tuple(LAYOUTS)
    chosen = next((name for name in names if name == rest.casefold()), None)
    if rest and chosen is None:
        return f"Arrange them how? /layout {'|'.join(names)}."
    after = names[(names.index(desk.phone.look.layout) + 1) % len(names)]
    desk.phone.lay(chosen or after)
    return None


@in_call
def _full(desk: Desk, _rest: str) -> None:
    desk.phone.fill(full=not desk.phone.look.full)


@in_call
def _figures(desk: Desk, _rest: str) -> None:
    desk.phone.explain(figures=not desk.phone.look.figures)


ACTIONS = (
    Action(
        "call.view",
        "Go to the call, or back to the chat while it goes on",
        "Calls",
        _view,
        keys=("f2",),
        context="oncall",
        hint="call/chat",
        allowed=on_call,
    ),
    Action(
        "call.beside",
        "Show or hide the direct chat beside the call",
        "Calls",
        _beside,
        keys=("c",),
        context="call",
        hint="chat beside",
        allowed=on_call,
    ),
    Action(
        "call.layout",
        "Arrange the pictures: yours in the corner, side by side, theirs alone",
        "Calls",
        _layout,
        keys=("l",),
        context="call",
        slash=Slash(
            "layout", (Parameter("how", "choice", required=False, choices=tuple(LAYOUTS)),)
        ),
        hint="layout",
        allowed=on_call,
    ),
    Action(
        "call.full",
        "Give the whole terminal to the picture, or no longer",
        "Calls",
        _full,
        keys=("f",),
        context="call",
        slash=Slash("fullscreen"),
        hint="full",
        allowed=on_call,
    ),
    Action(
        "call.figures",
        "Show all figures of the connection, or no longer",
        "Calls",
        _figures,
        keys=("i",),
        context="call",
        slash=Slash("stats"),
        hint="figures",
        allowed=on_call,
    ),
    Action(
        "call.leave",
        "Go back to the chat; the call goes on",
        "Calls",
        _leave,
        keys=("escape",),
        context="call",
        hint="back to chat",
        palette=False,
        allowed=on_call,
    ),
)
