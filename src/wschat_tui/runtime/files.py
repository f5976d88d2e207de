"""Files of messages: fetched by the link, saved by the storage, decoded by the media."""

from __future__ import annotations

import asyncio
import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from wschat_tui.link.file_address import judge
from wschat_tui.runtime.services import Outcome, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.link.fetch import Progress, Take
    from wschat_tui.link.options import Options
    from wschat_tui.runtime.services import ImageView
    from wschat_tui.storage.downloads import Download

T = TypeVar("T")

MOST_SAVED = 1024 * 1024 * 1024
"""Bytes of the largest file that is saved."""

MOST_SHOWN = 10 * 1024 * 1024
"""Bytes of the largest image that is decoded (row S19)."""

MISSING = "Images are shown with Pillow and NumPy: `pip install 'wschat-tui[calls]'` adds them."


class Files:
    """Implements `FilesView` for one account."""

    def __init__(self, options: Options, supply: TokenSupply, folder: Path) -> None:
        """`folder`: where files are saved."""
        self._options = options
        self._supply = supply
        self._folder = folder

    def whereabouts(self, url: str) -> Whereabouts:
        """Where a file is; asks nobody."""
        told = judge(url, self._options.url)
        if isinstance(told, str):
            return Whereabouts("", "", refusal=told)
        return Whereabouts(told.url, told.where, told.own)

    async def save(self, url: str, name: str, progress: Progress) -> Outcome:
        """Fetch a file into the folder for downloads."""
        from wschat_tui.storage.downloads import Download

        try:
            return await self._saved(Download(self._folder, name), url, progress)
        except OSError as error:
            why = error.strerror or "it did not say why"
            return Outcome(False, f"The file cannot be saved in {self._folder} ({why}).")

    async def _saved(self, download: Download, url: str, progress: Progress) -> Outcome:
        path: Path | None = None
        try:
            trouble = await self._fetched(
                url, MOST_SAVED, lambda piece: _in_thread(download.write, piece), progress
            )
            if trouble:
                return Outcome(False, trouble)
            path = await _in_thread(download.keep)
            return Outcome(True, f"Saved as {path.name} in {path.parent}.")
        finally:
            if path is None:
                await _in_thread(download.discard)

    async def image(self, url: str, progress: Progress) -> ImageView | str:
        """Fetch an image to look at; it stays in memory."""
        if not all(map(find_spec, ("PIL", "numpy"))):
            return MISSING
        data = bytearray()

        async def take(piece: bytes) -> None:
            data.extend(piece)

        trouble = await self._fetched(url, MOST_SHOWN, take, progress)
        if trouble:
            return trouble
        await asyncio.to_thread(importlib.import_module, "wschat_tui.media.still.decode")
        from wschat_tui.media.still.decode import Still

        return Still(bytes(data))

    async def _fetched(self, url: str, most: int, take: Take, progress: Progress) -> str:
        from wschat_tui.link.fetch import Fetcher

        return await Fetcher(self._options, self._supply).fetch(url, most, take, progress)


async def _in_thread(work: Callable[..., T], *arguments: object) -> T:
    """Off the event loop; whoever is cancelled meanwhile waits until the disk is done with it."""
    running = asyncio.get_running_loop().run_in_executor(None, work, *arguments)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
