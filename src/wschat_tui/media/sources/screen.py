"""The screen: X11 through FFmpeg, macOS and Windows through mss; Wayland lets nobody look."""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from wschat_tui.media.sources.live import live
from wschat_tui.media.sources.missing import Missing

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator

RATE = 15.0

_INSTEAD = "a card with your initials is sent. Share this terminal, or a command, instead"
WAYLAND = f"Wayland lets no program look at the screen without its portal: {_INSTEAD}."
NO_DISPLAY = f"There is no screen here that could be shown: {_INSTEAD}."


class Screen:
    """Takes pictures of the display with this id; of the one we are on for an empty id."""

    def __init__(self, chosen: str) -> None:
        self._chosen = chosen

    def __call__(self, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
        """RATE pictures a second. Raises Missing where there is nothing to look at."""
        if sys.platform in {"darwin", "win32"}:
            yield from _monitor(self._chosen, stop)
        else:
            yield from _x11(self._chosen)


def _x11(chosen: str) -> Generator[av.VideoFrame, None, None]:
    display = chosen or os.environ.get("DISPLAY", "")
    # There is an X server on most Wayland desktops, too, and it shows nothing but black.
    if os.environ.get("WAYLAND_DISPLAY") and not chosen:
        raise Missing(WAYLAND)
    if not display:
        raise Missing(NO_DISPLAY)
    options = {"framerate": f"{RATE:.0f}", "draw_mouse": "1"}
    try:
        yield from live(display, "x11grab", [options])
    except (OSError, av.FFmpegError) as fault:
        raise Missing(
            f"The display {display} lets nobody look ({fault.strerror}): {_INSTEAD}."
        ) from fault
    raise Missing(f"The display {display} has gone: {_INSTEAD}.")


def _monitor(chosen: str, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
    """chosen: the number of a monitor, from 1."""
    try:
        mss: Any = import_module("mss")
    except ImportError as fault:
        raise Missing(
            "The package mss is not installed: a card with your initials is sent. Install"
            " wschat-tui[screen], or share this terminal."
        ) from fault
    # Each system has faults of its own, of which the package makes this one.
    try:
        with mss.MSS() as eye:
            yield from _grabbed(eye, int(chosen or 1), stop)
    except (mss.ScreenShotError, OSError, ValueError, IndexError) as fault:
        raise Missing(f"The screen could not be looked at ({fault}): {_INSTEAD}.") from fault


def _grabbed(eye: Any, number: int, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
    due = time.monotonic()
    while not stop.wait(max(0.0, due - time.monotonic())):
        due = max(due, time.monotonic() - 1 / RATE) + 1 / RATE
        shot = eye.grab(eye.monitors[number])
        pixels = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
        yield av.VideoFrame.from_ndarray(pixels, format="bgra")
