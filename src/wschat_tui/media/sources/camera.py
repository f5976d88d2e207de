"""The camera: Video4Linux, AVFoundation or DirectShow."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING

import av

from wschat_tui.media.eyes import cameras
from wschat_tui.media.sources.live import live
from wschat_tui.media.sources.missing import Missing

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator

    from wschat_tui.media.sources.live import Options

RATE = 30.0

_SIZE = "640x360"
"""Asked of the camera; drivers give the nearest that they have."""

_FORMATS = {"darwin": "avfoundation", "win32": "dshow"}

_TRIES: dict[str, tuple[Options, ...]] = {
    "v4l2": ({"video_size": _SIZE, "framerate": "30"}, {}),
    # It refuses what it cannot do exactly, so the sizes of most cameras follow.
    "avfoundation": (
        {"video_size": "1280x720", "framerate": "30"},
        {"video_size": "640x480", "framerate": "30"},
        {"framerate": "30"},
    ),
    "dshow": ({"video_size": "640x480", "framerate": "30"}, {}),
}

_INSTEAD = "a card with your initials is sent. {todo}, or share a screen, a file or this terminal."


class Camera:
    """Takes pictures of the camera with this id; of the first one for an empty id."""

    def __init__(self, chosen: str) -> None:
        self._chosen = chosen

    def __call__(self, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
        """Pictures at the camera's own pace. Raises Missing where there is none, or no more."""
        del stop
        id = self._chosen or next((found.id for found in cameras()), "")
        if not id:
            raise Missing(_told("There is no camera", "Plug one in"))
        system = _FORMATS.get(sys.platform, "v4l2")
        try:
            yield from live(_file(id, system), system, _TRIES[system])
        except (OSError, av.FFmpegError) as fault:
            raise Missing(_why(id, fault)) from fault
        raise Missing(_told(f"The camera {id} has stopped", "Plug it in again"))


def _file(id: str, system: str) -> str:
    """What FFmpeg calls the camera."""
    match system:
        case "avfoundation":
            return f"{id}:none"
        case "dshow":
            return f"video={id}"
        case _:
            return id


def _why(id: str, fault: Exception) -> str:
    if isinstance(fault, PermissionError):
        return _told(f"The camera {id} may not be used by this program", "Allow it")
    if isinstance(fault, FileNotFoundError):
        return _told(f"The camera {id} is not there", "Plug it in, or choose another")
    if getattr(fault, "errno", None) == errno.EBUSY:
        return _told(f"The camera {id} is in use by another program", "Close that")
    return _told(f"The camera {id} has failed ({fault})", "Plug it in again, or choose another")


def _told(what: str, todo: str) -> str:
    return f"{what}: {_INSTEAD.format(todo=todo)}"
