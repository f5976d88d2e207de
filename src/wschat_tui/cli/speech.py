"""stdout is data, stderr is narration: how verbs say either."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def say(sentence: str) -> None:
    """One sentence for the person, on stderr."""
    print(sentence, file=sys.stderr, flush=True)


def out(line: str) -> None:
    """One line of data, on stdout; letters that its encoding lacks are written as escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def pour(lines: Iterable[str]) -> None:
    """Many lines of data, as `out` writes them, with one flush at the end."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


def mute() -> None:
    """Whoever read the output has gone: what is still buffered goes nowhere, and silently."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
