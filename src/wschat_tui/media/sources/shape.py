"""Pictures in the shape that encoders take: even sizes, a limit, planes of YUV 4:2:0."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

FORMAT = "yuv420p"

Size = tuple[int, int]
"""Width and height in pixels."""

LIMIT: Size = (1280, 720)
"""Of what is sent: text is readable in it, and one core can encode it."""


def fitted(size: Size, limit: Size) -> Size:
    """The size shrunk into the limit in its own proportions, even and at least 16 each way."""
    width, height = size
    share = min(1.0, limit[0] / max(width, 1), limit[1] / max(height, 1))
    return _even(width * share), _even(height * share)


def shaped(frame: av.VideoFrame, limit: Size) -> av.VideoFrame:
    """The frame itself if it already is as encoders take it, else one that is."""
    width, height = fitted((frame.width, frame.height), limit)
    if (frame.width, frame.height, frame.format.name) == (width, height, FORMAT):
        return frame
    return frame.reformat(width, height, FORMAT)


def _even(length: float) -> int:
    return max(16, int(length) // 2 * 2)
