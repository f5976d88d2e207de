"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and where it is lacking, the mend."""

    grade: Literal["ok", "note", "lack"]
    subject: str
    text: str
    mend: str = ""

    def __str__(self) -> str:
        """`ok    keyring    Secret Service`; the mend on a line of its own."""
        line = f"{self.grade:<5} {self.subject:<10} {self.text}"
        return f"{line}\n{'':16} → {self.mend}" if self.mend else line
