"""A fault of ours: one sentence for the person, the details in a file that only they can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.speech import say
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.storage.crash import write_crash

if TYPE_CHECKING:
    from wschat_tui.storage.paths import Places


def report(fault: BaseException, places: Places) -> int:
    """Write the crash file, say where it is, and return the exit code."""
    file = write_crash(fault, places, SystemClock().now())
    kind = type(fault).__name__
    where = f"the details are in {file}" if file else "and its details could not be written"
    say(f"wschat failed ({kind}) through a fault of its own; {where}.")
    return int(Exit.REFUSED)
