"""How a page of history and the messages that are loaded become one list."""

from collections.abc import Sequence

from wschat_tui.state.model import Message


def woven(
    page: Sequence[Message], lines: Sequence[Message], *, hole: str = "", older: bool = False
) -> list[Message]:
    """All of `lines`, in their order, with what else is in `page` where the server has it.

    A page has no gaps, so what is in both lists holds the two together and clocks do not matter:
    what is new stands right by its neighbours of the page, below what the page does not reach and
    above what came after it was asked for. A page that shares nothing with `lines` goes above them
    where it is `older`, else below the `hole`; where neither is known, times decide.
    """
    spots = {message.id: at for at, message in enumerate(lines)}
    first = next((spots[message.id] for message in page if message.id in spots), None)
    timely = first is None and not older and hole not in spots
    at = _below(lines, first) if first is not None else 0 if older else spots.get(hole, -1) + 1
    done, run = list(lines[:at]), list[Message]()
    for message in page:
        spot = spots.get(message.id)
        if spot is None:
            run.append(message)
        elif spot >= at:
            done += [*laid(run, lines[at:spot], timely=timely), lines[spot]]
            run, at = [], spot + 1
    return done + laid(run, lines[at:], timely=timely)


def _below(lines: Sequence[Message], spot: int) -> int:
    """The place below the last message above a spot; events may stand between."""
    while spot > 0 and lines[spot - 1].kind != "chat":
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
        while at < len(new) and not (by_time and (new[at].at or 0) > (line.at or 0)):
            done.append(new[at])
            at += 1
        done.append(line)
    return done + list(new[at:])
