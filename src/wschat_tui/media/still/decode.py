"""Images as pictures for a terminal, decoded where a hostile one can do no harm (row S19)."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from wschat_tui.media.picture.blocks import Blocks, blocks
from wschat_tui.media.picture.letters import Letters, letters
from wschat_tui.media.picture.palette import PALETTES
from wschat_tui.media.picture.pixels import size_of

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from numpy.typing import NDArray

    from wschat_tui.state.calls.call_views import Ability

    Planes = NDArray[np.uint8]

SECONDS = 15.0
"""How long an image may take."""

COMMAND = (sys.executable, "-I", "-m", "wschat_tui.media.still.child")

_WHY = {
    "large": "The image has more than 16 million pixels, so it is not shown; Enter saves it.",
    "kind": "This is no PNG, JPEG, WebP or GIF image, so it is not shown; Enter saves it.",
    "broken": "The image is damaged and cannot be shown; Enter saves it.",
}
"""By the child's word."""


class Still:
    """One image that does not move, as a file holds it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._numbers = count(1)

    async def fitted(self, columns: int, rows: int, ability: Ability) -> Blocks | Letters | str:
        """The image in so many cells, or the sentence why it cannot be shown.

        Every size is decoded anew, in a child of its own: no image of full size is ever here.
        """
        fine = size_of(columns, rows)
        planes = await _decoded(self._data, [(columns, 2 * rows), fine])
        if isinstance(planes, str):
            return planes
        cells, pixels = planes
        if ability == "ascii":
            return letters(next(self._numbers), cells, None)
        return blocks(next(self._numbers), cells, PALETTES[ability](), None, lambda *_size: pixels)


async def _decoded(data: bytes, sizes: list[tuple[int, int]]) -> list[Planes] | str:
    """The image in each of the sizes, as (3, height, width)."""
    numbers = [str(side) for size in sizes for side in size]
    try:
        # It is told nothing of this process: neither its environment nor its terminal.
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *numbers,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            start_new_session=True,
        )
    except OSError as error:
        return f"The image cannot be decoded here ({error.strerror}); Enter saves it."
    try:
        async with asyncio.timeout(SECONDS):
            return await _told(process, data, sizes)
    except TimeoutError:
        return _WHY["broken"]
    finally:
        await _end(process)


async def _told(process: Process, data: bytes, sizes: list[tuple[int, int]]) -> list[Planes] | str:
    """What the child makes of it; no more of its answer is read than is expected."""
    if process.stdin is None or process.stdout is None:
        return _WHY["broken"]
    # A child that has ended takes no more; what it answered says why.
    with contextlib.suppress(ConnectionError):
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()
    try:
        word = (await process.stdout.readuntil(b"\n")).strip().decode("ascii", "replace")
        if word != "ok":
            return _WHY.get(word, _WHY["broken"])
        return [
            _planes(await process.stdout.readexactly(3 * wide * high), wide, high)
            for wide, high in sizes
        ]
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return _WHY["broken"]


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _planes(data: bytes, wide: int, high: int) -> Planes:
    return np.frombuffer(data, np.uint8).reshape(high, wide, 3).transpose(2, 0, 1)
