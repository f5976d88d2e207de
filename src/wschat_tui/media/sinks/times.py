"""When something belongs in a recording: by its own time, as long as that goes with the clock."""

from __future__ import annotations

ASTRAY = 0.5
"""Seconds that a stream's own times may be off the clock before they are tied to it again."""


class Times:
    """Of any number of streams, by name; seconds count from the beginning of the recording."""

    def __init__(self) -> None:
        self._offsets: dict[str, float] = {}

    def second(self, stream: str, at: float, moment: float) -> float:
        """The second of what came at second `at` and calls itself `moment`.

        So it keeps its distance from what came before it, however unevenly they came.
        """
        second = moment + self._offsets.get(stream, at - moment)
        if abs(second - at) > ASTRAY:
            second = at
        self._offsets[stream] = second - moment
        return second
