"""`wschat`: the screen."""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.fault import report
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import say

if TYPE_CHECKING:
    import argparse

    from wschat_tui.runtime.choice import Choice


def run(options: argparse.Namespace) -> int:
    """Open the screen on the profile that is meant, or on the welcome screen."""
    return show(choice_from(options))


def show(choice: Choice) -> int:
    """Run the screen until the user quits; a fault of ours is a sentence and a crash file."""
    if not _on_a_terminal():
        say("The screen needs a terminal; `wschat send` and `wschat tail` work without one.")
        return Exit.USAGE
    if os.environ.get("TERM", "") in {"dumb", "unknown"}:
        say("This terminal (TERM=dumb) shows no screen; `wschat tail` prints one line an event.")
        return Exit.USAGE
    # Collections while the first picture is made would only look at what is being imported.
    gc.disable()
    from wschat_tui.runtime.program import Program
    from wschat_tui.storage.crash import watch_faults
    from wschat_tui.storage.logs import Logs, start_logs
    from wschat_tui.ui.app import WschatApp

    program = Program(choice)
    logs = start_logs(program.places)
    faults = watch_faults(program.places)
    app = WschatApp(program)
    program.on_fault = app.fail
    app.run(mouse=program.look.mouse)
    if isinstance(logs, Logs):
        logs.stop()
    if faults is not None:
        faulthandler.disable()
        faults.close()
    if app.left_behind:
        say(app.left_behind)
    return report(app.fault, program.places) if app.fault else Exit.OK


def _on_a_terminal() -> bool:
    """Textual draws on stderr; the keys come from the terminal even where stdin brought a token."""
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        return False
    if sys.stdin.isatty():
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return False
    os.dup2(terminal, 0)
    os.close(terminal)
    return True
