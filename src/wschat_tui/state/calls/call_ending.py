"""How calls end, by whichever side, and what is let go then."""

from wschat_tui.protocol.events import IncomingEnd
from wschat_tui.state.calls import call_frames, call_media, call_recording, call_rows, callers
from wschat_tui.state.calls.call import Call, CallOver
from wschat_tui.state.calls.call_words import DECLINED_ELSEWHERE, ELSEWHERE
from wschat_tui.state.text import clean
from wschat_tui.state.turn import Turn

_BY_HAND = {"out_ringing": "cancelled", "in_ringing": "declined"}
"""What hanging up means before a call is on."""

_OF_RINGING = ("declined", "no_answer")
"""What a device says that rings: where the call is on, it is another one of the same user."""


def hang_up(turn: Turn, at: int) -> None:
    """The user wants no call, or no more of it."""
    call = turn.state.call
    if call is not None:
        end(turn, call, _BY_HAND.get(call.phase, "hangup"), at)


def told(turn: Turn, event: IncomingEnd, at: int) -> None:
    """The other side says that it is over; its other devices may say so of themselves alone."""
    call = turn.state.call
    if call is None or call.peer != event.from_user:
        return
    reason, _, mark = event.reason.partition(":")
    if reason == ELSEWHERE and mark:
        _answered(turn, call, mark, at)
    elif not call.outgoing and event.reason == "declined":
        # A caller does not decline: it passes on what another device of this user said first.
        end(turn, call, DECLINED_ELSEWHERE, at, by_me=False)
    elif not _is_of_others(call, event.reason):
        end(turn, call, event.reason, at, by_me=False)


def end(
    turn: Turn,
    call: Call,
    reason: str,
    at: int,
    *,
    by_me: bool = True,
    quietly: bool = False,
    detail: str = "",
) -> None:
    """End a call: tell the other side, close media, and leave a row.

    by_me: it is for me to tell. quietly: the other side is told nothing. detail: the reason in
    full, as a sentence.
    """
    rang_for_more = call.phase == "out_ringing" and not by_me
    if (by_me or rang_for_more) and call.told and not quietly:
        call_frames.say_goodbye(turn, call, reason, at)
    call_recording.cut(turn, call, at)
    call_media.close_media(turn, call)
    why = clean(detail, one_line=True, limit=200)
    over = CallOver(
        id=call.id,
        peer=call.peer,
        outgoing=call.outgoing,
        kind=call.kind,
        reason=clean(reason, one_line=True, limit=80),
        by_me=by_me,
        sentence=call_rows.sentence_of(turn.state, call, reason, by_me=by_me, detail=why),
        began_at=call.began_at,
        active_at=call.active_at,
        ended_at=max(at, call.began_at),
        stats=call.stats,
    )
    call_rows.leave(turn, call, over, why)
    callers.over(turn, call.peer, call.fingerprint, at)
    turn.set(call_over=over)
    call_media.put(turn, None)


def _answered(turn: Turn, call: Call, mark: str, at: int) -> None:
    """Their call with this user is the one of that mark; where mine is another, it is over."""
    if call.phase == "in_ringing" or call.answered_as not in ("", mark):
        reason = "replaced" if call.phase == "active" else ELSEWHERE
        end(turn, call, reason, at, by_me=False)


def _is_of_others(call: Call, reason: str) -> bool:
    """It is not about this call: their own offer, or one of their devices that rings in vain."""
    if reason == "cancelled":
        return call.outgoing
    if call.phase == "out_ringing":
        return not call.told
    return call.outgoing and reason in _OF_RINGING
