"""The connection's coming and going, and what each means for all that waits."""

from dataclasses import replace

from wschat_tui.state import operations, people, rooms, wishes
from wschat_tui.state.calls import calls
from wschat_tui.state.history import approaches, history, retries
from wschat_tui.state.inputs import (
    LinkConnecting,
    LinkDown,
    LinkSilent,
    LinkStopped,
    LinkUp,
    RoundTrip,
)
from wschat_tui.state.model import LinkState, Phase
from wschat_tui.state.outbox import delivery
from wschat_tui.state.text import clean
from wschat_tui.state.turn import Turn


def connecting(turn: Turn, told: LinkConnecting) -> None:
    """A try began."""
    link = replace(
        turn.state.link, phase="connecting", attempt=told.attempt, retry_at=None, silent=0
    )
    turn.set(link=link)


def up(turn: Turn, told: LinkUp) -> None:
    """Online: rooms are joined again, what waited is asked again, and messages go out."""
    again = turn.state.link.ever_online
    turn.set(link=LinkState("online", ever_online=True))
    people.link_up(turn)
    operations.link_up(turn)
    rooms.link_up(turn, told.stamp)
    approaches.link_up(turn, again=again)
    retries.link_up(turn)
    history.link_up(turn)
    wishes.tell_status(turn, f"{told.stamp}.p")
    delivery.link_up(turn, told.at)
    calls.link_up(turn, told.at)


def down(turn: Turn, told: LinkDown) -> None:
    """Lost, and tried again later."""
    _lost(turn, told.poison)
    link = LinkState(
        "waiting",
        clean(told.sentence, one_line=True, limit=300),
        told.attempt,
        told.retry_at,
        ever_online=turn.state.link.ever_online,
    )
    turn.set(link=link)
    calls.link_down(turn, told.poison, told.at)


def stopped(turn: Turn, told: LinkStopped) -> None:
    """Lost for good, until somebody changes something."""
    _lost(turn, told.poison)
    phase: Phase = "login" if told.login else "stopped"
    sentence = clean(told.sentence, one_line=True, limit=300)
    ever_online = turn.state.link.ever_online
    turn.set(link=LinkState(phase, sentence, ever_online=ever_online, final=told.final))
    calls.link_down(turn, told.poison, told.at)


def round_trip(turn: Turn, told: RoundTrip) -> None:
    """A heartbeat came back."""
    turn.set(link=replace(turn.state.link, round_trip=told.milliseconds, silent=0))


def silent(turn: Turn, told: LinkSilent) -> None:
    """The server has said nothing for a while, or speaks again (0)."""
    turn.set(link=replace(turn.state.link, silent=told.seconds))


def _lost(turn: Turn, poison: str) -> None:
    delivery.link_down(turn, poison)
    operations.link_down(turn, poison)
    rooms.link_down(turn)
    history.link_down(turn)
