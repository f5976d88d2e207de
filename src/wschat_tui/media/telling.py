"""What one call tells the state: inputs, stamped with the call's id and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wschat_tui.state.calls.call_inputs import (
    CallInput,
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
    MediaNotice,
    MediaPicture,
    MediaRecording,
    MediaVerified,
    NegotiationNeeded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.protocol.objects import IceCandidate
    from wschat_tui.state.calls.call import CallStats

Ending = Literal["failed", "closed", "unsupported", "error"]


class Telling:
    """The mouth of one call. After its end it says nothing more."""

    def __init__(
        self,
        call: str,
        tell: Callable[[CallInput], None],
        now: Callable[[], int],
        op_id: Callable[[], str],
    ) -> None:
        self._call = call
        self._tell = tell
        self._now = now
        self._op_id = op_id
        self._notice = ""
        self.over = False

    def described(self, kind: Literal["offer", "answer"], sdp: str) -> None:
        """A description of ours is ready to be sent."""
        self._say(MediaDescribed(self._call, self._op_id(), self._now(), kind, sdp))

    def candidate(self, candidate: IceCandidate | None) -> None:
        """A candidate of ours was found; None: there are no more."""
        self._say(MediaCandidate(self._call, self._op_id(), candidate))

    def connected(self) -> None:
        """There is a path, and the handshake is done."""
        self._say(MediaConnected(self._call, self._now()))

    def flowing(self) -> None:
        """Media comes: for the first time, or after a silence."""
        self._say(MediaFlowing(self._call, self._now()))

    def measured(self, stats: CallStats) -> None:
        """Figures of the last second."""
        self._say(MediaMeasured(self._call, self._now(), stats))

    def picture(self, on: bool) -> None:
        """Pictures began to come, or ended."""
        self._say(MediaPicture(self._call, on))

    def verified(self, words: tuple[str, ...]) -> None:
        """The words made of both fingerprints."""
        self._say(MediaVerified(self._call, words))

    def notice(self, sentence: str) -> None:
        """What is missing here; said when it changes."""
        if sentence != self._notice:
            self._notice = sentence
            self._say(MediaNotice(self._call, sentence))

    def recording(self, path: str, sentence: str = "") -> None:
        """Recording began; without a path: it ended."""
        told = MediaRecording(self._call, self._op_id(), self._now(), path, sentence)
        self._say(told)

    def negotiation_needed(self) -> None:
        """Both sides must describe themselves again."""
        self._say(NegotiationNeeded(self._call, self._now()))

    def ended(self, reason: Ending, sentence: str = "") -> None:
        """The connection is no more; the last word."""
        self._say(MediaEnded(self._call, self._op_id(), self._now(), reason, sentence))
        self.over = True

    def _say(self, item: CallInput) -> None:
        if not self.over:
            self._tell(item)
