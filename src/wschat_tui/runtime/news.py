"""The link's news as inputs of the state: stamped with time and ids on the way in."""

from typing import assert_never

from wschat_tui.link import news
from wschat_tui.runtime.clock import Clock
from wschat_tui.state import inputs


def input_from(told: news.News, clock: Clock) -> inputs.Input | None:  # noqa: C901, PLR0911  one case a kind
    """What the state is told of a piece of news; None for what only the link's owner needs."""
    match told:
        case news.Connecting():
            return inputs.LinkConnecting(told.attempt)
        case news.Opened():
            return inputs.LinkUp(clock.now(), clock.op_id())
        case news.Frames():
            return inputs.Heard(told.received, clock.now(), clock.op_id())
        case news.Written():
            return inputs.Written(told.op_id, clock.now())
        case news.Unsent():
            return inputs.Unsent(told.op_ids)
        case news.RoundTrip():
            return None if told.seconds is None else inputs.RoundTrip(round(told.seconds * 1000))
        case news.Silent():
            return inputs.LinkSilent(int(told.seconds))
        case news.Lost():
            now = clock.now()
            retry_at = now + round(told.retry_in * 1000)
            return inputs.LinkDown(told.sentence, now, retry_at, told.attempt, told.poison or "")
        case news.Stopped():
            return inputs.LinkStopped(told.sentence, clock.now())
        case news.LoginNeeded():
            return inputs.LinkStopped(told.sentence, clock.now(), login=True)
        case _:
            assert_never(told)
