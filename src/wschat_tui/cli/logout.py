"""`wschat logout`: forget the tokens of a profile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.opening import accounts_for
from wschat_tui.cli.options import choice_from, with_passphrase
from wschat_tui.cli.speech import say
from wschat_tui.runtime.accounts import Hindrance
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.profiles import ProfileBook

if TYPE_CHECKING:
    import argparse

    from wschat_tui.runtime.choice import Choice


def run(options: argparse.Namespace) -> int:
    """Delete the tokens, with --forget the profile too, with --delete-history what was kept."""
    choice = with_passphrase(choice_from(options))
    return asyncio.run(
        _logout(choice, forget=options.forget, delete_history=options.delete_history)
    )


async def _logout(choice: Choice, *, forget: bool, delete_history: bool) -> int:
    accounts = accounts_for(choice)
    settings = await accounts.settings()
    if isinstance(settings, Hindrance):
        say(settings.sentence)
        return Exit.USAGE
    name = choice.profile or settings.default_name
    if not name:
        say("No profile is named; give it with --profile, `wschat profiles` lists them.")
        return Exit.USAGE
    book = ProfileBook(accounts, SystemClock())
    leave = book.forget if forget else book.log_out
    outcome = await leave(name, history=delete_history)
    say(outcome.sentence)
    return Exit.OK if outcome.ok else Exit.USAGE
