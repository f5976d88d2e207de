"""Pictures looked at: their colours, and how they are taken."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import numpy as np
import pytest

from wschat_tui.media.sources.missing import Missing


@pytest.fixture
def colour_at() -> Callable[..., tuple[int, int, int]]:
    """The colour of a frame at a place given in shares of its width and height."""

    def looked(frame, x: float = 0.5, y: float = 0.5) -> tuple[int, int, int]:
        pixels = frame.to_ndarray(format="rgb24")
        height, width, _ = pixels.shape
        found = pixels[int(y * (height - 1)), int(x * (width - 1))]
        return tuple(int(value) for value in found)

    return looked


@pytest.fixture
def is_near() -> Callable[..., bool]:
    """Two colours look alike, after all that encoders do to them."""

    def near(one, other, by: int = 40) -> bool:
        return bool(np.abs(np.array(one, int) - np.array(other, int)).max() <= by)

    return near


class Taking:
    """A source that runs in a thread, as in a studio: its pictures, and what it ended with."""

    def __init__(self, take) -> None:
        self.frames: list = []
        self.missing = ""
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(take,))
        self._thread.start()

    def _run(self, take) -> None:
        frames = take(self.stop)
        try:
            for frame in frames:
                self.frames.append(frame)
        except Missing as missing:
            self.missing = missing.sentence
        finally:
            frames.close()

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    def end(self) -> None:
        self.stop.set()
        self._thread.join(10)
        assert self.ended


@pytest.fixture
def taking() -> Iterator[Callable[..., Taking]]:
    """Take pictures of a source until the test ends."""
    begun: list[Taking] = []

    def begin(take) -> Taking:
        begun.append(Taking(take))
        return begun[-1]

    yield begin
    for one in begun:
        one.end()


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Open a picture or a sound as a call does; it is stopped at the end, however that comes."""
    tracks: list[Any] = []

    async def open_one(opener, *arguments):
        tracks.append(await opener(*arguments))
        return tracks[-1]

    yield open_one
    for track in tracks:
        track.stop()
        await track.gone()
