"""What to splice so that one list of rows becomes another, found by identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wschat_tui.ui.row import Row

_STRIDE = 256


class Splice(NamedTuple):
    """Put `new[begin:end]` in the place of the old rows `start` up to `stop`."""

    start: int
    stop: int
    begin: int
    end: int


def splices(old: Sequence[Row], new: Sequence[Row]) -> list[Splice]:
    """From the last to the first, so that positions in `old` hold until they are used."""
    head = _alike(old, new, 0, 0)
    if head == len(old):
        return [Splice(head, head, head, len(new))] if len(new) > head else []
    found = list(_middle(old, new, head))
    found.reverse()
    return found


def _middle(old: Sequence[Row], new: Sequence[Row], head: int) -> Iterator[Splice]:
    """Go through both, stopping wherever a row of the new list stands in the old one."""
    places = {row: place for place, row in enumerate(old)}
    at = begin = head
    end = begin
    while end < len(new):
        place = places.get(new[end])
        if place is None or place < at:
            end += 1
            continue
        if place > at or end > begin:
            yield Splice(at, place, begin, end)
        run = _alike(old, new, place, end)
        at, begin = place + run, end + run
        end = begin
    if at < len(old) or begin < len(new):
        yield Splice(at, len(old), begin, len(new))


def _alike(old: Sequence[Row], new: Sequence[Row], at: int, begin: int) -> int:
    """How many rows from there on are the same objects."""
    run = 0
    most = min(len(old) - at, len(new) - begin)
    while run < most:
        step = min(_STRIDE, most - run)
        one, other = at + run, begin + run
        if old[one : one + step] != new[other : other + step]:
            break
        run += step
    while run < most and old[at + run] is new[begin + run]:
        run += 1
    return run
