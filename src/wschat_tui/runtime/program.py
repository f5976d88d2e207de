"""The program behind the screens: opens accounts and the demo, and keeps what they need alive.

Nothing heavy is imported before the first paint: settings' models, keyring and network come with
the first question that needs them, in a thread.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import TYPE_CHECKING, Literal

from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.services import Look, Outcome
from wschat_tui.runtime.tasks import Tasks
from wschat_tui.storage.paths import Places, find
from wschat_tui.storage.settings.first_look import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wschat_tui.runtime.accounts import Accounts
    from wschat_tui.runtime.choice import Choice
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.demo import DemoServer
    from wschat_tui.runtime.keeping import Keeper
    from wschat_tui.runtime.profiles import ProfileBook
    from wschat_tui.runtime.services import LoginForm, Profiles, SessionView
    from wschat_tui.runtime.session import Session
    from wschat_tui.storage.settings.write import Value


class Program:
    """One run of the client. `close` ends its session and its demo server."""

    def __init__(self, choice: Choice, clock: Clock | None = None) -> None:
        self.choice = choice
        self.on_fault: Callable[[BaseException], None] = _raise
        """Hears what fails in a task of the session."""
        self.places: Places = find(choice.home, os.environ)
        self.clock = clock or SystemClock()
        self._session: Session | None = None
        self._demo: DemoServer | None = None
        self._watching = Tasks(self._failed)
        self._keeper: Keeper | None = None
        self._accounts: Accounts | None = None
        first = look(self.places.settings_file)
        known = choice.server or choice.profile or first.default_profile or choice.demo
        self.start: Literal["chat", "welcome"] = (
            "chat" if known or first.has_profiles else "welcome"
        )
        self.look = Look(
            theme=first.theme,
            mouse=first.mouse,
            animations=first.animations,
            receipts=first.receipts,
            preset=first.preset,
            keys=first.keys,
            bell=first.bell,
            toasts=first.toasts,
            desktop=first.desktop,
        )

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return self.clock.now()

    def op_id(self) -> str:
        """A fresh id for an operation."""
        return self.clock.op_id()

    async def open(self, profile: str = "") -> SessionView | Outcome:
        """Open the session of a profile, or say why not."""
        if self.choice.demo and not profile:
            return await self.open_demo()
        accounts = await self._ready()
        found = await accounts.find(profile)
        return await self._opened(found)

    async def open_demo(self) -> SessionView | Outcome:
        """Start the bundled server with its people, and open a session as alice."""
        from wschat_tui.runtime.demo import CALLS, USER, demo_account, start_demo
        from wschat_tui.storage.settings.settings import Settings

        accounts = await self._ready()
        await self._stop_demo()
        started = await start_demo("--bots")
        if isinstance(started, str):
            return Outcome(False, started)
        self._demo = started
        settings = await accounts.settings()
        calls = settings.calls if isinstance(settings, Settings) else CALLS
        account = await demo_account(started.url, USER, calls)
        opened = await self._opened(account, started.places.history_dir / "demo.db")
        if self._session is not None:
            watch = self._watch_demo(started, self._session)
            self._watching.start(watch, "watch the demo's server")
        return opened

    async def profiles(self) -> Profiles:
        """The profiles of the settings file."""
        return await (await self._book()).listed()

    async def login(self, form: LoginForm) -> Outcome:
        """Log in, or take the token; keep the tokens and save the profile."""
        return await (await self._book()).login(form)

    async def forget(self, profile: str, *, history: bool = False) -> Outcome:
        """Delete the tokens and the profile, and its history where `history` says so."""
        return await (await self._book()).forget(profile, history=history)

    async def make_default(self, profile: str) -> Outcome:
        """Open this profile when none is named."""
        return await (await self._book()).make_default(profile)

    async def keep_setting(self, key: str, value: Value) -> Outcome:
        """Write one setting, keeping the file's comments."""
        return await (await self._book()).keep_setting(key, value)

    async def close(self) -> None:
        """End the session, then the demo's server."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._keeper is not None:
            await self._keeper.settle()
        await self._stop_demo()

    async def _opened(self, found: object, history: Path | None = None) -> SessionView | Outcome:
        """history: its file, where that is another one than the account's."""
        from wschat_tui.runtime.accounts import Account, Hindrance
        from wschat_tui.runtime.call_wiring import setup_on_screen
        from wschat_tui.runtime.history import history_of
        from wschat_tui.runtime.keeping import Keeper
        from wschat_tui.runtime.wiring import Disk, open_session

        if isinstance(found, Hindrance):
            return Outcome(False, found.sentence, field=found.kind)
        if not isinstance(found, Account):
            raise TypeError(found)
        if self._session is not None:
            await self._session.close()
        if self._keeper is None:
            self._keeper = Keeper(self.keep_setting, self._warn, Tasks(self._failed))
        file = history or history_of(self.places, found)
        keeps = self.choice.history and found.history.keep
        self._session = open_session(
            found,
            self.clock,
            self.on_fault,
            setup=setup_on_screen(found),
            keep=self._keeper.keep,
            disk=Disk(file if keeps else None, found.history.days, self.places.downloads_dir),
        )
        await self._session.ready.wait()
        return self._session

    def _warn(self, sentence: str) -> None:
        from wschat_tui.state.effects import Notify

        if self._session is not None:
            self._session.say(Notify(sentence, "warning"))

    async def _ready(self) -> Accounts:
        """Load what a connection needs, off the event loop: the screen is painted meanwhile."""
        if self._accounts is None:
            for module in ("accounts", "wiring", "demo"):
                await asyncio.to_thread(importlib.import_module, f"wschat_tui.runtime.{module}")
            from wschat_tui.runtime.accounts import Accounts

            self._accounts = Accounts(self.places, os.environ, self.choice)
        return self._accounts

    async def _book(self) -> ProfileBook:
        from wschat_tui.runtime.profiles import ProfileBook

        return ProfileBook(await self._ready(), self.clock)

    def _failed(self, fault: BaseException) -> None:
        self.on_fault(fault)

    async def _watch_demo(self, demo: DemoServer, session: Session) -> None:
        """A server that has ended does not come back: say so, instead of trying for ever."""
        from wschat_tui.runtime.demo import ENDED
        from wschat_tui.state.effects import Notify
        from wschat_tui.state.inputs import LinkStopped

        await demo.ended()
        if session is self._session:
            await session.close()
            session.feed(LinkStopped(ENDED, self.clock.now(), final=True))
            session.say(Notify(ENDED, "error"))

    async def _stop_demo(self) -> None:
        await self._watching.close()
        if self._demo is not None:
            await self._demo.stop()
            self._demo = None


def _raise(fault: BaseException) -> None:
    raise fault
