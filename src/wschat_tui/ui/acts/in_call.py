"""Actions on the call that is on: ending it, and what the other side hears and sees of me."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.commands import words
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.acts.calls import HOW, NEEDS
from wschat_tui.ui.later import call_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.state.calls.call import Shown
    from wschat_tui.state.model import State
    from wschat_tui.ui.actions import Place
    from wschat_tui.ui.desk import Desk

NO_CALL = "No call is on."

SHARES: dict[str, Shown] = {name: shows for name, shows in HOW.items() if name != "audio"} | {
    "camera": "camera",
    "nothing": "",
}
"""What `/share` calls what can be sent a picture of."""

_SHARE = ("camera", "screen", "terminal", "command", "file", "pattern", "nothing")


def on_call(state: State, _place: Place) -> bool:
    """A call is on, or being placed."""
    return state.call is not None and state.call.phase != "in_ringing"


def connected(state: State, _place: Place) -> str:
    """Why it has to wait, for what needs the other side."""
    call = state.call
    active = call is not None and call.phase == "active"
    return "" if active else "That can be done once the call is connected."


def in_call(run: Callable[[Desk, str], str | None]) -> Callable[[Desk, str], str | None]:
    """Commands are typed at any time; without a call they say so."""

    def checked(desk: Desk, rest: str) -> str | None:
        return run(desk, rest) if on_call(desk.state, desk.place) else NO_CALL

    return checked


@in_call
def _hang_up(desk: Desk, _rest: str) -> None:
    desk.feed(call_inputs.HangUpAsked(desk.op_id(), desk.now()))


@in_call
def _mute(desk: Desk, _rest: str) -> None:
    call = desk.state.call
    desk.feed(call_inputs.MuteAsked(microphone=call is not None and not call.microphone))


@in_call
def _camera(desk: Desk, _rest: str) -> None:
    call = desk.state.call
    on = call is not None and call.shows == "camera"
    _show(desk, "" if on else "camera")


@in_call
def _share(desk: Desk, rest: str) -> str | None:
    word, what = words(rest)
    if not word:
        desk.phone.choose_share()
        return None
    if word not in SHARES:
        return f"Share what? /share {'|'.join(_SHARE)}."
    if word in NEEDS and not what:
        return f"{NEEDS[word]} /share {word} {word.upper()}."
    _show(desk, SHARES[word], what)
    return None


def _show(desk: Desk, shows: Shown, what: str = "") -> None:
    desk.feed(call_inputs.ShowAsked(desk.op_id(), desk.now(), shows, what))


ACTIONS = (
    Action(
        "call.hang_up",
        "Hang up",
        "Calls",
        _hang_up,
        keys=("f9",),
        context="oncall",
        slash=Slash("hangup", aliases=("bye",)),
        hint="hang up",
        allowed=on_call,
    ),
    Action(
        "call.mute",
        "Send silence, or your voice again",
        "Calls",
        _mute,
        keys=("f7",),
        context="oncall",
        slash=Slash("mute", aliases=("unmute",)),
        hint="mute",
        allowed=on_call,
    ),
    Action(
        "call.camera",
        "Turn your camera on or off",
        "Calls",
        _camera,
        keys=("f8",),
        context="oncall",
        slash=Slash("camera"),
        hint="camera",
        allowed=on_call,
    ),
    Action(
        "call.share",
        "Share a screen, this terminal, a command, a file, or nothing",
        "Calls",
        _share,
        keys=("s",),
        context="call",
        slash=Slash(
            "share",
            (
                Parameter("what", "choice", required=False, choices=_SHARE),
                Parameter("name", "text", required=False),
            ),
        ),
        hint="share",
        allowed=on_call,
    ),
)
