"""The loop: inputs go in, the state turns, effects go out, listeners hear of it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Protocol

from wschat_tui.state.effects import Effect, GiveBack, Notify
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import ArchiveView, FilesView, MediaView
    from wschat_tui.state.inputs import Input


UNHEARD = 20
"""Words for the user that wait for somebody to hear them."""


class EffectRunner(Protocol):
    """Whoever carries effects out to the edges."""

    def run(self, effect: Effect) -> None:
        """Begin what the effect orders; its outcome comes back as an input."""
        ...

    async def close(self) -> None:
        """End every edge and every task."""
        ...


class Session:
    """Holds the current state and turns it; inputs that come together turn together."""

    def __init__(
        self,
        runner: EffectRunner,
        state: State | None = None,
        media: MediaView | None = None,
        files: FilesView | None = None,
        archive: ArchiveView | None = None,
    ) -> None:
        self.state = state or State()
        self.media = media
        self.files = files
        self.archive = archive
        self.ready = asyncio.Event()
        """What was kept of earlier runs is in the state."""
        self._runner = runner
        self._listeners: list[Callable[[], None]] = []
        self._hearers: list[Callable[[Notify | GiveBack], None]] = []
        self._unheard: deque[Notify | GiveBack] = deque(maxlen=UNHEARD)
        self._inbox: deque[Input] = deque()
        self._turning = False

    def feed(self, *inputs: Input) -> None:
        """Take inputs in order. What is fed from within a turn waits for that turn to end."""
        self._inbox.extend(inputs)
        if self._turning:
            return
        self._turning = True
        try:
            while self._inbox:
                self._turn()
        finally:
            self._turning = False

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; calling what is returned stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_word(self, hear: Callable[[Notify | GiveBack], None]) -> Callable[[], None]:
        """Call `hear` with what the user is to be told or given back.

        It begins with what nobody has heard yet: troubles and texts, but no news of messages.
        """
        self._hearers.append(hear)
        while self._unheard:
            hear(self._unheard.popleft())
        return lambda: self._hearers.remove(hear)

    def say(self, word: Notify | GiveBack) -> None:
        """Tell the user something that no turn of the state has to know."""
        if not self._hearers and not (isinstance(word, Notify) and word.bell):
            self._unheard.append(word)
        for hear in tuple(self._hearers):
            hear(word)

    async def close(self) -> None:
        """End the edges; the state stays as it is."""
        if self.archive is not None:
            await self.archive.close()
        await self._runner.close()

    def _turn(self) -> None:
        inputs = tuple(self._inbox)
        self._inbox.clear()
        before = self.state
        self.state, effects = reduce(before, *inputs)
        for effect in effects:
            if isinstance(effect, Notify | GiveBack):
                self.say(effect)
            else:
                self._runner.run(effect)
        if self.state is not before:
            for listener in tuple(self._listeners):
                listener()
