"""Python imports this by itself where it is on the path: it times what the event loop runs.

SIGUSR1 begins anew; SIGUSR2 writes the longest run of one callback, in milliseconds, to the file
that LONGEST_CALLBACK names.
"""

import asyncio
import os
import signal
import time
from pathlib import Path

_whole = asyncio.events.Handle._run
_longest = [0]


def _timed(handle: asyncio.Handle) -> None:
    began = time.thread_time_ns()
    _whole(handle)
    _longest[0] = max(_longest[0], time.thread_time_ns() - began)


def _begin(*_: object) -> None:
    _longest[0] = 0


def _tell(*_: object) -> None:
    Path(os.environ["LONGEST_CALLBACK"]).write_text(f"{_longest[0] / 1e6:.2f}\n")


if "LONGEST_CALLBACK" in os.environ:
    asyncio.events.Handle._run = _timed
    signal.signal(signal.SIGUSR1, _begin)
    signal.signal(signal.SIGUSR2, _tell)
