"""When the microphone is heard: always, while a key says so, or while somebody speaks."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, assert_never

from wschat_tui.media.blocks import louder, silence
from wschat_tui.media.levels import Voice

if TYPE_CHECKING:
    from wschat_tui.media.blocks import Block
    from wschat_tui.state.calls.call_views import Talking

LEAD = 4
"""Blocks (80 ms) that sound is held back while it waits for a voice, so that the first syllable,
which is needed to hear that there is one, is sent too."""


class Talk:
    """A gate for blocks. It opens and closes over one block, so that nothing clicks."""

    def __init__(self, mode: Talking) -> None:
        self.mode: Talking = mode
        self.held = False
        self.open = mode == "open"
        """The last block went through."""
        self._voice = Voice()
        self._lead: deque[Block] = deque()

    def pass_on(self, block: Block) -> Block:
        """The block, or as much silence; where a voice opens the gate, of 80 ms before."""
        before, self.open = self.open, self._opens(block)
        return louder(self._delayed(block), float(before), float(self.open))

    def _opens(self, block: Block) -> bool:
        match self.mode:
            case "open":
                return True
            case "push":
                return self.held
            case "voice":
                return self._voice.hears(block)
            case _:
                assert_never(self.mode)

    def _delayed(self, block: Block) -> Block:
        if self.mode != "voice":
            self._lead.clear()
            return block
        self._lead.append(block)
        return self._lead.popleft() if len(self._lead) > LEAD else silence()
