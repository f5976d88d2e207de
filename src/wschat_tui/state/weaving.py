"""How a page of history and the messages that are loaded become one list."""

from collections.abc import Sequence

from wschat_tui.state.model import Message


def woven(
    page: Sequence[Message], lines: Sequence[Message], *, hole: str = "", older: bool = False
) -> list[Message]:
    """All of `lines`, in their order, with what else is in `page` where the server has it.

    What is in both lists holds the two together, so that clocks do not matter: a message that is
    new stands below its neighbour of the page and above whatever came after the page was asked
    for. A page that shares nothing with `lines` goes above them where it is `older`, else below
    the `hole`; where neither is known, times decide.
    """
    spots = {message.id: at for at, message in enumerate(lines)}
    shared = any(message.id in spots for message in page)
    at = 0 if shared or older else spots.get(hole, -1) + 1
    timely = not shared and not older and hole not in spots
    done, run = list(lines[:at]), list[Message]()
    for message in page:
        spot = spots.get(message.id)
        if spot is None:
            run.append(message)
        elif spot >= at:
            done += [*laid(run, lines[at:spot], timely=timely), lines[spot]]
            run, at = [], spot + 1
    return done + laid(run, lines[at:], timely=timely)


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
