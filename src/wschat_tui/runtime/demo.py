"""The bundled server: a process of its own on a free loopback port, for as long as wanted."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime import demo_home
from wschat_tui.runtime.accounts import Account
from wschat_tui.runtime.children import environment
from wschat_tui.runtime.demo_home import DemoHome
from wschat_tui.storage.paths import below
from wschat_tui.storage.settings.calls import Calls
from wschat_tui.storage.settings.settings import Profile
from wschat_tui.storage.vault.memory import MemoryVault
from wschat_tui.storage.vault.vault import account_of

DEMO = "demo"
"""The name that stands where a profile's would."""

USER = "alice"
TOKEN = "dev:alice"  # noqa: S105 - the mock server's published token, good on loopback alone
CALLS = Calls()
READY = "ready "
START_TIMEOUT = 20.0
"""Seconds to wait for the server's first line."""

ENDED = "The demo's server has ended; quit and start `wschat demo` again."

STOP_TIMEOUT = 3.0
"""Seconds between asking the server to end and ending it."""


class DemoServer:
    """A running mock server. It ends by itself when this process does, however that ends."""

    def __init__(self, process: Process, url: str, home: DemoHome) -> None:
        self._process = process
        self._home = home
        self.url = url
        self.places = below(home.path)
        """Where the demo keeps what it would keep of an account; it goes with the server."""

    async def ended(self) -> None:
        """Wait until the server has ended, whoever ended it."""
        await self._process.wait()

    async def stop(self) -> None:
        """End the server, and wait until it has."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.to_thread(self._home.remove)


async def demo_account(url: str, user: str, calls: Calls = CALLS) -> Account:
    """The account that the demo opens: its token is good on this machine alone, and is not kept.

    calls: the devices of this machine; no server but the demo's own is asked for a way.
    """
    vault = MemoryVault()
    profile = Profile(server=url, user=user)
    tokens = Tokens(TOKEN)
    await vault.put(url, account_of(user, DEMO), tokens)
    calls = calls.model_copy(update={"ice_servers": None, "relay_only": None})
    return Account(DEMO, profile, user, tokens, vault, calls)


async def start_demo(*more: str) -> DemoServer | str:
    """Start the server and wait until it listens; a sentence where it does not."""
    try:
        home = await asyncio.to_thread(demo_home.make)
    except OSError as error:
        return f"The demo has nowhere to write ({error.strerror}); nothing was changed."
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--exit-with-stdin", *more]
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment(os.environ),
            start_new_session=True,
        )
    except OSError as error:
        await asyncio.to_thread(home.remove)
        return f"The demo server could not be started ({error.strerror}); nothing was changed."
    line = await _first_line(process)
    server = DemoServer(process, line.removeprefix(READY).strip(), home)
    if line.startswith(READY):
        return server
    await server.stop()
    return (
        "The demo server did not start; nothing was changed. "
        "Run `wschat-mock` to see why, or connect to a server."
    )


async def _first_line(process: Process) -> str:
    if process.stdout is None:
        return ""
    try:
        async with asyncio.timeout(START_TIMEOUT):
            return (await process.stdout.readline()).decode("utf-8", "replace")
    except TimeoutError:
        return ""
