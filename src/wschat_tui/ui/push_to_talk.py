"""A key that talks while it is held, on terminals that never say when a key is let go.

A held key comes again and again. So a press turns talking on; repeats keep it on, and it ends soon
after the last of them. A key that does not come again was tapped: then talking stays on until the
next tap. Pure; times are seconds of a clock that never goes back.
"""

from typing import Literal

FIRST_REPEAT = 0.75
"""Seconds within which a held key comes for the second time; terminals wait up to 660 ms."""

NEXT_REPEAT = 0.35
"""Seconds within which a held key comes again after that."""


class PushToTalk:
    """Whether the key says to talk."""

    def __init__(self) -> None:
        self._phase: Literal["off", "pressed", "held", "latched"] = "off"
        self._at = 0.0

    @property
    def on(self) -> bool:
        """Talk."""
        return self._phase != "off"

    @property
    def waits(self) -> bool:
        """What the key means depends on whether it comes again: look once more."""
        return self._phase in {"pressed", "held"}

    def press(self, now: float) -> bool:
        """The key came. Answers whether to talk from now on."""
        since, self._at = now - self._at, now
        match self._phase:
            case "off":
                # What follows the tap that ended talking is that key, held.
                if self._at and since < NEXT_REPEAT:
                    return False
                self._phase = "pressed"
            case "pressed" | "held":
                self._phase = "held"
            case "latched":
                self._phase = "off"
        return self.on

    def look(self, now: float) -> bool:
        """Time passed. Answers whether to talk."""
        since = now - self._at
        if self._phase == "pressed" and since >= FIRST_REPEAT:
            self._phase = "latched"
        elif self._phase == "held" and since >= NEXT_REPEAT:
            self._phase = "off"
        return self.on

    def stop(self) -> None:
        """Talk no more."""
        self._phase = "off"
