"""Actions that begin a call, take one, or turn it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.commands import words
from wschat_tui.state.resolve import person_named
from wschat_tui.state.select import name_of, peer_of
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.later import call_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.state.calls.call import Shown
    from wschat_tui.state.model import State
    from wschat_tui.ui.actions import Place
    from wschat_tui.ui.desk import Desk

HOW: dict[str, Shown] = {
    "audio": "",
    "video": "camera",
    "screen": "screen",
    "terminal": "terminal",
    "command": "command",
    "file": "file",
    "pattern": "pattern",
}
"""What a command calls the ways to call → what is sent a picture of."""

NEEDS: dict[str, str] = {"command": "Which command?", "file": "Which file?"}
"""Ways that say nothing without another word."""

_HOW = Parameter("how", "choice", required=False, choices=tuple(HOW))
_WHAT = Parameter("what", "text", required=False)


def ready(state: State, _place: Place) -> str:
    """Why no call can begin now."""
    if not state.calls_ready:
        return state.calls_hindrance or (
            "It is not known yet whether this installation can take calls; try again in a moment."
        )
    if state.call is not None:
        name = name_of(state, state.call.peer)
        if state.call.phase == "in_ringing":
            return f"{name} is calling: answer or decline that first."
        return f"You are in a call with {name}; hang up first."
    if state.link.phase != "online":
        return "There is no connection to the server, and calls begin there; try again once it is."
    return ""


def whom(state: State, place: Place) -> str:
    """Who is meant: chosen among the people, in the direct chat, or who wrote the message."""
    author = place.message.author if place.message is not None else ""
    found = place.person or peer_of(state, place.scope or state.focus) or author
    return "" if found == state.me else found


def ringing(state: State, _place: Place) -> bool:
    """Somebody calls."""
    call = state.call
    return call is not None and call.phase == "in_ringing" and not call.quiet


def _somebody(state: State, place: Place) -> bool:
    return bool(whom(state, place))


def _start(desk: Desk, rest: str) -> str | None:
    first, more = words(rest)
    if first in HOW and not _known(desk.state, first):
        first, more = "", rest
    user = person_named(desk.state, first) if first else whom(desk.state, desk.place)
    if not user:
        desk.compose("/call ")
        return None
    if user == desk.state.me:
        return "That is you; choose somebody else."
    how, what = words(more)
    if not how:
        desk.phone.prepare(user)
        return None
    if how not in HOW:
        return f"Call how? /call PERSON {'|'.join(HOW)}."
    if how in NEEDS and not what:
        return f"{NEEDS[how]} /call PERSON {how} {how.upper()}."
    desk.phone.call(user, HOW[how], what)
    return None


def _known(state: State, word: str) -> bool:
    return person_named(state, word) in state.people


def _prepare(shows: Shown) -> Callable[[Desk, str], str | None]:
    def run(desk: Desk, _rest: str) -> str | None:
        user = whom(desk.state, desk.place)
        if not user:
            return "Whom? Go to a direct chat, choose somebody among the people, or /call PERSON."
        desk.phone.prepare(user, shows)
        return None

    return run


def _accept(desk: Desk, rest: str) -> str | None:
    how, what = words(rest)
    if how and how not in HOW:
        return f"Answer how? /answer {'|'.join(HOW)}."
    if how in NEEDS and not what:
        return f"{NEEDS[how]} /answer {how} {how.upper()}."
    if not ringing(desk.state, desk.place):
        return "Nobody is calling."
    desk.phone.accept(HOW.get(how, ""), what)
    return None


def _accept_video(desk: Desk, _rest: str) -> str | None:
    return _accept(desk, "video")


def _decline(desk: Desk, _rest: str) -> str | None:
    if not ringing(desk.state, desk.place):
        return "Nobody is calling."
    call = desk.state.call
    seen = call.id if call is not None else ""
    desk.feed(call_inputs.CallDeclined(desk.op_id(), desk.now(), seen))
    return None


def _call_back(desk: Desk, _rest: str) -> str | None:
    state, message = desk.state, desk.place.message
    if message is None or message.kind != "call":
        return "There is no call here to answer with another."
    peer = peer_of(state, message.scope) or message.author
    if peer == state.me:
        return "It is not known who this call was with."
    desk.phone.prepare(peer)
    return None


ACTIONS = (
    Action(
        "call.start",
        "Call somebody: choose how, then Enter",
        "Calls",
        _start,
        keys=("f2",),
        slash=Slash("call", (Parameter("person", "person", required=False), _HOW, _WHAT)),
        hint="call",
        hindrance=ready,
    ),
    Action(
        "call.audio",
        "Call with sound",
        "Calls",
        _prepare(""),
        keys=("c",),
        context="people",
        hint="call",
        allowed=_somebody,
        hindrance=ready,
    ),
    Action(
        "call.video",
        "Call with sound and your camera",
        "Calls",
        _prepare("camera"),
        keys=("v",),
        context="people",
        hint="video call",
        allowed=_somebody,
        hindrance=ready,
    ),
    Action(
        "call.screen",
        "Call and share your screen",
        "Calls",
        _prepare("screen"),
        keys=("s",),
        context="people",
        allowed=_somebody,
        hindrance=ready,
    ),
    Action(
        "call.terminal",
        "Call and share this terminal",
        "Calls",
        _prepare("terminal"),
        keys=("t",),
        context="people",
        allowed=_somebody,
        hindrance=ready,
    ),
    Action(
        "call.accept",
        "Take the call with sound alone",
        "Calls",
        _accept,
        keys=("f7",),
        context="ringing",
        slash=Slash("answer", (_HOW, _WHAT), ("accept",)),
        hint="take it",
        allowed=ringing,
    ),
    Action(
        "call.accept_video",
        "Take the call with your camera too",
        "Calls",
        _accept_video,
        keys=("f8",),
        context="ringing",
        hint="with your camera",
        allowed=ringing,
    ),
    Action(
        "call.decline",
        "Decline the call",
        "Calls",
        _decline,
        keys=("f9",),
        context="ringing",
        slash=Slash("decline", aliases=("reject",)),
        hint="decline",
        allowed=ringing,
    ),
    Action(
        "call.back",
        "Call back",
        "Calls",
        _call_back,
        keys=("r", "enter"),
        context="called",
        hint="call back",
        palette=False,
        hindrance=ready,
    ),
)
