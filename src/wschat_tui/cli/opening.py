"""From the command line to an account, or to an exit code with its sentence said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.speech import say
from wschat_tui.runtime.accounts import Account, Accounts
from wschat_tui.storage.paths import find

if TYPE_CHECKING:
    from wschat_tui.runtime.choice import Choice


def accounts_for(choice: Choice, without: frozenset[str] = frozenset()) -> Accounts:
    """The accounts that this run can open. without: variables that do not count, as in a login."""
    env = {key: value for key, value in os.environ.items() if key not in without}
    return Accounts(find(choice.home, os.environ), env, choice)


async def open_account(choice: Choice) -> Account | int:
    """The account that is meant; where there is none, why is said and the exit code returned."""
    account = await accounts_for(choice).find()
    if isinstance(account, Account):
        return account
    say(account.sentence)
    return Exit.NO_LINK if account.kind == "login" else Exit.USAGE
