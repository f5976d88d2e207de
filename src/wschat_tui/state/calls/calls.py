"""The one call there may be: what happens, and which part of the machine it concerns.

A call is no record while there is none; it rings there or here, connects, and is on. Every way out
of it passes `call_ending.end`, every order to media `call_media` or a file that names it.
"""

from typing import assert_never

from wschat_tui.protocol.events import ErrorReply, IncomingIce
from wschat_tui.protocol.requests import CallIce
from wschat_tui.state.calls import (
    call_ending,
    call_frames,
    call_health,
    call_media,
    call_recording,
    callers,
    negotiation,
    ringing,
)
from wschat_tui.state.calls.call import Call
from wschat_tui.state.calls.call_effects import SetMicrophone, Show
from wschat_tui.state.calls.call_inputs import (
    CallAccepted,
    CallAsked,
    CallDeclined,
    CallInput,
    CallsKnown,
    HangUpAsked,
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
    MediaNotice,
    MediaPicture,
    MediaRecording,
    MediaVerified,
    MuteAsked,
    NegotiationNeeded,
    RecordAsked,
    ShowAsked,
)
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

FromMedia = (
    MediaDescribed
    | MediaCandidate
    | MediaConnected
    | MediaFlowing
    | MediaMeasured
    | MediaPicture
    | MediaVerified
    | MediaNotice
    | MediaRecording
    | NegotiationNeeded
    | MediaEnded
)


def fold(turn: Turn, item: CallInput) -> None:
    """What the user asks of calls, and what media tells of them."""
    match item:
        case CallAsked():
            ringing.ask(turn, item)
        case CallAccepted():
            ringing.accept(turn, item)
        case CallDeclined():
            ringing.decline(turn, item)
        case HangUpAsked():
            call_ending.hang_up(turn, item.at)
        case MuteAsked():
            _mute(turn, item)
        case ShowAsked():
            _show(turn, item)
        case RecordAsked():
            call_recording.asked(turn, item)
        case CallsKnown():
            hindrance = clean(item.sentence, one_line=True, limit=300)
            turn.set(calls_ready=item.ready, calls_hindrance=hindrance)
        case _:
            call = turn.state.call
            if call is not None and call.media == item.call != "":
                _from_media(turn, call, item)


def candidate(turn: Turn, event: IncomingIce, at: int) -> None:
    """A candidate of somebody came: for the call that is on, or ahead of one."""
    call, user = turn.state.call, event.from_user
    if user == turn.state.me:
        return
    if call is not None and call.peer == user:
        call_media.take_candidate(turn, call, event.candidate)
    elif call_media.may_try(turn, event.candidate):
        callers.stray(turn, user, event.candidate, at)


def refused(turn: Turn, op_id: str, error: ErrorReply, sentence: SafeText, at: int) -> bool:
    """The server, or the link, did not take a frame of a call. True where nobody else tells it."""
    kind, call = call_frames.kind_of(turn, op_id), turn.state.call
    if kind in ("", "call.ice", "call.end"):
        return kind != "" and error.code != "ERR_RATE_LIMIT"
    if call is None or not op_id.startswith(f"{call.id}."):
        return True
    if call.phase == "active":
        call_media.change(turn, call, negotiation="stable")
        return False
    call_ending.end(turn, call, "failed", at, quietly=kind == "call.offer", detail=sentence)
    return True


def tick(turn: Turn, at: int) -> None:
    """Time passed."""
    callers.forget(turn, at)
    call_frames.forget(turn, at)
    for pass_on in (ringing.wake, call_health.tick, negotiation.tick):
        call = turn.state.call
        if call is not None:
            pass_on(turn, call, at)


def link_up(turn: Turn, at: int) -> None:
    """The server hears us again."""
    call_frames.link_up(turn, at)
    call = turn.state.call
    if call is not None:
        negotiation.proceed(turn, call, at)


def link_down(turn: Turn, poison: str, at: int) -> None:
    """The server hears us no more. poison: the frame that it closed the connection over."""
    call_frames.link_down(turn)
    call = turn.state.call
    if call is not None and poison.startswith(f"{call.id}."):
        detail = "The server closed the connection over it"
        call_ending.end(turn, call, "error", at, detail=detail)


def _mute(turn: Turn, asked: MuteAsked) -> None:
    call = turn.state.call
    if call is not None:
        call = call_media.change(turn, call, microphone=asked.microphone)
        if call.media:
            turn.emit(SetMicrophone(call.media, asked.microphone))


def _show(turn: Turn, asked: ShowAsked) -> None:
    call = turn.state.call
    if call is not None and call.media:
        what = asked.what
        call_media.change(
            turn, call, shows=asked.shows, what=what, shows_what=call_media.shown(what)
        )
        turn.emit(Show(call.media, asked.shows, what))


def _from_media(turn: Turn, call: Call, item: FromMedia) -> None:  # noqa: C901 - one line an input
    match item:
        case MediaDescribed():
            negotiation.described(turn, call, item)
        case MediaCandidate():
            call_frames.send(turn, call, CallIce(target_id=call.peer, candidate=item.candidate))
        case MediaConnected():
            call_health.connected(turn, call, item)
        case MediaFlowing():
            call_health.flowing(turn, call, item)
        case MediaMeasured():
            call_health.measured(turn, call, item)
        case MediaPicture():
            call_media.change(turn, call, picture=item.on)
        case MediaVerified():
            call_health.verified(turn, call, item)
        case MediaNotice():
            notice = clean(item.sentence, one_line=True, limit=300)
            call_media.change(turn, call, notice=notice)
        case MediaRecording():
            call_recording.told(turn, call, item)
        case NegotiationNeeded():
            negotiation.needed(turn, call, item)
        case MediaEnded():
            call_health.ended(turn, call, item)
        case _:
            assert_never(item)
