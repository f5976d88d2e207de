"""The command line's options, as the runtime wants them."""

from __future__ import annotations

import getpass
import os
import sys
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.speech import say
from wschat_tui.runtime.choice import Choice
from wschat_tui.storage.paths import find

if TYPE_CHECKING:
    import argparse


def choice_from(options: argparse.Namespace, *, rooms: tuple[str, ...] = ()) -> Choice:
    """What was chosen; reads the token and the passphrase where the options ask for them."""
    return Choice(
        server=options.server or "",
        user=options.user or "",
        profile=options.profile or "",
        home=options.home,
        dialect=options.dialect or "",
        ca_file=options.ca_file,
        insecure=options.insecure,
        token=sys.stdin.readline().strip() if options.token_stdin else "",
        token_store=options.token_store,
        passphrase=_passphrase() if options.token_store == "file" else None,  # noqa: S105  a place
        rooms=rooms,
        history=not getattr(options, "no_history", False),
    )


def with_passphrase(choice: Choice) -> Choice:
    """The passphrase as well, where there is a token file and somebody who can be asked for it."""
    file = find(choice.home, os.environ).token_file
    if choice.passphrase or not file.exists() or not sys.stdin.isatty():
        return choice
    say("There is an encrypted token file here, which may have tokens of this profile.")
    return replace(choice, passphrase=_passphrase())


def _passphrase() -> str:
    """What is typed, unseen; without a terminal it is neither asked for nor echoed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass("Passphrase of the token file: ", sys.stderr)
    except (EOFError, getpass.GetPassWarning):
        say("The passphrase of the token file is asked for on a terminal, and there is none.")
        raise SystemExit(Exit.USAGE) from None
