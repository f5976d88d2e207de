"""What `wschat doctor` says of the history: where it is, who has it open, what is amiss."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wschat_tui.cli.finding import Finding
from wschat_tui.runtime.accounts import Account
from wschat_tui.runtime.history import history_of, in_words, look_at
from wschat_tui.storage.archive.asides import DAYS, asides
from wschat_tui.storage.archive.fates import remedy, why

if TYPE_CHECKING:
    from pathlib import Path

    from wschat_tui.runtime.accounts import Accounts, Hindrance
    from wschat_tui.runtime.history import Kept


async def findings(accounts: Accounts, account: Account | Hindrance) -> list[Finding]:
    """The history of the account that would be opened, and every broken one that lies here."""
    folder = accounts.places.history_dir
    try:
        own = await _own(accounts, account)
        return [own, *(_broken(one) for one in await asyncio.to_thread(asides, folder))]
    except OSError as error:
        mend = remedy(error, folder / "history").removesuffix(".")
        said = f"nothing can be kept below {folder}, as {why(error)}"
        return [Finding("lack", "history", said, mend[0].lower() + mend[1:])]


async def _own(accounts: Accounts, account: Account | Hindrance) -> Finding:
    """Without an account, where all of them are."""
    if not isinstance(account, Account):
        said = f"kept below {accounts.places.history_dir}; `wschat history` lists them"
        return Finding("ok", "history", said)
    if not account.history.keep:
        return Finding("note", "history", "not kept, as the settings say")
    file = history_of(accounts.places, account)
    return _whole(file, await look_at(file))


def _whole(file: Path, kept: Kept) -> Finding:
    if not kept.size:
        return Finding("ok", "history", f"{file}: nothing yet")
    if kept.taken:
        said = f"{file} is open in another wschat; a second one reads it and keeps nothing"
        return Finding("note", "history", said)
    return Finding("ok", "history", f"{file}: {in_words(kept.size)}")


def _broken(aside: Path) -> Finding:
    said = f"{aside} could not be read and was moved aside; it goes {DAYS} days after that"
    mend = f"wschat history delete {aside.name}, when you have no more use for it"
    return Finding("lack", "history", said, mend)
