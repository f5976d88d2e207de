"""Whether a call lives: the other side is heard, or it is not, and for how long."""

from collections.abc import Mapping
from types import MappingProxyType

from wschat_tui.state.calls import call_ending, call_media, negotiation
from wschat_tui.state.calls.call import Call, CallPhase
from wschat_tui.state.calls.call_inputs import (
    MediaConnected,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
    MediaVerified,
)
from wschat_tui.state.effects import Notify
from wschat_tui.state.resolve import direct_scope
from wschat_tui.state.select import name_of
from wschat_tui.state.turn import Turn

SILENT = 5_000
"""Milliseconds without anything of the other side's media after which a new path is looked for."""

LOST = 20_000
"""Milliseconds after which they are lost."""

WORDLESS = 2_000
"""Milliseconds after which a side that closed its media without a word has hung up."""

PATIENCE: Mapping[CallPhase, tuple[int, str]] = MappingProxyType(
    {
        "out_ringing": (45_000, "no_answer"),
        "in_ringing": (45_000, "no_answer"),
        "connecting": (20_000, "failed"),
    }
)
"""For how many milliseconds a phase may last, and why the call ends then."""


def connected(turn: Turn, call: Call, item: MediaConnected) -> None:
    """A path was found; the call is on when something comes over it."""
    if call.phase in ("connecting", "active"):
        call_media.change(turn, call, heard_at=item.at)


def flowing(turn: Turn, call: Call, item: MediaFlowing) -> None:
    """Media came."""
    _heard(turn, call, item.at)


def verified(turn: Turn, call: Call, item: MediaVerified) -> None:
    """The words to compare; others than before prove nothing until they are compared again."""
    if call.words not in ((), item.words):
        name = name_of(turn.state, call.peer)
        said = f"The connection to {name} is a new one, and so are the words to compare."
        turn.emit(Notify(said, "warning", direct_scope(turn.state, call.peer)))
    call_media.change(turn, call, words=item.words)


def measured(turn: Turn, call: Call, item: MediaMeasured) -> None:
    """Figures; where packets came since the last ones, the other side lives."""
    more = item.stats.received_packets > call.stats.received_packets
    call = call_media.change(turn, call, stats=item.stats)
    if more and call.heard_at is not None:
        _heard(turn, call, item.at)


def ended(turn: Turn, call: Call, item: MediaEnded) -> None:
    """The connection is gone. Where the other side closed it, its word for that is waited for.

    It hung up, or looks for a new path; what it says of that goes by the server, and later.
    """
    if item.reason == "closed" and call.phase in ("connecting", "active"):
        call_media.change(turn, call, closed_at=item.at)
        return
    gone = "lost" if call.phase == "active" else "failed"
    reason = gone if item.reason in ("failed", "closed") else item.reason
    call_ending.end(turn, call, reason, item.at, detail=item.sentence)


def tick(turn: Turn, call: Call, at: int) -> None:
    """Time passed: what lasts too long ends."""
    call = _not_later(turn, call, at)
    patience, reason = PATIENCE.get(call.phase, (0, ""))
    if call.closed_at is not None and at - call.closed_at >= WORDLESS:
        call_ending.end(turn, call, "hangup", at, by_me=False)
    elif call.phase == "active":
        _listen(turn, call, at)
    elif at - call.phase_at >= patience and not call.told:
        call_ending.end(turn, call, "failed", at, detail="The server could not be reached")
    elif at - call.phase_at >= patience:
        # Another device of mine may be in the call: it is the caller who stops it.
        call_ending.end(turn, call, reason, at, quietly=call.phase == "in_ringing")


def _heard(turn: Turn, call: Call, at: int) -> None:
    if call.phase == "connecting":
        since = at if call.active_at is None else call.active_at
        call = call_media.change(turn, call, phase="active", phase_at=at, active_at=since)
    if call.phase == "active":
        call = call_media.change(turn, call, heard_at=at, reconnecting=False, closed_at=None)
        negotiation.proceed(turn, call, at)


def _listen(turn: Turn, call: Call, at: int) -> None:
    """Nothing heard for a while: once a new path is asked for, by one side; then it is lost.

    It takes two ticks to lose a call, so that a clock that is set forward loses none.
    """
    silent = at - (call.heard_at or 0)
    if silent < SILENT:
        return
    if silent >= LOST and call.reconnecting:
        call_ending.end(turn, call, "lost", at)
        return
    call = call_media.change(turn, call, reconnecting=True)
    tried = call.renewed_at is not None and call.renewed_at >= (call.heard_at or 0)
    mine = turn.state.me != "" and turn.state.me < call.peer
    if mine and not tried and turn.state.link.phase == "online":
        negotiation.renew(turn, call, at)


def _not_later(turn: Turn, call: Call, at: int) -> Call:
    """A clock that was set back lets nothing last longer."""
    heard, closed = call.heard_at, call.closed_at
    return call_media.change(
        turn,
        call,
        phase_at=min(call.phase_at, at),
        heard_at=None if heard is None else min(heard, at),
        closed_at=None if closed is None else min(closed, at),
        negotiation_at=min(call.negotiation_at, at),
    )
