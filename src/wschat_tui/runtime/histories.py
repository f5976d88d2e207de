"""All histories on this machine: listed, found by name, and deleted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.runtime.history import delete_history, history_of_profile
from wschat_tui.storage.archive import asides
from wschat_tui.storage.archive.listing import Listed, histories
from wschat_tui.storage.archive.whose import Whose
from wschat_tui.storage.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wschat_tui.runtime.accounts import Accounts


async def listed(accounts: Accounts) -> list[Listed]:
    """Every history, also of accounts that no profile names. Raises OSError.

    Files that an earlier version wrote do not say whose they are; the settings tell it of some.
    """
    found = await asyncio.to_thread(histories, accounts.places.history_dir)
    settings = await accounts.settings()
    profiles = settings.profiles if isinstance(settings, Settings) else {}
    known = {
        history_of_profile(accounts.places, name, profile): Whose(
            name, profile.server, profile.user or ""
        )
        for name, profile in profiles.items()
    }
    return [_named(one, known.get(one.file)) for one in found]


def named(found: Iterable[Listed], name: str) -> Listed | None:
    """The history of this name, as it is listed."""
    return next((one for one in found if name in {one.name, one.file.name}), None)


async def delete(one: Listed) -> int:
    """Delete a history with all that lies beside it, or one broken file; answers how many bytes.

    Raises OSError, also where a client has it open.
    """
    if one.condition == "aside":
        return await asyncio.to_thread(asides.remove, one.file)
    return await delete_history(one.file)


def _named(one: Listed, known: Whose | None) -> Listed:
    if known is None:
        return one
    whose = one.whose
    return replace(
        one,
        whose=Whose(known.profile, whose.server or known.server, whose.user or known.user),
    )
