"""What could not be done, in words for the person who has to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """The world's or the user's fault as a value.

    what: one sentence: what happened and what was kept. mend: one sentence: what to do.
    """

    what: str
    mend: str

    def __str__(self) -> str:
        """Both sentences, ready to be shown."""
        return f"{self.what} {self.mend}".strip()
