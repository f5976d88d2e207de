"""A field for a password or a token: what is typed leaves it by its `value` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from wschat_tui.ui.widgets.entry import Entry

if TYPE_CHECKING:
    from textual.message import Message


class SecretInput(Entry):
    """A masked field. Its messages carry no text, and nothing can be copied or cut out of it."""

    def __init__(self, placeholder: str = "", *, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, masked=True, id=id)

    def post_message(self, message: Message) -> bool:
        """Blank the secret in messages: Textual's log writes them out."""
        if isinstance(message, (Input.Changed, Input.Submitted, Input.Blurred)):
            message.value = ""
        return super().post_message(message)

    def action_copy(self) -> None:
        """Not from here."""
        self.app.bell()

    def action_cut(self) -> None:
        """Not from here."""
        self.app.bell()
