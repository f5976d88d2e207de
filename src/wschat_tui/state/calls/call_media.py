"""The call that is on and the media it holds, kept in balance.

Whatever changes the call passes `put`, so that each tone that begins also ends; whatever opens
media passes here too, so that they are closed once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.state.addresses import is_here
from wschat_tui.state.calls.call import Call, CallPhase, CallStats
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    OpenMedia,
    Ring,
    TakeCandidate,
    TakeDescription,
)
from wschat_tui.state.calls.descriptions import (
    MAX_CANDIDATES,
    belongs,
    fingerprint,
    sifted,
    usable,
)
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

Tone = Literal["incoming", "outgoing", "off"]

_TONES: Mapping[CallPhase, Tone] = {"out_ringing": "outgoing", "in_ringing": "incoming"}


def put(turn: Turn, call: Call | None) -> None:
    """Keep a call, or that there is none any more, and let the tone follow."""
    before, after = _tone(turn.state.call), _tone(call)
    turn.set(call=call)
    if before != after:
        turn.emit(Ring(after))


def change(turn: Turn, call: Call, **changes: Any) -> Call:
    """Give fields of the call new values."""
    changed = replace(call, **changes)
    put(turn, changed)
    return changed


def open_media(turn: Turn, call: Call, offer: str = "") -> Call:
    """Open media for a call that has none: to offer, or to answer the offer given."""
    media = f"{call.id}.{call.opened}" if call.opened else call.id
    call = change(turn, call, media=media, opened=call.opened + 1)
    described = _sifted(turn, offer)
    order = OpenMedia(media, call.kind, call.shows, call.what, call.microphone, described)
    turn.emit(order)
    return _described(turn, call, offer) if offer else call


def close_media(turn: Turn, call: Call) -> Call:
    """Close the media of a call, where it has any."""
    if not call.media:
        return call
    turn.emit(CloseMedia(call.media))
    return change(
        turn,
        call,
        media="",
        picture=False,
        notice=SafeText(""),
        stats=CallStats(),
        fingerprint="",
        given=0,
        closed_at=None,
    )


def take_description(
    turn: Turn, call: Call, kind: Literal["offer", "answer"], description: str
) -> Call:
    """Give media what the other side says of itself, and the candidates that came before it."""
    turn.emit(TakeDescription(call.media, kind, _sifted(turn, description)))
    return _described(turn, call, description)


def take_candidate(turn: Turn, call: Call, candidate: IceCandidate | None) -> None:
    """Give media a candidate of the other side, or keep it until they can take it."""
    if not may_try(turn, candidate):
        return
    if not call.fingerprint or not call.media:
        change(turn, call, early=(*call.early, candidate)[:MAX_CANDIDATES])
    elif call.given < MAX_CANDIDATES:
        change(turn, call, given=call.given + 1)
        turn.emit(TakeCandidate(call.media, candidate))


def may_try(turn: Turn, candidate: IceCandidate | None) -> bool:
    """A candidate is one that this machine tries to reach."""
    return usable(candidate, loopback=is_here(turn.state.server))


def shown(what: str) -> SafeText:
    """A file or a command as it may be shown."""
    return clean(what, one_line=True, limit=120)


def _described(turn: Turn, call: Call, description: str) -> Call:
    early = [one for one in call.early if belongs(one, description)]
    for candidate in early:
        turn.emit(TakeCandidate(call.media, candidate))
    known = fingerprint(description)
    return change(turn, call, fingerprint=known, early=(), given=len(early))


def _sifted(turn: Turn, description: str) -> str:
    return sifted(description, loopback=is_here(turn.state.server))


def _tone(call: Call | None) -> Tone:
    if call is None or call.quiet:
        return "off"
    return _TONES.get(call.phase, "off")
