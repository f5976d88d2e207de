"""Actions of the composer, and of what completion offers in it."""

from wschat_tui.state.model import State
from wschat_tui.state.select import is_mine, may_edit
from wschat_tui.ui.actions import Action, Parameter, Place, Slash
from wschat_tui.ui.acts.messages import target
from wschat_tui.ui.desk import Desk
from wschat_tui.ui.later import inputs


def _send(desk: Desk, _rest: str) -> str | None:
    return desk.send()


def _new_line(desk: Desk, _rest: str) -> None:
    desk.new_line()


def _clear(desk: Desk, _rest: str) -> str | None:
    return desk.empty()


def _cancel(desk: Desk, _rest: str) -> None:
    desk.cancel()


def _edit_last(desk: Desk, _rest: str) -> None:
    message = target(desk, lambda state, one: is_mine(state, one) and may_edit(state, one))
    if message is None:
        desk.browse()
    else:
        desk.begin_edit(message)


def _me(desk: Desk, rest: str) -> str | None:
    if not rest:
        return "What are you doing? /me TEXT."
    place = desk.place
    body = f"_{rest}_"
    desk.feed(inputs.Typed(desk.op_id(), desk.now(), desk.state.focus, body, place.thread or None))
    return None


def _command(desk: Desk, _rest: str) -> None:
    desk.compose("/")


def _compose(desk: Desk, _rest: str) -> None:
    desk.compose()


def _next(desk: Desk, _rest: str) -> None:
    desk.complete("next")


def _previous(desk: Desk, _rest: str) -> None:
    desk.complete("previous")


def _accept(desk: Desk, _rest: str) -> None:
    desk.complete("accept")


def _dismiss(desk: Desk, _rest: str) -> None:
    desk.complete("dismiss")


def _empty(_state: State, place: Place) -> bool:
    return not place.text and not place.editing


ACTIONS = (
    Action(
        "composer.send",
        "Send",
        "Writing",
        _send,
        keys=("enter",),
        context="composer",
        palette=False,
    ),
    Action(
        "composer.new_line",
        "Begin a new line",
        "Writing",
        _new_line,
        keys=("alt+enter", "shift+enter", "ctrl+j"),
        context="composer",
        palette=False,
    ),
    Action(
        "composer.clear",
        "Empty the composer; again brings it back",
        "Writing",
        _clear,
        keys=("ctrl+l",),
        context="composer",
    ),
    Action(
        "composer.edit_last",
        "Edit your last message, where nothing is typed",
        "Writing",
        _edit_last,
        keys=("up",),
        context="composer",
        palette=False,
        allowed=_empty,
    ),
    Action(
        "composer.leave",
        "Cancel editing, else go to the messages",
        "Writing",
        _cancel,
        keys=("escape",),
        context="composer",
        hint="messages",
        palette=False,
    ),
    Action(
        "composer.me",
        "Say what you are doing",
        "Writing",
        _me,
        slash=Slash("me", (Parameter("text", "text"),)),
        palette=False,
    ),
    Action(
        "composer.slash",
        "Begin a command, where nothing is typed",
        "Writing",
        _command,
        keys=("slash",),
        context="composer",
        hint="commands",
        palette=False,
        allowed=_empty,
    ),
    Action(
        "composer.command",
        "Type a command",
        "Writing",
        _command,
        keys=("slash",),
        context="timeline",
        palette=False,
    ),
    Action(
        "composer.focus",
        "Go back to writing",
        "Writing",
        _compose,
        keys=("escape", "c"),
        context="timeline",
        hint="write",
        palette=False,
    ),
    Action(
        "list.leave",
        "Go back to writing",
        "Writing",
        _compose,
        keys=("escape",),
        context="lists",
        hint="write",
        palette=False,
    ),
    Action(
        "completion.next",
        "Go to the next offer",
        "Writing",
        _next,
        keys=("down",),
        context="completion",
        palette=False,
    ),
    Action(
        "completion.previous",
        "Go to the offer before",
        "Writing",
        _previous,
        keys=("up",),
        context="completion",
        palette=False,
    ),
    Action(
        "completion.accept",
        "Take the offer",
        "Writing",
        _accept,
        keys=("tab",),
        context="completion",
        hint="take",
        palette=False,
    ),
    Action(
        "completion.choose",
        "Take the offer, where a part of it is typed",
        "Writing",
        _accept,
        keys=("enter",),
        context="completion",
        palette=False,
        allowed=lambda _state, place: place.eager,
    ),
    Action(
        "completion.dismiss",
        "Close the offers",
        "Writing",
        _dismiss,
        keys=("escape",),
        context="completion",
        hint="close",
        palette=False,
    ),
)
