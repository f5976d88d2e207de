"""Read means seen: when a receipt goes out for what the timeline shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.ui.later import inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import Services, SessionView


class Seeing:
    """Feeds `Seen` for the newest message that is visible, as the setting has it.

    focused: the terminal has the focus; visible: always; manual: never.
    """

    def __init__(
        self, services: Services, session: Callable[[], SessionView], shown: Callable[[], bool]
    ) -> None:
        """`shown`: the room is on the screen, and no call or thread in its place."""
        self._services = services
        self._session = session
        self._shown = shown
        self._owed = ("", "")

    def look(self, scope: str, message_id: str) -> None:
        """A room came into view down to a message; it is told now, or once that is allowed."""
        self._owed = (scope, message_id)
        self.pay()

    def pay(self) -> None:
        """Tell what is in view and was not told yet, if the setting allows."""
        scope, message_id = self._owed
        session = self._session()
        if message_id and scope == session.state.focus and self._allowed():
            self._owed = ("", "")
            services = self._services
            session.feed(inputs.Seen(services.op_id(), services.now(), scope, message_id))

    def _allowed(self) -> bool:
        if not self._shown():
            return False
        match self._services.look.receipts:
            case "focused":
                return self._session().state.attentive
            case "visible":
                return True
            case "manual":
                return False
