"""How a page of history and the messages that are loaded become one list."""

from bisect import bisect_left
from collections.abc import Sequence

from wschat_tui.state.model import Message

_FIXED = ("chat", "gap")
"""Rows that no event may be sorted across, and no page, where it does not know them."""


def woven(
    page: Sequence[Message],
    lines: Sequence[Message],
    *,
    hole: str = "",
    older: bool = False,
    before: str = "",
) -> list[Message]:
    """All of `lines`, in their order, with what else is in `page` where the server has it.

    A page has no gaps, so what is in both lists holds the two together and clocks do not matter:
    what is new stands right by its neighbours of the page, below what the page does not reach and
    above what came after it was asked for. A page that shares nothing with `lines` goes right above
    the message `before`, or above all, where it is `older`, else below the `hole` and the row that
    tells of it; where neither is known, times decide.
    """
    spots = {message.id: at for at, message in enumerate(lines)}
    first = next((spots[message.id] for message in page if message.id in spots), None)
    timely = first is None and not older and hole not in spots
    at = _top(lines, spots, first, hole, before, older=older)
    looking_back = older and spots.get(before, -1) <= spots.get(hole, -1)
    edge = 0 if looking_back else spots.get(hole, -1) + 1
    done, run = list(lines[:at]), list[Message]()
    for message in page:
        spot = spots.get(message.id)
        if spot is None:
            run.append(message)
        elif spot >= at:
            done += [*_under(run, lines[at:spot], edge - at, timely=timely), lines[spot]]
            run, at = [], spot + 1
    return done + _under(run, lines[at:], edge - at, timely=timely)


def _under(
    new: Sequence[Message], lines: Sequence[Message], edge: int, *, timely: bool
) -> list[Message]:
    """What was known before the hole stays above what is new, also where the page has it not."""
    edge = min(max(edge, 0), len(lines))
    return [*lines[:edge], *laid(new, lines[edge:], timely=timely)]


def straightened(
    page: Sequence[Message], lines: Sequence[Message]
) -> tuple[list[Message], list[Message]]:
    """A page and the rows among which it is woven, where rows stand otherwise than the page says.

    What came out of order live, or was found to be at the server long after it was sent, is taken
    out of the rows, as few of them as will do, and stands in the page in place of its twin.
    """
    ranks = {message.id: rank for rank, message in enumerate(page)}
    known = [message for message in lines if message.id in ranks and message.named]
    kept = _rising([ranks[message.id] for message in known])
    moved = {message.id: message for message in known if ranks[message.id] not in kept}
    if not moved:
        return list(page), list(lines)
    rest = [message for message in lines if message.id not in moved]
    return [moved.get(message.id, message) for message in page], rest


def _rising(ranks: Sequence[int]) -> set[int]:
    """As many of these different numbers as can be chosen so that each is above those before it."""
    ends: list[int] = []
    below: dict[int, int | None] = {}
    for rank in ranks:
        at = bisect_left(ends, rank)
        below[rank] = ends[at - 1] if at else None
        ends[at : at + 1] = [rank]
    chosen = set[int]()
    last = ends[-1] if ends else None
    while last is not None:
        chosen.add(last)
        last = below[last]
    return chosen


def _top(
    lines: Sequence[Message],
    spots: dict[str, int],
    first: int | None,
    hole: str,
    before: str,
    *,
    older: bool,
) -> int:
    """Where the page begins."""
    if first is not None:
        return _below(lines, first)
    if older:
        return _below(lines, spots[before]) if before in spots else 0
    at = spots.get(hole, -1) + 1
    while 0 < at < len(lines) and lines[at].kind == "gap":
        at += 1
    return at


def _below(lines: Sequence[Message], spot: int) -> int:
    """The place below the last message above a spot; events may stand between."""
    while spot > 0 and lines[spot - 1].kind not in _FIXED:
        spot -= 1
    return spot


def laid(new: Sequence[Message], lines: Sequence[Message], *, timely: bool) -> list[Message]:
    """New messages among others: by time, or else above all messages but below earlier events.

    What is on its way comes last, and the order within each list stays.
    """
    done: list[Message] = []
    at = 0
    for line in lines:
        by_time = line.settled and (timely or line.kind != "chat")
        while at < len(new) and not (by_time and _is_later(new[at], line)):
            done.append(new[at])
            at += 1
        done.append(line)
    return done + list(new[at:])


def _is_later(new: Message, line: Message) -> bool:
    """A message stands below another; of the same moment, it stands below a row of a gap alone."""
    moment, other = new.at or 0, line.at or 0
    return moment > other or (moment == other and line.kind == "gap")
