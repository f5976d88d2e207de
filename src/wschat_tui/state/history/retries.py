"""Pages of the past that could not be had: asked for again, ever more rarely, while the link is up.

A history that fails for a moment would else hide what was missed, and who called, until somebody
opens the room and asks.
"""

from wschat_tui.protocol.scopes import canonical
from wschat_tui.state.history import gaps, history
from wschat_tui.state.history.archive_inputs import GapAsked
from wschat_tui.state.inputs import HistoryFailed
from wschat_tui.state.model import Retry
from wschat_tui.state.turn import Turn

WAITS = (2_000, 5_000, 15_000, 60_000, 300_000)
"""Milliseconds until a room's page is asked for again: after the first failure, the second, …"""


def failed(turn: Turn, told: HistoryFailed) -> bool:
    """A page could not be had; a server that keeps no history is not asked again.

    True where nobody but this client asked for it.
    """
    scope = canonical(told.scope, turn.state.me)
    was = turn.state.retries.get(scope)
    if told.absent:
        came(turn, scope)
    else:
        tries = was.tries + 1 if was is not None else 0
        turn.set(retries=turn.state.retries.insert(scope, Retry(tries)))
    return was is not None and was.asking


def came(turn: Turn, scope: str) -> None:
    """A page came: the history can be had again."""
    if scope in turn.state.retries:
        turn.set(retries=turn.state.retries.remove(scope))


def link_up(turn: Turn) -> None:
    """All rooms are asked for anew."""
    for scope in turn.state.retries:
        came(turn, scope)


def tick(turn: Turn, at: int) -> None:
    """Ask for what is due."""
    if turn.state.link.phase != "online":
        return
    for scope, retry in turn.state.retries.items():
        if retry.due is None:
            wait = WAITS[min(retry.tries, len(WAITS) - 1)]
            turn.set(retries=turn.state.retries.insert(scope, Retry(retry.tries, at + wait)))
        elif at >= retry.due:
            again = Retry(retry.tries, at + WAITS[-1], asking=True)
            turn.set(retries=turn.state.retries.insert(scope, again))
            _ask(turn, scope)


def _ask(turn: Turn, scope: str) -> None:
    """Ask for what is below the newest row that says that some may be missing."""
    room = turn.room(scope)
    gap = next((one for one in reversed(turn.messages(scope)) if one.kind == "gap"), None)
    if room is None:
        came(turn, scope)
    elif gap is not None:
        gaps.ask(turn, GapAsked(gap.id))
    else:
        history.refresh(turn, room)
