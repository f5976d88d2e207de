"""Descriptions within a call: each side may describe itself again, one at a time.

Where both do so at once, that of the user whose id sorts first stands, and the other side tries
again a little later (RFC 8829 calls this glare).
"""

from wschat_tui.protocol.events import IncomingAnswer
from wschat_tui.protocol.objects import SessionDescription
from wschat_tui.protocol.requests import CallAnswer, CallEnd, CallOffer
from wschat_tui.state.calls import call_ending, call_frames, call_media, call_recording
from wschat_tui.state.calls.call import Call, CallKind
from wschat_tui.state.calls.call_effects import Reoffer
from wschat_tui.state.calls.call_inputs import MediaDescribed, NegotiationNeeded
from wschat_tui.state.calls.call_marks import CALL, OFFER, mark_of, marked
from wschat_tui.state.calls.call_words import ELSEWHERE
from wschat_tui.state.calls.descriptions import fingerprint, flaw
from wschat_tui.state.effects import Notify
from wschat_tui.state.resolve import direct_scope
from wschat_tui.state.select import name_of
from wschat_tui.state.text import SafeText
from wschat_tui.state.turn import Turn

PAUSE = 300
"""Milliseconds before a description that met one of theirs is tried again."""

OVERDUE = 10_000
"""Milliseconds after which a description that was not answered is lost."""

RENEWAL_PAUSE = 5_000
"""Milliseconds between two replacements of the media of a call."""


def described(turn: Turn, call: Call, item: MediaDescribed) -> None:
    """Media have made a description; it is sent, unless it is wanted no more."""
    if item.kind != {"offering": "offer", "answering": "answer"}.get(call.negotiation):
        return
    if item.kind == "offer":
        _send_offer(turn, call, item.sdp)
    else:
        _send_answer(turn, call, item)


def answered(turn: Turn, event: IncomingAnswer, at: int) -> None:
    """The other side answers; a second answer, and one to an older offer, are late."""
    call = turn.state.call
    if call is None or call.peer != event.from_user or not _is_awaited(call, event.sdp):
        return
    broken = flaw(event.sdp.sdp)
    if broken:
        detail = f"Their answer cannot be used, {broken}"
        call_ending.end(turn, call, "unsupported", at, detail=detail)
        return
    first = call.phase == "out_ringing"
    call = call_media.change(turn, call, negotiation="stable", offered_as="")
    if first:
        mark = mark_of(event.sdp, CALL)
        call = call_media.change(turn, call, phase="connecting", phase_at=at, answered_as=mark)
        call = hush(turn, call) if mark else call
    call = call_media.take_description(turn, call, "answer", event.sdp.sdp)
    proceed(turn, call, at)


def offered(turn: Turn, call: Call, offer: SessionDescription, at: int) -> None:
    """The peer of a call that connects or is on describes itself again, or calls anew."""
    renewed = fingerprint(offer.sdp) != call.fingerprint
    stranger = renewed and not mark_of(offer, CALL)
    mine_stands = call.negotiation == "offering" and turn.state.me < call.peer
    if (stranger and call.phase != "active") or (mine_stands and not renewed):
        return
    call = call_media.change(turn, call, offer=offer)
    proceed(turn, call, at)


def needed(turn: Turn, call: Call, item: NegotiationNeeded) -> None:
    """What is sent has changed so that it must be described."""
    proceed(turn, call_media.change(turn, call, retry_at=item.at), item.at)


def renew(turn: Turn, call: Call, at: int) -> None:
    """Look for a new path, in place of one that is silent."""
    _describe(turn, call, at, anew=True)


def tick(turn: Turn, call: Call, at: int) -> None:
    """What was not answered is lost; what waits may go on."""
    if call.phase != "active":
        return
    if at - call.negotiation_at >= OVERDUE and not call.reconnecting:
        if call.negotiation == "offering" and turn.state.link.phase == "online":
            call = call_media.change(turn, call, negotiation="stable", retry_at=at)
        elif call.negotiation == "answering":
            call = call_media.change(turn, call, negotiation="stable")
    proceed(turn, call, at)


def proceed(turn: Turn, call: Call, at: int) -> None:
    """Do what waits, theirs first, where nothing is under way."""
    if call.phase not in ("connecting", "active") or call.negotiation == "answering":
        return
    if call.offer is not None:
        _take(turn, call, call.offer, at)
    elif _is_due(turn, call, at):
        _describe(turn, call, at)


def hush(turn: Turn, call: Call) -> Call:
    """Tell all devices of the other side which call stands, so that the others are quiet.

    It means nothing to peers without marks, and ends their call: it is for those who have any.
    """
    reason = f"{ELSEWHERE}:{call.answered_as}"
    return call_frames.send(turn, call, CallEnd(target_id=call.peer, reason=reason))


def _send_offer(turn: Turn, call: Call, sdp: str) -> None:
    mark = f"{call.id}.{call.sent}"
    kind = call.kind if call.phase == "out_ringing" else _carried(call)
    description = marked("offer", sdp, call_id=call.answered_as, offer_id=mark)
    told = call.told or turn.state.link.phase == "online"
    call = call_media.change(turn, call, offered_as=mark, told=told)
    request = CallOffer(target_id=call.peer, call_type=kind, sdp=description)
    call_frames.send(turn, call, request)


def _send_answer(turn: Turn, call: Call, item: MediaDescribed) -> None:
    marks = {CALL: call.answered_as, OFFER: call.answering}
    request = CallAnswer(target_id=call.peer, sdp=marked("answer", item.sdp, **marks))
    call = call_frames.send(turn, call, request)
    call = call_media.change(turn, call, negotiation="stable", answering="")
    proceed(turn, call, item.at)


def _is_awaited(call: Call, answer: SessionDescription) -> bool:
    to, of = mark_of(answer, OFFER), mark_of(answer, CALL)
    return (
        call.negotiation == "offering"
        and call.offered_as != ""
        and call.told
        and to in ("", call.offered_as)
        and (not of or call.answered_as in ("", of))
    )


def _take(turn: Turn, call: Call, offer: SessionDescription, at: int) -> None:
    """Answer an offer: with the media there are, or with new ones where its author has new ones."""
    renewed = fingerprint(offer.sdp) != call.fingerprint
    if renewed and call.renewed_at is not None and 0 <= at - call.renewed_at < RENEWAL_PAUSE:
        return
    call = call_media.change(
        turn,
        call,
        offer=None,
        retry_at=at + PAUSE if call.negotiation == "offering" else call.retry_at,
        negotiation="answering",
        negotiation_at=at,
        answering=mark_of(offer, OFFER),
        offered_as="",
    )
    if renewed:
        _replace(turn, call, offer, at)
    else:
        call_media.take_description(turn, call, "offer", offer.sdp)


def _replace(turn: Turn, call: Call, offer: SessionDescription, at: int) -> None:
    """The other side has new media: a new path, or, where it fell, a new call to go on with."""
    call_recording.cut(turn, call, at)
    call = call_media.close_media(turn, call)
    on = call.phase == "active"
    call = call_media.change(
        turn, call, recording=SafeText(""), renewed_at=at, heard_at=at, reconnecting=on
    )
    if not mark_of(offer, CALL):
        call = call_media.change(turn, call, answered_as=f"{call.id}.{call.opened}")
        said = f"{name_of(turn.state, call.peer)} called anew, and the call goes on."
        turn.emit(Notify(said, scope=direct_scope(turn.state, call.peer)))
        if call.answering:
            call = hush(turn, call)
    call_media.open_media(turn, call, offer.sdp)


def _is_due(turn: Turn, call: Call, at: int) -> bool:
    return (
        call.retry_at is not None
        and at >= call.retry_at
        and call.negotiation == "stable"
        and call.phase == "active"
        and turn.state.link.phase == "online"
    )


def _describe(turn: Turn, call: Call, at: int, *, anew: bool = False) -> None:
    turn.emit(Reoffer(call.media, anew))
    call_media.change(
        turn,
        call,
        negotiation="offering",
        negotiation_at=at,
        offered_as="",
        retry_at=None,
        renewed_at=at if anew else call.renewed_at,
    )


def _carried(call: Call) -> CallKind:
    """What an offer within a call carries, on my side."""
    if call.shows == "screen":
        return "screen"
    return "video" if call.shows else "audio"
