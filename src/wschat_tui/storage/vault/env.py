"""A token handed over by the environment: used for one run, never saved."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.private import open_to_others
from wschat_tui.storage.redact import hide
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.memory import MemoryVault
from wschat_tui.storage.vault.tokens import check_token

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = "WSCHAT_TOKEN"  # noqa: S105  the name of a variable
TOKEN_FILE = "WSCHAT_TOKEN_FILE"  # noqa: S105  the name of a variable
_MOST = 65_536


@dataclass(frozen=True, slots=True)
class Given:
    """A token from outside; `source` is the variable that brought it."""

    tokens: Tokens
    source: str


class EnvVault:
    """Gives the token to the origin and account that ask first, and to no other in this run.

    Whoever sets the variable means the server that the run begins with; a profile chosen later
    must not carry it elsewhere.
    """

    trouble: Trouble | None = None

    def __init__(self, given: Given) -> None:
        self.where = f"from {given.source}"
        self._unclaimed: Tokens | None = given.tokens
        self._kept = MemoryVault()

    async def get(self, origin: str, account: str) -> Tokens | Trouble | None:
        """The given token, or what a login or refresh has put in its place."""
        if self._unclaimed is not None:
            await self._kept.put(origin, account, self._unclaimed)
            self._unclaimed = None
        return await self._kept.get(origin, account)

    async def holds(self, origin: str, account: str) -> bool:
        """Whether the token is this account's; as long as nobody got it, it is nobody's."""
        return await self._kept.holds(origin, account)

    async def put(self, origin: str, account: str, tokens: Tokens) -> Trouble | None:
        """Keep a pair for this run; it is not saved, as the environment brings the token."""
        self._unclaimed = None
        return await self._kept.put(origin, account, tokens)

    async def swap(self, origin: str, account: str, new: Tokens) -> Trouble | None:
        """Put the refreshed pair in the place of the old one."""
        return await self.put(origin, account, new)

    async def delete(self, origin: str, account: str) -> Trouble | None:
        """Forget the pair; the variable itself is the user's to unset."""
        self._unclaimed = None
        return await self._kept.delete(origin, account)


def token_given(env: Mapping[str, str]) -> Given | Trouble | None:
    """The token of WSCHAT_TOKEN, else of the file that WSCHAT_TOKEN_FILE names.

    Blocks while it reads the file, which may be a pipe; call it in a thread.
    """
    if env.get(TOKEN):
        return _checked(env[TOKEN], TOKEN)
    if env.get(TOKEN_FILE):
        text = _read(Path(env[TOKEN_FILE]))
        return text if isinstance(text, Trouble) else _checked(text, TOKEN_FILE)
    return None


def _checked(text: str, source: str) -> Given | Trouble:
    token = check_token(text)
    if isinstance(token, Trouble):
        return Trouble(f"{source}: {token.what}", token.mend)
    hide(token)
    return Given(Tokens(token), source)


def _read(path: Path) -> str | Trouble:
    try:
        with path.open("rb") as file:
            # The open file is judged, not the name: nobody can change it in between.
            refusal = _judge(path, os.fstat(file.fileno()))
            return refusal or file.read(_MOST).decode("ascii", "replace")
    except OSError as error:
        what = f"The token file {path} cannot be read ({error.strerror or error})."
        return Trouble(what, f"Check the path in {TOKEN_FILE}.")


def _judge(path: Path, seen: os.stat_result) -> Trouble | None:
    if open_to_others(seen):
        mode = stat.S_IMODE(seen.st_mode)
        what = f"The token file {path} is open to others (mode {mode:04o}), so it was not used."
        return Trouble(what, f"Run: chmod 600 {path}")
    return None
