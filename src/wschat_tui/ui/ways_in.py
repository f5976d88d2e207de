"""How a session comes about: opened at the start, or chosen where that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from wschat_tui.runtime.services import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from wschat_tui.runtime.services import SessionView
    from wschat_tui.ui.app import WschatApp
    from wschat_tui.ui.screens.welcome import Way


class WaysIn:
    """Opens sessions for an app, and asks the user where that needs an answer."""

    def __init__(self, app: WschatApp) -> None:
        self._app = app
        self._services = app.services

    def begin(self) -> None:
        """Open what the command line chose, or ask."""
        if self._services.start == "chat":
            self._app.let_in()
            self.open("")
        else:
            self.welcome()

    def open(self, profile: str) -> None:
        """Open a profile in place of what is open."""
        self._run(self._open(self._services.open(profile)), "open")

    def welcome(self, *problems: str) -> None:
        """Show the ways in, and what went wrong before."""
        self._run(self._welcome(problems), "welcome")

    async def _open(self, opening: Awaitable[SessionView | Outcome]) -> None:
        await self._app.close_session()
        opened = await opening
        if isinstance(opened, Outcome):
            await self._welcome((opened.sentence,))
        else:
            self._app.chat.attach(opened)

    async def _welcome(self, problems: tuple[str, ...]) -> None:
        from wschat_tui.ui.screens.welcome import WelcomeScreen

        known = await self._services.profiles()
        # What kept a profile from opening is often what is wrong with the settings.
        told = tuple(dict.fromkeys((*filter(None, problems), *known.problems)))
        screen = WelcomeScreen(profiles=len(known.profiles), problems=told)
        await self._app.push_screen(screen, self._chosen)
        self._app.let_in()

    def _chosen(self, way: Way | None) -> None:
        match way:
            case "demo":
                self._run(self._open(self._services.open_demo()), "demo")
            case "connect":
                self._log_in(token=False)
            case "token":
                self._log_in(token=True)
            case "profiles":
                self._profiles()
            case "quit" | None:
                self._app.exit()
            case _:
                assert_never(way)

    def _log_in(self, *, token: bool) -> None:
        from wschat_tui.ui.screens.login import LoginScreen

        def done(outcome: Outcome | None) -> None:
            if outcome is None:
                self.welcome()
            else:
                self.open(outcome.profile)

        screen = LoginScreen(self._services, "token" if token else "password")
        self._app.push_screen(screen, done)

    def _profiles(self) -> None:
        from wschat_tui.ui.screens.profiles import ProfilesScreen

        def chosen(profile: str | None) -> None:
            if profile:
                self.open(profile)
            else:
                self.welcome()

        self._app.push_screen(ProfilesScreen(self._services), chosen)

    def _run(self, work: Awaitable[None], task: str) -> None:
        self._app.run_worker(work, name=task, group="ways-in", exclusive=True)
