"""The sound of a media file in place of the microphone: once, from its start."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from wschat_tui.media.blocks import SECONDS, silence
from wschat_tui.media.sources.beat import Beat
from wschat_tui.media.sources.film import Film
from wschat_tui.media.sources.missing import Missing

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block


class Played:
    """Begins with the first block that is asked for; silence follows its end."""

    def __init__(self, path: str, *, loop: bool = False) -> None:
        self.notice = ""
        """What is missing or has ended, what is sent in its place, and what to do."""
        self._film = Film(path, loop=loop, pictures=False)
        self._beat = Beat(SECONDS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)
        self._begun = False

    async def ready(self, seconds: float) -> None:
        """Wait, for so long at most, until it is known whether the file can be read."""
        check = asyncio.to_thread(self._film.check)
        try:
            self.notice = await asyncio.wait_for(check, seconds)
        except TimeoutError:
            """A slow disk: whatever is wrong is told when it is played."""

    async def block(self) -> Block:
        """The next 20 ms, when it is time for them."""
        if not self._begun:
            self._begun = True
            self._thread.start()
        await self._beat.turn()
        block = self._film.sound.take()
        return silence() if block is None else block

    def close(self) -> None:
        """Let go of the file; returns at once."""
        self._stop.set()

    async def gone(self) -> None:
        """Wait until the file and its thread are gone."""
        self.close()
        if self._begun:
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            for _ in self._film(self._stop):
                """There are no pictures to take."""
        except Missing as missing:
            self.notice = missing.sentence
