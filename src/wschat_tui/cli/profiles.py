"""`wschat profiles`: one line a profile, the default one starred."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.opening import accounts_for
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import out, say
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.profiles import ProfileBook
from wschat_tui.state.text import name

if TYPE_CHECKING:
    import argparse

    from wschat_tui.runtime.choice import Choice
    from wschat_tui.runtime.services import ProfileInfo


def run(options: argparse.Namespace) -> int:
    """List the profiles, or with --default choose the one that opens."""
    return asyncio.run(_profiles(choice_from(options), options.default or ""))


async def _profiles(choice: Choice, default: str) -> int:
    book = ProfileBook(accounts_for(choice), SystemClock())
    if default:
        outcome = await book.make_default(default)
        say(outcome.sentence)
        return Exit.OK if outcome.ok else Exit.USAGE
    found = await book.listed()
    for problem in found.problems:
        say(problem)
    for profile in found.profiles:
        out(_line(profile))
    unseen = await book.unseen_file() if found.profiles else ""
    if unseen:
        say(f"{unseen} Tokens may be in it; `wschat profiles --token-store file` tells.")
    if not found.profiles and not found.problems:
        say("There are no profiles yet; `wschat login` makes one, `wschat demo` needs none.")
    return Exit.USAGE if found.problems else Exit.OK


def _line(profile: ProfileInfo) -> str:
    star = "*" if profile.is_default else " "
    tokens = f"logged in, tokens {profile.token_home}" if profile.token_home else "logged out"
    user = name(profile.user) if profile.user else "-"
    return f"{star} {profile.name}\t{profile.server}\t{user}\t{tokens}"
