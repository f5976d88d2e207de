"""Actions on the connection, and on what did not arrive."""

from wschat_tui.state import select
from wschat_tui.state.model import Message, State
from wschat_tui.ui.actions import Action, Place, Slash
from wschat_tui.ui.acts.messages import target
from wschat_tui.ui.desk import Desk
from wschat_tui.ui.later import inputs


def stuck(state: State, message: Message) -> str | None:
    """The op_id of a message of mine that did not arrive, or of a change of it that is in doubt."""
    if message.delivery == "queued":
        return message.op_id
    return select.in_doubt(state, message)


def _stuck_here(state: State, message: Message) -> bool:
    return stuck(state, message) is not None


def _doubtful(state: State, message: Message) -> bool:
    return select.in_doubt(state, message) is not None


def _resend(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _doubtful)
    op_id = select.in_doubt(desk.state, message) if message is not None else None
    if op_id is None:
        return "Nothing here failed or is in doubt."
    desk.feed(inputs.ResendAsked(op_id, desk.now()))
    return None


def _discard(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _stuck_here)
    op_id = stuck(desk.state, message) if message is not None else None
    if op_id is None:
        return "Nothing here waits, failed or is in doubt."
    desk.feed(inputs.DiscardAsked(op_id))
    return None


def _retry(desk: Desk, _rest: str) -> str | None:
    phase = desk.state.link.phase
    if phase == "online":
        return "The connection is up."
    if desk.state.link.final:
        return desk.state.link.sentence
    if phase == "login":
        desk.open_sheet("login")
    else:
        desk.feed(inputs.RetryAsked())
    return None


def _may_retry(state: State, _place: Place) -> bool:
    return state.link.phase not in {"online", "idle", "connecting"} and not state.link.final


def _resendable(state: State, place: Place) -> bool:
    message = place.message
    if message is not None and message.delivery == "unconfirmed" and state.resend == "never":
        return False
    return message is None or _doubtful(state, message)


ACTIONS = (
    Action(
        "message.resend",
        "Send again what failed or is in doubt",
        "Messages",
        _resend,
        keys=("r", "enter"),
        context="undelivered",
        slash=Slash("resend"),
        hint="send again",
        allowed=_resendable,
    ),
    Action(
        "message.discard",
        "Give up a message that did not arrive",
        "Messages",
        _discard,
        keys=("x", "d"),
        context="undelivered",
        slash=Slash("discard"),
        hint="discard",
    ),
    Action(
        "link.retry",
        "Try to connect now, or log in where that is what helps",
        "Connection",
        _retry,
        keys=("ctrl+r",),
        slash=Slash("retry", aliases=("reconnect",)),
        hint="connect now",
        allowed=_may_retry,
    ),
)
