"""A monospaced font for pictures of text: the system's, else the one that Pillow brings."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont

from wschat_tui.media.sources.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_FONT = (
    "There is no font to draw text with: a card is sent. Install a monospaced one, such as DejaVu."
)

_FILES = (
    "DejaVuSansMono.ttf",
    "LiberationMono-Regular.ttf",
    "NotoSansMono-Regular.ttf",
    "UbuntuMono-R.ttf",
    "CascadiaMono.ttf",
    "Hack-Regular.ttf",
    "FreeMono.ttf",
    "Menlo.ttc",
    "SFNSMono.ttf",
    "Monaco.ttf",
    "consola.ttf",
    "cour.ttf",
)
"""Best first: how many box and block characters a font has counts most."""


_WIDE_FILES = (
    "NotoSansMonoCJKjp-Regular.otf",
    "NotoSansCJK-Regular.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "ipag.ttf",
    "PingFang.ttc",
    "msgothic.ttc",
)
"""For letters that take two cells, which the fonts above do not have."""


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels."""
    path = _path(_FILES)
    if path is not None:
        return ImageFont.truetype(path, size)
    bundled = ImageFont.load_default(size)
    if isinstance(bundled, ImageFont.FreeTypeFont):
        return bundled
    raise Missing(NO_FONT)


def wide_font(size: int) -> ImageFont.FreeTypeFont | None:
    """A font for letters that take two cells, where there is one."""
    path = _path(_WIDE_FILES)
    return None if path is None else ImageFont.truetype(path, size)


@cache
def _path(files: tuple[str, ...]) -> str | None:
    """The first of these fonts that there is, looked for once: on disk, so not on a loop."""
    found = {
        name: str(Path(folder) / name)
        for root in _roots()
        for folder, _, names in os.walk(root)
        for name in names
        if name in files
    }
    return next((found[name] for name in files if name in found and _readable(found[name])), None)


def _roots() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    elif sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
        yield from (home / ".local/share/fonts", home / ".fonts")


def _readable(path: str) -> bool:
    try:
        ImageFont.truetype(path, 12)
    except OSError:
        return False
    return True
