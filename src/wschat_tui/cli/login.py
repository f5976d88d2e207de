"""`wschat login`: get tokens from a server and keep them where `--token-store` says."""

from __future__ import annotations

import asyncio
import getpass
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.opening import accounts_for
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import say
from wschat_tui.runtime.accounts import GIVEN, Hindrance
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.profiles import ProfileBook
from wschat_tui.runtime.services import LoginForm, Outcome
from wschat_tui.storage.vault.memory import MemoryVault

if TYPE_CHECKING:
    import argparse

    from wschat_tui.runtime.choice import Choice


def run(options: argparse.Namespace) -> int:
    """Ask for what is not given, log in, and save the profile."""
    choice = choice_from(options)
    return asyncio.run(_login(options, choice))


async def _login(options: argparse.Namespace, choice: Choice) -> int:
    accounts = accounts_for(replace(choice, token=""), without=GIVEN)
    settings = await accounts.settings()
    if isinstance(settings, Hindrance):
        say(settings.sentence)
        return Exit.USAGE
    profile = settings.profile(choice.profile)
    server = choice.server or (profile.server if profile else "")
    form = await asyncio.to_thread(_asked, options, choice, server)
    if isinstance(form, str):
        say(form)
        return Exit.USAGE
    outcome = await ProfileBook(accounts, SystemClock()).login(form)
    vault = await accounts.vault()
    if outcome.ok and isinstance(vault, MemoryVault):
        say("The server took the login, but there is nowhere to keep its tokens.")
        say(str(vault.trouble or "Choose --token-store=auto or --token-store=file."))
        return Exit.NO_LINK
    say(outcome.sentence)
    if outcome.ok and choice.token_store == "file":  # noqa: S105  the name of a place
        say("Each start needs --token-store=file, too: without it nobody asks for the passphrase.")
    return Exit.OK if outcome.ok else _code(outcome)


def _asked(options: argparse.Namespace, choice: Choice, server: str) -> LoginForm | str:
    """The form; what was not given is asked for at the terminal, where somebody is there."""
    interactive = sys.stdin.isatty()
    if not server:
        if not interactive:
            return "No server is named; give it with --server."
        server = input("Server: ").strip()
    email, password = options.email or "", ""
    if not choice.token:
        if not email and interactive:
            email = input("Email: ").strip()
        password = _password(interactive=interactive)
        if not email or not password:
            return "An email and a password are needed, or a token by --token-stdin."
    return LoginForm(
        server=server,
        profile=choice.profile,
        email=email,
        password=password,
        code=options.code or "",
        token=choice.token,
        user=choice.user,
        dialect=choice.dialect or "standard",
        insecure=choice.insecure,
    )


def _password(*, interactive: bool) -> str:
    """Typed unseen at a terminal; else the next line of stdin, as scripts give it."""
    return getpass.getpass("Password: ") if interactive else sys.stdin.readline().rstrip("\n")


def _code(outcome: Outcome) -> int:
    return Exit.USAGE if outcome.field in {"profile", "user"} else Exit.NO_LINK
