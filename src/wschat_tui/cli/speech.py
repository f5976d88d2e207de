"""stdout is data, stderr is narration: how verbs say either."""

import os
import sys


def say(sentence: str) -> None:
    """One sentence for the person, on stderr."""
    print(sentence, file=sys.stderr, flush=True)


def out(line: str) -> None:
    """One line of data, on stdout; letters that its encoding lacks are written as escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def mute() -> None:
    """Whoever read the output has gone: what is still buffered goes nowhere, and silently."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
