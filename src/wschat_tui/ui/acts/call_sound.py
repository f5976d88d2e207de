"""Actions on what calls are heard with: devices, volumes, and when the microphone is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wschat_tui.state.commands import words
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.acts.in_call import in_call, on_call
from wschat_tui.ui.call_words import TALKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import MediaView
    from wschat_tui.state.calls.call_views import Talking
    from wschat_tui.ui.desk import Desk

NO_MEDIA = "There is no sound here to set."

STEP = 10
"""Percent by which a key changes a volume."""

LOUDEST = 200
"""Percent; `MediaView.set_volume`."""


@in_call
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


ACTIONS = (
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
)
