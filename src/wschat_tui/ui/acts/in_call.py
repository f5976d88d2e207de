"""Actions on the call that is on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from wschat_tui.state.commands import words
from wschat_tui.state.select import name_of
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.acts.calls import HOW, NEEDS
from wschat_tui.ui.call_words import TALKING, recording_file
from wschat_tui.ui.later import call_inputs
from wschat_tui.ui.phone import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import MediaView
    from wschat_tui.state.call import Shown
    from wschat_tui.state.call_views import Talking
    from wschat_tui.state.model import State
    from wschat_tui.ui.actions import Place
    from wschat_tui.ui.desk import Desk
    from wschat_tui.ui.phone import Layout

NO_CALL = "No call is on."
NO_MEDIA = "There is no sound here to set."

STEP = 10
"""Percent by which a key changes a volume."""

LOUDEST = 200
"""Percent; `MediaView.set_volume`."""

SHARES: dict[str, Shown] = {name: shows for name, shows in HOW.items() if name != "audio"} | {
    "camera": "camera",
    "nothing": "",
}
"""What `/share` calls what can be sent a picture of."""

_SHARE = ("camera", "screen", "terminal", "command", "file", "pattern", "nothing")


def on_call(state: State, _place: Place) -> bool:
    """A call is on, or being placed."""
    return state.call is not None and state.call.phase != "in_ringing"


def _connected(state: State, _place: Place) -> str:
    call = state.call
    active = call is not None and call.phase == "active"
    return "" if active else "That can be done once the call is connected."


def _in_call(run: Callable[[Desk, str], str | None]) -> Callable[[Desk, str], str | None]:
    """Commands are typed at any time; without a call they say so."""

    def checked(desk: Desk, rest: str) -> str | None:
        return run(desk, rest) if on_call(desk.state, desk.place) else NO_CALL

    return checked


@_in_call
def _hang_up(desk: Desk, _rest: str) -> None:
    desk.feed(call_inputs.HangUpAsked(desk.op_id(), desk.now()))


@_in_call
def _mute(desk: Desk, _rest: str) -> None:
    call = desk.state.call
    desk.feed(call_inputs.MuteAsked(microphone=call is not None and not call.microphone))


@_in_call
def _camera(desk: Desk, _rest: str) -> None:
    call = desk.state.call
    on = call is not None and call.shows == "camera"
    _show(desk, "" if on else "camera")


@_in_call
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


@_in_call
def _talk(desk: Desk, _rest: str) -> str | None:
    media = desk.phone.media
    if media is None or media.talking != "push":
        return "The microphone does not wait for a key; /talking push lets it."
    desk.phone.talk()
    return None


def _talking(desk: Desk, rest: str) -> str | None:
    media = desk.phone.media
    if media is None:
        return NO_MEDIA
    mode = _mode(rest) if rest else _next_mode(media.talking)
    if mode is None:
        return f"Talk when? /talking {'|'.join(TALKING)}."
    media.set_talking(mode)
    desk.phone.refresh()
    desk.say(f"The microphone is sent {TALKING[mode]}.")
    return None


def _mode(word: str) -> Talking | None:
    return next((mode for mode in TALKING if mode == word.casefold()), None)


def _next_mode(mode: Talking) -> Talking:
    modes = tuple(TALKING)
    return modes[(modes.index(mode) + 1) % len(modes)]


def _devices(desk: Desk, _rest: str) -> str | None:
    if desk.phone.media is None:
        return NO_MEDIA
    desk.phone.choose_devices()
    return None


def _volume(desk: Desk, rest: str) -> str | None:
    media = desk.phone.media
    if media is None:
        return NO_MEDIA
    first, second = words(rest)
    kind: Literal["microphone", "speaker"] = "microphone" if first == "microphone" else "speaker"
    percent = second if first in {"microphone", "speaker"} else first
    if not percent:
        desk.say(f"The {kind} is at {media.volume(kind)} %.")
        return None
    plain = percent.removesuffix("%").strip()
    if not plain.isascii() or not plain.isdigit() or int(plain) > LOUDEST:
        return f"How loud? /volume speaker|microphone 0 to {LOUDEST}; 100 is as it comes."
    _set_volume(desk, media, kind, int(plain))
    desk.say(f"The {kind} is at {int(plain)} %.")
    return None


def _louder(by: int) -> Callable[[Desk, str], str | None]:
    def run(desk: Desk, _rest: str) -> str | None:
        media = desk.phone.media
        if media is None:
            return NO_MEDIA
        percent = min(max(media.volume("speaker") + by, 0), LOUDEST)
        _set_volume(desk, media, "speaker", percent)
        return None

    return run


def _set_volume(
    desk: Desk, media: MediaView, kind: Literal["microphone", "speaker"], percent: int
) -> None:
    media.set_volume(kind, percent)
    desk.phone.refresh()


@_in_call
def _view(desk: Desk, _rest: str) -> None:
    desk.phone.view("alone" if desk.phone.look.view == "away" else "away")


@_in_call
def _beside(desk: Desk, _rest: str) -> None:
    desk.phone.view("alone" if desk.phone.look.view == "beside" else "beside")


@_in_call
def _leave(desk: Desk, _rest: str) -> None:
    if desk.phone.look.full:
        desk.phone.fill(full=False)
    elif desk.phone.look.view == "beside":
        desk.compose()
    else:
        desk.phone.view("away")


@_in_call
def _layout(desk: Desk, rest: str) -> str | None:
    names: tuple[Layout, ...] = tuple(LAYOUTS)
    chosen = next((name for name in names if name == rest.casefold()), None)
    if rest and chosen is None:
        return f"Arrange them how? /layout {'|'.join(names)}."
    after = names[(names.index(desk.phone.look.layout) + 1) % len(names)]
    desk.phone.lay(chosen or after)
    return None


@_in_call
def _full(desk: Desk, _rest: str) -> None:
    desk.phone.fill(full=not desk.phone.look.full)


@_in_call
def _figures(desk: Desk, _rest: str) -> None:
    desk.phone.explain(figures=not desk.phone.look.figures)


@_in_call
def _verify(desk: Desk, _rest: str) -> None:
    desk.phone.verify()


@_in_call
def _record(desk: Desk, rest: str) -> str | None:
    call = desk.state.call
    if call is None:
        return NO_CALL
    if call.recording:
        desk.feed(call_inputs.RecordAsked(desk.op_id(), desk.now(), ""))
        return None
    file = Path(rest).expanduser() if rest else Path.home() / recording_file(call, desk.now())
    if file.suffix not in {".webm", ".mkv"}:
        return "A recording is a .webm or .mkv file; /record FILE, or nothing for a usual name."

    def go() -> None:
        desk.feed(call_inputs.RecordAsked(desk.op_id(), desk.now(), str(file)))

    name = name_of(desk.state, call.peer)
    desk.confirm(f"Record both sides to {_shown(file)}? {name} is told in the chat.", "Record", go)
    return None


def _shown(file: Path) -> str:
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


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
    Action(
        "call.talk",
        "Talk, where talking takes a key: hold it, or press it and press it again",
        "Calls",
        _talk,
        keys=("space",),
        context="call",
        slash=Slash("talk"),
        palette=False,
        allowed=on_call,
    ),
    Action(
        "call.talking",
        "Choose when the microphone is sent: always, by a key, or by your voice",
        "Calls",
        _talking,
        keys=("t",),
        context="call",
        slash=Slash(
            "talking", (Parameter("when", "choice", required=False, choices=tuple(TALKING)),)
        ),
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
        "call.verify",
        "Compare words, to know that nobody stands between",
        "Calls",
        _verify,
        keys=("w",),
        context="call",
        slash=Slash("verify"),
        hint="verify",
        allowed=on_call,
        hindrance=_connected,
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
        "call.record",
        "Record both sides, or stop",
        "Calls",
        _record,
        keys=("r",),
        context="call",
        slash=Slash("record", (Parameter("file", "text", required=False),)),
        hint="record",
        allowed=on_call,
        hindrance=_connected,
    ),
    Action(
        "call.devices",
        "Choose microphone, speaker, camera and screen, and how loud they are",
        "Calls",
        _devices,
        keys=("d",),
        context="call",
        slash=Slash("devices"),
        hint="devices",
        allowed=on_call,
    ),
    Action(
        "call.volume",
        "Tell or set how loud the speaker or the microphone is, in percent",
        "Calls",
        _volume,
        slash=Slash(
            "volume",
            (
                Parameter("what", "choice", required=False, choices=("speaker", "microphone")),
                Parameter("percent", "text", required=False),
            ),
        ),
        palette=False,
    ),
    Action(
        "call.louder",
        "Make the speaker louder",
        "Calls",
        _louder(STEP),
        keys=("plus", "equals_sign"),
        context="call",
        palette=False,
        allowed=on_call,
    ),
    Action(
        "call.quieter",
        "Make the speaker quieter",
        "Calls",
        _louder(-STEP),
        keys=("minus",),
        context="call",
        palette=False,
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
