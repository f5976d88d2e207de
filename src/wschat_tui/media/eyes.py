"""What there is to see with: cameras and screens, as the system lists them."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import av

from wschat_tui.media.cards.kinds import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

DEV = Path("/dev")
SYS = Path("/sys/class/video4linux")

_FORMATS = {"darwin": "avfoundation", "win32": "dshow"}
_NUMBER = re.compile("[0-9]+")


def cameras() -> list[Found]:
    """Cameras, the first one first; empty where none is known. Reads the disk: not on a loop."""
    if sys.platform in _FORMATS:
        return _listed(_FORMATS[sys.platform])
    return list(_video4linux())


def screens() -> list[Found]:
    """Displays; empty where there is none, or where nobody may look."""
    if sys.platform in _FORMATS:
        return [Found("1", "Main screen")]
    display = os.environ.get("DISPLAY", "")
    if not display or os.environ.get("WAYLAND_DISPLAY"):
        return []
    return [Found(display, f"Display {display}")]


def _listed(system: str) -> list[Found]:
    try:
        listed = import_module("av.device").enumerate_input_devices(system)
    # Older versions of the package have no such module.
    except (ImportError, OSError, ValueError, av.FFmpegError):
        return []
    return [
        Found(device.name, device.description) for device in listed if "video" in device.media_types
    ]


def _video4linux() -> Iterator[Found]:
    """One entry a camera: each has further nodes beside the one that gives pictures."""
    try:
        nodes = [node for node in DEV.iterdir() if re.fullmatch("video[0-9]+", node.name)]
    except OSError:
        return
    for node in sorted(nodes, key=_number):
        known = SYS / node.name
        if _read(known / "index") in {"", "0"}:
            yield Found(str(node), _read(known / "name") or node.name)


def _number(node: Path) -> int:
    found = _NUMBER.search(node.name)
    return int(found[0]) if found else 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
