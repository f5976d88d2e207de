"""A thread that keeps a sound device open: another, or none, where it is missing or pulled out."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.media.cards.kinds import NoCard
from wschat_tui.media.cards.miniaudio import Miniaudio
from wschat_tui.media.cards.nowhere import nowhere
from wschat_tui.media.cards.portaudio import Portaudio

if TYPE_CHECKING:
    from wschat_tui.media.cards.kinds import Card, Cards
    from wschat_tui.media.setup import Backend

TICK = 0.1
"""Seconds between two looks at the device."""
FIRST = 5.0
"""Seconds that a device may take to begin: a sound server may wake it first."""
STALLED = 1.5
"""Seconds of silence after which a device that had begun counts as pulled out."""
AGAIN = 4.0
"""Seconds between two looks for a device where there is none."""
JOINING = 5.0
"""Seconds that the thread is waited for; a driver that hangs longer is left behind."""

SYSTEMS: tuple[Callable[[], Cards], ...] = (Miniaudio, Portaudio)
"""Sound systems, best first."""


Alive = Callable[[], bool]
"""Called by a hook whenever it is called itself; gives whether what it does still counts."""

Open = Callable[["Cards", str, Alive], "Card"]
"""Opens a device of this id on this system, with the owner's hook; raises NoCard."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is told of a device; `{why}` is filled in."""

    none: str
    """There is none, or none that opens."""
    lost: str
    """It was there, and is no more."""
    other: str
    """The chosen one is not there, but another is."""


class _Pulse:
    """When a device last called its hook."""

    def __init__(self) -> None:
        self.begun = False
        self.at = time.monotonic()

    def beat(self) -> None:
        self.begun = True
        self.at = time.monotonic()

    @property
    def stopped(self) -> bool:
        return time.monotonic() - self.at > (STALLED if self.begun else FIRST)


class Keeper:
    """Owns one device at a time."""

    def __init__(self, open_: Open, chosen: str, backend: Backend, words: Words) -> None:
        """chosen: the id of a device; empty: the system's default."""
        self._open = open_
        self._chosen = chosen
        self._words = words
        self._wanted = backend != "null"
        self._pulse = _Pulse()
        self._real = False
        self._stop = threading.Event()
        self._ready = threading.Event()
        self.notice = ""
        """What is missing, what is done in its place, and what to do; empty: nothing is."""
        self._thread = threading.Thread(target=self._run, name="sound device", daemon=True)
        self._thread.start()

    async def ready(self, seconds: float) -> None:
        """Wait until a device is open, or known to be missing."""
        await asyncio.to_thread(self._ready.wait, seconds)

    def close(self) -> None:
        """Let go of the device; returns at once."""
        self._stop.set()

    async def gone(self) -> None:
        """Wait until the device and the thread are gone."""
        self.close()
        await asyncio.to_thread(self._thread.join, JOINING)

    def _run(self) -> None:
        card = self._any()
        self._ready.set()
        looked = time.monotonic()
        while not self._stop.wait(TICK):
            now = time.monotonic()
            if self._real and self._pulse.stopped:
                card.close()
                card, looked = self._any(lost=True), now
            elif self._wanted and not self._real and now - looked > AGAIN:
                card, looked = self._better(card), now
        card.close()

    def _any(self, *, lost: bool = False) -> Card:
        """A real device if there is one; else one that goes nowhere."""
        why = ""
        if self._wanted:
            try:
                return self._found()
            except NoCard as fault:
                why = str(fault)
        self._real = False
        self.notice = (self._words.lost if lost else self._words.none) if self._wanted else ""
        self.notice = self.notice.format(why=why)
        return self._opened(nowhere(), "")

    def _better(self, card: Card) -> Card:
        """A real device, if one has come, in place of the one that goes nowhere."""
        try:
            better = self._found()
        except NoCard:
            return card
        card.close()
        return better

    def _found(self) -> Card:
        """A device of the first system that has one."""
        missing, failed = [], []
        for make in SYSTEMS:
            try:
                system = make()
            except NoCard as fault:
                missing.append(str(fault))
                continue
            try:
                return self._first(system)
            except NoCard as fault:
                failed.append(str(fault))
        # A system that is there knows more of what is wrong than one that is not.
        raise NoCard(failed[0] if failed else ", ".join(missing))

    def _first(self, system: Cards) -> Card:
        """The chosen device, else the default one."""
        if self._chosen:
            with suppress(NoCard):
                return self._taken(system, self._chosen, "")
        return self._taken(system, "", self._words.other if self._chosen else "")

    def _taken(self, system: Cards, id: str, notice: str) -> Card:
        card = self._opened(system, id)
        self._real = True
        self.notice = notice
        return card

    def _opened(self, system: Cards, id: str) -> Card:
        pulse = _Pulse()

        def alive() -> bool:
            pulse.beat()
            return pulse is self._pulse and not self._stop.is_set()

        card = self._open(system, id, alive)
        self._pulse = pulse
        return card
