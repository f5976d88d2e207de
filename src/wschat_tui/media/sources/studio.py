"""Where pictures are taken: one thread a source, and a card in its place where it fails or ends."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import av

from wschat_tui.media.sources.card import card
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.newest import Newest
from wschat_tui.media.sources.shape import shaped

if TYPE_CHECKING:
    from collections.abc import Generator

    from wschat_tui.media.sources.shape import Size
    from wschat_tui.media.sources.sound import SideSound

JOINING = 5.0
"""Seconds that a thread is waited for; a driver that hangs longer is left behind."""


class Take(Protocol):
    """Takes pictures until `stop` is set, in a thread. Raises Missing where it cannot (go on)."""

    def __call__(self, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
        """The pictures, at the source's own pace."""
        ...


class Studio:
    """Runs a source and holds its newest picture. Belongs to the loop in which it is made."""

    def __init__(self, take: Take, limit: Size, name: str, sound: SideSound | None = None) -> None:
        """limit: of the pictures, in pixels. name: of the user, for the card."""
        self.newest = Newest()
        self.sound = sound
        self.notice = ""
        self._take = take
        self._limit = limit
        self._name = name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="picture", daemon=True)
        self._thread.start()

    async def ready(self, seconds: float) -> None:
        """Wait for the first picture, or the card."""
        await self.newest.after(0, seconds)

    def close(self) -> None:
        """End the source; returns at once."""
        self._stop.set()
        self.newest.wake()

    async def gone(self) -> None:
        """Wait until its thread and its devices are let go of."""
        self.close()
        await asyncio.to_thread(self._thread.join, JOINING)

    def _run(self) -> None:
        try:
            self.notice = self._pictures()
        finally:
            if not self._stop.is_set():
                self.newest.put(card(self._name))

    def _pictures(self) -> str:
        """Take pictures until the end; gives what was missing, or what ended."""
        try:
            with closing(self._take(self._stop)) as frames:
                for frame in frames:
                    if self._stop.is_set():
                        break
                    self.newest.put(shaped(frame, self._limit))
        except Missing as missing:
            return missing.sentence
        except (av.FFmpegError, OSError) as fault:
            return (
                f"The picture broke off ({fault}): a card is sent. Show something else, or again."
            )
        return ""
