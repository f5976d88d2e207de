"""Pictures of a device that delivers them at its own pace, through FFmpeg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from av.container import InputContainer

WAITS = (5.0, 5.0)
"""Seconds for a device to open, and for each of its pictures."""

Options = dict[str, str]


def live(file: str, system: str, tries: Sequence[Options]) -> Generator[av.VideoFrame, None, None]:
    """Pictures until closed. system: FFmpeg's name; tries: options to open it with, in order.

    Raises OSError (a subclass of it where the system says why) and av.FFmpegError.
    """
    with opened(file, system, tries) as device:
        yield from device.decode(video=0)


def opened(file: str, system: str, tries: Sequence[Mapping[str, str]]) -> InputContainer:
    """The device with the first options that it takes."""
    for options in tries[:-1]:
        try:
            return av.open(file, format=system, options=dict(options), timeout=WAITS)
        # Not there, not ours, or in use: other options change nothing.
        except (FileNotFoundError, PermissionError):
            raise
        except (OSError, av.FFmpegError):
            continue
    return av.open(file, format=system, options=dict(tries[-1]), timeout=WAITS)
