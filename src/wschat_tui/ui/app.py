"""The program on the screen: joins screens, session and terminal, and decides nothing else."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingsMap, BindingType

from wschat_tui.ui.actions import OVERALL
from wschat_tui.ui.collector import Collector
from wschat_tui.ui.faults import QuietFaults
from wschat_tui.ui.frozen import PatientApp
from wschat_tui.ui.in_turn import InTurn
from wschat_tui.ui.keys import keymap
from wschat_tui.ui.later import inputs
from wschat_tui.ui.leaving import Leaving, left_behind
from wschat_tui.ui.local_time import LocalZone
from wschat_tui.ui.screens.chat import ChatScreen
from wschat_tui.ui.sheets import ProfileChosen
from wschat_tui.ui.stacking import FewSheets
from wschat_tui.ui.theme import DARK, THEMES, with_muted
from wschat_tui.ui.wall import Wall
from wschat_tui.ui.ways_in import WaysIn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from rich.console import RenderableType
    from textual.filter import LineFilter
    from textual.screen import Screen

    from wschat_tui.runtime.services import Services

_SIGNALS = ("SIGTERM", "SIGHUP")


class WschatApp(QuietFaults, FewSheets, InTurn, PatientApp):
    """Paints the chat screen at once, and opens the session behind it."""

    TITLE = "wschat"
    CSS_PATH = "styles/chat.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "copy_or_tell", "Copy", show=False, system=True)
    ]

    def __init__(self, services: Services, tz: tzinfo | None = None) -> None:
        super().__init__()
        self.services = services
        look = services.look
        self.keymap = keymap(look.preset, look.keys)
        quit_keys = ",".join(self.keymap.action("app.quit").keys)
        ours = [Binding(quit_keys, "quit", "Quit", show=False, priority=True)] if quit_keys else []
        copy = self._bindings.key_to_bindings["ctrl+c"]
        self._bindings = BindingsMap.merge(
            [
                self.keymap.bindings(*OVERALL, of="app"),
                BindingsMap(ours),
                BindingsMap.from_keys({"ctrl+c": copy[-1:]}),
            ]
        )
        for theme in THEMES:
            self.register_theme(theme)
        chosen = look.theme if look.theme in self.available_themes else DARK.name
        # Set without its watchers, which would style everything a second time.
        self.set_reactive(WschatApp.theme, chosen)
        self.stylesheet.set_variables(self.get_css_variables())
        self.chat = ChatScreen(services, self.keymap, tz or LocalZone())
        self.ways_in = WaysIn(self)
        self._leaving = Leaving(self)
        self.left_behind = ""
        """What to tell whoever started the program when it has ended."""
        self._wall = Wall()
        self._collector = Collector()

    def get_default_screen(self) -> ChatScreen:
        """The chat screen lies under all others."""
        return self.chat

    def get_css_variables(self) -> dict[str, str]:
        """Textual's, but muted text is a colour of its own in every theme."""
        self.theme_variables = with_muted(super().get_css_variables())
        return self.theme_variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and behind them the second wall."""
        return [*super().get_line_filters(), self._wall]

    def on_mount(self) -> None:
        """Begin once the first picture is out."""
        self.animation_level = "full" if self.services.look.animations else "none"
        self._obey_signals()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._collector.begin()
        look = getattr(self._driver, "look_at_size", None)
        if look is not None:
            self.set_interval(1, look, name="size of the terminal")
        for problem in self.keymap.problems:
            self.chat.toasts.say(problem, "error")
        wanted = self.services.look.theme
        if wanted and wanted not in self.available_themes:
            told = f"There are no colours called {wanted}; /theme shows what there is."
            self.chat.toasts.say(told, "warning")
        self.ways_in.begin()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self._collector.drew()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key that is heard in every screen means its action now."""
        if action == "act":
            return self.chat.desk.allows(str(parameters[0]))
        return True

    def action_act(self, action_id: str) -> None:
        """Run an action of the registry, whatever screen is on top."""
        self.chat.desk.run(action_id)

    async def close_session(self) -> None:
        """Hang up, and close what is open."""
        self.chat.telephone.hang_up()
        session = self.chat.detach()
        self.left_behind = left_behind(session.state)
        await session.close()

    async def action_quit(self) -> None:
        """Leave the program, after a question where messages would be lost or a call is on."""
        self.chat.keep_drafts()
        self._leaving.leave(self.chat.session.state, "Quit", self.exit)

    def action_copy_or_tell(self) -> None:
        """Copy what is selected, else say how to quit: ^C is pressed by habit."""
        selected = self.screen.get_selected_text()
        if selected:
            self.chat.desk.copy(selected, "the selection")
        else:
            key = self.keymap.key_of("app.quit")
            self.chat.toasts.say(f"{key} quits.")

    async def on_unmount(self) -> None:
        """The session ends with the program."""
        self._forget_signals()
        self._collector.stop()
        await self.close_session()
        await self.services.close()
        await self.services.close()

    # ---- the terminal

    def on_app_focus(self) -> None:
        """The terminal gained the focus."""
        self.chat.session.feed(inputs.AttentionChanged(attentive=True))
        self.chat.seeing.pay()

    def on_app_blur(self) -> None:
        """The terminal lost the focus."""
        self.chat.typing.stop()
        self.chat.session.feed(inputs.AttentionChanged(attentive=False))

    @on(ProfileChosen)
    def _profile_chosen(self, event: ProfileChosen) -> None:
        go = partial(self.ways_in.open, event.profile)
        self.chat.keep_drafts()
        self._leaving.leave(self.chat.session.state, "Change", go)

    def _obey_signals(self) -> None:
        """End like a quit when told to: the terminal is put back, the session is closed."""
        loop = asyncio.get_running_loop()
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and not self.is_headless:
                loop.add_signal_handler(number, self.exit)

    def _forget_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                loop.remove_signal_handler(number)
