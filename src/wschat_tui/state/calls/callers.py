"""Who called lately: floods are heard once, what comes late is not taken for something new."""

from collections.abc import Callable
from dataclasses import replace

from wschat_tui.protocol.events import IncomingOffer
from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.state.calls.call import Caller
from wschat_tui.state.calls.call_marks import OFFER, mark_of
from wschat_tui.state.calls.descriptions import MAX_CANDIDATES, fingerprint
from wschat_tui.state.turn import Turn

RING_PAUSE = 5_000
"""Milliseconds in which further calls of one user do not ring: a flood is heard once."""

LATE = 10_000
"""Milliseconds after a call in which what its other side sends still belongs to it."""

MAX_RINGING = 16
"""Users who may ring within one pause: more are a flood, and nobody of them is heard."""

MAX_CALLERS = 64

_KEPT_FOR = 60_000


def of(turn: Turn, user: str) -> Caller | None:
    """What is kept of a user."""
    return next((one for one in turn.state.callers if one.user == user), None)


def rang_lately(turn: Turn, user: str, at: int) -> bool:
    """A call of this user rang a moment ago."""
    caller = of(turn, user)
    return caller is not None and _within(RING_PAUSE, caller.rang_at, at)


def is_crowded(turn: Turn, at: int) -> bool:
    """So many rang a moment ago that nobody else is heard."""
    ringing = sum(_within(RING_PAUSE, one.rang_at, at) for one in turn.state.callers)
    return ringing >= MAX_RINGING


def rang(turn: Turn, user: str, at: int) -> None:
    """A call of this user rings, or is turned away aloud."""
    _note(turn, user, at, lambda one: replace(one, rang_at=at))


def over(turn: Turn, user: str, fingerprint: str, at: int) -> None:
    """A call with this user ended. fingerprint: of their certificate, as far as it is known."""
    _note(turn, user, at, lambda one: replace(one, over_at=at, fingerprint=fingerprint, early=()))


def is_late(turn: Turn, offer: IncomingOffer, at: int) -> bool:
    """An offer is more of a call that has just ended: its certificate is that call's.

    Peers with marks tell a new call by them, and may keep their certificate.
    """
    caller = of(turn, offer.from_user)
    if caller is None or mark_of(offer.sdp, OFFER) or not _within(LATE, caller.over_at, at):
        return False
    return caller.fingerprint != "" and caller.fingerprint == fingerprint(offer.sdp.sdp)


def stray(turn: Turn, user: str, candidate: IceCandidate | None, at: int) -> None:
    """A candidate came without a call: its offer may follow, unless it is the tail of a call."""
    caller = of(turn, user)
    if caller is None:
        late = len(turn.state.callers) >= MAX_CALLERS
    else:
        late = _within(LATE, caller.over_at, at) or len(caller.early) >= MAX_CANDIDATES
    if not late:
        _note(turn, user, at, lambda one: replace(one, early=(*one.early, candidate)))


def strays(turn: Turn, user: str, at: int) -> tuple[IceCandidate | None, ...]:
    """The candidates that came before this user's offer; they are taken away."""
    caller = of(turn, user)
    if caller is None or not caller.early:
        return ()
    _note(turn, user, at, lambda one: replace(one, early=()))
    return caller.early if _within(LATE, caller.at, at) else ()


def forget(turn: Turn, at: int) -> None:
    """Drop what is too old to matter."""
    turn.set(callers=tuple(one for one in turn.state.callers if _within(_KEPT_FOR, one.at, at)))


def _note(turn: Turn, user: str, at: int, news: Callable[[Caller], Caller]) -> None:
    caller = news(replace(of(turn, user) or Caller(user, at), at=at))
    others = [one for one in turn.state.callers if one.user != user]
    turn.set(callers=(*others[1 - MAX_CALLERS :], caller))


def _within(pause: int, since: int | None, at: int) -> bool:
    """It is not longer ago than that. A clock that was set back silences nobody."""
    return since is not None and 0 <= at - since < pause
