"""Opens what a client process runs: the session of the program, on its real edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from wschat_tui.link.options import Options, Timers
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime.accounts import Account
from wschat_tui.runtime.clock import Clock
from wschat_tui.runtime.session import Session
from wschat_tui.runtime.wiring import Disk, open_session
from wschat_tui.storage.settings.settings import Profile
from wschat_tui.storage.vault.memory import MemoryVault

FAST = 1000
"""Frames a second: what is proved is the order of things, and not the pace."""


@dataclass(frozen=True, slots=True)
class Hurried(Account):
    """An account whose link has other timers."""

    timers: Timers = Timers()  # noqa: RUF009  It is frozen.

    @property
    def options(self) -> Options:
        """How the link connects."""
        return replace(Account.options.fget(self), timers=self.timers)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Opened:
    """A running session."""

    session: Session
    after: Callable[[str, Callable[[], None]], None]
    """Calls back when what was ordered until now is on the disk."""


async def account_of(url: str, user: str, rooms: tuple[str, ...], timers: Timers) -> Account:
    """The account of one of the mock server's people."""
    profile = Profile(server=url, user=user, rooms=rooms, rate=FAST, burst=FAST)
    return Hurried(user, profile, user, Tokens(f"dev:{user}"), MemoryVault(), timers=timers)


async def opened(
    account: Account,
    clock: Clock,
    on_fault: Callable[[BaseException], None],
    history: Path | None,
) -> Opened:
    """Open the session. history: the file in which it is kept; None keeps nothing."""
    session = open_session(account, clock, on_fault, disk=Disk(history=history))
    await session.ready.wait()
    archive = session._runner._archive
    return Opened(session, archive.after if archive else lambda _op_id, then: then())
