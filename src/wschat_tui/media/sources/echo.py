"""The speaker's sound taken out of the microphone's, where the package livekit is installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from wschat_tui.media.blocks import RATE

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block
    from wschat_tui.media.setup import Setup
    from wschat_tui.media.sinks.speaker import Speaker
    from wschat_tui.media.sources.sound import SoundTrack

PIECE = RATE // 100
"""Samples (10 ms) that the canceller takes at once."""

DELAY = 60
"""Milliseconds between what is played and its echo, to begin with; it finds out the rest."""

MISSING = (
    "The package livekit is not installed: your speaker is heard in your microphone. Wear"
    " headphones, or install wschat-tui[aec]."
)


class Canceller:
    """Knows what was played; `near` and `far` may be called by different threads."""

    def __init__(self) -> None:
        """Raises ImportError or OSError where the package, or its library, is missing."""
        self._rtc: Any = import_module("livekit.rtc")
        self._inner: Any = self._rtc.AudioProcessingModule(
            echo_cancellation=True, noise_suppression=True, high_pass_filter=True
        )
        self._inner.set_stream_delay_ms(DELAY)
        self._rest = np.zeros(0, np.int16)

    def far(self, block: Block) -> None:
        """This is played now; of any length."""
        whole = np.concatenate((self._rest, block))
        end = len(whole) // PIECE * PIECE
        for at in range(0, end, PIECE):
            self._inner.process_reverse_stream(self._frame(whole[at : at + PIECE]))
        self._rest = whole[end:]

    def near(self, block: Block) -> Block:
        """This was heard now: what is left of it without the echo; a multiple of 10 ms."""
        frames = [self._frame(block[at : at + PIECE]) for at in range(0, len(block), PIECE)]
        for frame in frames:
            self._inner.process_stream(frame)
        return np.concatenate([np.frombuffer(frame.data, np.int16) for frame in frames])

    def _frame(self, piece: Block) -> Any:
        return self._rtc.AudioFrame(bytearray(piece.tobytes()), RATE, 1, len(piece))


def cancel_echo(setup: Setup, sound: SoundTrack, speaker: Speaker) -> str:
    """Let the track know what the speaker plays, where the setup asks for it.

    Gives what is missing, or nothing.
    """
    if not setup.echo_cancel:
        sound.clear, speaker.played = None, None
        return ""
    try:
        canceller = Canceller()
    except (ImportError, OSError):
        return MISSING
    sound.clear, speaker.played = canceller.near, canceller.far
    return ""
