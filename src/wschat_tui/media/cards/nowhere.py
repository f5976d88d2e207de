"""A device that hears silence and plays to nobody, at the pace of a real one."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from wschat_tui.media.blocks import BYTES, SECONDS
from wschat_tui.media.cards.kinds import NoCard
from wschat_tui.media.cards.miniaudio import Miniaudio

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.media.cards.kinds import Card, Cards, Found, Give, Hear, Kind


def nowhere() -> Cards:
    """Miniaudio's null device, which is paced in native code; without the package, a clock."""
    try:
        return Miniaudio(null=True)
    except NoCard:
        return Clocks()


class Clocks:
    """A thread in place of a device."""

    def found(self, kind: Kind) -> list[Found]:
        """Nothing to choose from."""
        del kind
        return []

    def hear(self, id: str, hear: Hear) -> Card:
        """Hear silence."""
        del id
        return _Clock(lambda: hear(bytes(BYTES)))

    def play(self, id: str, give: Give) -> Card:
        """Play to nobody."""
        del id
        return _Clock(lambda: give(BYTES))


class _Clock:
    def __init__(self, tick: Callable[[], object]) -> None:
        self._tick = tick
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="no sound device", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due += SECONDS
            self._tick()
