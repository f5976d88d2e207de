"""From the command line to a session that is connected and can make calls."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.opening import open_account
from wschat_tui.cli.speech import say
from wschat_tui.runtime.call_loading import load_engine
from wschat_tui.runtime.call_wiring import setup_of
from wschat_tui.runtime.headless import Headless, headless, settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from wschat_tui.cli.call_options import Wanted
    from wschat_tui.media.setup import Setup
    from wschat_tui.protocol.codec import Received
    from wschat_tui.runtime.accounts import Account
    from wschat_tui.runtime.choice import Choice
    from wschat_tui.runtime.clock import Clock


@asynccontextmanager
async def calling(
    choice: Choice,
    wanted: Wanted,
    clock: Clock,
    *,
    relay_only: bool,
    tap: Callable[[tuple[Received, ...]], None] | None = None,
) -> AsyncIterator[Headless | int]:
    """A session that is online and can make calls, or the exit code, with its sentence said."""
    account = await open_account(choice)
    if isinstance(account, int):
        yield account
        return
    # Loaded before anybody waits for a call: packages may be there and be broken.
    loaded = await asyncio.to_thread(load_engine)
    if isinstance(loaded, str):
        say(loaded)
        yield Exit.LACKING
        return
    if relay_only:
        calls = account.calls.model_copy(update={"relay_only": True})
        account = replace(account, calls=calls)
    async with headless(account, clock, tap, _setup(account, wanted)) as client:
        hindrance = await _hindrance(client)
        yield client if hindrance is None else hindrance


def _setup(account: Account, wanted: Wanted) -> Setup:
    setup = replace(setup_of(account), sound=wanted.sound)
    return setup if wanted.devices else replace(setup, fake=True, backend="null")


async def _hindrance(client: Headless) -> int | None:
    """Wait until calls are possible; where they are not, why is said."""
    await client.until(lambda now: now.calls_ready)
    state = await client.until(lambda now: settled(now) or now.link.phase == "waiting")
    if state.link.phase == "online":
        return None
    mend = " Run `wschat login`, or pass another token." if state.link.phase == "login" else ""
    say(f"{state.link.sentence.partition(';')[0].rstrip('.')}; there is no call.{mend}")
    return Exit.NO_LINK
