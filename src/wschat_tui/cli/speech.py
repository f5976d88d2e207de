"""stdout is data, stderr is narration: how verbs say either."""

import sys


def say(sentence: str) -> None:
    """One sentence for the person, on stderr."""
    print(sentence, file=sys.stderr, flush=True)


def out(line: str) -> None:
    """One line of data, on stdout."""
    print(line, flush=True)
