"""`wschat history prune`: take what is older than so many days out of what this disk keeps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.opening import accounts_for
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import say
from wschat_tui.runtime.accounts import Hindrance
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.history import in_words
from wschat_tui.storage.history_pruning import prune_history
from wschat_tui.storage.trouble import Trouble

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from wschat_tui.runtime.choice import Choice
    from wschat_tui.storage.archive.prune import Pruned

_DAY = 86_400_000


def run(options: argparse.Namespace) -> int:
    """Do what is asked of the history; there is one thing to ask."""
    file = asyncio.run(history_meant(choice_from(options)))
    if isinstance(file, int):
        return file
    now = SystemClock().now()
    before = now - options.older_than * _DAY
    if not file.exists():
        say("Nothing is kept of this account on this disk.")
        return Exit.OK
    pruned = prune_history(file, before, now)
    if isinstance(pruned, Trouble):
        say(str(pruned))
        return Exit.REFUSED
    say(_told(pruned, before))
    return Exit.OK


async def history_meant(choice: Choice) -> Path | int:
    """The file of the account that the command line means; else why is said, and the exit code."""
    found = await accounts_for(choice).history()
    if isinstance(found, Hindrance):
        say(found.sentence)
        return Exit.NO_LINK if found.kind == "login" else Exit.USAGE
    return found


def _told(pruned: Pruned, before: int) -> str:
    day = datetime.fromtimestamp(before / 1000, UTC).date().isoformat()
    if not pruned.messages:
        return f"Nothing here was said before {day}; the history has {in_words(pruned.after)}."
    messages = "1 message" if pruned.messages == 1 else f"{pruned.messages:,} messages"
    size = f"it had {in_words(pruned.before)} and has {in_words(pruned.after)} now"
    are = "is" if pruned.messages == 1 else "are"
    return f"{messages} from before {day} {are} gone from this disk; {size}."
