"""Telling the others that I type, for as long as keys come to a composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.ui.later import inputs

if TYPE_CHECKING:
    from wschat_tui.ui.screens.chat import ChatScreen
    from wschat_tui.ui.widgets.composer_box import ComposerBox

TYPING_LOOK = 1.0
"""Seconds between looks whether typing has stopped; looked at only while it goes on."""


class Telling:
    """Looks after the typing notice of a chat screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._watching = False

    def typed(self, box: ComposerBox) -> None:
        """The text of a composer changed: tell the others, unless it is a command or an edit."""
        notice = self._screen.typing
        command = box.text.startswith("/") and not box.text.startswith("//")
        if not box.text.strip() or command or box.editing or not box.scope:
            notice.stop()
            return
        notice.typed(box.scope, self._screen.services.now())
        self._watch()

    def tell(self, scope: str, on: bool) -> None:
        """Tell the others of a room that I type, or stopped."""
        services = self._screen.services
        word = inputs.Composing(services.op_id(), services.now(), scope, on)
        self._screen.session.feed(word)

    def _watch(self) -> None:
        if not self._watching and self._screen.typing.on:
            self._watching = True
            self._screen.set_timer(TYPING_LOOK, self._look, name="typing")

    def _look(self) -> None:
        self._watching = False
        self._screen.typing.look(self._screen.services.now())
        self._watch()
